"""What the log tells of many asks: counts, and the words that found nothing clear. Nobody can be told from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from bot.model.asks import Outcome, Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCount:
    """How many asks have the same of everything that is counted by."""

    card: str | None
    surface: Surface
    outcome: Outcome
    picked: bool
    asks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """Words that were typed and found nothing clear, each wording once.

    `offered` of the `asks` were offered a choice, `picked` says how often which card was chosen from it, and `wanted`
    how often a card about it was asked for. `last` is when it was last asked, in UTC.
    """

    question: str
    asks: int
    offered: int
    picked: Mapping[str, int]
    wanted: int
    last: datetime


class Fate(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    CHOSEN = "chosen"
    NOT_CHOSEN = "not chosen"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicCount:
    """How often a card was the answer, in a period and in the one of the same length before it."""

    card: str
    title: str
    asks: int
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days of UTC from `first` to `last`, both of them included. Raises ValueError where there is none."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a period that ends on {self.last} cannot begin on {self.first}")

    @classmethod
    def ending(cls, last: date, days: int) -> "Period":
        """So many days, of which `last` is the last."""
        return cls(first=last - timedelta(days=days - 1), last=last)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def since(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.first, time(), UTC)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), UTC)

    @property
    def before(self) -> "Period":
        """As many days, up to the day before."""
        return Period.ending(self.first - timedelta(days=1), self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What was asked about in a period.

    `guild` is None for everything. `asks` are the questions, `before` those of the period before; a choice from what
    one was offered belongs to it and is no question of its own. `topics` come most asked first, `rising` the steepest
    first; `days` are the questions of each day. Counts below `fewest` are not to be shown to anybody as they are.
    """

    period: Period
    guild: int | None
    fewest: int
    asks: int
    before: int
    topics: tuple[TopicCount, ...]
    rising: tuple[TopicCount, ...]
    fates: Mapping[Fate, int]
    surfaces: Mapping[Surface, int]
    days: tuple[int, ...]
