"""Asks and feedback in SQLite or PostgreSQL, by the same statements.

One writer a process takes whatever is waiting into one transaction. What cannot be written waits in memory and is
tried again, so a database that comes and goes loses nothing while the process lives; a random key on each row makes
a second try harmless.
"""

import asyncio
import hashlib
import logging
import uuid
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import sqlalchemy as sa

from bot.asklog.database import Database
from bot.model import Ask, Feedback, Voice

logger = logging.getLogger(__name__)

RETRY_SECONDS = 2.0
CLOSE_SECONDS = 6.0
FORGET_EVERY = timedelta(hours=12)
MOST_WAITING = 10_000
"""Rows that wait in memory for a database that is away; beyond that the oldest are dropped."""
KEY = 64
"""Characters of a key."""

metadata = sa.MetaData()
asks = sa.Table(
    "asks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(KEY), nullable=False, unique=True),
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
voices = sa.Table(
    "feedback",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(KEY), nullable=False, unique=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("voice", sa.String(16), nullable=False),
    sa.Column("card", sa.String(80)),
    sa.Column("version", sa.String(16)),
    sa.Column("part", sa.String(80)),
    sa.Column("text", sa.String(300)),
    sa.Column("ask", sa.String(KEY)),
    sa.Column("guild", sa.BigInteger),
    sa.Column("locale", sa.String(16)),
)

Place: TypeAlias = tuple[sa.Table, str]
"""Where a row goes: its table and its key."""


class SqlAskLog:
    """`retention` is how long what people typed is kept: older text goes when the log is opened, and twice a day."""

    def __init__(self, database: Database, *, retention: timedelta) -> None:
        self._database = database
        self._retention = retention
        self._waiting: dict[Place, dict[str, Any]] = {}
        self._written: dict[Place, asyncio.Future[None]] = {}
        self._wake = asyncio.Event()
        self._closing = asyncio.Event()
        self._failure: Exception | None = None
        self._writer: asyncio.Task[None] | None = None
        self._forgot = datetime.min.replace(tzinfo=UTC)

    async def open(self) -> None:
        await self._database.engine()
        await self._forget_old()
        self._start_writer()

    async def record(self, ask: Ask, key: str | None = None) -> None:
        """Keep one ask; it is durable when this returns.

        Where the database is away this raises at once and the ask waits in memory. Cancelling does not unrecord.
        """
        await self._keep(asks, ask, key)

    async def note(self, feedback: Feedback, key: str | None = None) -> None:
        """Keep one piece of feedback as `record` keeps an ask."""
        await self._keep(voices, replace(feedback, ask=feedback.ask and _fitting(feedback.ask)), key)

    async def counts(self) -> dict[str, int]:
        times = sa.func.count().label("times")
        statement = (
            sa.select(asks.c.card, times).where(asks.c.card.is_not(None)).group_by(asks.c.card).order_by(times.desc())
        )
        return {row["card"]: row["times"] for row in await self._database.read(statement)}

    async def feedback(self) -> tuple[Feedback, ...]:
        """All feedback, oldest first, but for voices that only a newer version knows."""
        statement = (
            sa.select(*(column for column in voices.c if column.name not in ("id", "key")))
            .where(voices.c.voice.in_(list(Voice)))
            .order_by(voices.c.at, voices.c.id)
        )
        rows = await self._database.read(statement)
        return tuple(Feedback(**{**row, "at": _in_utc(row["at"]), "voice": Voice(row["voice"])}) for row in rows)

    async def forget_questions(self, before: datetime) -> int:
        return await self._database.write(
            asks.update().where(asks.c.at < before, asks.c.question.is_not(None)).values(question=None),
            voices.update().where(voices.c.at < before, voices.c.text.is_not(None)).values(text=None),
        )

    async def close(self) -> None:
        """Write what is waiting, for a few seconds at most, then close the database: the log is its last user."""
        self._closing.set()
        self._wake.set()
        if self._writer:
            await asyncio.wait({self._writer}, timeout=CLOSE_SECONDS)
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)
            self._writer = None
        if self._waiting:
            logger.error("asks and feedback that could not be written and are lost: %s", len(self._waiting))
        await self._database.close()

    # ------------------------------------------------------------ the writer

    async def _keep(self, table: sa.Table, entry: Ask | Feedback, key: str | None) -> None:
        place = (table, _fitting(key) if key else uuid.uuid4().hex)
        self._waiting.setdefault(place, _row(table, entry))
        while len(self._waiting) > MOST_WAITING:
            self._waiting.pop(next(iter(self._waiting)))
        self._start_writer()
        if self._failure:
            raise self._failure
        written = self._written.setdefault(place, asyncio.get_running_loop().create_future())
        self._wake.set()
        await asyncio.shield(written)

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
            engine = await self._database.engine()
            if batch:
                async with engine.begin() as connection:
                    for table in dict.fromkeys(table for table, _ in batch):
                        rows = [{"key": key, **row} for (of, key), row in batch.items() if of is table]
                        insert = self._database.insert(table).on_conflict_do_nothing(index_elements=["key"])
                        await connection.execute(insert, rows)
            await self._forget_old()
        except Exception as error:
            # Whatever a database can throw, the rows wait for the next try.
            self._tell(self._written, error)
            self._failure = error
            return False
        self._failure = None
        for place in batch:
            self._waiting.pop(place, None)
        self._tell(batch, None)
        return True

    def _tell(self, places: Iterable[Place], error: Exception | None) -> None:
        for place in list(places):
            written = self._written.pop(place, None)
            if written and not written.done():
                written.set_exception(error) if error else written.set_result(None)
                # Whoever asked may have stopped listening.
                written.exception()

    async def _forget_old(self) -> None:
        now = datetime.now(UTC)
        if now - self._forgot >= FORGET_EVERY:
            await self.forget_questions(now - self._retention)
            self._forgot = now


async def _first_of(event: asyncio.Event, seconds: float) -> None:
    """Return when the event is set, or after so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass


def _row(table: sa.Table, entry: Ask | Feedback) -> dict[str, Any]:
    """An entry by the table's columns, with texts cut to their width.

    PostgreSQL refuses a text that is longer, and with it the transaction and everything that waits.
    """
    row = asdict(entry)
    for name, value in row.items():
        kind = table.c[name].type
        if isinstance(value, datetime):
            row[name] = value.astimezone(UTC)
        elif isinstance(kind, sa.String) and value is not None:
            row[name] = str(value)[: kind.length]
    return row


def _fitting(key: str) -> str:
    """A key that fits its column: itself, or for a longer one its digest, which is as good a key."""
    return key if len(key) <= KEY else hashlib.sha256(key.encode()).hexdigest()


def _in_utc(at: datetime) -> datetime:
    """SQLite hands times back as they were kept, in UTC, and without saying so."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
