"""One contract over every store: in memory, SQLite, PostgreSQL."""

import asyncio
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.asklog import AskLog, MemoryAskLog, database, scrub, writer
from bot.asklog.database import HEAD, Database
from bot.asklog.migrations import upgrade
from bot.asklog.sql import SqlAskLog
from bot.asklog.sql_servers import SqlServerBook
from bot.asklog.tables import asks, metadata, servers
from bot.asklog.tables import feedback as feedback_table
from bot.model import Ask, Feedback, Outcome, Period, ServerSettings, Surface, Visibility, Voice
from tests.conftest import ROOT
from tests.databases import in_folder, new_database, run_sql

EVER = Period(first=date(2020, 1, 1), last=date(2100, 1, 1))
SPOOL = Path("spool")


def an_ask(card: str | None = "bridge", question: str | None = None, age_days: float = 0) -> Ask:
    return Ask(
        at=datetime.now(UTC) - timedelta(days=age_days),
        surface=Surface.BRIEF,
        outcome=Outcome.FOUND if card else Outcome.ABSTAINED,
        card=card,
        picked=False,
        score=0.9 if card else None,
        guild=2**53 + 1,
        locale="en-GB",
        question=question,
    )


def said(voice: Voice = Voice.HELPFUL, *, age_days: float = 0, text: str | None = None) -> Feedback:
    return Feedback(
        at=datetime.now(UTC) - timedelta(days=age_days),
        voice=voice,
        card="bridge",
        version="0f1e2d3c",
        part="quote 3" if text else None,
        text=text,
        ask=None,
        guild=2**53 + 1,
        locale="en-GB",
    )


def wanted(ask_id: str) -> Feedback:
    return replace(said(Voice.REQUEST), card=None, version=None, ask=ask_id)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that each test has a spool of its own, which a busy machine does not make it use."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(writer, "WAIT_SECONDS", 30)


def opened(url: str, retention: timedelta = timedelta(days=1)) -> SqlAskLog:
    return SqlAskLog(Database(url), retention=retention, spool=SPOOL)


async def counted(log: AskLog) -> dict[str, int]:
    """How often each card was the answer."""
    found: Counter[str] = Counter()
    for count in await log.tally(EVER):
        found.update({count.card: count.asks} if count.card else {})
    return dict(found)


@pytest.fixture(params=["sqlite", "postgres"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return await new_database(request, tmp_path)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def log(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AskLog]:
    if request.param == "memory":
        yield MemoryAskLog()
        return
    made = opened(await new_database(request, tmp_path), timedelta(days=90))
    await made.open()
    yield made
    await made.close()


async def test_asks_are_counted_by_what_they_have_in_common(log: AskLog) -> None:
    for card in ("bridge", "tunnel", "bridge", None):
        await log.record(an_ask(card))
    await log.record(replace(an_ask(), picked=True))
    assert {(count.card, count.outcome, count.picked, count.asks) for count in await log.tally(EVER)} == {
        ("bridge", "found", False, 2),
        ("bridge", "found", True, 1),
        ("tunnel", "found", False, 1),
        (None, "abstained", False, 1),
    }


async def test_what_is_counted_is_of_a_period_and_of_a_server(log: AskLog) -> None:
    noon = datetime(2026, 6, 2, 12, tzinfo=UTC)
    for days, guild in ((0, 7), (0, None), (1, 7), (1, 8), (2, 7)):
        await log.record(replace(an_ask(), at=noon - timedelta(days=days), guild=guild))
    await log.record(replace(an_ask(), at=noon, guild=7, picked=True))
    period = Period(first=date(2026, 6, 1), last=date(2026, 6, 2))

    async def asks_of(guild: int | None) -> int:
        return sum(count.asks for count in await log.tally(period, guild))

    assert [await asks_of(guild) for guild in (None, 7, 8, 9)] == [5, 3, 1, 0]
    assert [await log.days(period, guild) for guild in (None, 7, 8, 9)] == [(2, 2), (1, 1), (1, 0), (0, 0)]


async def test_a_day_ends_at_midnight_of_utc(log: AskLog) -> None:
    for at in ("2026-06-01T23:59:59+00:00", "2026-06-02T00:00:00+00:00", "2026-06-02T01:00:00+02:00"):
        await log.record(replace(an_ask(), at=datetime.fromisoformat(at)))
    assert await log.days(Period(first=date(2026, 6, 1), last=date(2026, 6, 2))) == (2, 1)


async def test_what_found_nothing_clear_is_told_by_wording_with_what_was_chosen_and_wished_for(log: AskLog) -> None:
    missed = replace(an_ask(None, "toll bridge"), guild=7)
    offered = replace(missed, outcome=Outcome.SUGGESTED)
    await log.record(missed, "a")
    await log.record(offered, "b")
    await log.record(replace(an_ask(None, "a ferry"), guild=8), "c")
    await log.record(an_ask("tunnel"), "d")
    long = "x" * 60
    for key, card in ((f"b:{long}", long), (f"b:{long}", long), ("b:bridge", "bridge"), ("d:bridge", "bridge")):
        await log.record(replace(an_ask(card), guild=7, picked=True), key)
    await log.note(wanted("a"))
    toll, ferry = await log.unanswered(EVER)
    assert (toll.question, toll.asks, toll.offered, toll.wanted) == ("toll bridge", 2, 1, 1)
    assert dict(toll.picked) == {long: 1, "bridge": 1}
    assert (ferry.question, ferry.asks, ferry.offered, ferry.wanted, dict(ferry.picked)) == ("a ferry", 1, 0, 0, {})
    assert toll.last.utcoffset() == timedelta(0)
    assert [one.question for one in await log.unanswered(EVER, 8)] == ["a ferry"]
    assert await log.unanswered(Period(first=date(2020, 1, 1), last=date(2020, 1, 2))) == ()


async def test_what_is_kept_of_a_server_is_erased_and_nothing_else(log: AskLog) -> None:
    for guild in (7, 8, None, 7):
        await log.record(replace(an_ask(), guild=guild))
    await log.note(replace(said(), guild=7))
    await log.note(replace(said(), guild=9))
    assert await log.guilds() == {7, 8, 9}
    assert await log.erase(7) == 3
    assert await log.erase(7) == 0
    assert await log.guilds() == {8, 9}
    assert await counted(log) == {"bridge": 2}
    assert sum(count.asks for count in await log.tally(EVER, 7)) == 0
    assert [one.guild for one in await log.feedback()] == [9]


async def test_feedback_is_of_a_period_and_of_a_server(log: AskLog) -> None:
    old, new = said(age_days=10), replace(said(), guild=7)
    for one in (old, new):
        await log.note(one)
    today = datetime.now(UTC).date()
    assert await log.feedback(Period.ending(today, 3)) == (new,)
    assert await log.feedback(None, 2**53 + 1) == (old,)


async def test_asks_at_the_same_time_are_all_kept(log: AskLog) -> None:
    await asyncio.gather(*(log.record(an_ask()) for _ in range(50)))
    assert await counted(log) == {"bridge": 50}


async def test_asks_with_one_key_are_kept_once(log: AskLog) -> None:
    for card in ("bridge", "bridge", "tunnel"):
        await log.record(an_ask(card), key=f"pick:{card}")
    assert await counted(log) == {"bridge": 1, "tunnel": 1}


async def test_old_words_are_forgotten_and_the_ask_stays_counted(log: AskLog) -> None:
    await log.record(an_ask(question="old words", age_days=10))
    await log.record(an_ask(question="new words"))
    week_ago = datetime.now(UTC) - timedelta(days=7)
    assert await log.forget_questions(week_ago) == 1
    assert await log.forget_questions(week_ago) == 0
    assert await counted(log) == {"bridge": 2}


async def test_feedback_is_read_as_it_was_given_oldest_first(log: AskLog) -> None:
    given = [said(), wanted("8f14e45f"), said(Voice.ERROR, age_days=3, text="it was 2004"), said(Voice.NOT_HELPFUL)]
    for one in given:
        await log.note(one)
    read = await log.feedback()
    assert list(read) == [given[2], given[0], given[1], given[3]]
    assert {one.at.utcoffset() for one in read} == {timedelta(0)}
    assert {type(one.voice) for one in read} == {Voice}


async def test_feedback_counts_no_card(log: AskLog) -> None:
    await log.note(said())
    assert await counted(log) == {}


async def test_feedback_with_one_key_is_kept_once(log: AskLog) -> None:
    first = said(Voice.HELPFUL)
    for one in (first, said(Voice.NOT_HELPFUL)):
        await log.note(one, key="8f14e45f")
    assert await log.feedback() == (first,)


async def test_an_ask_and_feedback_may_have_the_same_key(log: AskLog) -> None:
    await asyncio.gather(log.record(an_ask(), key="8f14e45f"), log.note(said(), key="8f14e45f"))
    assert await counted(log) == {"bridge": 1}
    assert len(await log.feedback()) == 1


async def test_asks_and_feedback_at_the_same_time_are_all_kept(log: AskLog) -> None:
    given = [said(age_days=50 - number) for number in range(50)]
    await asyncio.gather(*(coroutine for one in given for coroutine in (log.note(one), log.record(an_ask()))))
    assert await counted(log) == {"bridge": 50}
    assert await log.feedback() == tuple(given)


async def test_old_words_of_reports_are_forgotten_and_the_reports_stay(log: AskLog) -> None:
    old, new = said(Voice.ERROR, age_days=10, text="old words"), said(Voice.ERROR, text="new words")
    for one in (old, new, said(age_days=10)):
        await log.note(one)
    await log.record(an_ask(question="old words", age_days=10))
    week_ago = datetime.now(UTC) - timedelta(days=7)
    assert await log.forget_questions(week_ago) == 2
    assert await log.forget_questions(week_ago) == 0
    kept = await log.feedback()
    assert len(kept) == 3
    assert replace(old, text=None) in kept
    assert new in kept


# ---------------------------------------------------------------- what is kept


def test_an_ask_has_no_place_for_a_person_a_message_or_a_channel() -> None:
    assert {field.name for field in fields(Ask)} == {
        "at", "surface", "outcome", "card", "picked", "score", "guild", "locale", "question",
    }  # fmt: skip
    assert {column.name for column in asks.columns} == {field.name for field in fields(Ask)} | {"id", "key"}


def test_feedback_and_settings_have_no_place_for_a_person_a_message_or_a_channel() -> None:
    assert {field.name for field in fields(Feedback)} == {
        "at", "voice", "card", "version", "part", "text", "ask", "guild", "locale",
    }  # fmt: skip
    assert {column.name for column in feedback_table.columns} == {field.name for field in fields(Feedback)} | {
        "id",
        "key",
    }
    assert {column.name for column in servers.columns} == {
        "guild", "visibility", "language", "digest_channel", "digest_time", "time_zone", "changed",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("nord  stream\n2", "nord stream 2"),
        ("<@123456789012345678> and <@!1234567> said", "[mention] and [mention] said"),
        ("<#123456> <@&99999> <:smile:123456> </brief:123>", "[mention] [mention] [mention] [mention]"),
        ("@everyone giveaway", "[mention] giveaway"),
        ("see https://example.org/a?b=c now", "see [link] now"),
        ("discord.gg/abc", "[link]"),
        ("write to jo.doe+x@example.co.uk", "write to [e-mail]"),
        ("call +44 20 7946 0958", "call [number]"),
        ("+44 (20) 7946 0958", "[number]"),
        ("(555) 123-4567", "[number]"),
        ("1234–5678–9012", "[number]"),
        ("ask @jo.doe", "ask [mention]"),
        ("jo#1234 said", "[mention] said"),
        ("example.com/u/jo", "[link]"),
        ("s.res.122 and u.s. policy 9/11", "s.res.122 and u.s. policy 9/11"),
        ("4111111111111111", "[number]"),
        ("sanctions 2022", "sanctions 2022"),
        ("x" * 300, "x" * 200),
        ("a\x1b[31mb", "a�[31mb"),
    ],
)
def test_what_was_typed_is_kept_without_what_tells_who_typed_it(typed: str, kept: str) -> None:
    assert scrub(typed) == kept


def test_a_report_may_be_longer_than_a_question() -> None:
    assert scrub("x" * 400, 300) == "x" * 300
    # What is taken out is found though it ends behind the cut.
    assert scrub("x" * 295 + " jo.doe@example.org", 300) == "x" * 295 + " [e-m"


# ---------------------------------------------------------------- the file


async def test_the_file_is_made_with_the_first_ask(tmp_path: Path) -> None:
    path = tmp_path / "new" / "asks.sqlite3"
    log = opened(f"sqlite+aiosqlite:///{path}")
    assert not path.exists()
    await log.record(an_ask())
    await log.close()
    assert [found.name for found in path.parent.iterdir()] == ["asks.sqlite3"]


async def test_what_was_recorded_outlives_a_log_that_was_never_closed(url: str) -> None:
    first = opened(url)
    await first.record(an_ask())
    report = said(Voice.ERROR, text="it was 2004")
    await first.note(report)
    second = opened(url)
    assert await counted(second) == {"bridge": 1}
    assert await second.feedback() == (report,)
    await first.close()
    await second.close()


async def test_opening_forgets_what_is_older_than_the_retention(tmp_path: Path) -> None:
    url = in_folder(tmp_path)
    log = opened(url, timedelta(days=90))
    await log.record(an_ask(question="old", age_days=10))
    await log.note(said(Voice.ERROR, text="old", age_days=10))
    await log.close()
    log = opened(url, timedelta(days=7))
    await log.open()
    await log.close()
    assert await run_sql(url, "select card, question from asks") == [("bridge", None)]
    assert await run_sql(url, "select card, part, text from feedback") == [("bridge", "quote 3", None)]


async def test_times_are_kept_in_utc(tmp_path: Path) -> None:
    log = opened(in_folder(tmp_path))
    noon = datetime.fromisoformat("2026-06-01T14:00:00+02:00")
    await log.record(replace(an_ask(), at=noon))
    await log.close()
    with sqlite3.connect(tmp_path / "asks.sqlite3") as connection:
        assert connection.execute("select at from asks").fetchone()[0].startswith("2026-06-01 12:00:00")
    connection.close()


RECORD = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from bot.asklog.database import Database
from bot.asklog.sql import SqlAskLog
from bot.model import Ask, Outcome, Surface

async def main():
    log = SqlAskLog(Database(sys.argv[1]), retention=timedelta(days=1), spool=Path(sys.argv[2]))
    await log.open()
    ask = Ask(at=datetime.now(UTC), surface=Surface.BRIEF, outcome=Outcome.FOUND, card="bridge", picked=False,
              score=1.0, guild=None, locale=None, question=None)
    await log.record(ask)
    await log.close()

asyncio.run(main())
"""


async def test_processes_that_open_a_new_database_at_once_all_record(url: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", RECORD, url, f"{tmp_path}/spool"]
    processes = [
        await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=asyncio.subprocess.PIPE) for _ in range(4)
    ]
    ended = await asyncio.gather(*(process.communicate() for process in processes))
    assert [errors for _, errors in ended] == [b""] * 4
    log = opened(url)
    assert await counted(log) == {"bridge": 4}
    await log.close()
    assert await run_sql(url, "select version_num from alembic_version") == [(HEAD,)]


async def test_a_text_that_is_too_long_keeps_nothing_else_from_being_written(url: str) -> None:
    log = opened(url)
    keys = ["x" * 70 + end for end in "ab"]
    await asyncio.gather(
        log.record(an_ask(question="q" * 500), key=keys[0]),
        log.record(an_ask(), key=keys[1]),
        log.record(an_ask(), key=keys[1]),
        log.note(replace(said(Voice.ERROR, text="t" * 500), part="p" * 500, locale="l" * 500)),
        log.note(wanted(keys[0])),
    )
    assert await counted(log) == {"bridge": 2}
    report, request = await log.feedback()
    assert report.text == "t" * 300
    # A request still names its ask.
    assert (request.ask,) in await run_sql(url, "select key from asks")
    await log.close()


async def test_feedback_that_only_a_newer_version_knows_is_passed_over(url: str) -> None:
    log = opened(url)
    await log.note(said())
    await log.note(said())
    await run_sql(url, "update feedback set voice = 'from the future' where id = 1")
    assert [one.voice for one in await log.feedback()] == [Voice.HELPFUL]
    await log.close()


async def test_the_migrations_make_the_tables_that_the_statements_expect(tmp_path: Path) -> None:
    log = opened(in_folder(tmp_path))
    await log.open()
    await log.close()
    for table in metadata.sorted_tables:
        with sqlite3.connect(tmp_path / "asks.sqlite3") as connection:
            made = {
                row[1]: (row[2], bool(row[3]), bool(row[5]))
                for row in connection.execute(f"pragma table_info({table})")
            }
        connection.close()
        assert made == {
            column.name: (str(column.type), not column.nullable, column.primary_key) for column in table.columns
        }


async def test_a_database_of_the_first_version_is_upgraded_with_what_it_holds(url: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade, "0001")
    await engine.dispose()
    row = "'8f14', '2026-06-01 12:00:00+00:00', 'brief', 'found', 'bridge', false"
    await run_sql(url, f"insert into asks (key, at, surface, outcome, card, picked) values ({row})")
    shared = Database(url)
    log, book = SqlAskLog(shared, retention=timedelta(days=1), spool=SPOOL), SqlServerBook(shared)
    assert await counted(log) == {"bridge": 1}
    report = said(Voice.ERROR, text="it was 2004")
    await log.note(report)
    assert await log.feedback() == (report,)
    decided = ServerSettings(visibility=Visibility.SHARED, language="de")
    await book.change(2**53 + 1, decided)
    assert await book.settings(2**53 + 1) == decided
    await log.close()
    assert await run_sql(url, "select version_num from alembic_version") == [(HEAD,)]


async def test_a_database_that_was_closed_is_not_opened_again(tmp_path: Path) -> None:
    log = opened(in_folder(tmp_path))
    await log.record(an_ask())
    await log.close()
    with pytest.raises(OSError, match="closed"):
        await counted(log)
    with pytest.raises(OSError, match="closed"):
        await log.note(said())


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
async def test_closing_ends_what_takes_too_long(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "CLOSE_SECONDS", 0.1)
    made = Database(url)
    sleeping = asyncio.create_task(made.read(text("select pg_sleep(60)")))
    async with asyncio.timeout(10):
        while not await run_sql(url, "select 1 from pg_stat_activity where query = 'select pg_sleep(60)'"):
            pass
    async with asyncio.timeout(5):
        await made.close()
    with pytest.raises(OSError, match="closed"):
        await sleeping


async def test_a_database_that_is_closed_while_it_opens_leaves_nothing_open(url: str) -> None:
    made = Database(url)
    opening = asyncio.create_task(made.open())
    await asyncio.sleep(0)
    await made.close()
    with pytest.raises(OSError, match="closed"):
        await opening
