"""Backups: all that a database keeps, as of one moment, in one file; and from such a file into a database.

The file is a database of SQLite with the same tables whichever kind it comes from, so it can be looked at, and moves a
bot from one kind to the other. What was copied is read back and compared: how many rows each table has, and a digest.
"""

import asyncio
import hashlib
import shutil
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.pool import NullPool

from bot.asklog.backup_file import (
    Wrong,
    begun,
    check,
    copy_pages,
    examined,
    finish,
    free,
    outdated,
    told,
    unread,
    unwritten,
)
from bot.asklog.database import HEAD, Database
from bot.asklog.engines import AsyncConnection, create_async_engine
from bot.asklog.failures import StoreError, explained, place_of
from bot.asklog.rows import in_utc
from bot.asklog.tables import metadata

CHUNK = 2_000
"""Rows that are in memory at a time."""
CACHE_KIB = 65_536
"""Memory for pages of a file of SQLite that is filled: keys are random, so each belongs elsewhere in their index."""
LOCK_SECONDS = 30.0
"""How long a restore waits until nobody else writes to PostgreSQL."""
LOCK_AGAIN_SECONDS = 0.05
LOCKED = "55P03"
"""What PostgreSQL calls a lock that cannot be had."""

VERSION = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True))
"""What the migrations keep for themselves."""
READ, FIXED, FILL = {"mode": "ro"}, {"mode": "ro", "immutable": "1"}, {"mode": "rw"}
"""How a file is opened: to read it, to read one that nobody else has, and to fill one."""
FILLING = ("journal_mode=off", "synchronous=off", f"cache_size=-{CACHE_KIB}")
"""For a file that is thrown away unless it becomes whole."""

Progress: TypeAlias = Callable[[str, int, int], None]
"""Is told what is being done, and with how many rows of how many."""
Contents: TypeAlias = dict[str, tuple[int, int]]
"""How many rows each table has, and a digest of them that does not depend on their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a file holds, in rows by table and in bytes; `database` names where that came from, or went to."""

    file: Path
    database: str
    rows: Mapping[str, int]
    bytes: int


def _silent(_doing: str, _done: int, _of: int) -> None:
    return None


async def back_up(database: Database, file: Path, *, force: bool = False, progress: Progress = _silent) -> Backup:
    """Write everything into a file for its owner's eyes alone, while others go on recording.

    It gets its name when it is whole and checked; `force` replaces one that is there. Raises OSError with one line.
    """
    with told(unwritten(file)):
        target = free(file, database.file, force=force)
        partial = begun(target)
    try:
        place, contents = await _fill(database, partial, unwritten(file), progress)
        with told(unwritten(file)):
            await asyncio.to_thread(check, partial)
        async with _opened(partial, unwritten(file)) as made:
            if differing := _differing(await _walk(made, "checking", progress), contents):
                raise StoreError(f"{file} was not written: it would differ from {place} ({differing}) — try again")
        with told(unwritten(file)):
            size = await asyncio.to_thread(finish, partial, target, force=force)
    finally:
        partial.unlink(missing_ok=True)
    return Backup(file=file, database=place, rows=_rows(contents), bytes=size)


async def _fill(database: Database, partial: Path, wrong: Wrong, progress: Progress) -> tuple[str, Contents]:
    """Put everything into an empty file, as of one moment; where it comes from, and what it is."""

    async def copy(source: _End) -> Contents:
        async with _opened(partial, wrong, FILL) as made:
            await made.make_tables()
            contents = await _walk(source, "copying", progress, made)
            await made.commit()
            return contents

    async def look(connection: AsyncConnection) -> tuple[str, Contents]:
        url = connection.engine.url
        return place_of(url), await copy(_End(connection, _of(url)))

    if database.file is None:
        return await database.look(look)
    await database.open()
    pages = begun(partial)
    try:
        # Its write-ahead log grows as long as somebody reads as of one moment, and to copy pages takes a moment only.
        with told(wrong):
            await asyncio.to_thread(copy_pages, database.file, pages)
        async with _opened(pages, _of(sa.URL.create("sqlite", database=str(database.file))), FIXED) as source:
            return str(database.file), await copy(source)
    finally:
        pages.unlink(missing_ok=True)


async def restore(database: Database, file: Path, *, replace: bool = False, progress: Progress = _silent) -> Backup:
    """Put the rows of a backup into a database, in one transaction beside which nobody else writes.

    A database that has rows is refused; with `replace` they go in the same transaction. Raises OSError with one line;
    nothing has changed then, nor where this is cancelled before it commits.
    """
    abandoned = False

    def go_on() -> None:
        if abandoned:
            raise StoreError("the restore was abandoned: nothing was changed")

    def tell(doing: str, done: int, of: int) -> None:
        go_on()
        progress(doing, done, of)

    async def put_back(connection: AsyncConnection) -> tuple[str, Contents]:
        url = connection.engine.url
        place, target = place_of(url), _End(connection, _of(url))
        await _shut_others_out(connection, place)
        await _empty(target, place, replace=replace)
        contents = await _walk(given, "restoring", tell, target)
        if differing := _differing(await _walk(target, "comparing", tell), contents):
            raise StoreError(f"{place} would differ from {file} ({differing}): nothing was changed — try again")
        await _number_on(connection)
        # So that whoever cancels this is heard up to the last moment.
        await asyncio.sleep(0)
        go_on()
        return place, contents

    with told(unread(file)):
        version, size = await asyncio.to_thread(examined, file)
    async with _usable(file, version) as given:
        try:
            place, contents = await database.run(put_back)
        finally:
            # The work itself is not cancelled with whoever waits for it.
            abandoned = True
    # SQLite's write-ahead log is as long now as all this. Where it must stay so, what matters is done all the same.
    with suppress(OSError):
        await database.tidy()
    return Backup(file=file, database=place, rows=_rows(contents), bytes=size)


# ---------------------------------------------------------------- rows


@dataclass(frozen=True, slots=True)
class _End:
    """One end of a copy. What goes wrong there is told by `wrong`, because the other end is another place."""

    connection: AsyncConnection
    wrong: Wrong

    async def count(self, table: sa.Table) -> int:
        with told(self.wrong):
            found = await self.connection.execute(sa.select(sa.func.count()).select_from(table))
            return int(found.scalar_one())

    async def rows(self, table: sa.Table) -> AsyncGenerator[list[dict[str, Any]], None]:
        """All rows by the names of their columns, some at a time, with times in UTC."""
        names = table.c.keys()
        times = [name for name in names if isinstance(table.c[name].type, sa.DateTime)]
        with told(self.wrong):
            found = await self.connection.stream(sa.select(table).order_by(*table.primary_key))
            async for some in found.partitions(CHUNK):
                rows = [dict(zip(names, row, strict=True)) for row in some]
                for name in times:
                    for row in rows:
                        if row[name] is not None:
                            row[name] = in_utc(row[name])
                yield rows

    async def put(self, table: sa.Table, rows: list[dict[str, Any]]) -> None:
        with told(self.wrong):
            await self.connection.execute(sa.insert(table), rows)

    async def make_tables(self) -> None:
        """All tables, without rows, in a new file."""
        with told(self.wrong):
            await self.connection.run_sync(metadata.create_all)
            await self.connection.run_sync(VERSION.create)
            await self.connection.execute(sa.insert(VERSION), {"version_num": HEAD})

    async def bring_up_to_date(self) -> None:
        from bot.asklog.migrations import upgrade

        with told(self.wrong):
            await self.connection.run_sync(upgrade)
            await self.connection.commit()

    async def commit(self) -> None:
        with told(self.wrong):
            await self.connection.commit()


async def _walk(source: _End, doing: str, progress: Progress, target: _End | None = None) -> Contents:
    """Go through all rows; where there is a target, put them there."""
    contents: Contents = {}
    for table in metadata.sorted_tables:
        of = await source.count(table)
        done = digest = 0
        async with aclosing(source.rows(table)) as chunks:
            async for rows in chunks:
                if target:
                    await target.put(table, rows)
                done += len(rows)
                digest += sum(map(_digest, rows))
                progress(f"{doing} {table.name}", done, of)
        contents[table.name] = (done, digest % 2**128)
    return contents


def _digest(row: dict[str, Any]) -> int:
    return int.from_bytes(hashlib.blake2b(repr(tuple(row.values())).encode(), digest_size=16).digest(), "big")


def _differing(found: Contents, expected: Contents) -> str:
    """The tables that differ; nothing where none does."""
    return ", ".join(name for name in expected if found[name] != expected[name])


def _rows(contents: Contents) -> dict[str, int]:
    return {name: count for name, (count, _) in contents.items()}


def _of(url: sa.URL) -> Wrong:
    return lambda error: explained(error, url)


# ---------------------------------------------------------------- the database that is restored


async def _shut_others_out(connection: AsyncConnection, place: str) -> None:
    """Let nobody else write until the transaction ends; reading goes on."""
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql(f"pragma cache_size=-{CACHE_KIB}")
        await connection.exec_driver_sql("begin immediate")
        return
    first, *others = (table.name for table in metadata.sorted_tables)
    until = time.monotonic() + LOCK_SECONDS
    await connection.exec_driver_sql(f"set local lock_timeout = '{LOCK_SECONDS:g}s'")
    while True:
        try:
            async with connection.begin_nested():
                await connection.exec_driver_sql(f"lock table {first} in exclusive mode")
                # Not waited for: whoever has one of these may be waiting for the first.
                await connection.exec_driver_sql(f"lock table {', '.join(others)} in exclusive mode nowait")
            return
        except sa.exc.DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != LOCKED:
                raise
            if time.monotonic() > until:
                what = f"{place} is in use by another program: nothing was changed"
                raise StoreError(f"{what} — wait a moment, or stop the program that holds it") from error
        await asyncio.sleep(LOCK_AGAIN_SECONDS)


async def _empty(target: _End, place: str, *, replace: bool) -> None:
    """Remove the rows that are there. Raises StoreError where they are not to be replaced."""
    held = {table.name: count for table in metadata.sorted_tables if (count := await target.count(table))}
    if held and not replace:
        rows = ", ".join(f"{name}: {count:,}" for name, count in held.items())
        raise StoreError(f"{place} holds rows already ({rows}): nothing was changed — to remove them, use --replace")
    for name in held:
        await target.connection.execute(sa.delete(metadata.tables[name]))


async def _number_on(connection: AsyncConnection) -> None:
    """Have PostgreSQL number new rows from the last one on.

    A sequence does not go back with its transaction, so it only ever goes forward.
    """
    if connection.dialect.name == "sqlite":
        return
    for table in metadata.sorted_tables:
        number = table.autoincrement_column
        if number is not None:
            sequence = sa.func.pg_get_serial_sequence(table.name, number.name)
            last = sa.func.pg_sequence_last_value(sa.cast(sequence, REGCLASS))
            next_to = sa.func.greatest(sa.func.max(number), last, 1)
            await connection.execute(sa.select(sa.func.setval(sequence, next_to)))


# ---------------------------------------------------------------- the file


@asynccontextmanager
async def _usable(file: Path, version: str) -> AsyncIterator[_End]:
    """A backup to read from, with the newest tables: an older one is copied, and the copy brought up to date."""
    if version == HEAD:
        async with _opened(file, unread(file)) as given:
            yield given
        return
    with tempfile.TemporaryDirectory(prefix="briefbot-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder, "copy")
        wrong = outdated(file, copy.parent.parent)
        with told(wrong):
            await asyncio.to_thread(shutil.copyfile, file, copy)
        async with _opened(copy, wrong, FILL) as given:
            await given.bring_up_to_date()
            yield given


@asynccontextmanager
async def _opened(path: Path, wrong: Wrong, how: Mapping[str, str] = READ) -> AsyncIterator[_End]:
    """A file of SQLite that is there."""
    query = {**how, "uri": "true"}
    url = sa.URL.create("sqlite+aiosqlite", database=path.absolute().as_uri(), query=query)  # noqa: ASYNC240  # no I/O
    engine = create_async_engine(url, hide_parameters=True, poolclass=NullPool)
    try:
        async with AsyncExitStack() as stack:
            with told(wrong):
                connection = await stack.enter_async_context(engine.connect())
                for setting in FILLING if how is FILL else ():
                    await connection.exec_driver_sql(f"pragma {setting}")
            yield _End(connection, wrong)
    finally:
        await engine.dispose()
