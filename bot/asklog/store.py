"""What a log of asks and feedback can do, and the one that keeps them in memory."""

import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

from bot.model import Ask, AskCount, Feedback, Outcome, Period, Unanswered, Voice

Entry = TypeVar("Entry", Ask, Feedback)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreState:
    """How a log is doing: whether its database is away, and how many rows wait for it on the disk and in memory."""

    away: bool = False
    waiting: int = 0


class AskLog(Protocol):
    """Keeps asks and feedback, and counts them.

    What cannot be kept or read raises: the service decides that an answer does not depend on it. `guild` narrows what
    is read to one server; None is everything. Times are in UTC.
    """

    async def open(self) -> None:
        """Make ready what the first ask would otherwise wait for. Optional: every method opens by itself."""

    async def record(self, ask: Ask, key: str | None = None) -> None:
        """Keep one ask. It is durable when this returns. Of asks with the same key the first is kept.

        The key of a choice from what an ask was offered is that ask's key, a colon, and what tells the choice apart.
        """

    async def note(self, feedback: Feedback, key: str | None = None) -> None:
        """Keep one piece of feedback, as `record` keeps an ask. The keys of asks and of feedback are apart."""

    async def tally(self, period: Period, guild: int | None = None) -> tuple[AskCount, ...]:
        """The asks of a period, counted by everything that is counted by."""

    async def days(self, period: Period, guild: int | None = None) -> tuple[int, ...]:
        """How many questions each day of a period had, choices not counted."""

    async def unanswered(self, period: Period, guild: int | None = None) -> tuple[Unanswered, ...]:
        """The words that found nothing clear, those asked most often first."""

    async def feedback(self, period: Period | None = None, guild: int | None = None) -> tuple[Feedback, ...]:
        """Feedback, oldest first."""

    def entries(self, kind: type[Entry], guild: int) -> AsyncIterator[Sequence[Entry]]:
        """The asks, or the feedback, of a server in the order in which they were written, some at a time."""

    async def guilds(self) -> frozenset[int]:
        """The servers that anything is kept of."""

    async def erase(self, guild: int) -> int:
        """Remove every ask and all feedback of a server, and say how many rows that were."""

    async def forget_questions(self, before: datetime) -> int:
        """Remove what was typed in asks and feedback older than `before`, and say in how many. The rest stays."""

    @property
    def state(self) -> StoreState:
        """How it is doing, as far as is known without asking the database."""

    async def look(self) -> StoreState:
        """How it is doing now, found out by asking the database; within a second. Raises nothing."""

    async def settled(self) -> None:
        """Return when all that was kept is where it is read from, what other processes left behind too."""

    async def close(self) -> None:
        """Write what is waiting and let go of files and connections. A closed log is not to be used again."""


def gather_unanswered(
    typed: Iterable[tuple[str, Ask]], picks: Iterable[tuple[str, str]], wanted: Iterable[str]
) -> tuple[Unanswered, ...]:
    """Put together what belongs to each wording.

    `typed` are asks with words, `picks` cards that were chosen, each by its key; `wanted` the keys of asks that a card
    was requested for.
    """
    wordings: dict[str, list[tuple[str, Ask]]] = {}
    for key, ask in typed:
        if ask.question is not None:
            wordings.setdefault(ask.question, []).append((key, ask))
    chosen: dict[str, Counter[str]] = {}
    for key, card in picks:
        chosen.setdefault(offer_of(key), Counter())[card] += 1
    requests = Counter(wanted)
    found = [
        Unanswered(
            question=question,
            asks=len(asks),
            offered=sum(ask.outcome is Outcome.SUGGESTED for _, ask in asks),
            picked=_summed(chosen[key] for key, _ in asks if key in chosen),
            wanted=sum(requests[key] for key, _ in asks),
            last=max(ask.at for _, ask in asks),
        )
        for question, asks in wordings.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.asks, one.question)))


def _summed(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(total)


def offer_of(key: str) -> str:
    """The key of the ask that a choice was offered to."""
    return key.partition(":")[0]


class MemoryAskLog:
    """Keeps asks and feedback until the process ends: for trying things out, and for tests of what uses a log."""

    def __init__(self) -> None:
        self._asks: dict[str, Ask] = {}
        self._feedback: dict[str, Feedback] = {}

    @property
    def asks(self) -> list[Ask]:
        """In the order in which they came."""
        return list(self._asks.values())

    @property
    def feedback_given(self) -> list[Feedback]:
        """In the order in which it came."""
        return list(self._feedback.values())

    async def open(self) -> None:
        pass

    async def record(self, ask: Ask, key: str | None = None) -> None:
        self._asks.setdefault(key or uuid.uuid4().hex, ask)

    async def note(self, feedback: Feedback, key: str | None = None) -> None:
        self._feedback.setdefault(key or uuid.uuid4().hex, feedback)

    async def tally(self, period: Period, guild: int | None = None) -> tuple[AskCount, ...]:
        counted = Counter((ask.card, ask.surface, ask.outcome, ask.picked) for ask in self._within(period, guild))
        return tuple(
            AskCount(card=card, surface=surface, outcome=outcome, picked=picked, asks=asks)
            for (card, surface, outcome, picked), asks in counted.items()
        )

    async def days(self, period: Period, guild: int | None = None) -> tuple[int, ...]:
        counted = Counter(ask.at.astimezone(UTC).date() for ask in self._within(period, guild) if not ask.picked)
        return tuple(counted[period.first + timedelta(days=number)] for number in range(period.days))

    async def unanswered(self, period: Period, guild: int | None = None) -> tuple[Unanswered, ...]:
        within = [(key, ask) for key, ask in self._asks.items() if _is_in(ask, period, guild)]
        picks = [(key, ask.card) for key, ask in within if ask.picked and ask.card]
        given = [given for given in self._feedback.values() if _is_in(given, period, guild)]
        wanted = [one.ask for one in given if one.voice is Voice.REQUEST and one.ask]
        return gather_unanswered(within, picks, wanted)

    async def feedback(self, period: Period | None = None, guild: int | None = None) -> tuple[Feedback, ...]:
        given = [given for given in self._feedback.values() if _is_in(given, period, guild)]
        return tuple(sorted(given, key=lambda one: one.at))

    async def entries(self, kind: type[Entry], guild: int) -> AsyncIterator[Sequence[Entry]]:
        kept = (*self._asks.values(), *self._feedback.values())
        yield [entry for entry in kept if isinstance(entry, kind) and entry.guild == guild]

    async def guilds(self) -> frozenset[int]:
        kept = [*(ask.guild for ask in self._asks.values()), *(given.guild for given in self._feedback.values())]
        return frozenset(guild for guild in kept if guild is not None)

    async def erase(self, guild: int) -> int:
        before = len(self._asks) + len(self._feedback)
        self._asks = {key: ask for key, ask in self._asks.items() if ask.guild != guild}
        self._feedback = {key: given for key, given in self._feedback.items() if given.guild != guild}
        return before - len(self._asks) - len(self._feedback)

    async def forget_questions(self, before: datetime) -> int:
        forgot = 0
        for key, ask in self._asks.items():
            if ask.at < before and ask.question is not None:
                self._asks[key] = replace(ask, question=None)
                forgot += 1
        for key, given in self._feedback.items():
            if given.at < before and given.text is not None:
                self._feedback[key] = replace(given, text=None)
                forgot += 1
        return forgot

    @property
    def state(self) -> StoreState:
        return StoreState()

    async def look(self) -> StoreState:
        return self.state

    async def settled(self) -> None:
        pass

    async def close(self) -> None:
        pass

    def _within(self, period: Period, guild: int | None) -> list[Ask]:
        return [ask for ask in self._asks.values() if _is_in(ask, period, guild)]


def _is_in(entry: Ask | Feedback, period: Period | None, guild: int | None) -> bool:
    return (guild is None or entry.guild == guild) and (period is None or period.since <= entry.at < period.until)
