"""Upkeep: what is to be done from time to time, and what is done once for however many processes run."""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import asdict, fields
from datetime import date, datetime, timedelta
from typing import IO

from bot.asklog import AskLog, Entry, ServerBook
from bot.desk.decks import Deck
from bot.desk.reports import Reports
from bot.desk.schedule import due
from bot.model import Ask, BriefingCard, Digest, Fate, Feedback, Period, ServerSettings

AWAY = timedelta(days=30)
"""How long after the bot has left a server everything about it is erased."""

NEAREST, DUE = 5, 5
"""Topics and cards that a digest names."""

LEFT_OUT = {"score", "locale", "ask"}
"""Columns that could tell somebody who speaks a rare language, and keys."""

NOTE = """\
What this bot keeps of your server, as CSV files in UTF-8: one row for each question (asks.csv) and for each thing
that was said of an answer (feedback.csv), and what its managers decided (servers.csv).

Times are cut to the day, the rows of a day are in no order of asking, today is left out, and so are scores,
languages and random keys: nobody is to be found out by them. What else is kept of your server is made of these rows
(counts by day), or says when a digest was sent.
"""


class Upkeep:
    """Keeps promises about time: digests that come once a week, and servers that are forgotten.

    Every method raises OSError where the store fails. Times are in UTC.
    """

    def __init__(self, deck: Callable[[], Deck], asklog: AskLog, book: ServerBook, reports: Reports) -> None:
        self._deck = deck
        self._asklog = asklog
        self._book = book
        self._reports = reports

    async def settled(self) -> None:
        """Return when everything that was asked can be read, what waited on the disk too."""
        await self._asklog.settled()

    # ------------------------------------------------------------ the weekly digest

    async def due(self, now: datetime) -> AsyncIterator[tuple[int, str, ServerSettings]]:
        """The servers whose digest is due and not taken by another process, each with its week.

        Each that is handed out is claimed: it is to be `sent`, or `released` to be tried again.
        """
        for guild, settings in (await self._book.with_digest()).items():
            week = due(settings, now)
            if week and await self._book.claim(guild, week, now):
                yield guild, week, settings

    async def sent(self, guild: int, week: str, now: datetime) -> None:
        await self._book.sent(guild, week, now)

    async def release(self, guild: int, week: str) -> None:
        await self._book.release(guild, week)

    async def digest(self, guild: int, now: datetime) -> Digest:
        """What is told: of the seven days before this one."""
        week = Period.ending((now - timedelta(days=1)).date(), 7)
        statistics = await self._reports.statistics(week, guild)
        missed = await self._asklog.unanswered(week, guild)
        return Digest(
            statistics=statistics,
            nearest=self._nearest({one.question: one.asks for one in missed if not one.picked}, statistics.fewest),
            wanted=sum(one.wanted for one in missed) if statistics.fates[Fate.MISSED] else 0,
            due=self._to_review(now)[:DUE],
        )

    def _nearest(self, missed: Mapping[str, int], fewest: int) -> tuple[BriefingCard, ...]:
        """The cards that came nearest, those only that did so to as many questions as may be told."""
        deck = self._deck()
        near: Counter[str] = Counter()
        for question, asks in missed.items():
            for match in deck.index.rank(question, 1):
                near[match.card.id] += asks if match.why.words else 0
        return tuple(deck.cards[card] for card, asks in near.most_common(NEAREST) if asks >= fewest)

    def _to_review(self, now: datetime) -> tuple[BriefingCard, ...]:
        cards = [card for card in self._deck().cards.values() if card.overdue(now.date())]
        return tuple(sorted(cards, key=lambda card: (card.review_by, card.title.casefold())))

    # ------------------------------------------------------------ what is forgotten

    async def known(self) -> frozenset[int]:
        """The servers that anything is kept of."""
        return await self._asklog.guilds() | await self._book.guilds()

    async def left(self, present: frozenset[int], now: datetime) -> tuple[int, ...]:
        """Note which servers the bot is in, and erase those that it has been away from for thirty days."""
        gone = await self.known() - present
        away = await self._book.departed(gone, now)
        over = tuple(guild for guild, since in away.items() if now - since >= AWAY)
        for guild in over:
            await self.erase(guild)
        return over

    async def forget(self, before: datetime) -> int:
        """Remove what was typed before a moment, and say in how many rows. What is counted stays."""
        return await self._asklog.forget_questions(before)

    async def erase(self, guild: int) -> int:
        """Remove all that is kept of a server, and say how many questions and pieces of feedback that were."""
        erased = await self._asklog.erase(guild)
        await self._book.erase(guild)
        return erased

    # ------------------------------------------------------------ what is taken along

    async def export(self, guild: int, file: IO[bytes], today: date) -> None:
        """Write what is kept of a server into a ZIP of CSV files: of days that are over, and in no order of asking."""
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("README.txt", NOTE)
            await self._export(Ask, guild, archive, "asks.csv", today)
            await self._export(Feedback, guild, archive, "feedback.csv", today)
            decided = await self._book.settings(guild)
            settings = asdict(decided) | {"digest_time": decided.digest_time.code}
            archive.writestr("servers.csv", _csv([list(settings), list(settings.values())]))

    async def _export(self, kind: type[Entry], guild: int, archive: zipfile.ZipFile, name: str, today: date) -> None:
        with archive.open(name, "w", force_zip64=True) as member:
            member.write(_csv([_columns(kind)]))
            day: list[Ask | Feedback] = []
            async for entries in self._asklog.entries(kind, guild):
                for entry in entries:
                    if entry.at.date() >= today:
                        continue
                    if day and entry.at.date() != day[0].at.date():
                        member.write(_csv(_shuffled(day)))
                        day = []
                    day.append(entry)
            member.write(_csv(_shuffled(day)))


def _columns(kind: type[Ask] | type[Feedback]) -> list[str]:
    return [field.name for field in fields(kind) if field.name not in LEFT_OUT]


def _shuffled(entries: Iterable[Ask | Feedback]) -> list[list[object]]:
    """Rows in an order that does not tell which came first."""
    rows = [[_cell(getattr(entry, name)) for name in _columns(type(entry))] for entry in entries]
    return sorted(rows, key=str)


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.date().isoformat()
    # A spreadsheet would work out what somebody typed.
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t")) else value


def _csv(rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
