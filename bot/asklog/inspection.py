"""What can be told of the ask log's database by looking: nothing is made, migrated or written."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Set
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from bot.asklog.database import VERSIONS, Database, version_of
from bot.asklog.engines import AsyncConnection, create_async_engine
from bot.asklog.failures import Explained, StoreError, place_of
from bot.asklog.schema import VERSIONED
from bot.asklog.spool import SUFFIX
from bot.asklog.tables import asks

BUSY_SECONDS = 2.0
"""How long a file that somebody holds is waited for."""
CHECK_SECONDS = 4.0
"""How long a file is read for damage."""
CONNECT_SECONDS = 5.0
STEPS = 100_000
"""Of SQLite's machine, between two looks at the clock."""

NAMED = f"select version_num from {VERSIONED}"  # noqa: S608  # a name of ours

_SECRETS = {"password", "passfile", "sslpassword"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What was seen of a database that can be used. `schema` is None where there are no tables yet."""

    kind: str
    place: str
    there: bool = True
    """False for a file of SQLite that is still to be made."""
    schema: str | None = None
    bytes: int = 0
    keeps_log: bool = True
    """Whether an SQLite file has a write-ahead log."""
    damage: str | None = ""
    """What SQLite's quick check says, nothing where all is well; None where there was no time to finish it."""
    unwritable: str = ""
    """What may not be written, where something may not."""
    connections: tuple[int, int] | None = None
    """Of a server: in use, and at most."""
    ahead: float | None = None
    """By how many seconds a server's clock is ahead of this machine's."""

    @property
    def missing(self) -> int:
        """How many migrations are still to be run."""
        return len(VERSIONS) - (VERSIONS.index(self.schema) + 1 if self.schema else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many rows wait in the spool for this database, how many for others, and what nobody can read."""

    here: int
    elsewhere: int
    unreadable: tuple[Path, ...]


def without_password(url: str) -> str:
    """The address with «***» in place of every password."""
    parsed = sa.make_url(url)
    hidden = {name: "***" for name in parsed.query if name in _SECRETS}
    return parsed.update_query_dict(hidden).render_as_string(hide_password=True)


def host_of(url: str) -> str | None:
    """The name of the server that is to be looked up; None for a file or a socket of this machine."""
    parsed = sa.make_url(url)
    named = parsed.host or parsed.query.get("host") or None
    return named if isinstance(named, str) and not named.startswith("/") else None


def place(url: str) -> str:
    return place_of(sa.make_url(url))


def file_of(url: str) -> Path | None:
    """The file of SQLite; None for a server."""
    return Database(url).file


def spool_of(spool: Path, url: str) -> Path:
    """The folder in which asks wait for this database."""
    return spool / Database(url).name


def waiting(spool: Path, url: str) -> Waiting:
    """Count what waits, in a running process's files too. Blocks; raises OSError."""
    here = spool_of(spool, url)
    files = sorted(spool.glob(f"*/*{SUFFIX}"))
    return Waiting(
        here=sum(_rows(file) for file in files if file.parent == here),
        elsewhere=sum(_rows(file) for file in files if file.parent != here),
        unreadable=tuple(sorted(spool.glob("*/*.unreadable"))),
    )


def _rows(file: Path) -> int:
    # Behind the rows there is room reserved, all zeros.
    with file.open("rb") as content:
        return sum(part.count(b"\n") for part in iter(lambda: content.read(1 << 20), b""))


# ---------------------------------------------------------------- a file of SQLite


def inspect_file(url: str) -> Inspection:
    """Look at a file. Blocks, for BUSY_SECONDS and CHECK_SECONDS at most.

    Raises OSError with one line where it cannot be used as it is: what is wrong — what to do.
    """
    parsed = sa.make_url(url)
    path = Path(str(parsed.database))
    kind = f"SQLite {sqlite3.sqlite_version}"
    with Explained(parsed):
        if not path.exists():
            return Inspection(kind=kind, place=str(path), there=False, unwritable=_unwritable(path))
        if path.is_dir():
            raise StoreError(f"{path} is a folder — name a file in asklog_url")
        with closing(sqlite3.connect(_read_only(path), uri=True, timeout=BUSY_SECONDS)) as connection:
            tables = set(_first(connection, "select name from sqlite_master where type = 'table'"))
            named = next(_first(connection, NAMED), None) if VERSIONED in tables else None
            schema = version_of(parsed, tables, named, every=True)
            log = next(_first(connection, "pragma journal_mode"), "") == "wal"
            damage = _damage(connection)
    size = sum(file.stat().st_size for file in (path, Path(f"{path}-wal")) if file.exists())
    return Inspection(kind=kind, place=str(path), schema=schema, bytes=size, keeps_log=log or schema is None,
                      damage=damage, unwritable=_unwritable(path))  # fmt: skip


def _read_only(path: Path) -> str:
    """The address of a file for somebody who leaves nothing beside it."""
    with path.open("rb") as file:
        keeps_log = file.read(20)[18:] == b"\2\2"
    if not keeps_log:
        how = "cache=private"
    elif Path(f"{path}-wal").exists() and Path(f"{path}-shm").exists():
        how = "readonly_shm=1"
    else:
        # Opened as usual, SQLite makes both beside it, and whoever only reads does not take them away again.
        how = "immutable=1"
    return f"file:{quote(str(path.absolute()))}?mode=ro&{how}"


def _first(connection: sqlite3.Connection, statement: str) -> Iterator[Any]:
    return (row[0] for row in connection.execute(statement))


def _damage(connection: sqlite3.Connection) -> str | None:
    until = time.monotonic() + CHECK_SECONDS
    connection.set_progress_handler(lambda: int(time.monotonic() > until), STEPS)
    try:
        said = next(_first(connection, "pragma quick_check(1)"), "ok")
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            return None
        raise
    return "" if said == "ok" else str(said).split("\n")[-1]


def _unwritable(path: Path) -> str:
    """What of a file, what is beside it and its folder may not be written; nothing where all may."""
    if path.exists():
        beside = [Path(f"{path}{suffix}") for suffix in ("", "-wal", "-shm")]
        of_these = [str(file) for file in (*beside, path.absolute().parent) if file.exists()]
    else:
        of_these = [str(nearest_folder(path))]
    return next((name for name in of_these if not os.access(name, os.W_OK)), "")


def nearest_folder(path: Path) -> Path:
    """The folder in which a path is, or is to be made."""
    folder = path.absolute().parent
    while not os.access(folder, os.F_OK):
        folder = folder.parent
    return folder


# ---------------------------------------------------------------- a server


async def inspect_server(url: str) -> Inspection:
    """Look at PostgreSQL's. Raises OSError as `inspect_file` does."""
    parsed = sa.make_url(url)
    try:
        import asyncpg  # noqa: F401  # SQLAlchemy would say so in other words
    except ImportError as error:
        raise StoreError(
            f"the library for {place_of(parsed)} is not installed — install it: python -m pip install asyncpg"
        ) from error
    settings = {"timezone": "UTC", "application_name": "briefbot"}
    answer = {"timeout": CONNECT_SECONDS, "command_timeout": CONNECT_SECONDS, "server_settings": settings}
    with Explained(parsed, opening=True):
        engine = create_async_engine(parsed, hide_parameters=True, poolclass=NullPool, connect_args=answer)
        try:
            async with engine.connect() as connection:
                await connection.exec_driver_sql("set transaction read only")
                return await _seen(connection, parsed)
        finally:
            await engine.dispose()


async def _seen(connection: AsyncConnection, url: sa.URL) -> Inspection:
    async def one(statement: str) -> Any:
        return (await connection.execute(sa.text(statement))).scalar()

    before = datetime.now(UTC)
    there = await one("select clock_timestamp()")
    between = before + (datetime.now(UTC) - before) / 2
    tables = set(await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names()))
    schema = version_of(url, tables, await one(NAMED) if VERSIONED in tables else None)
    used = await one("select count(*) from pg_stat_activity where backend_type = 'client backend'")
    return Inspection(
        kind=f"PostgreSQL {str(await one('show server_version')).split(' ')[0]}",
        place=place_of(url),
        schema=schema,
        bytes=await one("select pg_database_size(current_database())"),
        unwritable=await _refused(one, tables, url),
        connections=(int(used), int(await one("show max_connections"))),
        ahead=(there - between).total_seconds(),
    )


async def _refused(one: Callable[[str], Any], tables: Set[str], url: sa.URL) -> str:
    if await one("select pg_is_in_recovery()"):
        return f"{place_of(url)}, a copy that is only read,"
    if asks.name in tables:
        may = await one(f"select has_table_privilege('{asks.name}', 'insert')")  # a name of ours
        return "" if may else f"the table «{asks.name}»"
    may = await one("select coalesce(has_schema_privilege(current_schema(), 'create'), false)")
    return "" if may else "the schema, in which tables are to be made,"
