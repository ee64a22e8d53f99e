"""The database below the log: what is read is of one moment, who reads cannot write, what is written is on the disk."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.asklog.database import Database
from bot.asklog.sql_servers import REMEMBERED, SqlServerBook
from tests.databases import in_folder, new_database, run_sql

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
COUNT = sa.text("select count(*) from departures")
LEFT = "insert into departures (guild, since) values ({}, '2026-01-01 00:00:00')"


@pytest.fixture(params=["sqlite", "postgres"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return await new_database(request, tmp_path)


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    made = Database(url)
    await made.open()
    yield made
    await made.close()


async def test_what_is_read_together_is_as_of_one_moment(database: Database, url: str) -> None:
    await run_sql(url, LEFT.format(1))

    async def twice(connection: AsyncConnection) -> list[int]:
        before = (await connection.execute(COUNT)).scalar_one()
        await run_sql(url, LEFT.format(2))
        return [before, (await connection.execute(COUNT)).scalar_one()]

    assert await database.look(twice) == [1, 1]
    assert await database.look(twice_counted) == 2


async def twice_counted(connection: AsyncConnection) -> int:
    return int((await connection.execute(COUNT)).scalar_one())


async def test_who_reads_an_sqlite_file_cannot_write_it(tmp_path: Path) -> None:
    database = Database(in_folder(tmp_path))

    async def writing(connection: AsyncConnection) -> None:
        await connection.execute(sa.text(LEFT.format(1)))

    with pytest.raises(OSError, match="may not be written"):
        await database.look(writing)
    await database.close()


async def test_what_is_written_to_an_sqlite_file_is_on_the_disk_before_it_counts_as_written(tmp_path: Path) -> None:
    database = Database(in_folder(tmp_path))

    async def asked(connection: AsyncConnection) -> list[object]:
        names = ("synchronous", "secure_delete", "wal_autocheckpoint", "journal_mode")
        return [(await connection.exec_driver_sql(f"pragma {name}")).scalar() for name in names]

    full, overwritten, by_itself = 2, 1, 0
    assert await database.run(asked) == [full, overwritten, by_itself, "wal"]
    await database.close()


async def test_a_log_that_grew_long_is_taken_over_into_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.asklog.database.LOG_BYTES", 10_000)
    database, log = Database(in_folder(tmp_path)), tmp_path / "asks.sqlite3-wal"
    await database.open()

    async def much(connection: AsyncConnection) -> None:
        for guild in range(2_000):
            await connection.execute(sa.text(LEFT.format(guild)))

    await database.run(much)
    longest = log.stat().st_size
    async with asyncio.timeout(20):
        while log.stat().st_size:  # noqa: ASYNC110  # nobody waits for it, so nobody is told
            await asyncio.sleep(0.01)
    assert longest > 10_000
    assert await database.look(twice_counted) == 2_000
    await database.close()


async def test_a_server_to_which_the_bot_came_back_is_no_longer_noted_as_left(database: Database, url: str) -> None:
    book = SqlServerBook(database)
    assert set(await book.departed(frozenset([1, 2]), MONDAY)) == {1, 2}
    assert set(await book.departed(frozenset([2]), MONDAY + timedelta(days=1))) == {2}
    later = await book.departed(frozenset([1, 2]), MONDAY + timedelta(days=2))
    assert later == {1: MONDAY + timedelta(days=2), 2: MONDAY}
    assert await book.departed(frozenset(), MONDAY) == {}
    assert await run_sql(url, "select guild from departures") == []


async def test_digests_of_weeks_ago_are_forgotten(database: Database, url: str) -> None:
    book = SqlServerBook(database)
    for week, at in (("2026-W40", MONDAY - REMEMBERED - timedelta(days=1)), ("2026-W47", MONDAY - timedelta(days=7))):
        assert await book.claim(7, week, at)
        await book.sent(7, week, at)
    assert await book.claim(7, "2026-W48", MONDAY)
    await book.sent(7, "2026-W48", MONDAY)
    assert await run_sql(url, "select week from digests order by week") == [("2026-W47",), ("2026-W48",)]
