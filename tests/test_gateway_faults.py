"""Briefbot under load while the gateway's connections break, in every way in which they do: with counts."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.asklog import MemoryAskLog
from bot.config import Config
from bot.desk import BriefingDesk, Deck
from bot.interactions import BriefbotClient
from bot.model import Shards
from bot.peers import Alone
from bot.sandbox import Sandbox
from bot.sandbox.gateway import Gateway
from bot.sandbox.places import Server
from tests.conftest import connected
from tests.load import Load, logged

SYNC_FLUSH = b"\x00\x00\xff\xff"
"""What a whole message of a compressed stream ends with."""

Break = Callable[[Gateway, int | None], Awaitable[None] | None]

KEEPING: dict[str, Break] = {
    "cut": lambda gateway, shard: gateway.drop(shard=shard),
    "4000": lambda gateway, shard: gateway.close(4000, shard=shard),
    "1000": lambda gateway, shard: gateway.close(1000, shard=shard),
    "1001": lambda gateway, shard: gateway.close(1001, shard=shard),
    "4008": lambda gateway, shard: gateway.close(4008, shard=shard),
    "op 7": lambda gateway, shard: gateway.reconnect(shard=shard),
    "op 9 resumable": lambda gateway, shard: gateway.invalidate(resumable=True, shard=shard),
    "half of a JSON object": lambda gateway, shard: gateway.garble('{"op": 0, "t": "INTER', shard=shard),
    "JSON that is no object": lambda gateway, shard: gateway.garble("[1, 2]", shard=shard),
    "no stream": lambda gateway, shard: gateway.garble(b"garbage" + SYNC_FLUSH, shard=shard),
}
"""Breaks after which the session goes on."""
LOSING: dict[str, Break] = {
    "op 9": lambda gateway, shard: gateway.invalidate(resumable=False, shard=shard),
    "4009": lambda gateway, shard: gateway.close(4009, shard=shard),
    "4007": lambda gateway, shard: gateway.close(4007, shard=shard),
}
"""Breaks with which Discord forgets the session, and what it was still to tell."""


ANSWERING = 1.0
"""Seconds within which an answer is there that nothing holds up, on a machine that has much to do."""


@dataclass
class Running:
    """Briefbot on a sandbox, without a limit on how fast one person asks."""

    sandbox: Sandbox
    client: BriefbotClient
    log: MemoryAskLog
    breaks: int = 0
    lost: list[tuple[float, float]] = field(default_factory=list)
    """From when to when there was no session that Discord could tell something."""

    @property
    def gateway(self) -> Gateway:
        return self.sandbox.gateway

    async def broken(self, how: str, shard: int | None = None) -> None:
        """Break the line in one way, and return once the shard has a session that is connected again."""
        began, before = time.monotonic(), self.gateway.resumed + self.gateway.identified
        back = asyncio.Event()

        def changed(_: bool) -> None:
            if self.gateway.resumed + self.gateway.identified > before:
                back.set()

        self.gateway.listeners.append(changed)
        done = (KEEPING | LOSING)[how](self.gateway, shard)
        if done:
            await done
        await asyncio.wait_for(back.wait(), 20)
        self.gateway.listeners.remove(changed)
        self.breaks += 1
        if how in LOSING:
            self.lost.append((began, time.monotonic()))


@asynccontextmanager
async def running(deck: Deck, sandbox: Sandbox, shards: int = 1) -> AsyncIterator[Running]:
    log = MemoryAskLog()
    client = BriefbotClient(
        BriefingDesk(deck, log), Config(asks_per_minute=0), shards=Shards(ids=tuple(range(shards)), count=shards),
        peers=Alone(seconds=0),
    )  # fmt: skip
    async with connected(sandbox, client):
        yield Running(sandbox, client, log)


def servers_of(sandbox: Sandbox, shard: int, shards: int) -> list[Server]:
    """Two servers of a shard, made until there are so many."""
    made: list[Server] = []
    while len(made) < 2:
        server = sandbox.world.add_server("A server of a shard")
        if (int(server.id) >> 22) % shards == shard:
            made.append(server)
    return made


def accounted(bot: Running, load: Load) -> None:
    """Whatever was answered was answered once and rightly, and is in the log once."""
    assert load.wrong == []
    assert load.twice == []
    recorded, answered = logged(bot.log.asks), load.counts(answered=True)
    assert answered <= recorded
    assert recorded - answered <= load.counts(answered=False)


@pytest.mark.parametrize("how", [*KEEPING, *LOSING])
async def test_a_line_that_broke_is_made_anew_in_whichever_way_it_broke(deck: Deck, sandbox: Sandbox, how: str) -> None:
    async with running(deck, sandbox) as bot:
        await bot.broken(how)
        assert (bot.gateway.identified, bot.gateway.resumed) == ((1, 1) if how in KEEPING else (2, 0))
        reply = await sandbox.world.person("Ada").slash("brief", topic="nato expantion")
        assert reply.text.startswith("## NATO enlargement")


async def broken_under_load(bot: Running, load: Load, ways: list[str], times: int, shard: int | None = None) -> None:
    """Break the line so many times, in each of the ways in turn, while people go on."""
    enough = asyncio.Event()
    going = asyncio.create_task(load.go_on(turns=times, until=enough))
    while bot.breaks < times:
        await load.more(3)
        await bot.broken(ways[bot.breaks % len(ways)], shard)
    enough.set()
    await going


async def test_a_hundred_breaks_under_load_cost_no_answer(deck: Deck, sandbox: Sandbox) -> None:
    async with running(deck, sandbox) as bot:
        load = Load(sandbox.world, deck, 4, servers_of(sandbox, 0, 1))
        await broken_under_load(bot, load, list(KEEPING), 100)
        assert (bot.gateway.identified, bot.gateway.resumed) == (1, 100)
        assert len(load.ledger) > 300
        assert load.unanswered == []
        assert logged(bot.log.asks) == load.counts(answered=True)
        accounted(bot, load)


async def test_only_what_discord_forgot_with_a_session_stays_without_an_answer(deck: Deck, sandbox: Sandbox) -> None:
    async with running(deck, sandbox) as bot:
        load = Load(sandbox.world, deck, 8, servers_of(sandbox, 0, 1), mentions=False)
        await broken_under_load(bot, load, list(LOSING), 12)
        assert (bot.gateway.identified, bot.gateway.resumed) == (13, 0)
        kept = [
            asked
            for asked in load.unanswered
            if not any(begin - ANSWERING < asked.began < end for begin, end in bot.lost)
        ]
        assert kept == []
        assert len(load.unanswered) <= 12 * len(load.people)
        accounted(bot, load)


async def test_what_is_cut_on_one_shard_is_not_felt_on_another(deck: Deck, sandbox: Sandbox) -> None:
    async with running(deck, sandbox, shards=2) as bot:
        first, other = servers_of(sandbox, 0, 2), servers_of(sandbox, 1, 2)
        load, calm = (Load(sandbox.world, deck, 3, servers, mentions=False) for servers in (first, other))
        lines = {session.shard: session.connection for session in bot.gateway.online}
        stop = asyncio.Event()
        elsewhere = asyncio.create_task(calm.go_on(turns=1_000, until=stop))
        await broken_under_load(bot, load, list(KEEPING), 12, shard=0)
        stop.set()
        await elsewhere
        assert {session.shard: session.connection for session in bot.gateway.online}[1] is lines[1]
        assert (bot.gateway.identified, bot.gateway.resumed) == (2, 12)
        for those in (load, calm):
            assert those.unanswered == []
            assert those.wrong == []
            assert those.twice == []
        assert logged(bot.log.asks) == load.counts(answered=True) + calm.counts(answered=True)


async def test_an_event_that_cannot_be_taken_is_passed_over_and_costs_nothing_else(
    deck: Deck, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(deck, sandbox) as bot:
        load = Load(sandbox.world, deck, 3, servers_of(sandbox, 0, 1))
        going = asyncio.create_task(load.go_on(turns=5))
        for _ in range(5):
            await load.more(5)
            bot.gateway.dispatch("INTERACTION_CREATE", {"id": "secret words"}, None)
        await going
        assert (bot.gateway.identified, bot.gateway.resumed) == (1, 0)
        assert load.unanswered == []
        accounted(bot, load)
    lines = [record.getMessage() for record in caplog.records if "passed over" in record.getMessage()]
    assert len(lines) == 5
    assert "secret words" not in caplog.text


async def test_what_cannot_be_read_a_second_time_is_left_behind_with_its_session(deck: Deck, sandbox: Sandbox) -> None:
    """Discord would send it again and again."""
    async with running(deck, sandbox) as bot:
        (session,) = bot.gateway.online
        session.last += 1
        session.kept.append((session.last, '{"op": 0, "t": "INTER'))
        bot.gateway.drop()
        again = asyncio.Event()
        bot.gateway.listeners.append(lambda _: again.set() if bot.gateway.identified == 2 else None)
        await asyncio.wait_for(again.wait(), 20)
        await asyncio.wait_for(bot.gateway.connected(), 20)
        assert bot.gateway.resumed == 1
        reply = await sandbox.world.person("Ada").slash("brief", topic="nato expantion")
        assert reply.text.startswith("## NATO enlargement")
