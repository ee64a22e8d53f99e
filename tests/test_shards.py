"""Shards over processes: each answers for its own, they identify in turn, and the others go on when one is killed."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.asklog import MemoryAskLog
from bot.config import Config
from bot.desk import BriefingDesk, Deck
from bot.hosting.process import shards_of
from bot.interactions import BriefbotClient
from bot.model import Shards, shard_ids
from bot.sandbox import Sandbox
from bot.sandbox.places import Server
from bot.sandbox.rest import Request
from tests.conftest import connected
from tests.databases import PostgresServer, new_database, run_sql
from tests.load import Counted, Load
from tests.processes import Process, running

LEADS = "this process does what is done once for all of them"


@pytest.fixture
async def url(request: pytest.FixtureRequest, postgres: PostgresServer, tmp_path: Path) -> str:
    request.param = "postgres"
    return await new_database(request, tmp_path)


# ---------------------------------------------------------------- which shards


@pytest.mark.parametrize(
    ("text", "ids"),
    [("0", (0,)), ("0-3", (0, 1, 2, 3)), ("8-9, 2,0", (0, 2, 8, 9)), ("3-3", (3,)), (" 1 - 2 ", (1, 2))],
)
def test_numbers_and_ranges_of_shards_are_read(text: str, ids: tuple[int, ...]) -> None:
    assert shard_ids(text) == ids


@pytest.mark.parametrize("text", ["", "a", "3-1", "-1", "1-", "0-9999999", "0-100000", "1;2", "٣"])
def test_what_names_no_shards_is_refused_with_what_it_said(text: str) -> None:
    with pytest.raises(ValueError, match="shards"):
        shard_ids(text)


def test_shards_that_contradict_each_other_or_the_database_are_refused() -> None:
    postgres = "postgresql+asyncpg://x/y"
    assert shards_of(Config()) is None
    assert shards_of(Config(shard_count=2)) == Shards(ids=(0, 1), count=2)
    assert shards_of(Config(shards="0-1", shard_count=2)) == Shards(ids=(0, 1), count=2), "alone with SQLite"
    assert shards_of(Config(shards="1", shard_count=2, asklog_url=postgres)) == Shards(ids=(1,), count=2)
    for config, said in (
        (Config(shards="0-1"), "Of how many shards are these"),
        (Config(shards="2", shard_count=2), "There is no shard 2 among 2: they are numbered from 0 to 1"),
        (Config(shards="1", shard_count=2), "by way of PostgreSQL"),
    ):
        with pytest.raises(ValueError, match=said):
            shards_of(config)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--shards", "0-3"), "Of how many shards are these? Give --shard-count"),
        (("--shards", "x", "--shard-count", "4"), "not numbers of shards such as 0-3"),
        (("--shard-count", "-1"), "greater than or equal to 0"),
        (("--shards", "0", "--shard-count", "4"), "Several processes share one bot by way of PostgreSQL"),
    ],
)
async def test_wrong_options_are_one_clear_line_before_anything_runs(
    arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    async with running("http://127.0.0.1:9", *arguments, token="any-token", folder=tmp_path) as bot:
        assert await bot.ended() == 2
    assert said in " ".join(" ".join(bot.said).replace("│", " ").split())
    assert not any("Traceback" in line for line in bot.said)


# ---------------------------------------------------------------- how they begin


async def test_a_bot_that_may_begin_no_more_sessions_today_waits_until_it_may(
    deck: Deck, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Beyond the limit Discord resets the bot's token."""
    sandbox.gateway.sessions_left, sandbox.gateway.sessions_again_ms = 0, 50
    told = asyncio.Event()
    sandbox.rest.listeners.append(lambda request: told.set() if request.path.endswith("/gateway/bot") else None)
    client = BriefbotClient(BriefingDesk(deck, MemoryAskLog()))

    async def tomorrow() -> None:
        await told.wait()
        assert sandbox.gateway.identified == 0
        sandbox.gateway.sessions_left = 1_000

    day = asyncio.create_task(tomorrow())
    async with connected(sandbox, client):
        await day
    assert "Discord lets this bot begin 0 of 1000 sessions until" in caplog.text


async def test_processes_identify_in_turn_so_that_discord_refuses_none(
    sandbox: Sandbox, url: str, tmp_path: Path
) -> None:
    """Two buckets, two processes, four shards: each bucket has one at a time, in whichever process."""
    sandbox.gateway.max_concurrency = 2
    registered: list[Request] = []
    sandbox.rest.listeners.append(
        lambda request: registered.append(request) if request.method == "PUT" and "commands" in request.path else None
    )
    async with AsyncExitStack() as stack:
        for ids in ("0-1", "2-3"):
            await begun(stack, sandbox, url, tmp_path, ids)
        await asyncio.wait_for(sandbox.gateway.connected(4), 60)
    assert (sandbox.gateway.identified, sandbox.gateway.refused) == (4, 0)
    assert len(registered) == 1, "commands are registered once for all"


async def begun(stack: AsyncExitStack, sandbox: Sandbox, url: str, folder: Path, ids: str) -> Process:
    """A process with some of four shards."""
    settings = {"ASKLOG_URL": url, "SPOOL": folder / f"spool-{ids}", "ASKS_PER_MINUTE": 0}
    arguments = ("--shards", ids, "--shard-count", "4")
    return await stack.enter_async_context(
        running(sandbox.url, *arguments, token=sandbox.token, folder=folder, settings=settings)
    )


# ---------------------------------------------------------------- one of four is killed


def a_server_for_each(sandbox: Sandbox, shards: int) -> list[Server]:
    found: dict[int, Server] = {}
    while len(found) < shards:
        server = sandbox.world.add_server(f"Server {len(sandbox.world.servers)}", "general")
        found.setdefault((int(server.id) >> 22) % shards, server)
    return [found[shard] for shard in range(shards)]


@pytest.fixture
async def four(sandbox: Sandbox, url: str, tmp_path: Path) -> AsyncIterator[list[Process]]:
    """Four processes of a shard each, the first of which leads."""
    sandbox.gateway.max_concurrency = 4
    async with AsyncExitStack() as stack:
        processes = [await begun(stack, sandbox, url, tmp_path, "0")]
        await processes[0].says(LEADS)
        processes += [await begun(stack, sandbox, url, tmp_path, str(shard)) for shard in (1, 2, 3)]
        for process in processes:
            await process.says("ready as")
        yield processes


async def test_one_that_is_killed_among_four_costs_its_own_servers_a_moment_and_the_others_nothing(
    four: list[Process], sandbox: Sandbox, deck: Deck, url: str, tmp_path: Path
) -> None:
    loads = [Load(sandbox.world, deck, 2, [server], mentions=False) for server in a_server_for_each(sandbox, 4)]
    over = asyncio.Event()
    busy = [asyncio.create_task(load.go_on(turns=10_000, until=over)) for load in loads]
    await asyncio.gather(*(load.more(8) for load in loads))
    four[0].process.kill()
    await four[0].ended()
    await asyncio.gather(*(load.more(24) for load in loads[1:]))
    assert loads[0].unanswered, "it was under load when it was killed"
    async with asyncio.timeout(20):
        said = [asyncio.create_task(process.says(LEADS)) for process in four[1:]]
        await asyncio.wait(said, return_when=asyncio.FIRST_COMPLETED)
    async with AsyncExitStack() as stack:
        again = await begun(stack, sandbox, url, tmp_path, "0")
        await again.says("ready as")
        missed = len(loads[0].unanswered)
        await asyncio.gather(*(load.more(16) for load in loads))
        over.set()
        await asyncio.gather(*busy)
        assert len(loads[0].unanswered) <= missed + 2, "it answers again; two were waiting as it came back"
        assert sum(task.done() for task in said) == 1, "one of the others leads now, and one alone"
        for task in said:
            task.cancel()
        await asyncio.gather(*said, return_exceptions=True)
        for process in (*four[1:], again):
            assert await process.stop() == 0
    for load in loads[1:]:
        assert load.unanswered == []
    for load in loads:
        assert (load.wrong, load.twice) == ([], [])
    answered = sum((load.counts(answered=True) for load in loads), Counter())
    kept = await counted(url)
    assert not answered - kept, "nothing that was answered is missing"
    assert not kept - answered - loads[0].counts(answered=False), "and nothing is there twice"


async def counted(url: str) -> Counted:
    rows = await run_sql(url, "select surface, outcome, card, picked, count(*) from asks group by 1, 2, 3, 4")
    return Counter({(str(s), str(o), c if c is None else str(c), bool(p)): int(str(n)) for s, o, c, p, n in rows})
