"""Asks in SQLite or PostgreSQL, by the same statements.

One writer a process takes whatever is waiting into one transaction. What cannot be written waits in memory and is
tried again, so a database that comes and goes loses nothing while the process lives; a random key on each row makes
a second try harmless. SQLite keeps its rollback journal: one file, and safe beside a second process, which
write-ahead logging is not on versions before 3.51.3.
"""

import asyncio
import logging
import sqlite3
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.model import Ask

logger = logging.getLogger(__name__)

HEAD = "0001"
"""The newest migration. A database that has it is used as it is, without loading the migration library."""

LOCK = 0x62726965666C6F67
"""Key of PostgreSQL's advisory lock around a migration: «brieflog» in ASCII."""

RETRY_SECONDS = 2.0
CLOSE_SECONDS = 6.0
FORGET_EVERY = timedelta(hours=12)
MOST_WAITING = 10_000
"""Asks that wait in memory for a database that is away; beyond that the oldest are dropped."""

metadata = sa.MetaData()
asks = sa.Table(
    "asks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(64), nullable=False, unique=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("surface", sa.String(16), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("card", sa.String(80), index=True),
    sa.Column("picked", sa.Boolean, nullable=False),
    sa.Column("score", sa.Float),
    sa.Column("guild", sa.BigInteger),
    sa.Column("locale", sa.String(16)),
    sa.Column("question", sa.String(200)),
)


class SqlAskLog:
    """`url` is SQLAlchemy's: sqlite+aiosqlite:///FILE or postgresql+asyncpg://…

    `retention` is how long what people typed is kept: older text goes when the database is opened, and twice a day.
    """

    def __init__(self, url: str, *, retention: timedelta) -> None:
        self._url = sa.make_url(url)
        self._retention = retention
        self._engine: AsyncEngine | None = None
        self._opening = asyncio.Lock()
        self._waiting: dict[str, Ask] = {}
        self._written: dict[str, asyncio.Future[None]] = {}
        self._wake = asyncio.Event()
        self._closing = asyncio.Event()
        self._failure: Exception | None = None
        self._writer: asyncio.Task[None] | None = None
        self._forgot = datetime.min.replace(tzinfo=UTC)

    async def open(self) -> None:
        await self._open()
        await self._forget_old()
        self._start_writer()

    async def record(self, ask: Ask, key: str | None = None) -> None:
        """Keep one ask; it is durable when this returns.

        Where the database is away this raises at once and the ask waits in memory. Cancelling does not unrecord.
        """
        key = key or uuid.uuid4().hex
        self._waiting[key] = ask
        while len(self._waiting) > MOST_WAITING:
            self._waiting.pop(next(iter(self._waiting)))
        self._start_writer()
        if self._failure:
            raise self._failure
        written = self._written.setdefault(key, asyncio.get_running_loop().create_future())
        self._wake.set()
        await asyncio.shield(written)

    async def counts(self) -> dict[str, int]:
        engine = await self._open()
        times = sa.func.count().label("times")
        statement = (
            sa.select(asks.c.card, times).where(asks.c.card.is_not(None)).group_by(asks.c.card).order_by(times.desc())
        )
        async with engine.connect() as connection:
            return {row.card: row.times for row in await connection.execute(statement)}

    async def forget_questions(self, before: datetime) -> int:
        engine = await self._open()
        statement = asks.update().where(asks.c.at < before, asks.c.question.is_not(None)).values(question=None)
        async with engine.begin() as connection:
            return (await connection.execute(statement)).rowcount

    async def close(self) -> None:
        """Write what is waiting, for a few seconds at most, then let go of the database."""
        self._closing.set()
        self._wake.set()
        if self._writer:
            await asyncio.wait({self._writer}, timeout=CLOSE_SECONDS)
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)
            self._writer = None
        if self._waiting:
            logger.error("asks that could not be written and are lost: %s", len(self._waiting))
        if self._engine:
            await self._engine.dispose()
            self._engine = None

    # ------------------------------------------------------------ the writer

    def _start_writer(self) -> None:
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_until_closed(), name="ask log writer")

    async def _write_until_closed(self) -> None:
        while self._waiting or not self._closing.is_set():
            await _first_of(self._wake, FORGET_EVERY.total_seconds())
            self._wake.clear()
            if await self._write():
                continue
            if self._closing.is_set():
                return
            await _first_of(self._closing, RETRY_SECONDS)
            self._wake.set()

    async def _write(self) -> bool:
        """Write everything that is waiting in one transaction, and say whether that went well."""
        batch = dict(self._waiting)
        try:
            engine = await self._open()
            if batch:
                insert = insert_sqlite if engine.dialect.name == "sqlite" else insert_postgresql
                rows = [{"key": key, **_row(ask)} for key, ask in batch.items()]
                async with engine.begin() as connection:
                    await connection.execute(insert(asks).on_conflict_do_nothing(index_elements=["key"]), rows)
            await self._forget_old()
        except Exception as error:
            # Whatever a database can throw, the asks wait for the next try.
            self._tell(self._written.keys(), error)
            self._failure = error
            return False
        self._failure = None
        for key in batch:
            self._waiting.pop(key, None)
        self._tell(batch.keys(), None)
        return True

    def _tell(self, keys: Any, error: Exception | None) -> None:
        for key in list(keys):
            written = self._written.pop(key, None)
            if written and not written.done():
                written.set_exception(error) if error else written.set_result(None)
                # Whoever asked may have stopped listening.
                written.exception()

    async def _forget_old(self) -> None:
        now = datetime.now(UTC)
        if now - self._forgot >= FORGET_EVERY:
            self._forgot = now
            await self.forget_questions(now - self._retention)

    # ------------------------------------------------------------ the database

    async def _open(self) -> AsyncEngine:
        async with self._opening:
            if self._engine is None:
                if self._url.get_backend_name() == "sqlite" and self._url.database:
                    await asyncio.to_thread(_open_once, Path(self._url.database))
                engine = self._make_engine()
                try:
                    async with engine.connect() as connection:
                        await _migrate(connection)
                except BaseException:
                    # aiosqlite keeps the process alive while one of its connections is open.
                    await engine.dispose()
                    raise
                self._engine = engine
            return self._engine

    def _make_engine(self) -> AsyncEngine:
        if self._url.get_backend_name() != "sqlite":
            return create_async_engine(self._url, pool_pre_ping=True, connect_args={"timeout": 5})
        # One connection: asks are written one after the other, and SQLite has no second writer to wait for.
        queue = {"poolclass": AsyncAdaptedQueuePool, "pool_size": 1, "max_overflow": 0}
        return create_async_engine(self._url, connect_args={"timeout": 3}, **queue)


def _open_once(path: Path) -> None:
    """Find out what is wrong with a file before aiosqlite does, whose thread outlives a connection that failed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sqlite3.connect(path).close()


async def _first_of(event: asyncio.Event, seconds: float) -> None:
    """Return when the event is set, or after so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass


def _row(ask: Ask) -> dict[str, Any]:
    return {
        "at": ask.at.astimezone(UTC),
        "surface": ask.surface.value,
        "outcome": ask.outcome.value,
        "card": ask.card,
        "picked": ask.picked,
        "score": ask.score,
        "guild": ask.guild,
        "locale": ask.locale,
        "question": ask.question,
    }


async def _migrate(connection: AsyncConnection) -> None:
    """Bring the tables to HEAD, one process at a time: the others wait for the lock, then find nothing to do."""
    current = await _version(connection)
    await connection.rollback()
    if current == HEAD:
        return
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    if await _version(connection) != HEAD:
        from bot.asklog.migrations import upgrade

        await connection.run_sync(upgrade)
    await connection.commit()


async def _version(connection: AsyncConnection) -> str | None:
    exists = await connection.run_sync(lambda sync: sa.inspect(sync).has_table("alembic_version"))
    if not exists:
        return None
    return (await connection.execute(sa.text("select version_num from alembic_version"))).scalar()
