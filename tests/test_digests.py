"""Once a week, at a local time, once however many processes run; and nobody's words in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.asklog import AskLog, MemoryAskLog, MemoryServerBook, ServerBook
from bot.asklog.database import Database
from bot.asklog.servers import CLAIM
from bot.asklog.sql import SqlAskLog
from bot.asklog.sql_servers import SqlServerBook
from bot.desk import BriefingDesk, Deck
from bot.desk.schedule import due
from bot.interactions import BriefbotClient
from bot.interactions.rounds import Rounds
from bot.model import Ask, DigestTime, Feedback, Outcome, ServerSettings, Surface, Voice
from bot.peers import Alone
from bot.sandbox import Sandbox
from bot.sandbox.messages import Message
from bot.sandbox.places import BOT, Channel, Permission
from tests.conftest import Running, connected, seminar
from tests.databases import new_database

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
WEEKLY = ServerSettings(digest_channel=1, digest_time=DigestTime(weekday=0, hour=9))


# ---------------------------------------------------------------- when


@pytest.mark.parametrize(
    ("zone", "now", "week"),
    [
        ("UTC", "2026-11-23T08:59:59", None),
        ("UTC", "2026-11-23T09:00:00", "2026-W48"),
        ("UTC", "2026-11-23T15:00:00", "2026-W48"),
        ("UTC", "2026-11-23T15:00:01", None),
        ("UTC", "2026-11-26T09:00:00", None),
        ("Europe/Berlin", "2026-11-23T08:00:00", "2026-W48"),
        ("Europe/Berlin", "2026-11-23T07:59:00", None),
        ("America/New_York", "2026-11-23T09:00:00", None),
        ("America/New_York", "2026-11-23T14:00:00", "2026-W48"),
        ("Pacific/Auckland", "2026-11-22T20:00:00", "2026-W48"),
        # In summer Berlin is an hour further.
        ("Europe/Berlin", "2026-06-01T07:00:00", "2026-W23"),
        ("No/Such_Zone", "2026-11-23T09:00:00", "2026-W48"),
        ("", "2026-11-23T09:00:00", "2026-W48"),
    ],
)
def test_a_digest_is_due_for_a_few_hours_from_its_local_time_on(zone: str, now: str, week: str | None) -> None:
    assert due(replace(WEEKLY, time_zone=zone), datetime.fromisoformat(now).replace(tzinfo=UTC)) == week


def test_the_week_of_a_digest_is_that_of_its_day_in_its_place() -> None:
    sunday = replace(WEEKLY, digest_time=DigestTime(weekday=6, hour=18), time_zone="America/Los_Angeles")
    # Monday in UTC, and still Sunday there.
    assert due(sunday, datetime(2027, 1, 4, 3, tzinfo=UTC)) == "2026-W53"


def test_where_the_clock_is_put_forward_a_digest_comes_once() -> None:
    midnight = datetime(2026, 3, 29, tzinfo=UTC)
    night = replace(WEEKLY, digest_time=DigestTime(weekday=6, hour=2), time_zone="Europe/Berlin")
    minutes = [midnight + timedelta(minutes=number) for number in range(-60, 180)]
    weeks = [due(night, minute) for minute in minutes]
    assert set(weeks) == {None, "2026-W13"}
    assert sum(before != after for before, after in pairwise(weeks)) == 1


def test_without_a_channel_no_digest_is_due() -> None:
    assert due(replace(WEEKLY, digest_channel=None), MONDAY) is None


# ---------------------------------------------------------------- to whom it falls


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def books(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[ServerBook, ServerBook]]:
    """Two books of one store, as two processes have them."""
    if request.param == "memory":
        book = MemoryServerBook()
        yield book, book
        return
    url = await new_database(request, tmp_path)
    first, second = Database(url), Database(url)
    yield SqlServerBook(first), SqlServerBook(second)
    await first.close()
    await second.close()


async def test_of_all_that_ask_for_a_digest_one_gets_it(books: tuple[ServerBook, ServerBook]) -> None:
    claims = await asyncio.gather(*(book.claim(7, "2026-W48", MONDAY) for book in books * 5))
    assert sum(claims) == 1
    assert await books[0].claim(7, "2026-W49", MONDAY)
    assert await books[1].claim(8, "2026-W48", MONDAY)


async def test_a_claim_that_came_to_nothing_is_free_again_and_one_that_was_sent_is_not(
    books: tuple[ServerBook, ServerBook],
) -> None:
    first, second = books
    assert await first.claim(7, "2026-W48", MONDAY)
    assert not await second.claim(7, "2026-W48", MONDAY + CLAIM - timedelta(seconds=1))
    assert await second.claim(7, "2026-W48", MONDAY + CLAIM)
    await second.release(7, "2026-W48")
    assert await first.claim(7, "2026-W48", MONDAY + CLAIM)
    await first.sent(7, "2026-W48", MONDAY + CLAIM)
    assert not await second.claim(7, "2026-W48", MONDAY + 10 * CLAIM)
    await second.release(7, "2026-W48")
    assert not await second.claim(7, "2026-W48", MONDAY + 10 * CLAIM)


async def test_a_book_knows_which_servers_want_a_digest(books: tuple[ServerBook, ServerBook]) -> None:
    first, second = books
    decided = replace(WEEKLY, time_zone="Europe/Kyiv", digest_time=DigestTime(weekday=6, hour=18))
    await first.change(7, decided)
    await first.change(8, ServerSettings(language="de"))
    assert dict(await second.with_digest()) == {7: decided}
    assert await second.guilds() == {7, 8}


# ---------------------------------------------------------------- in Discord


def an_ask(card: str | None, guild: int, question: str | None = None, at: datetime = MONDAY) -> Ask:
    return Ask(
        at=at - timedelta(days=2), surface=Surface.BRIEF, outcome=Outcome.FOUND if card else Outcome.ABSTAINED,
        card=card, picked=False, score=None, guild=guild, locale=None, question=question,
    )  # fmt: skip


async def a_week(log: AskLog, guild: int) -> None:
    """Asks of the week before MONDAY, and some of another server and of another week."""
    for _ in range(5):
        await log.record(an_ask("new-start", guild))
        await log.record(an_ask("crimea", 999))
        await log.record(an_ask("crimea", guild, at=MONDAY - timedelta(days=14)))
    for number in range(4):
        await log.record(an_ask(None, guild, "will nato soldiers go to pyongyang"), f"missed{number}")
    await log.record(an_ask("crimea", guild))
    for number in range(3):
        await log.note(
            Feedback(
                at=MONDAY - timedelta(days=2), voice=Voice.REQUEST, card=None, version=None, part=None, text=None,
                ask=f"missed{number}", guild=guild, locale=None,
            )
        )  # fmt: skip


def sent_to(channel: Channel, sandbox: Sandbox) -> list[Message]:
    seen = sandbox.world.person("Ada").sees()
    return [message for message in seen if message.channel is channel and message.author is BOT]


async def test_a_digest_tells_the_week_of_its_server_and_no_word_that_anybody_typed(bot: Running) -> None:
    guild, channel = seminar(bot), bot.ada.channel
    await a_week(bot.log, guild)
    await bot.client.desk.change_settings(guild, lambda _: replace(WEEKLY, digest_channel=int(channel.id)))
    await Rounds(bot.client, lambda: MONDAY).make()
    (digest,) = sent_to(channel, bot.sandbox)
    assert "2026-11-16 to 2026-11-22" in digest.text
    assert "**Questions**: 10" in digest.text
    assert "New START: the extension and after: 5" in digest.text
    assert "found nothing: 4" in digest.text
    assert "wished for a card: 3" in digest.text
    assert "Crimea" not in digest.text
    assert "pyongyang" not in digest.text.casefold()
    assert not digest.text.count("@")
    topics = await bot.ada.click(digest, "Topics")
    assert topics.private


async def test_a_digest_speaks_the_language_of_the_server(bot: Running) -> None:
    guild, channel = seminar(bot), bot.ada.channel
    await a_week(bot.log, guild)
    decided = replace(WEEKLY, digest_channel=int(channel.id), language="ru")
    await bot.client.desk.change_settings(guild, lambda _: decided)
    await Rounds(bot.client, lambda: MONDAY).make()
    (digest,) = sent_to(channel, bot.sandbox)
    assert "Questions" not in digest.text
    assert "New START: the extension and after" in digest.text


async def test_a_week_in_which_nobody_asked_is_no_news(bot: Running, deck: Deck) -> None:
    guild, channel = seminar(bot), bot.ada.channel
    await bot.client.desk.change_settings(guild, lambda _: replace(WEEKLY, digest_channel=int(channel.id)))
    rounds = Rounds(bot.client, lambda: MONDAY)
    await rounds.make()
    assert sent_to(channel, bot.sandbox) == []
    overdue = max(card.review_by for card in deck.cards.values()) + timedelta(days=7)
    late = datetime.combine(overdue, datetime.min.time(), UTC) + timedelta(days=-overdue.weekday() % 7, hours=9)
    await Rounds(bot.client, lambda: late).make()
    (digest,) = sent_to(channel, bot.sandbox)
    assert "Cards due for review" in digest.text


@dataclass
class Process:
    """A bot as another process would have it, with a store of its own on the same database."""

    client: BriefbotClient
    rounds: Rounds
    log: AskLog


@asynccontextmanager
async def process(deck: Deck, sandbox: Sandbox, url: str, spool: Path, now: datetime) -> AsyncIterator[Process]:
    database = Database(url)
    log = SqlAskLog(database, retention=timedelta(days=3650), spool=spool)
    await log.open()
    client = BriefbotClient(BriefingDesk(deck, log, SqlServerBook(database)))
    async with connected(sandbox, client):
        yield Process(client, Rounds(client, lambda: now), log)
    await log.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_however_many_processes_run_a_digest_comes_once_a_week(
    kind: str, request: pytest.FixtureRequest, deck: Deck, sandbox: Sandbox, tmp_path: Path
) -> None:
    request.param = kind
    url = await new_database(request, tmp_path)
    channel = sandbox.world.person("Ada").channel
    assert channel.server is not None
    guild = int(channel.server.id)
    async with AsyncExitStack() as stack:
        processes = [
            await stack.enter_async_context(process(deck, sandbox, url, tmp_path / "spool", MONDAY)) for _ in range(3)
        ]
        first = processes[0].client.desk
        await first.change_settings(guild, lambda _: replace(WEEKLY, digest_channel=int(channel.id)))
        await a_week(processes[0].log, guild)
        for _ in range(3):
            await asyncio.gather(*(each.rounds.make() for each in processes))
        assert len(sent_to(channel, sandbox)) == 1
        later = await stack.enter_async_context(
            process(deck, sandbox, url, tmp_path / "spool", MONDAY + timedelta(days=7))
        )
        await a_week_later(processes[0].log, guild)
        await later.rounds.make()
        assert len(sent_to(channel, sandbox)) == 2


async def a_week_later(log: AskLog, guild: int) -> None:
    for _ in range(3):
        await log.record(an_ask("new-start", guild, at=MONDAY + timedelta(days=7)))


async def test_a_digest_that_discord_did_not_take_is_tried_again(bot: Running) -> None:
    guild, channel = seminar(bot), bot.ada.channel
    await a_week(bot.log, guild)
    await bot.client.desk.change_settings(guild, lambda _: replace(WEEKLY, digest_channel=int(channel.id)))
    rounds = Rounds(bot.client, lambda: MONDAY)
    bot.sandbox.faults.fail(400, where="POST .*/messages")
    await rounds.make()
    assert sent_to(channel, bot.sandbox) == []
    await rounds.make()
    await rounds.make()
    assert len(sent_to(channel, bot.sandbox)) == 1


async def test_a_digest_whose_sender_died_before_it_could_say_so_is_not_sent_twice(bot: Running) -> None:
    guild, channel = seminar(bot), bot.ada.channel
    await a_week(bot.log, guild)
    await bot.client.desk.change_settings(guild, lambda _: replace(WEEKLY, digest_channel=int(channel.id)))

    class Forgetful(MemoryServerBook):
        """Of a process that ends between the message and the note that it was sent."""

        async def sent(self, guild: int, week: str, now: datetime) -> None:
            return None

    book = Forgetful()
    await book.change(guild, await bot.client.desk.settings(guild))
    bot.client.desk = BriefingDesk(bot.client.desk.deck, bot.log, book)
    for minutes in (0, 4):
        await Rounds(bot.client, lambda at=MONDAY + timedelta(minutes=minutes): at).make()  # type: ignore[misc]
    assert len(sent_to(channel, bot.sandbox)) == 1
    # Discord knows the message that it was sent a moment ago.
    await book.release(guild, "2026-W48")
    await Rounds(bot.client, lambda: MONDAY).make()
    assert len(sent_to(channel, bot.sandbox)) == 1


async def test_a_bot_that_is_stopped_while_it_sends_a_digest_notes_that_it_was_sent(
    deck: Deck, sandbox: Sandbox
) -> None:
    book, log = MemoryServerBook(), MemoryAskLog()
    channel = sandbox.world.person("Ada").channel
    assert channel.server is not None
    guild = int(channel.server.id)
    await a_week(log, guild)
    await book.change(guild, replace(WEEKLY, digest_channel=int(channel.id)))
    client = BriefbotClient(BriefingDesk(deck, log, book))
    client.rounds = Rounds(client, lambda: MONDAY)
    async with connected(sandbox, client):
        sandbox.faults.slow(0.5, where="POST .*/messages")
        making = asyncio.create_task(client.rounds.make())
        async with asyncio.timeout(10):
            while sandbox.faults.waiting:  # noqa: ASYNC110  # nobody tells that a request has come
                await asyncio.sleep(0.01)
        making.cancel()
        await asyncio.gather(making, return_exceptions=True)
        await client.close()
    assert not await book.claim(guild, "2026-W48", MONDAY + timedelta(hours=1)), "nobody sends it again"


async def test_a_channel_in_which_the_bot_may_not_write_costs_one_try_a_week(
    bot: Running, caplog: pytest.LogCaptureFixture
) -> None:
    guild, channel = seminar(bot), bot.ada.channel
    await a_week(bot.log, guild)
    await bot.client.desk.change_settings(guild, lambda _: replace(WEEKLY, digest_channel=int(channel.id)))
    bot.sandbox.world.deny(BOT, channel, Permission.SEND_MESSAGES)
    rounds = Rounds(bot.client, lambda: MONDAY)
    for _ in range(3):
        await rounds.make()
    assert caplog.text.count("a digest could not be written") == 1


async def test_a_store_that_is_away_costs_the_rounds_nothing(
    deck: Deck, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    class Away(MemoryServerBook):
        async def with_digest(self) -> dict[int, ServerSettings]:
            raise OSError("away")

    client = BriefbotClient(BriefingDesk(deck, MemoryAskLog(), Away()))
    async with connected(sandbox, client):
        await Rounds(client, lambda: MONDAY).make()
    assert "is tried again: away" in caplog.text


class Follower(Alone):
    """What a process knows of others of which another one leads."""

    @property
    def leads(self) -> bool:
        return False


async def test_only_the_process_that_leads_makes_the_rounds(deck: Deck, sandbox: Sandbox) -> None:
    made: asyncio.Queue[str] = asyncio.Queue()
    sandbox.rest.listeners.append(
        lambda request: made.put_nowait(request.path) if request.path.endswith("/users/@me/guilds") else None
    )
    follower, leader = (BriefbotClient(BriefingDesk(deck, MemoryAskLog()), peers=of) for of in (Follower(), Alone()))
    async with connected(sandbox, follower):
        await follower.wait_until_ready()
        for _ in range(3):
            await sandbox.world.person("Ada").slash("brief", topic="new start")
        assert made.empty(), "the rounds would have begun before these answers"
        async with connected(sandbox, leader):
            await asyncio.wait_for(made.get(), 10)


async def test_the_rounds_are_made_by_a_bot_that_runs(deck: Deck, sandbox: Sandbox) -> None:
    channel = sandbox.world.person("Ada").channel
    assert channel.server is not None
    guild, log = int(channel.server.id), MemoryAskLog()
    now = datetime.now(UTC)
    today = DigestTime(weekday=now.weekday(), hour=now.hour)
    book = MemoryServerBook()
    await book.change(guild, ServerSettings(digest_channel=int(channel.id), digest_time=today))
    for _ in range(3):
        await log.record(an_ask("new-start", guild, at=now))
    async with connected(sandbox, BriefbotClient(BriefingDesk(deck, log, book))):
        digest = await sandbox.world.person("Ada").reads(until=lambda message: message.author is BOT)
    assert "The week in questions" in digest.text
