"""A database that fails while people ask: every answer comes, is right, and is counted once in the end."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.asklog.database import Database
from bot.asklog.sql import SqlAskLog
from bot.asklog.sql_servers import SqlServerBook
from bot.config import Config
from bot.desk import BriefingDesk, Deck
from bot.interactions import BriefbotClient
from bot.sandbox import Sandbox
from tests.conftest import connected
from tests.databases import PostgresServer, in_folder, run_sql
from tests.disks import fill
from tests.load import Load
from tests.test_shards import counted

AWAY_SECONDS = 30.0


@dataclass
class Busy:
    """People who ask all the time, and the log of the bot that they ask."""

    load: Load
    log: SqlAskLog

    async def until_back(self) -> None:
        """Return when the log has all that waited."""
        while self.log.state.away or self.log.state.waiting:
            await self.load.more(4)


@asynccontextmanager
async def busy(deck: Deck, sandbox: Sandbox, url: str, folder: Path) -> AsyncIterator[Busy]:
    """Asks go on within; then each must have been answered, rightly and once, and be in the database, once."""
    database = Database(url)
    log = SqlAskLog(database, retention=timedelta(days=3650), spool=folder / "spool")
    await log.open()
    client = BriefbotClient(BriefingDesk(deck, log, SqlServerBook(database)), Config(asks_per_minute=0))
    over = asyncio.Event()
    try:
        async with connected(sandbox, client):
            server = sandbox.world.person("Ada").channel.server
            assert server is not None
            load = Load(sandbox.world, deck, 4, [server])
            people = asyncio.create_task(load.go_on(turns=100_000, until=over))
            await load.more(10)
            yield Busy(load, log)
            over.set()
            await people
            await log.settled()
    finally:
        over.set()
        await log.close()
    assert (load.unanswered, load.wrong, load.twice) == ([], [], [])
    assert await counted(url) == load.counts(answered=True)
    assert log.state.waiting == 0


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "bot.asklog.writer"]


async def test_postgresql_is_stopped_for_half_a_minute(
    deck: Deck, sandbox: Sandbox, own_postgres: PostgresServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with busy(deck, sandbox, own_postgres.url(), tmp_path) as bot:
        await asyncio.to_thread(own_postgres.stop)
        until = time.monotonic() + AWAY_SECONDS
        while time.monotonic() < until:
            await bot.load.more(10)
        assert bot.log.state.away
        assert bot.log.state.waiting > 10
        await asyncio.to_thread(own_postgres.start)
        await bot.until_back()
        await bot.load.more(10)
    news = [line.startswith("the ask log is away") for line in told(caplog)]
    assert news == [True, False] * (len(news) // 2), "that it is away is told once, and then that it is back"


async def test_postgresql_is_restarted_again_and_again(
    deck: Deck, sandbox: Sandbox, own_postgres: PostgresServer, tmp_path: Path
) -> None:
    async with busy(deck, sandbox, own_postgres.url(), tmp_path) as bot:
        for _ in range(3):
            await asyncio.to_thread(own_postgres.stop)
            await asyncio.to_thread(own_postgres.start)
            await bot.load.more(10)
        await bot.until_back()


async def test_postgresql_has_no_connection_to_spare(
    deck: Deck, sandbox: Sandbox, own_postgres: PostgresServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    everything = own_postgres.url()
    await run_sql(everything, "create role few login", "grant create, usage on schema public to few")
    url = everything.replace("asks@", "few@")
    async with busy(deck, sandbox, url, tmp_path) as bot:
        await run_sql(
            everything,
            "alter role few connection limit 0",
            "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'few'",
        )
        await bot.load.more(40)
        assert bot.log.state.away
        await run_sql(everything, "alter role few connection limit -1")
        await bot.until_back()
        await bot.load.more(10)
    assert told(caplog)[-1].startswith("the ask log is back")


async def test_sqlite_is_locked_by_somebody_else(deck: Deck, sandbox: Sandbox, tmp_path: Path) -> None:
    url = in_folder(tmp_path)
    async with busy(deck, sandbox, url, tmp_path) as bot:
        with closing(sqlite3.connect(tmp_path / "asks.sqlite3", isolation_level=None)) as other:
            other.execute("begin exclusive")
            await bot.load.more(60)
            assert bot.log.state.away
            other.execute("rollback")
        await bot.until_back()
        await bot.load.more(10)


async def test_the_disk_is_full(deck: Deck, sandbox: Sandbox, small_disk: Path) -> None:
    async with busy(deck, sandbox, in_folder(small_disk), small_disk) as bot:
        filler = small_disk / "filler"
        await asyncio.to_thread(fill, filler)
        await bot.load.more(200)
        await asyncio.to_thread(filler.unlink)
        await bot.until_back()
        await bot.load.more(10)
