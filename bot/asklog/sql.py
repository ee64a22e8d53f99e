"""Asks and feedback in SQLite or PostgreSQL, by the same statements."""

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.asklog.database import Database
from bot.asklog.engines import AsyncConnection
from bot.asklog.rows import entry_of, in_utc, is_known, row
from bot.asklog.spool import Spool
from bot.asklog.store import Entry, StoreState
from bot.asklog.tables import EVERYTHING, asks, daily, feedback
from bot.asklog.writer import Writer, count_out
from bot.model import Ask, AskCount, Feedback, Outcome, Period, Surface, Unanswered, Voice

logger = logging.getLogger(__name__)

FORGETTING = 0x62726965666F7267
"""Key of PostgreSQL's advisory lock around forgetting: «brieforg» in ASCII."""

LOOK_SECONDS, LOOK_AGAIN_SECONDS = 1.0, 5.0
"""How long the database may take to say that it is there, and how long that holds."""

AT_ONCE = 2_000
"""Rows that are read at once where there may be very many."""


class SqlAskLog:
    """`retention` is how long what people typed is kept: older text goes when the log is opened.

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
        self._looking: asyncio.Task[None] | None = None
        self._looked = 0.0
        self._closed = False

    async def open(self) -> None:
        await self._writer.open()
        try:
            await self.forget_questions(self._now() - self._retention)
        except OSError:
            # Whoever opens it is told; the asks that come need not find out.
            self._writer.found_away()
            raise

    async def record(self, ask: Ask, key: str | None = None) -> None:
        """Keep one ask; it is durable when this returns, in the database or in the spool."""
        await self._writer.keep(row(ask, key or uuid.uuid4().hex))

    async def note(self, feedback: Feedback, key: str | None = None) -> None:
        """Keep one piece of feedback as `record` keeps an ask."""
        await self._writer.keep(row(feedback, key or uuid.uuid4().hex))

    @property
    def state(self) -> StoreState:
        return StoreState(away=self._writer.away, waiting=self._writer.waiting)

    async def look(self) -> StoreState:
        # One at a time, and what was found just before still holds: a database that hangs is not asked ever more.
        if self._looking is None or (self._looking.done() and time.monotonic() > self._looked + LOOK_AGAIN_SECONDS):
            self._looking = asyncio.create_task(self._look(), name="look at the ask log")
        await asyncio.wait({self._looking}, timeout=LOOK_SECONDS)
        if not self._looking.done():
            self._writer.found_away(f"it has not answered within {LOOK_SECONDS:g} s")
        return self.state

    async def _look(self) -> None:
        try:
            await self._database.try_out()
            self._writer.found_back()
        except OSError as error:
            if not self._closed:
                self._writer.found_away(str(error))
        finally:
            self._looked = time.monotonic()

    async def settled(self) -> None:
        await self._writer.settled()

    async def close(self) -> None:
        """Write what is waiting, for a few seconds at most, then close the database: the log is its last user."""
        self._closed = True
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
        typed, picks = asks.alias("typed"), asks.alias("picks")
        words = (
            typed.c.question.is_not(None),
            typed.c.surface.in_(list(Surface)),
            typed.c.outcome.in_(list(Outcome)),
            *_within(typed, period, guild),
        )
        offered = sa.func.sum(sa.case((typed.c.outcome == Outcome.SUGGESTED, 1), else_=0))
        counts = (sa.func.count().label("asks"), offered.label("offered"), sa.func.max(typed.c.at).label("last"))
        counted = sa.select(typed.c.question, *counts).where(*words).group_by(typed.c.question)
        chosen = (
            sa.select(typed.c.question, picks.c.card, sa.func.count())
            .where(picks.c.picked, typed.c.key == self._offer_of(picks.c.key), *words, *_within(picks, period, guild))
            .group_by(typed.c.question, picks.c.card)
        )
        wanted = (
            sa.select(typed.c.question, sa.func.count())
            .where(feedback.c.voice == Voice.REQUEST, typed.c.key == feedback.c.ask, *words)
            .where(*_within(feedback, period, guild))
            .group_by(typed.c.question)
        )

        async def read(connection: AsyncConnection) -> tuple[Unanswered, ...]:
            picked: dict[str, dict[str, int]] = {}
            for question, card, times in await connection.execute(chosen):
                picked.setdefault(question, {})[card] = times
            requests: dict[str, int] = {}
            for question, times in await connection.execute(wanted):
                requests[question] = times
            found = [
                Unanswered(
                    question=question,
                    asks=asked,
                    offered=offered,
                    picked=picked.get(question, {}),
                    wanted=requests.get(question, 0),
                    last=in_utc(last),
                )
                for question, asked, offered, last in await connection.execute(counted)
            ]
            return tuple(sorted(found, key=lambda one: (-one.asks, one.question)))

        return await self._database.look(read)

    def _offer_of(self, key: sa.Column[str]) -> sa.ColumnElement[str]:
        """The key of the ask that a choice was offered to, in the words of either database."""
        if self._database.is_sqlite:
            return sa.func.substr(key, 1, sa.func.instr(key, ":") - 1)
        return sa.func.split_part(key, ":", 1)

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
            await count_out(connection, self._database, guild)
            return sum(gone)

        erased = await self._database.run(erasing)
        await self._database.tidy()
        return erased

    async def forget_questions(self, before: datetime) -> int:
        old = (
            sa.update(asks).where(asks.c.at < before, asks.c.question.is_not(None)).values(question=None),
            sa.update(feedback).where(feedback.c.at < before, feedback.c.text.is_not(None)).values(text=None),
        )

        async def forgetting(connection: AsyncConnection) -> int:
            if not self._database.is_sqlite:
                # Two processes at once would each wait for rows that the other one holds.
                await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(FORGETTING)))
            return sum([(await connection.execute(change)).rowcount for change in old])

        forgot = await self._database.run(forgetting)
        if forgot:
            await self._database.tidy()
        return forgot


def _within(table: sa.FromClause, period: Period | None, guild: int | None) -> list[sa.ColumnElement[bool]]:
    return [
        *([table.c.at >= period.since, table.c.at < period.until] if period else []),
        *([table.c.guild == guild] if guild is not None else []),
    ]


def _counted(period: Period, guild: int | None) -> tuple[sa.ColumnElement[bool], ...]:
    place = EVERYTHING if guild is None else guild
    return (daily.c.guild == place, daily.c.day >= period.first, daily.c.day <= period.last)


def _values(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.c if column.name not in ("id", "key")]
