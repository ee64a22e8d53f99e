"""What the log keeps."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Surface(StrEnum):
    """Where an ask came in: the command, a mention or a message's menu, not the place and not the person."""

    BRIEF = "brief"
    QUOTE = "quote"
    SEARCH = "search"
    VERIFY = "verify"
    COMPARE = "compare"
    TIMELINE = "timeline"
    GLOSSARY = "glossary"
    MENTION = "mention"
    MENU = "menu"


class Outcome(StrEnum):
    FOUND = "found"
    SUGGESTED = "suggested"
    ABSTAINED = "abstained"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What the log keeps of one question. There is no field for a person, a message or a channel.

    `at` is in UTC. `guild` is None in the terminal and in direct messages. `question` is None unless the ask found
    nothing clear, and is scrubbed; words that somebody else wrote are never kept. A pick from suggestions is an ask
    of its own; its words stand with the first.
    """

    at: datetime
    surface: Surface
    outcome: Outcome
    card: str | None
    picked: bool
    score: float | None
    guild: int | None
    locale: str | None
    question: str | None
