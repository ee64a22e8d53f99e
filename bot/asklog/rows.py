"""Values → rows, and back: cut to the width of their columns, in UTC, and as lines of JSON for the spool."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot.asklog.spool import Line
from bot.asklog.store import Entry
from bot.asklog.tables import KEY, asks, feedback
from bot.model import Ask, Feedback, Outcome, Surface, Voice

_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in (Ask, Feedback)}
TABLES = {table.name: table for table in (asks, feedback)}


@dataclass(frozen=True, slots=True)
class Row:
    """What is to be kept, and where. Two rows of a table with one key are the same row."""

    table: sa.Table
    key: str
    values: dict[str, Any]

    @property
    def place(self) -> tuple[str, str]:
        return self.table.name, self.key


def row(entry: Ask | Feedback, key: str) -> Row:
    """An entry by the table's columns, with texts cut to their width.

    PostgreSQL refuses a text that is longer, and with it the whole transaction.
    """
    table = asks if isinstance(entry, Ask) else feedback
    values = {name: getattr(entry, name) for name in _FIELDS[type(entry)]}
    for name, value in values.items():
        kind = table.c[name].type
        if isinstance(value, datetime):
            values[name] = value.astimezone(UTC)
        elif isinstance(kind, sa.String) and value is not None:
            # PostgreSQL has no place for the character with the number nought either.
            values[name] = str(value).replace("\0", "")[: kind.length]
    if isinstance(entry, Feedback) and entry.ask:
        values["ask"] = fitting(entry.ask)
    return Row(table, fitting(key), values)


def fitting(key: str) -> str:
    """A key that fits its column, and still begins with the key of the ask that it belongs to."""
    if len(key) <= KEY:
        return key
    offer, colon, choice = key.partition(":")
    if not colon or len(offer) > KEY // 2:
        return hashlib.sha256(key.encode()).hexdigest()
    return f"{offer}:{hashlib.sha256(choice.encode()).hexdigest()}"[:KEY]


def line(kept: Row) -> Line:
    values = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in kept.values.items()}
    return {"table": kept.table.name, "key": kept.key, "values": values}


def of_line(read: Line) -> Row | None:
    """The row of a line; None where it is of a version that is not known."""
    table = TABLES.get(read.get("table", ""))
    if table is None or not set(read["values"]) <= set(table.c.keys()):
        return None
    values = {name: datetime.fromisoformat(value) if name == "at" else value for name, value in read["values"].items()}
    return Row(table, read["key"], values)


def entry_of(kind: type[Entry], found: sa.RowMapping) -> Entry:
    """The value of a row. Raises ValueError for words that only a newer version knows."""
    values = {field.name: found[field.name] for field in fields(kind)}
    for name, value in values.items():
        if name in _READ and value is not None:
            values[name] = _READ[name](value)
    return kind(**values)


def is_known(found: sa.RowMapping) -> bool:
    """Whether all its words are known; those of a newer version are not."""
    return all(found[name] in set(words) for name, words in _WORDS.items() if name in found)


def in_utc(at: datetime) -> datetime:
    """SQLite hands times back as they were kept, in UTC, and without saying so."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


_WORDS = {"surface": Surface, "outcome": Outcome, "voice": Voice}
_READ: dict[str, Callable[[Any], Any]] = {"at": in_utc, **_WORDS}
"""How columns are read whose values are not what is kept."""
