"""The one database behind the SQL stores, SQLite or PostgreSQL: opened once, with its tables brought up to date.

SQLite keeps its rollback journal: one file, and safe beside a second process, which write-ahead logging is not on
versions before 3.51.3.
"""

import asyncio
import sqlite3
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

HEAD = "0002"
"""The newest migration. A database that has it is used as it is, without loading the migration library."""

LOCK = 0x62726965666C6F67
"""Key of PostgreSQL's advisory lock around a migration: «brieflog» in ASCII."""

CLOSE_SECONDS = 1.0
"""How long closing waits for what is under way."""

T = TypeVar("T")


class Database:
    """`url` is SQLAlchemy's: sqlite+aiosqlite:///FILE or postgresql+asyncpg://…

    Stores share one, so that a process has one connection to an SQLite file, whose second writer would only wait.
    """

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url)
        self._engine: AsyncEngine | None = None
        self._opening = asyncio.Lock()
        self._closed = False
        self._under_way: set[asyncio.Task[Any]] = set()

    async def engine(self) -> AsyncEngine:
        """The engine, opened with the first call that succeeds. Raises what the database raises."""
        async with self._opening:
            if self._engine is None and not self._closed:
                await self._open()
            if self._engine is None:
                raise ConnectionError("the database is closed")
            return self._engine

    async def read(self, statement: sa.Executable) -> Sequence[sa.RowMapping]:
        """The rows that a statement finds. Raises OSError; cancelling returns at once."""
        return await self._finish(self._read(statement))

    async def write(self, *changes: sa.Insert | sa.Update) -> int:
        """Make changes in one transaction, and say how many rows they touched.

        Raises OSError. Cancelling returns at once and takes nothing back.
        """
        return await self._finish(self._write(changes))

    def insert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        """An insert that can say what to do on conflict, in the same words on both databases."""
        return sqlite.insert(table) if self._url.get_backend_name() == "sqlite" else postgresql.insert(table)

    async def close(self) -> None:
        """Let go of files and connections, for good."""
        self._closed = True
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=CLOSE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._engine:
            await self._engine.dispose()
            self._engine = None

    async def _finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Finish what was begun though whoever waits for it goes.

        Were the work itself cancelled, the drivers would hold up whoever goes until the database lets them clean up.
        """
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._finished)
        await asyncio.wait({task})
        if task.cancelled():
            raise ConnectionError("the database was closed")
        return task.result()

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            # Perhaps nobody waits for it any more; that is no news for the log.
            task.exception()

    async def _read(self, statement: sa.Executable) -> Sequence[sa.RowMapping]:
        with _one_kind_of_error():
            engine = await self.engine()
            async with engine.connect() as connection:
                return (await connection.execute(statement)).mappings().all()

    async def _write(self, changes: Sequence[sa.Insert | sa.Update]) -> int:
        with _one_kind_of_error():
            engine = await self.engine()
            async with engine.begin() as connection:
                return sum([(await connection.execute(change)).rowcount for change in changes])

    async def _open(self) -> None:
        if self._url.get_backend_name() == "sqlite" and self._url.database:
            await asyncio.to_thread(_open_once, Path(self._url.database))
        engine = self._make_engine()
        async with AsyncExitStack() as undo:
            # aiosqlite keeps the process alive while one of its connections is open.
            undo.push_async_callback(engine.dispose)
            async with engine.connect() as connection:
                await _migrate(connection)
            if not self._closed:
                undo.pop_all()
                self._engine = engine

    def _make_engine(self) -> AsyncEngine:
        if self._url.get_backend_name() != "sqlite":
            return create_async_engine(self._url, pool_pre_ping=True, connect_args={"timeout": 5})
        queue = {"poolclass": AsyncAdaptedQueuePool, "pool_size": 1, "max_overflow": 0}
        return create_async_engine(self._url, connect_args={"timeout": 3}, **queue)


@contextmanager
def _one_kind_of_error() -> Iterator[None]:
    """Raise OSError for whatever goes wrong with a database: shells know no drivers, and sockets raise it anyway."""
    try:
        yield
    except (sa.exc.SQLAlchemyError, sqlite3.Error) as error:
        # The lines that follow show the statement with what was to be kept.
        raise OSError(str(error).split("\n")[0]) from error


def _open_once(path: Path) -> None:
    """Find out what is wrong with a file before aiosqlite does, whose thread outlives a connection that failed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sqlite3.connect(path).close()


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
