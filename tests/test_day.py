"""A day in the life of a bot, under the sandbox's clock: asks at every hour, a digest, what is forgotten, what is left."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.asklog.database import Database
from bot.asklog.sql import SqlAskLog
from bot.asklog.sql_servers import SqlServerBook
from bot.config import Config
from bot.desk import BriefingDesk, Deck
from bot.interactions import BriefbotClient
from bot.interactions.rounds import Rounds
from bot.model import Ask, ServerSettings
from bot.sandbox import Sandbox
from bot.sandbox.messages import Message
from bot.sandbox.places import BOT, Channel
from tests.conftest import connected
from tests.databases import new_database, run_sql
from tests.test_asklog import an_ask

STEP = timedelta(minutes=10)
STEPS = int(timedelta(days=1) / STEP)
RETENTION_DAYS = 1
MISS = "weather in boston"


def asked_before(guild: int, at: datetime) -> Ask:
    return replace(an_ask("new-start"), guild=guild, at=at)


@dataclass
class Life:
    """A bot that lives by the sandbox's clock, on a database of its own."""

    sandbox: Sandbox
    client: BriefbotClient
    log: SqlAskLog
    book: SqlServerBook
    rounds: Rounds
    url: str

    @property
    def channel(self) -> Channel:
        return self.sandbox.world.person("Ada").channel

    @property
    def guild(self) -> int:
        assert self.channel.server is not None
        return int(self.channel.server.id)

    def now(self) -> datetime:
        return self.sandbox.world.clock.now()

    async def goes_on(self, by: timedelta = STEP) -> None:
        self.sandbox.world.clock.move(by)
        await self.rounds.make()

    async def words(self) -> list[datetime]:
        """When what is still kept in words was asked."""
        rows = await run_sql(self.url, "select at from asks where question is not null")
        return [datetime.fromisoformat(str(at)).replace(tzinfo=UTC) for (at,) in rows]

    def digests(self) -> list[Message]:
        seen = self.sandbox.world.board.seen_by(self.sandbox.world.person("Ada").user, self.channel)
        return [message for message in seen if message.author is BOT and "The week in questions" in message.text]


@pytest.fixture(params=["sqlite", "postgres"])
async def life(request: pytest.FixtureRequest, deck: Deck, sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Life]:
    async with living(deck, sandbox, await new_database(request, tmp_path), tmp_path) as made:
        yield made


@asynccontextmanager
async def living(deck: Deck, sandbox: Sandbox, url: str, folder: Path) -> AsyncIterator[Life]:
    now, database = sandbox.world.clock.now, Database(url)
    log = SqlAskLog(database, retention=timedelta(days=RETENTION_DAYS), spool=folder / "spool", now=now)
    await log.open()
    book = SqlServerBook(database)
    client = BriefbotClient(
        BriefingDesk(deck, log, book, now=now), Config(retention_days=RETENTION_DAYS, asks_per_minute=0)
    )
    async with connected(sandbox, client):
        yield Life(sandbox, client, log, book, Rounds(client, now), url)
    await log.close()


async def test_a_day_with_asks_a_digest_purges_and_a_server_that_was_left(life: Life, deck: Deck) -> None:
    world, began = life.sandbox.world, life.now()
    ada, ben = world.person("Ada"), world.person("Ben")
    digest_at = began + timedelta(hours=5)
    await life.book.change(
        life.guild,
        ServerSettings(
            digest_channel=int(life.channel.id),
            digest_time=replace(ServerSettings().digest_time, weekday=digest_at.weekday(), hour=digest_at.hour),
        ),
    )  # fmt: skip
    for days in (1, 2, 3):
        for _ in range(3):
            await life.log.record(asked_before(life.guild, began - timedelta(days=days)))
    left = 424_242
    await life.log.record(asked_before(left, began - timedelta(days=40)))
    # Noted as left almost thirty days ago: they are over within this day.
    await life.book.departed(frozenset([left]), began - timedelta(days=30) + timedelta(hours=3))
    old = await ada.slash("brief", topic="new start")
    asked: Counter[str] = Counter({"found": 1})
    digests: list[int] = []
    for step in range(STEPS):
        await life.goes_on()
        answer = await (ada, ben)[step % 2].slash("brief", topic="nato expantion")
        assert answer.text.startswith("## NATO enlargement")
        asked["found"] += 1
        if step % 6 == 0:
            assert (await ben.slash("brief", topic=MISS)).text.startswith("## Nothing here")
            asked["missed"] += 1
        digests.append(len(life.digests()))
    await life.log.settled()

    assert digests[-1] == 1, "one digest"
    came = began + STEP * (digests.index(1) + 1)
    assert timedelta(0) <= came - digest_at.replace(minute=0, second=0, microsecond=0) < STEP
    kept = Counter(dict(await of_today(life.url, began)))
    assert kept == {"found": asked["found"], "abstained": asked["missed"]}, "each ask, once"
    assert left in await life.log.guilds(), "it is looked once a day, and at the last look it was not thirty days yet"
    told = await ada.click(old.message, "Quotes")
    assert "Quotes" in told.text, "a button of yesterday"
    async with aiohttp.ClientSession() as http:
        url = f"{life.sandbox.url}/api/v10/webhooks/{life.client.application_id}/{old.token}/messages/@original"
        async with http.patch(url, json={}) as refused:
            assert refused.status == 401, "the token of yesterday is over"

    for _ in range(3):
        await life.goes_on(timedelta(hours=12))
    assert await life.log.guilds() == {life.guild}, "what was left thirty days ago is forgotten"
    oldest = life.now() - timedelta(days=RETENTION_DAYS, hours=12)
    assert all(at >= oldest for at in await life.words())
    assert Counter(dict(await of_today(life.url, began))) == kept, "the counts stay"
    assert len(life.digests()) == 1


async def of_today(url: str, since: datetime) -> list[tuple[str, int]]:
    rows = await run_sql(
        url,
        f"select outcome, count(*) from asks where at >= '{since:%Y-%m-%d %H:%M:%S}' and guild is not null group by 1",
    )
    return [(str(outcome), int(str(count))) for outcome, count in rows]


@pytest.mark.parametrize("days", [1, -1])
async def test_a_clock_that_moves_by_a_day_costs_no_ask_and_sends_no_digest_twice(life: Life, days: int) -> None:
    ada, began = life.sandbox.world.person("Ada"), life.now()
    await life.book.change(
        life.guild,
        ServerSettings(
            digest_channel=int(life.channel.id),
            digest_time=replace(ServerSettings().digest_time, weekday=began.weekday(), hour=began.hour),
        ),
    )  # fmt: skip
    for _ in range(3):
        await life.log.record(asked_before(life.guild, began - timedelta(days=1)))
    old = await ada.slash("brief", topic="new start")
    await life.rounds.make()
    assert len(life.digests()) == 1
    await life.goes_on(timedelta(days=days))
    assert (await ada.slash("brief", topic="new start")).text.startswith("## New START")
    assert (await ada.click(old.message, "Quotes")).text.startswith("## New START")
    await life.goes_on(timedelta(days=-days))
    assert (await ada.slash("brief", topic="new start")).text.startswith("## New START")
    for _ in range(6):
        await life.goes_on()
    assert len(life.digests()) == 1
    assert (await ada.slash("brief", topic=MISS)).text.startswith("## Nothing here")
    assert len(await life.words()) == 1, "what was typed just now is not taken for old"
    await life.log.settled()
    rows = await run_sql(life.url, "select count(*) from asks where card = 'new-start' and guild is not null")
    assert rows == [(6,)], "three before, three now"
