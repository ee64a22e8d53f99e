"""What those who manage a server can do with what is kept of it: settings, taking along, erasing; and what goes by itself."""

import csv
import io
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.asklog import MemoryAskLog, MemoryServerBook, writer
from bot.asklog.database import Database
from bot.asklog.sql import SqlAskLog
from bot.asklog.sql_servers import SqlServerBook
from bot.asklog.tables import metadata, stored
from bot.config import Config
from bot.desk import BriefingDesk, Deck
from bot.interactions import BriefbotClient
from bot.interactions.rounds import Rounds
from bot.model import Ask, DigestTime, Feedback, Outcome, Period, ServerSettings, Surface, Visibility, Voice
from bot.sandbox import Misuse, Person, Sandbox
from bot.sandbox.places import BOT, ChannelType, Permission
from tests.conftest import ROOT, Running, connected, press, seminar
from tests.databases import in_folder, new_database, run_sql

NOW = datetime(2026, 6, 1, 12, 34, 56, tzinfo=UTC)
EVER = Period(first=date(2020, 1, 1), last=date(2100, 1, 1))


def an_ask(guild: int | None, question: str | None = None, at: datetime = NOW) -> Ask:
    return Ask(
        at=at, surface=Surface.BRIEF, outcome=Outcome.ABSTAINED if question else Outcome.FOUND,
        card=None if question else "new-start", picked=False, score=0.5, guild=guild, locale="en-GB", question=question,
    )  # fmt: skip


def said(guild: int, text: str | None = None) -> Feedback:
    return Feedback(
        at=NOW, voice=Voice.ERROR, card="new-start", version="0f1e2d3c", part="quote 1", text=text, ask=None,
        guild=guild, locale="de",
    )  # fmt: skip


@pytest.fixture
def ben(bot: Running) -> Person:
    """He manages the server."""
    return bot.sandbox.world.person("Ben")


# ---------------------------------------------------------------- the digest's settings


async def test_managers_choose_channel_day_hour_and_time_zone_of_the_digest(bot: Running, ben: Person) -> None:
    page = await ben.slash("settings")
    assert "briefbot:set:time" not in page.message.custom_ids
    channel = ben.channel
    await ben.choose(page.message, "briefbot:set:channel", channel)
    assert "Saved." in page.text
    told = [message for message in bot.ada.sees() if message.author is BOT and not message.flags & 64]
    assert "Once a week, if anything was asked in this server" in told[-1].text
    await ben.choose(page.message, "briefbot:set:time", "fri-18")
    await ben.choose(page.message, "briefbot:set:zone", "Europe/Kyiv")
    decided = await bot.client.desk.settings(seminar(bot))
    assert decided == ServerSettings(
        digest_channel=int(channel.id), digest_time=DigestTime(weekday=4, hour=18), time_zone="Europe/Kyiv"
    )
    await ben.choose(page.message, "briefbot:set:channel")
    assert (await bot.client.desk.settings(seminar(bot))).digest_channel is None
    assert "briefbot:set:time" not in page.message.custom_ids


async def test_a_channel_in_which_the_bot_may_not_write_is_not_taken(bot: Running, ben: Person) -> None:
    server = ben.channel.server
    assert server is not None
    closed = bot.sandbox.world.add_channel(server, "closed")
    bot.sandbox.world.deny(BOT, closed, Permission.SEND_MESSAGES)
    page = await ben.slash("settings")
    await ben.choose(page.message, "briefbot:set:channel", closed)
    assert "I may not write in that channel" in page.text
    assert (await bot.client.desk.settings(seminar(bot))).digest_channel is None


async def test_only_text_channels_are_offered_for_the_digest(bot: Running, ben: Person) -> None:
    server = ben.channel.server
    assert server is not None
    voice = bot.sandbox.world.add_channel(server, "voice", kind=ChannelType.VOICE)
    page = await ben.slash("settings")
    with pytest.raises(Misuse):
        await ben.choose(page.message, "briefbot:set:channel", voice)


@pytest.mark.parametrize(
    ("menu", "value"),
    [
        ("time", "xyz-09"),
        ("time", "mon-24"),
        ("zone", "Mars/Base"),
        ("channel", "1; drop table"),
        ("channel", "9" * 30),
    ],
)
async def test_a_forged_choice_changes_nothing(bot: Running, ben: Person, menu: str, value: str) -> None:
    forged = bot.sandbox.world.bot_message(ben.channel, [
        {"type": 1, "components": [{"type": 3, "custom_id": f"briefbot:set:{menu}",
                                    "options": [{"label": "x", "value": value}]}]},
    ])  # fmt: skip
    refused = await ben.choose(forged, f"briefbot:set:{menu}", value)
    assert "not one that I know" in refused.text
    assert await bot.client.desk.settings(seminar(bot)) == ServerSettings()


# ---------------------------------------------------------------- what is taken along


async def test_managers_take_along_what_is_kept_of_their_server_and_nothing_of_others(
    bot: Running, ben: Person
) -> None:
    guild = seminar(bot)
    await bot.log.record(an_ask(guild, at=datetime.now(UTC)))
    await bot.log.record(an_ask(guild))
    await bot.log.record(an_ask(guild, '=HYPERLINK("x"), "quoted"\nпривет'))
    await bot.log.record(an_ask(999, "somebody else's"))
    await bot.log.note(said(guild, "it was 2004"))
    page = await ben.slash("settings")
    await ben.click(page.message, "Take it along")
    given = await ben.reads(until=lambda message: bool(message.attachments))
    assert given.flags & 64
    with zipfile.ZipFile(io.BytesIO(ben.download(given, "briefbot-export.zip"))) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert set(files) == {"README.txt", "asks.csv", "feedback.csv", "servers.csv"}
    asks = list(csv.DictReader(io.StringIO(files["asks.csv"])))
    # Of today nothing, or somebody could look twice and see what was asked in between.
    assert [(ask["at"], ask["card"]) for ask in asks] == [("2026-06-01", ""), ("2026-06-01", "new-start")]
    # A spreadsheet takes it for words, not for a formula.
    assert asks[0]["question"] == '\'=HYPERLINK("x"), "quoted"\nпривет'
    assert {"score", "locale", "key", "id"}.isdisjoint(asks[0])
    (report,) = csv.DictReader(io.StringIO(files["feedback.csv"]))
    assert (report["voice"], report["text"], report["at"]) == ("error", "it was 2004", "2026-06-01")
    assert "12:34" not in "".join(files.values())
    assert "somebody else" not in "".join(files.values())
    (decided,) = csv.DictReader(io.StringIO(files["servers.csv"]))
    assert (decided["visibility"], decided["digest_time"]) == ("private", "mon-09")


@pytest.mark.parametrize("act", ["export", "erase", "erase-all"])
async def test_what_is_kept_of_a_server_is_for_those_who_manage_it(bot: Running, act: str) -> None:
    await bot.log.record(an_ask(seminar(bot)))
    refused = await press(bot, f"briefbot:plain:{act}")
    assert refused.text == "This is for those who manage the server."
    assert len(bot.log.asks) == 1


async def test_an_export_that_is_too_large_for_discord_is_said(
    bot: Running, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bot.log.record(an_ask(seminar(bot)))
    monkeypatch.setattr("bot.limits.UPLOAD", 100)
    page = await ben.slash("settings")
    await ben.click(page.message, "Take it along")
    assert await ben.reads(until=lambda message: "That is 1 MB, more than Discord takes" in message.text)


# ---------------------------------------------------------------- what is erased


async def test_managers_erase_what_is_kept_of_their_server_after_they_were_asked_once_more(
    bot: Running, ben: Person
) -> None:
    guild = seminar(bot)
    for of in (guild, guild, 999, None):
        await bot.log.record(an_ask(of))
    await bot.log.note(said(guild))
    page = await ben.slash("settings")
    await ben.choose(page.message, "briefbot:set:visibility", "shared")
    sure = await ben.click(page.message, "Erase it")
    assert sure.private
    assert "for good" in sure.text
    assert len(bot.log.asks) == 4
    await ben.click(sure.message, "Erase everything of this server")
    await ben.reads(until=lambda message: "3 rows were erased" in message.text)
    assert {ask.guild for ask in bot.log.asks} == {999, None}
    assert bot.log.feedback_given == []
    assert await bot.client.desk.settings(guild) == ServerSettings()


@pytest.fixture(params=["sqlite", "postgres"])
async def store(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[str, SqlAskLog, SqlServerBook]]:
    monkeypatch.setattr(writer, "WAIT_SECONDS", 30)
    url = await new_database(request, tmp_path)
    database = Database(url)
    log = SqlAskLog(database, retention=timedelta(days=90), spool=tmp_path / "spool")
    yield url, log, SqlServerBook(database)
    await log.close()


async def test_nothing_of_a_server_is_left_in_any_table_once_it_is_erased(
    store: tuple[str, SqlAskLog, SqlServerBook], deck: Deck
) -> None:
    url, log, book = store
    desk = BriefingDesk(deck, log, book)
    for guild in (7777, 8888):
        await log.record(an_ask(guild, "will nato fall"))
        await log.note(said(guild, "wrong"))
        await book.change(guild, ServerSettings(digest_channel=guild))
        assert await book.claim(guild, "2026-W48", NOW)
    await book.departed(frozenset({7777, 8888}), NOW)
    assert await desk.erase(7777) == 2
    for table in metadata.tables:
        rows = await run_sql(url, f"select * from {table}")
        assert "7777" not in str(rows), table
        assert "8888" in str(rows), table
    assert sum(count.asks for count in await log.tally(EVER)) == 1


async def test_a_server_that_the_bot_left_is_erased_after_thirty_days_and_not_before(
    deck: Deck, sandbox: Sandbox, store: tuple[str, SqlAskLog, SqlServerBook]
) -> None:
    url, log, book = store
    server = sandbox.world.person("Ada").channel.server
    assert server is not None
    guild, client = int(server.id), BriefbotClient(BriefingDesk(deck, log, book))
    clock = NOW
    async with connected(sandbox, client):
        rounds = Rounds(client, lambda: clock)
        await log.record(an_ask(guild))
        await log.record(an_ask(None))
        await rounds.make()
        sandbox.world.remove_bot(server)
        # A day at a time: it is looked once a day.
        for day in range(1, 31):
            clock = NOW + timedelta(days=day)
            await rounds.make()
            assert await log.guilds() == {guild}
        assert await run_sql(url, "select guild from departures") == [(guild,)]
        clock = NOW + timedelta(days=31)
        await rounds.make()
    assert await log.guilds() == frozenset()
    assert await run_sql(url, "select guild from departures") == []
    assert sum(count.asks for count in await log.tally(EVER)) == 1


async def test_a_server_to_which_the_bot_comes_back_is_not_erased(deck: Deck, sandbox: Sandbox) -> None:
    server = sandbox.world.person("Ada").channel.server
    assert server is not None
    book = MemoryServerBook()
    await book.change(int(server.id), ServerSettings(visibility=Visibility.SHARED))
    client = BriefbotClient(BriefingDesk(deck, bot_log := MemoryAskLog(), book))
    await bot_log.record(an_ask(int(server.id)))
    clock = NOW
    async with connected(sandbox, client):
        rounds = Rounds(client, lambda: clock)
        sandbox.world.remove_bot(server)
        await rounds.make()
        clock = NOW + timedelta(days=29)
        await rounds.make()
        sandbox.world.add_bot(server)
        clock = NOW + timedelta(days=30)
        await rounds.make()
        sandbox.world.remove_bot(server)
        clock = NOW + timedelta(days=45)
        await rounds.make()
    assert await bot_log.guilds() == {int(server.id)}
    assert await book.settings(int(server.id)) == ServerSettings(visibility=Visibility.SHARED)


# ---------------------------------------------------------------- what goes by itself


async def test_words_go_after_the_retention_and_the_counts_stay(tmp_path: Path) -> None:
    clock = NOW
    log = SqlAskLog(
        Database(in_folder(tmp_path)), retention=timedelta(days=90), spool=tmp_path / "spool", now=lambda: clock
    )
    await log.record(an_ask(7, "will nato fall"))
    await log.note(said(7, "it was 2004"))
    for days, words in ((90, True), (91, False)):
        clock = NOW + timedelta(days=days)
        await log.open()
        assert bool(await log.unanswered(EVER)) is words
        assert bool((await log.feedback())[0].text) is words
    assert sum(count.asks for count in await log.tally(EVER)) == 1
    await log.close()
    data = (tmp_path / "asks.sqlite3").read_bytes()
    assert b"will nato fall" not in data


# ---------------------------------------------------------------- what is told


async def test_privacy_tells_of_every_column_that_there_is(bot: Running) -> None:
    page = await bot.ada.slash("privacy")
    for table, columns in stored().items():
        for column, keeps in columns:
            assert keeps, f"{table}.{column}"
            assert keeps in page.text, f"{table}.{column}"
    assert "erased after 90 days" in page.text
    assert "for 30 days, all of it is erased" in page.text


def test_the_privacy_notice_names_every_table_and_column() -> None:
    notice = (ROOT / "PRIVACY.md").read_text("utf-8")
    for table, columns in stored().items():
        assert f"`{table}`" in notice
        assert [column for column, _keeps in columns if f"`{column}`" not in notice] == []


async def test_privacy_tells_the_retention_that_is_set(deck: Deck, sandbox: Sandbox) -> None:
    client = BriefbotClient(BriefingDesk(deck, MemoryAskLog()), Config(retention_days=7))
    async with connected(sandbox, client):
        assert "erased after 7 days" in (await sandbox.world.person("Ada").slash("privacy")).text


async def test_where_only_a_member_brought_the_bot_along_no_server_is_noted(bot: Running) -> None:
    servers = bot.sandbox.world.servers.values()
    elsewhere = next(server for server in servers if not server.installed)
    ada = bot.sandbox.world.person("Ada")
    await ada.at(elsewhere.channels[0].name).slash("brief", topic="new start")
    assert [ask.guild for ask in bot.log.asks] == [None]
