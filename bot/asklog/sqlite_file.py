"""A file of SQLite: looked at before it is opened, with a write-ahead log, written by one connection."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.asklog.engines import AsyncConnection
from bot.asklog.failures import foreign
from bot.asklog.schema import VERSIONED

BUSY_SECONDS = 3
"""How long SQLite waits for another process that holds the file."""

LET_GO = ("Connection closed", "no active connection")
"""What aiosqlite says where the file was found replaced while somebody waited for their turn."""

T = TypeVar("T")


def look_first(path: Path, url: sa.URL) -> None:
    """Make the folder, and find out what is wrong with a file before aiosqlite does: its threads outlive a failure.

    Raises StoreError for a file that is not ours, without having written to it; sqlite3.Error, OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # What was typed may be in it: it is for its owner alone.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        sqlite3.connect(path).close()
        return
    with closing(sqlite3.connect(path, timeout=3)) as connection:
        tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        if tables and VERSIONED not in tables:
            raise foreign(url, tables)


def in_transaction(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    connection.execute("begin immediate")
    with connection:
        return work(connection)


async def keep_log(connection: AsyncConnection) -> None:
    """Have a write-ahead log from now on. It stands in the file, so only one that is ours is asked."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            await connection.exec_driver_sql("pragma journal_mode=wal")
            return
        except sa.exc.OperationalError:
            # SQLite waits for whoever writes, but not for others who ask for it at the same moment.
            if time.monotonic() > until:
                raise
        await asyncio.sleep(0.05)


def identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def as_writer(connection: Any, _record: object) -> None:
    connection.execute("pragma synchronous=full")
    # What is forgotten is written over, and not only unlinked.
    connection.execute("pragma secure_delete=on")
    # The log is taken over by us: see the top.
    connection.execute("pragma wal_autocheckpoint=0")


def as_reader(connection: Any, _record: object) -> None:
    connection.execute("pragma query_only=on")
