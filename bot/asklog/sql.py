"""Asks and feedback in SQLite or PostgreSQL, by the same statements."""

import asyncio
import logging
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.asklog.database import Database
from bot.asklog.rows import entry_of, is_known, row
from bot.asklog.spool import Spool
from bot.asklog.store import Entry, gather_unanswered
from bot.asklog.tables import EVERYTHING, asks, daily, feedback
from bot.asklog.writer import CELL, Writer, count_up
from bot.model import Ask, AskCount, Feedback, Outcome, Period, Surface, Unanswered, Voice

logger = logging.getLogger(__name__)

FORGET_EVERY = timedelta(hours=12)

AT_ONCE = 2_000
"""Rows that are read at once where there may be very many."""


class SqlAskLog:
    """`retention` is how long what people typed is kept: older text goes when the log is opened, and twice a day.

    `spool` is the folder for what a database does not take just now; each database has one of its own in it.
    """

    def __init__(
        self,
        database: Database,
        *,
        retention: timedelta,
        spool: Path,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._retention = retention
        self._now = now
        self._spool = spool
        self._writer = Writer(database, Spool(spool / database.name))
        self._forgetting: asyncio.Task[None] | None = None

    async def open(self) -> None:
        await self._writer.open()
        self._forgetting = asyncio.create_task(self._forget_twice_a_day(), name="ask log retention")
        try:
            await self._forget_old()
        except OSError:
            # Whoever opens it is told; the asks that come need not find out.
            self._writer.set_away()
            raise

    async def record(self, ask: Ask, key: str | None = None) -> None:
        """Keep one ask; it is durable when this returns, in the database or in the spool."""
        await self._writer.keep(row(ask, key or uuid.uuid4().hex))

    async def note(self, feedback: Feedback, key: str | None = None) -> None:
        """Keep one piece of feedback as `record` keeps an ask."""
        await self._writer.keep(row(feedback, key or uuid.uuid4().hex))

    async def settled(self) -> None:
        await self._writer.settled()

    async def close(self) -> None:
        """Write what is waiting, for a few seconds at most, then close the database: the log is its last user."""
        if self._forgetting:
            self._forgetting.cancel()
            await asyncio.gather(self._forgetting, return_exceptions=True)
        await self._writer.close()
        with suppress(OSError):
            self._spool.rmdir()
        await self._database.close()

    # ------------------------------------------------------------ counting

    async def tally(self, period: Period, guild: int | None = None) -> tuple[AskCount, ...]:
        by = (daily.c.card, daily.c.surface, daily.c.outcome, daily.c.picked)
        found = await self._database.read(
            sa.select(*by, sa.func.sum(daily.c.asks).label("asks")).where(*_counted(period, guild)).group_by(*by)
        )
        return tuple(
            AskCount(
                card=each["card"] or None,
                surface=Surface(each["surface"]),
                outcome=Outcome(each["outcome"]),
                picked=each["picked"],
                asks=each["asks"],
            )
            for each in found
            if is_known(each) and each["asks"]
        )

    async def days(self, period: Period, guild: int | None = None) -> tuple[int, ...]:
        found = await self._database.read(
            sa.select(daily.c.day, sa.func.sum(daily.c.asks).label("asks"))
            .where(*_counted(period, guild), daily.c.picked.is_(False))
            .group_by(daily.c.day)
        )
        counted = {each["day"]: each["asks"] for each in found}
        return tuple(counted.get(period.first + timedelta(days=number), 0) for number in range(period.days))

    async def unanswered(self, period: Period, guild: int | None = None) -> tuple[Unanswered, ...]:
        within = _within(asks, period, guild)
        words = sa.select(*_values(asks), asks.c.key).where(asks.c.question.is_not(None), *within)
        picks = sa.select(asks.c.key, asks.c.card).where(asks.c.picked, *within)
        wanted = sa.select(feedback.c.ask).where(feedback.c.voice == Voice.REQUEST, *_within(feedback, period, guild))

        async def read(connection: AsyncConnection) -> tuple[Unanswered, ...]:
            typed = (await connection.execute(words)).mappings().all()
            chosen = (await connection.execute(picks)).all()
            requests = (await connection.execute(wanted)).scalars().all()
            return gather_unanswered(
                [(each["key"], entry_of(Ask, each)) for each in typed if is_known(each)],
                [(key, card) for key, card in chosen],
                [key for key in requests if key],
            )

        return await self._database.look(read)

    async def feedback(self, period: Period | None = None, guild: int | None = None) -> tuple[Feedback, ...]:
        """Feedback, oldest first, but for voices that only a newer version knows."""
        statement = (
            sa.select(*_values(feedback))
            .where(*_within(feedback, period, guild))
            .order_by(feedback.c.at, feedback.c.id)
        )
        return tuple(entry_of(Feedback, each) for each in await self._database.read(statement) if is_known(each))

    # ------------------------------------------------------------ forgetting

    async def entries(self, kind: type[Entry], guild: int) -> AsyncIterator[Sequence[Entry]]:
        table = asks if kind is Ask else feedback
        last = 0
        while rows := await self._database.read(
            sa.select(table).where(table.c.guild == guild, table.c.id > last).order_by(table.c.id).limit(AT_ONCE)
        ):
            last = rows[-1]["id"]
            yield [entry_of(kind, row) for row in rows if is_known(row)]

    async def guilds(self) -> frozenset[int]:
        of_asks = sa.select(daily.c.guild).where(daily.c.guild != EVERYTHING).distinct()
        of_feedback = sa.select(feedback.c.guild).where(feedback.c.guild.is_not(None)).distinct()
        found = await self._database.read(of_asks.union(of_feedback))
        return frozenset(each["guild"] for each in found)

    async def erase(self, guild: int) -> int:
        # What waits on the disk would come back.
        await self._writer.settled()

        async def erasing(connection: AsyncConnection) -> int:
            gone = [
                (await connection.execute(sa.delete(table).where(table.c.guild == guild))).rowcount
                for table in (asks, feedback)
            ]
            counted = await connection.execute(sa.select(daily).where(daily.c.guild == guild))
            less = Counter({tuple(each[name] for name in CELL): -each["asks"] for each in counted.mappings()})
            await count_up(connection, self._database, less)
            await connection.execute(sa.delete(daily).where(daily.c.asks <= 0))
            return sum(gone)

        erased = await self._database.run(erasing)
        await self._database.tidy()
        return erased

    async def forget_questions(self, before: datetime) -> int:
        forgot = await self._database.write(
            sa.update(asks).where(asks.c.at < before, asks.c.question.is_not(None)).values(question=None),
            sa.update(feedback).where(feedback.c.at < before, feedback.c.text.is_not(None)).values(text=None),
        )
        if forgot:
            await self._database.tidy()
        return forgot

    async def _forget_old(self) -> None:
        await self.forget_questions(self._now() - self._retention)

    async def _forget_twice_a_day(self) -> None:
        while True:
            await asyncio.sleep(FORGET_EVERY.total_seconds())
            try:
                await self._forget_old()
            except OSError as error:
                logger.warning("words that are too old are not removed yet: %s", error)


def _within(table: sa.Table, period: Period | None, guild: int | None) -> list[sa.ColumnElement[bool]]:
    return [
        *([table.c.at >= period.since, table.c.at < period.until] if period else []),
        *([table.c.guild == guild] if guild is not None else []),
    ]


def _counted(period: Period, guild: int | None) -> tuple[sa.ColumnElement[bool], ...]:
    place = EVERYTHING if guild is None else guild
    return (daily.c.guild == place, daily.c.day >= period.first, daily.c.day <= period.last)


def _values(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.c if column.name not in ("id", "key")]
