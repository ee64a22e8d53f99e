"""What is wrong with a database, in one line that says where, and what to do. Never with the password."""

import re
import sqlite3
from types import TracebackType
from typing import Self

import sqlalchemy as sa


class StoreError(OSError):
    """A database that cannot be used as it is; the message is one line for whoever runs the bot."""


def place_of(url: sa.URL) -> str:
    """The file, or the database and its server, as people name it."""
    if url.get_backend_name() == "sqlite":
        return str(url.database or "the database in memory")
    port = f":{url.port}" if url.port else ""
    host = url.host or url.query.get("host") or "this machine"
    return f"the database «{url.database or url.username or 'of nobody'}» at {host}{port}"


def newer(url: sa.URL, found: str, known: str) -> StoreError:
    return StoreError(
        f"{place_of(url)} was made by a newer Briefbot (schema {found}, and this one knows up to {known}): "
        "nothing was written to it — upgrade Briefbot, or name another database in asklog_url"
    )


def foreign(url: sa.URL, tables: list[str]) -> StoreError:
    return StoreError(
        f"{place_of(url)} belongs to something else (it has the table «{tables[0]}»): nothing was written to it — "
        "name another database in asklog_url"
    )


_NAMED = re.compile(r"'[^']*'" r'|"[^"]*"')


def explained(error: BaseException, url: sa.URL) -> OSError:
    """Any error of a database or its driver as one line."""
    if isinstance(error, StoreError):
        return error
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) and error.orig else error
    # The lines that follow show the statement with what was to be kept.
    said = (str(cause) or type(cause).__name__).split("\n")[0]
    where = place_of(url)
    # What is quoted is a name that somebody gave: of a folder called «full», say.
    signs = f"{type(cause).__name__}: {_NAMED.sub('', said)}".lower()
    for sign, what, advice in _SQLITE if url.get_backend_name() == "sqlite" else _POSTGRES:
        if sign in signs:
            user = f"«{url.username}»" if url.username else "that user"
            return StoreError(f"{where} {what.format(user=user)} ({said}) — {advice}")
    return StoreError(f"{where} cannot be used: {said} — asks wait until it can")


_LOCKED = "wait a moment, or stop the program that holds it"
_SQLITE = (
    ("not a database", "is not a database of SQLite", "move the file away, or name another one in asklog_url"),
    ("malformed", "is damaged", "move it away, then restore a backup: python -m bot restore FILE"),
    (
        "readonly",
        "may not be written",
        "give whoever runs the bot the right to write it, what is beside it (-wal, -shm), and the folder",
    ),
    ("unable to open", "cannot be opened", "make its folder, and let whoever runs the bot write in it"),
    ("permission denied", "may not be opened", "give whoever runs the bot the right to read and write it"),
    ("locked", "is in use by another program", _LOCKED),
    ("full", "has no room to grow", "make room on the disk"),
    ("disk i/o", "cannot be read or written", "look at the disk: it may be full or failing"),
    (
        "already exists",
        "was left half upgraded",
        "move it away, or name a new database, then: python -m bot restore FILE",
    ),
    ("no such table", "lacks a table", "move it away, or name a new database, then: python -m bot restore FILE"),
    ("no such column", "lacks a column", "move it away, or name a new database, then: python -m bot restore FILE"),
)
_POSTGRES = (
    ("password", "does not take {user} with this password", "mend user and password in asklog_url"),
    ("invalidauthorization", "does not let {user} in", "mend the user in asklog_url, or pg_hba.conf"),
    ("does not exist", "is not there, or lacks something", "make it, or name another one in asklog_url"),
    ("refused", "cannot be reached", "start PostgreSQL, or mend host and port in asklog_url"),
    ("gaierror", "cannot be reached", "mend the host in asklog_url"),
    ("filenotfounderror", "cannot be reached", "start PostgreSQL, or mend the folder of its socket in asklog_url"),
    ("connect call failed", "cannot be reached", "start PostgreSQL, or mend host and port in asklog_url"),
    ("timeout", "does not answer", "look whether PostgreSQL is up and the network lets us through"),
    ("too many", "has no connection to spare", "raise max_connections, or run fewer processes"),
    ("permission denied", "does not let {user} do that", "grant the rights on the database and its schema"),
    ("insufficientprivilege", "does not let {user} do that", "grant the rights on the database and its schema"),
    (
        "already exists",
        "was left half upgraded",
        "move it away, or name a new database, then: python -m bot restore FILE",
    ),
    ("no space", "has no room to grow", "make room on its disk"),
)


def is_of_a_database(error: BaseException) -> bool:
    """Whether an error comes from a database or its driver, whichever is installed."""
    if isinstance(error, sa.exc.SQLAlchemyError | sqlite3.Error | OSError):
        return True
    return type(error).__module__.split(".")[0] in ("asyncpg", "aiosqlite")


class Explained:
    """Whatever goes wrong with a database inside is raised as OSError, in one line: shells know no drivers."""

    def __init__(self, url: sa.URL, *, opening: bool = False) -> None:
        self._url = url
        self._opening = opening

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: TracebackType | None) -> None:
        # An address may name a driver that is not installed, or have options that it does not know.
        of_the_address = self._opening and isinstance(error, ImportError | TypeError | ValueError)
        if error is not None and (of_the_address or is_of_a_database(error)):
            raise explained(error, self._url) from error
