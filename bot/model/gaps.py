"""What people asked and did not get, put together by topic for those who write cards."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.answers import PassageMatch
from bot.model.statistics import Unanswered

MOST_NEAR = 3
"""Cards and passages that are named beside a gap."""


class Advice(StrEnum):
    """What a curator can do about a gap."""

    ADD_ALIAS = "add an alias"
    WRITE_CARD = "write a card"
    OUT_OF_SCOPE = "out of scope"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One topic that was asked for in one or several wordings, most asked first, and found nothing clear.

    `alias_of` is the id of the card that those who were offered it chose, None where they did not agree. `nearest` are
    ids of cards and `passages` sentences of the documents, both the nearest first, at most three. `shared` are the
    words that tell the topic and that the passages have.
    """

    wordings: tuple[Unanswered, ...]
    advice: Advice
    alias_of: str | None
    nearest: tuple[str, ...]
    passages: tuple[PassageMatch, ...]
    shared: tuple[str, ...]

    @property
    def topic(self) -> str:
        """The wording that was asked most."""
        return self.wordings[0].question

    @property
    def asks(self) -> int:
        return sum(wording.asks for wording in self.wordings)

    @property
    def wanted(self) -> int:
        """How often a card was requested."""
        return sum(wording.wanted for wording in self.wordings)

    @property
    def offered(self) -> int:
        """How often a choice was offered."""
        return sum(wording.offered for wording in self.wordings)

    @property
    def picked(self) -> dict[str, int]:
        """How often which card was chosen, the most chosen first."""
        total: Counter[str] = Counter()
        for wording in self.wordings:
            total.update(wording.picked)
        return dict(sorted(total.items(), key=lambda one: (-one[1], one[0])))

    @property
    def last(self) -> datetime:
        """When it was last asked, in UTC."""
        return max(wording.last for wording in self.wordings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """What people asked and did not get: the gaps, those first that are most worth a curator's time.

    `answered` are wordings that the deck answers by now, `wordless` those that name no topic.
    """

    gaps: tuple[Gap, ...]
    answered: tuple[Unanswered, ...]
    wordless: tuple[Unanswered, ...]
