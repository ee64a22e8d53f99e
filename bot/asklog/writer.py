"""The one writer of a process: whatever waits goes into one transaction, and what cannot be written onto the disk."""

import asyncio
import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.dml import ReturningInsert

from bot.asklog.database import Database
from bot.asklog.engines import AsyncConnection
from bot.asklog.rows import Row, line, of_line
from bot.asklog.spool import Spool
from bot.asklog.tables import EVERYTHING, NO_CARD, asks, daily

logger = logging.getLogger(__name__)

WAIT_SECONDS = 0.2
"""How long a row waits for the database before it goes to the spool: no answer waits longer than a quarter second."""
TRY_SECONDS = 10.0
"""How long one transaction may take before the database counts as away."""
RETRY_SECONDS = 2.0
CLOSE_SECONDS = 3.0
AT_ONCE = 500
"""Rows in one transaction."""
MOST_WAITING = 10_000
"""Rows that wait in memory where neither database nor disk take them; beyond that the oldest are dropped."""

T = TypeVar("T")
if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Insert: TypeAlias = "sqlite.Insert | postgresql.Insert"


class Writer:
    """Keeps rows: in the database, or else in the spool until the database takes them, once and in their order."""

    def __init__(self, database: Database, spool: Spool) -> None:
        self._database = database
        self._spool = _Queue(spool)
        self._waiting: dict[tuple[str, str], Row] = {}
        self._written: dict[tuple[str, str], asyncio.Future[None]] = {}
        self._keeping: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._closing = asyncio.Event()
        self._away = False
        self._opened = False
        self._reason: OSError | None = None
        """Why the database took nothing the last time."""
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Take over what processes that ended left on the disk, and begin."""
        self._opened = True
        await self._spool.open()
        self._start()
        self._wake.set()

    def found_away(self, reason: str | None = None) -> None:
        """Send rows to the spool at once until the database answers; tell why, once, where there is a reason."""
        if reason and not self._away:
            logger.warning("the ask log is away, and asks wait on the disk: %s", reason)
        self._away = True

    def found_back(self) -> None:
        """Send rows to the database again, unless some wait: writing those will show whether it takes any."""
        if self._away and not self.waiting:
            logger.warning("the ask log is back")
            self._away = False

    async def keep(self, row: Row) -> None:
        """Keep a row; it is durable when this returns. Cancelling does not unkeep. Raises OSError where it is not."""
        if self._closing.is_set():
            raise OSError("the ask log is closed")
        task = asyncio.create_task(self._keep(row))
        self._keeping.add(task)
        task.add_done_callback(self._kept)
        await asyncio.shield(task)

    @property
    def away(self) -> bool:
        """Whether the database took nothing the last time."""
        return self._away

    @property
    def waiting(self) -> int:
        """How many rows wait for the database, on the disk and in memory."""
        return self._spool.rows + len(self._waiting)

    async def settled(self) -> None:
        """Return when all that was kept is in the database, what other processes left too. Raises OSError."""
        if not self._opened:
            await self.open()
        while self._waiting or self._spool.waiting:
            if not await self._once():
                raise self._reason or OSError("the database does not take what is to be kept")

    async def close(self) -> None:
        """Write what waits, for a few seconds at most; what is left goes to the spool."""
        await asyncio.gather(*self._keeping, return_exceptions=True)
        self._closing.set()
        self._wake.set()
        if self._task:
            await asyncio.wait({self._task}, timeout=CLOSE_SECONDS)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        if self._waiting and not await self._to_spool(list(self._waiting.values())):
            logger.error("asks and feedback that could not be written and are lost: %s", len(self._waiting))
        await self._spool.close()

    # ------------------------------------------------------------ one row

    async def _keep(self, row: Row) -> None:
        if not (self._away or self._spool.waiting) and await self._in_time(row):
            return
        if not await self._to_spool([row]):
            self._remember(row)
            raise OSError("neither the database nor the disk takes asks; they wait in memory")
        self._start()
        self._wake.set()

    async def _in_time(self, row: Row) -> bool:
        """Whether the database took the row while whoever asked could wait."""
        self._remember(row)
        written = self._written.setdefault(row.place, asyncio.get_running_loop().create_future())
        self._start()
        self._wake.set()
        done, _ = await asyncio.wait({written}, timeout=WAIT_SECONDS)
        if not done:
            # Those that come now need not wait to find out that it hangs.
            self.found_away(f"it has not answered within {WAIT_SECONDS:g} s")
        return bool(done) and written.exception() is None

    async def _to_spool(self, rows: Sequence[Row]) -> bool:
        try:
            await self._spool.append([line(row) for row in rows])
        except OSError as error:
            logger.error("the spool takes no asks: %s", error)
            return False
        for row in rows:
            self._waiting.pop(row.place, None)
        return True

    def _remember(self, row: Row) -> None:
        self._waiting.setdefault(row.place, row)
        while len(self._waiting) > MOST_WAITING:
            self._waiting.pop(next(iter(self._waiting)))

    def _kept(self, task: asyncio.Task[None]) -> None:
        self._keeping.discard(task)
        if not task.cancelled():
            # Whoever asked may have gone; the reason is in the log.
            task.exception()

    # ------------------------------------------------------------ the task

    def _start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write_until_closed(), name="ask log writer")

    async def _write_until_closed(self) -> None:
        while not self._closing.is_set():
            await self._wake.wait()
            self._wake.clear()
            while self._waiting or self._spool.waiting:
                if not await self._once():
                    break
            if self._away and not self._closing.is_set():
                await first_of(self._closing, RETRY_SECONDS)
                self._wake.set()
        while (self._waiting or self._spool.waiting) and await self._once():
            pass

    async def _once(self) -> bool:
        """Write one batch, of what is older first: the spool's, else what waits in memory. Whether that went well."""
        async with self._turn:
            try:
                if self._spool.waiting:
                    await self._replay()
                else:
                    await self._write_waiting()
            except OSError as error:
                self._reason = error
                self.found_away(str(error))
                return False
            if self._away and not self._spool.waiting:
                logger.warning("the ask log is back, and has what waited")
                self._away = False
            return True

    async def _replay(self) -> None:
        lines = await self._spool.read(AT_ONCE)
        rows = [row for row in map(of_line, lines) if row]
        if len(rows) < len(lines):
            logger.error("asks of another version waited, which this one cannot read: %s", len(lines) - len(rows))
        await self._write(rows)
        if lines:
            await self._spool.done(len(lines))

    async def _write_waiting(self) -> None:
        batch = list(self._waiting.values())[:AT_ONCE]
        try:
            await self._write(batch)
        except OSError as error:
            self._tell(batch, error)
            raise
        for row in batch:
            self._waiting.pop(row.place, None)
        self._tell(batch, None)

    async def _write(self, batch: Sequence[Row]) -> None:
        async with asyncio.timeout(TRY_SECONDS):
            await _write(self._database, batch)

    def _tell(self, batch: Sequence[Row], error: OSError | None) -> None:
        for row in batch:
            written = self._written.pop(row.place, None)
            if written and not written.done():
                written.set_exception(error) if error else written.set_result(None)
                # Whoever asked may have stopped listening.
                written.exception()


class _Queue:
    """The spool, off the event loop, one use at a time; rows that are kept at the same moment go to the disk as one."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._turn = asyncio.Lock()
        self._next: tuple[list[dict[str, Any]], asyncio.Task[None]] | None = None

    @property
    def waiting(self) -> bool:
        return self._spool.waiting

    @property
    def rows(self) -> int:
        return self._spool.rows

    async def open(self) -> None:
        try:
            await self._alone(self._spool.open)
        except OSError as error:
            logger.warning("there is no spool for asks while the database is away: %s", error)

    async def append(self, lines: list[dict[str, Any]]) -> None:
        if self._next is None:
            self._next = (lines, asyncio.create_task(self._append()))
        else:
            self._next[0].extend(lines)
        await asyncio.shield(self._next[1])

    async def _append(self) -> None:
        async with self._turn:
            assert self._next is not None  # noqa: S101  # the one who made this task set it
            lines, self._next = self._next[0], None
            await asyncio.to_thread(self._spool.append, lines)

    async def read(self, most: int) -> list[dict[str, Any]]:
        return await self._alone(lambda: self._spool.read(most))

    async def done(self, count: int) -> None:
        await self._alone(lambda: self._spool.done(count))

    async def close(self) -> None:
        await self._alone(self._spool.close)

    async def _alone(self, work: Callable[[], T]) -> T:
        async with self._turn:
            return await asyncio.to_thread(work)


Cell: TypeAlias = tuple[date, int, str, str, str, bool]
"""What asks are counted by: the columns of `daily` but for the count, in their order here."""
CELL = ("day", "guild", "card", "surface", "outcome", "picked")


async def _write(database: Database, batch: Sequence[Row]) -> None:
    """Insert what is not there yet, and count what was inserted, in one transaction."""
    if database.is_sqlite:
        await database.visit(lambda connection: _write_at_once(connection, batch))
    else:
        await database.run(lambda connection: _write_by_statements(connection, database, batch))


async def _write_by_statements(connection: AsyncConnection, database: Database, batch: Sequence[Row]) -> None:
    for table in dict.fromkeys(row.table for row in batch):
        rows = {row.key: row.values for row in batch if row.table is table}
        new = await connection.execute(_insert(database.insert(table)), [{"key": key, **rows[key]} for key in rows])
        if table is asks:
            await count_up(connection, database, Counter(_counted(rows[key]) for (key,) in new))


def _write_at_once(connection: sqlite3.Connection, batch: Sequence[Row]) -> None:
    """The same statements, in SQLite's own words."""
    counted: Counter[Cell] = Counter()
    for row in batch:
        values = {name: _of_sqlite(value) for name, value in row.values.items()}
        if connection.execute(_sqlite_insert(row.table), {"key": row.key, **values}).fetchone() and row.table is asks:
            counted[_counted(row.values)] += 1
    connection.executemany(_sqlite_count(), [{**cell, "day": cell["day"].isoformat()} for cell in _cells(counted)])


def _insert(into: Insert) -> ReturningInsert[Any]:
    return into.on_conflict_do_nothing(index_elements=["key"]).returning(into.table.c.key)


def _count(into: Insert) -> Insert:
    added = {"asks": daily.c.asks + into.excluded.asks}
    return into.on_conflict_do_update(index_elements=list(CELL), set_=added)


@cache
def _sqlite_insert(table: sa.Table) -> str:
    names = [column.name for column in table.c if column.name != "id"]
    return _in_words(_insert(sqlite.insert(table)), names)


@cache
def _sqlite_count() -> str:
    return _in_words(_count(sqlite.insert(daily)), [*CELL, "asks"])


def _in_words(statement: sa.Insert | ReturningInsert[Any], names: list[str]) -> str:
    return str(statement.compile(dialect=sqlite.dialect(paramstyle="named"), column_keys=names))


def _of_sqlite(value: object) -> object:
    """A value as SQLAlchemy writes it: times in UTC, without saying so."""
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value


def _counted(values: dict[str, Any]) -> Cell:
    guild = EVERYTHING if values["guild"] is None else values["guild"]
    card = values["card"] or NO_CARD
    return (values["at"].date(), guild, card, values["surface"], values["outcome"], values["picked"])


async def count_up(connection: AsyncConnection, database: Database, counted: Counter[Cell]) -> None:
    """Add to the counts of days: each to that of its server, and to that of everything."""
    if cells := _cells(counted):
        await connection.execute(_count(database.insert(daily)), cells)


def _cells(counted: Counter[Cell]) -> list[dict[str, Any]]:
    total: Counter[Cell] = Counter()
    for (day, guild, card, surface, outcome, picked), times in counted.items():
        for of in {guild, EVERYTHING}:
            total[(day, of, card, surface, outcome, picked)] += times
    # In one order, or two processes could each wait for a row that the other one holds.
    return [dict(zip(CELL, cell, strict=True), asks=times) for cell, times in sorted(total.items())]


async def count_out(connection: AsyncConnection, database: Database, guild: int) -> None:
    """Take the counts of a server out of those of everything, and remove them."""
    others = [daily.c[name] for name in CELL if name != "guild"]
    of_it = sa.select(sa.literal(EVERYTHING), *others, -daily.c.asks).where(daily.c.guild == guild).order_by(*others)
    names = ["guild", *(column.name for column in others), "asks"]
    await connection.execute(_count(database.insert(daily).from_select(names, of_it)))
    await connection.execute(sa.delete(daily).where(daily.c.guild == guild))
    await connection.execute(sa.delete(daily).where(daily.c.guild == EVERYTHING, daily.c.asks <= 0))


async def first_of(event: asyncio.Event, seconds: float) -> None:
    """Return when the event is set, or after so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
