"""What members say about cards and misses."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Voice(StrEnum):
    """What a member can say about a card or a miss."""

    HELPFUL = "helpful"
    NOT_HELPFUL = "not helpful"
    ERROR = "error"
    REQUEST = "request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One thing that was said. There is no field for a person, a message or a channel.

    `at` is in UTC. `card` and `version` name the card as it was shown; both are None for a request, whose `ask` is
    the key of the ask that found nothing. `part` says which part of a card an error report is about («quote 3»),
    `text` is the scrubbed words of the report; both are None for every other voice.
    `guild` is None in the terminal and in direct messages.
    """

    at: datetime
    voice: Voice
    card: str | None
    version: str | None
    part: str | None
    text: str | None
    ask: str | None
    guild: int | None
    locale: str | None
