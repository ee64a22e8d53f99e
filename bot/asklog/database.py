"""The one database behind the SQL stores, SQLite or PostgreSQL: opened once, with its tables brought up to date.

SQLite keeps a write-ahead log, so that reading never holds up the one connection that writes. Up to version 3.51.2 such
a log can be damaged when one connection takes it over into the file while another one writes; ours is only taken over
with all writers shut out.
"""

import asyncio
import hashlib
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Sequence, Set
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.asklog.engines import AsyncConnection, AsyncEngine, create_async_engine
from bot.asklog.failures import Explained, StoreError, foreign, newer, place_of
from bot.asklog.schema import VERSIONED, has_version, make
from bot.asklog.sqlite_file import (
    BUSY_SECONDS,
    LET_GO,
    as_reader,
    as_writer,
    identity,
    in_transaction,
    keep_log,
    look_first,
)
from bot.asklog.tables import metadata

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

logger = logging.getLogger(__name__)

VERSIONS = ("0001", "0002", "0003")
"""The migrations, oldest first. A database that has the last is used as it is, without loading their library."""
HEAD = VERSIONS[-1]
OLDEST = "asks"
"""The table that is there in every version."""

LOCK = 0x62726965666C6F67
"""Key of PostgreSQL's advisory lock around a migration: «brieflog» in ASCII."""

CLOSE_SECONDS = 1.0
"""How long closing waits for what is under way."""

LOG_BYTES = 16 << 20
"""By how much SQLite's write-ahead log grows before it is taken over into the file."""

T = TypeVar("T")


class Database:
    """`url` is SQLAlchemy's: sqlite+aiosqlite:///FILE or postgresql+asyncpg://…

    Stores share one: a process writes to an SQLite file through one connection, since a second one would only wait,
    and reads through others. Whatever goes wrong raises OSError with one line that says where and what to do.
    """

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url)
        self._engine: AsyncEngine | None = None
        self._reading: AsyncEngine | None = None
        self._identity: tuple[int, int] | None = None
        """Tells the file that is open from another one of its name."""
        self._log_before = 0
        """Size of the write-ahead log when it was last to be taken over."""
        self._writer: Any = None
        """The driver's own connection that writes to SQLite."""
        self._turn: AbstractAsyncContextManager[Any] = asyncio.Lock() if self.is_sqlite else nullcontext()
        """Of whoever writes to SQLite, through the one connection that does."""
        self._opening = asyncio.Lock()
        self._closed = False
        self._under_way: set[asyncio.Task[Any]] = set()

    @property
    def is_sqlite(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    @property
    def file(self) -> Path | None:
        """Of SQLite, where it is in one."""
        return Path(self._url.database) if self.is_sqlite and self._url.database else None

    @property
    def name(self) -> str:
        """Tells it from others in eight characters, the same in every process; nothing can be read from it."""
        where = str(self.file.absolute()) if self.file else place_of(self._url)
        return hashlib.sha256(where.encode()).hexdigest()[:8]

    async def open(self) -> None:
        """Open it with the first call that succeeds; every other method does so by itself."""
        await self.run(_nothing)

    async def read(self, statement: sa.Executable) -> Sequence[sa.RowMapping]:
        """The rows that a statement finds. Cancelling returns at once."""

        async def reading(connection: AsyncConnection) -> Sequence[sa.RowMapping]:
            return (await connection.execute(statement)).mappings().all()

        return await self.look(reading)

    async def look(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """What some work reads, all of it as of one moment. Cancelling returns at once."""
        return await self._finish(self._look(work))

    async def run(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do some work in one transaction. Cancelling returns at once and takes nothing back."""
        return await self._finish(self._run(work))

    async def write(self, *changes: sa.Insert | sa.Update | sa.Delete) -> int:
        """Make changes in one transaction, and say how many rows they touched."""

        async def writing(connection: AsyncConnection) -> int:
            return sum([(await connection.execute(change)).rowcount for change in changes])

        return await self.run(writing)

    async def visit(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do some work of SQLite's in one transaction and in one visit to its thread. Cancelling takes nothing back.

        Where much is asked, each statement by itself would wait for its turn with the interpreter: ten times the time.
        """
        return await self._finish(self._visit(work))

    async def try_out(self) -> None:
        """Find out whether it can be written, and write nothing."""
        if self.is_sqlite:
            await self.visit(lambda _: None)
        else:
            await self.run(self._not_read_only)

    async def _not_read_only(self, connection: AsyncConnection) -> None:
        if (await connection.execute(sa.select(sa.func.pg_is_in_recovery()))).scalar():
            raise StoreError(f"{place_of(self._url)} is a copy that is only read — name the one that is written")

    async def tidy(self) -> None:
        """Leave nothing in SQLite's write-ahead log of what was forgotten. Where somebody reads just then it stays for
        the next time.
        """
        if self.is_sqlite:
            await self._finish(self._tidy())

    def insert(self, table: sa.Table) -> "sqlite.Insert | postgresql.Insert":
        """An insert that can say what to do on conflict, in the same words on both databases."""
        if self.is_sqlite:
            return sqlite.insert(table)
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)

    async def close(self) -> None:
        """Let go of files and connections, for good."""
        self._closed = True
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=CLOSE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._let_go()

    async def _let_go(self) -> None:
        # The writer last: the last to leave an SQLite file takes its log over.
        for engine in (self._reading, self._engine):
            if engine:
                await engine.dispose()
        self._engine = self._reading = None

    # ------------------------------------------------------------ work under way

    async def _finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Finish what was begun though whoever waits for it goes.

        Were the work itself cancelled, the drivers would hold up whoever goes until the database lets them clean up.
        """
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._finished)
        await asyncio.wait({task})
        if task.cancelled():
            raise StoreError("the database was closed")
        return task.result()

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            # Perhaps nobody waits for it any more; that is no news for the log.
            task.exception()

    async def _look(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        engine = await self._opened()
        with Explained(self._url):
            async with (self._reading or engine).connect() as connection:
                if self.is_sqlite:
                    # Its driver begins a transaction by itself only for what writes.
                    await connection.exec_driver_sql("begin")
                else:
                    await connection.execution_options(isolation_level="REPEATABLE READ")
                return await work(connection)

    async def _run(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        engine = await self._opened()
        with Explained(self._url):
            async with self._turn, engine.begin() as connection:
                done = await work(connection)
            self._keep_log_short()
            return done

    async def _visit(self, work: Callable[[sqlite3.Connection], T]) -> T:
        await self._opened()
        with Explained(self._url):
            async with self._turn:
                try:
                    # The library has no open way to run more than a statement in its thread.
                    done: T = await self._writer._execute(in_transaction, self._writer._conn, work)
                except ValueError as error:
                    if str(error) not in LET_GO:
                        raise
                    raise StoreError(f"{self.file} was opened anew just then") from error
            self._keep_log_short()
            return done

    async def _tidy(self) -> None:
        engine = await self._opened()
        # What was written is written: a disk that has no room for the file is told by whoever writes next.
        with suppress(sa.exc.OperationalError):
            async with self._turn, engine.connect() as connection:
                # Not PASSIVE, as SQLite does it by itself: this one keeps writers out.
                # Whoever reads goes on, and whoever writes does not wait for them.
                await connection.exec_driver_sql("pragma busy_timeout=0")
                try:
                    await connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
                finally:
                    await connection.exec_driver_sql(f"pragma busy_timeout={BUSY_SECONDS * 1000}")

    def _keep_log_short(self) -> None:
        """Have the log taken over when it is long; nobody waits for that."""
        size = self._log_size()
        if size - self._log_before > LOG_BYTES:
            # Where somebody reads just now it stays long: that is tried again when it has grown by as much again.
            self._log_before = size
            tidying = asyncio.create_task(self._tidy())
            self._under_way.add(tidying)
            tidying.add_done_callback(self._finished)
        elif size < self._log_before:
            self._log_before = 0

    def _log_size(self) -> int:
        try:
            return Path(f"{self.file}-wal").stat().st_size if self.file else 0
        except OSError:
            return 0

    # ------------------------------------------------------------ opening

    async def _opened(self) -> AsyncEngine:
        async with self._opening:
            if self._engine and self.file and identity(self.file) != self._identity:
                # Moved away, deleted or replaced: nobody would find what goes on being written to the old one.
                logger.warning("%s is another file than before, or gone: it is opened anew, or made", self.file)
                await self._let_go()
            if self._engine is None and not self._closed:
                with Explained(self._url, opening=True):
                    await self._open()
            if self._engine is None:
                raise StoreError("the database is closed")
            return self._engine

    async def _open(self) -> None:
        if self.file:
            await asyncio.to_thread(look_first, self.file, self._url)
        async with AsyncExitStack() as undo:
            # aiosqlite keeps the process alive while one of its connections is open.
            engine = self._make_engine(writing=True)
            undo.push_async_callback(engine.dispose)
            async with engine.connect() as connection:
                await self._bring_up_to_date(connection)
                if self.is_sqlite:
                    await keep_log(connection)
                    self._writer = (await connection.get_raw_connection()).driver_connection
            if not self._closed:
                undo.pop_all()
                self._engine = engine
                self._identity = identity(self.file) if self.file else None
                self._reading = self._make_engine(writing=False) if self.file else None

    def _make_engine(self, *, writing: bool) -> AsyncEngine:
        # What members typed is not to stand in the text of an error, wherever that may end up.
        hidden = {"hide_parameters": True}
        if not self.is_sqlite:
            settings = {"timezone": "UTC", "application_name": "briefbot"}
            answer = {"timeout": 5, "server_settings": settings}
            return create_async_engine(self._url, pool_pre_ping=True, pool_size=3, connect_args=answer, **hidden)
        queue = {"poolclass": AsyncAdaptedQueuePool, "pool_size": 1 if writing else 2, "max_overflow": 0}
        # Whoever writes has ended its transaction before it gives the connection back.
        reset = {"pool_reset_on_return": None} if writing else {}
        engine = create_async_engine(self._url, connect_args={"timeout": BUSY_SECONDS}, **queue, **reset, **hidden)
        sa.event.listen(engine.sync_engine, "connect", as_writer if writing else as_reader)
        return engine

    async def _bring_up_to_date(self, connection: AsyncConnection) -> None:
        """Bring the tables to HEAD, one process at a time: the others wait for the lock, then find nothing to do."""
        current = await _version(connection, self._url)
        await connection.rollback()
        if current == HEAD:
            return
        if self.is_sqlite:
            await connection.exec_driver_sql("begin immediate")
        else:
            await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        if not await connection.run_sync(has_version):
            # As the migrations would, whose library would stay in memory for good: nine megabytes.
            await connection.run_sync(make, HEAD)
        elif await _version(connection, self._url) != HEAD:
            from bot.asklog.migrations import upgrade

            await connection.run_sync(upgrade)
        await connection.commit()


async def _nothing(_connection: AsyncConnection) -> None:
    return None


async def _version(connection: AsyncConnection, url: sa.URL) -> str | None:
    """The migration that a database has, as `version_of` tells it."""
    tables = set(await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names()))
    named = sa.text("select version_num from alembic_version")
    return version_of(url, tables, (await connection.execute(named)).scalar() if VERSIONED in tables else None)


def version_of(url: sa.URL, tables: Set[str], named: object, *, every: bool = False) -> str | None:
    """The migration that a database with these tables has, which is `named` there; None for an empty one.

    Raises StoreError for what is not ours (where there must be none of others: what has any table), or newer.
    """
    if VERSIONED not in tables:
        if taken := sorted(tables if every else tables & set(metadata.tables)):
            raise foreign(url, taken)
        return None
    if named is not None and OLDEST not in tables:
        # Others use the same library for their migrations.
        raise foreign(url, sorted(tables))
    if named is not None and named not in VERSIONS:
        raise newer(url, str(named), HEAD)
    return str(named) if named else None
