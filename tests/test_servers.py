"""One contract over every book of servers' settings: in memory, SQLite, PostgreSQL."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.asklog import MemoryServerBook, ServerBook
from bot.asklog.database import Database
from bot.asklog.sql import SqlAskLog
from bot.asklog.sql_servers import SqlServerBook
from bot.model import ServerSettings, Visibility
from tests.databases import in_folder, new_database, run_sql
from tests.test_asklog import an_ask, counted

GUILD = 2**53 + 1
SHARED = ServerSettings(visibility=Visibility.SHARED, language="de")


@pytest.fixture(params=["sqlite", "postgres"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return await new_database(request, tmp_path)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def book(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ServerBook]:
    if request.param == "memory":
        yield MemoryServerBook()
        return
    database = Database(await new_database(request, tmp_path))
    yield SqlServerBook(database)
    await database.close()


async def test_a_server_that_decided_nothing_has_private_answers_in_each_members_language(book: ServerBook) -> None:
    assert await book.settings(GUILD) == ServerSettings(visibility=Visibility.PRIVATE, language=None)


async def test_what_a_server_decided_last_is_what_it_has(book: ServerBook) -> None:
    for settings in (SHARED, ServerSettings(language="uk"), ServerSettings(), SHARED):
        await book.change(GUILD, settings)
        assert await book.settings(GUILD) == settings


async def test_each_server_decides_for_itself(book: ServerBook) -> None:
    await book.change(GUILD, SHARED)
    assert await book.settings(GUILD - 1) == ServerSettings()


async def test_changes_at_the_same_time_leave_one_of_them(book: ServerBook) -> None:
    settings = [ServerSettings(language=language) for language in ("de", "es", "fr", "ru", "uk")]
    await asyncio.gather(*(book.change(GUILD, one) for one in settings))
    assert await book.settings(GUILD) in settings


async def test_settings_outlive_the_process(url: str) -> None:
    database = Database(url)
    await SqlServerBook(database).change(GUILD, SHARED)
    await database.close()
    database = Database(url)
    assert await SqlServerBook(database).settings(GUILD) == SHARED
    await database.close()


async def test_what_one_process_changes_another_one_reads(url: str) -> None:
    one, other = Database(url), Database(url)
    assert await SqlServerBook(other).settings(GUILD) == ServerSettings()
    await SqlServerBook(one).change(GUILD, SHARED)
    assert await SqlServerBook(other).settings(GUILD) == SHARED
    await SqlServerBook(other).change(GUILD, ServerSettings())
    assert await SqlServerBook(one).settings(GUILD) == ServerSettings()
    await one.close()
    await other.close()


async def test_when_settings_were_changed_is_kept_in_utc(url: str) -> None:
    database = Database(url)
    await SqlServerBook(database).change(GUILD, SHARED)
    await SqlServerBook(database).change(GUILD, ServerSettings())
    await database.close()
    now = "strftime('%s', 'now') - strftime('%s', changed)"
    if url.startswith("postgresql"):
        now = "extract(epoch from now() - changed)"
    ((age,),) = await run_sql(url, f"select {now} from servers")
    assert abs(float(str(age))) < 60


async def test_what_only_a_newer_version_knows_is_read_as_the_default_and_stays(url: str) -> None:
    database = Database(url)
    book = SqlServerBook(database)
    await book.change(GUILD, SHARED)
    await run_sql(url, "update servers set visibility = 'threads'")
    assert await book.settings(GUILD) == ServerSettings(language="de")
    await run_sql(url, "update servers set visibility = 'shared', language = 'tlh'")
    assert await book.settings(GUILD) == ServerSettings(visibility=Visibility.SHARED)
    assert await run_sql(url, "select visibility, language from servers") == [("shared", "tlh")]
    await database.close()


async def test_a_book_and_a_log_share_one_database(url: str, tmp_path: Path) -> None:
    database = Database(url)
    log, book = SqlAskLog(database, retention=timedelta(days=1), spool=tmp_path / "spool"), SqlServerBook(database)
    await asyncio.gather(*(log.record(an_ask()) for _ in range(20)), book.change(GUILD, SHARED), book.settings(GUILD))
    assert await counted(log) == {"bridge": 20}
    assert await book.settings(GUILD) == SHARED
    await log.close()
    with pytest.raises(OSError, match="closed"):
        await book.settings(GUILD)


async def test_what_goes_wrong_inside_a_database_is_an_error_that_shells_know(url: str) -> None:
    database = Database(url)
    book = SqlServerBook(database)
    await book.change(GUILD, SHARED)
    await run_sql(url, "drop table servers")
    with pytest.raises(OSError, match="servers") as raised:
        await book.change(GUILD, SHARED)
    # Not what was to be kept.
    assert str(GUILD) not in str(raised.value)
    await database.close()


async def test_who_stops_waiting_for_a_locked_database_goes_at_once_and_the_change_is_made(tmp_path: Path) -> None:
    database = Database(in_folder(tmp_path))
    book = SqlServerBook(database)
    await book.settings(GUILD)
    holder = sqlite3.connect(tmp_path / "asks.sqlite3", isolation_level=None)
    holder.execute("begin exclusive")
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(book.change(GUILD, SHARED), 0.1)
    # Nobody who reads waits for somebody who writes.
    assert await book.settings(GUILD) == ServerSettings()
    assert time.monotonic() - began < 1
    holder.execute("commit")
    holder.close()
    # Closing lets what is under way come to its end.
    await database.close()
    assert await run_sql(in_folder(tmp_path), "select visibility from servers") == [("shared",)]


async def test_a_database_that_is_away_raises_and_is_used_when_it_comes_back(tmp_path: Path) -> None:
    away = tmp_path / "asks.sqlite3"
    away.mkdir()
    database = Database(in_folder(tmp_path))
    book = SqlServerBook(database)
    with pytest.raises(OSError, match="unable to open"):
        await book.settings(GUILD)
    with pytest.raises(OSError, match="unable to open"):
        await book.change(GUILD, SHARED)
    away.rmdir()
    assert await book.settings(GUILD) == ServerSettings()
    await book.change(GUILD, SHARED)
    assert await book.settings(GUILD) == SHARED
    await database.close()
