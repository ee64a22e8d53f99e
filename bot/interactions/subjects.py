"""What a message shows, in so few characters that a custom_id or an option of a menu can say it.

Whatever is known of a subject is in its code, so that any process can show it again. Pure; knows no deck.
"""

import re
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TypeAlias

from bot.text import words


class Tab(StrEnum):
    """The parts of a card, in the order of their buttons."""

    OVERVIEW = "o"
    QUOTES = "q"
    POSITIONS = "p"
    TIMELINE = "t"
    NOTES = "n"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTab:
    """A part of a card. `version` is that of the card when the message was sent; empty where nothing was shown yet."""

    card: str
    version: str = ""
    tab: Tab = Tab.OVERVIEW
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A passage with the sentences around it: code points of a document, as of a `version` of its text."""

    document: str
    version: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Who says what on a card's topic, side by side."""

    card: str
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chronology:
    """The dated events of a card's topic; of the whole corpus where `card` is empty."""

    card: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term of the glossary, by its slug."""

    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document: who wrote it, when, and what kind of voice it is."""

    document: str
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceQuotes:
    """What the cards quote from a document."""

    document: str
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceList:
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicList:
    """The topics of a category, by its slug; the categories where it is empty."""

    category: str = ""
    page: int = 0


Subject: TypeAlias = CardTab | Context | Comparison | Chronology | Term | Source | SourceQuotes | SourceList | TopicList

_KINDS: dict[str, type[Subject]] = {
    "card": CardTab,
    "context": Context,
    "compare": Comparison,
    "dates": Chronology,
    "term": Term,
    "source": Source,
    "quotes": SourceQuotes,
    "sources": SourceList,
    "topics": TopicList,
}
SLUG = 60
"""Characters of a slug."""
_NUMBER = re.compile(r"[0-9]{1,7}")
_NAME = re.compile(r"[\w-]{0,60}")
_NAMES = {kind: name for name, kind in _KINDS.items()}
_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in _NAMES}


def encode(subject: Subject) -> str:
    """The code of a subject: its kind and its fields, with colons between."""
    kind = type(subject)
    return ":".join((_NAMES[kind], *(str(getattr(subject, name)) for name in _FIELDS[kind])))


def decode(code: str) -> Subject | None:
    """The subject of a code; None for what is none."""
    name, *values = code.split(":")
    kind = _KINDS.get(name)
    if kind is None or len(values) != len(fields(kind)):
        return None
    try:
        given = {field.name: _read(field.type, value) for field, value in zip(fields(kind), values, strict=True)}
    except ValueError:
        return None
    return kind(**given)  # type: ignore[arg-type]  # each value was read as its field's type


def _read(kind: object, value: str) -> str | int | Tab:
    """Raises ValueError for what no code of ours has in it."""
    if kind is int:
        if not _NUMBER.fullmatch(value):
            raise ValueError(value)
        return int(value)
    if kind is str and not _NAME.fullmatch(value):
        raise ValueError(value)
    return Tab(value) if kind is Tab else value


def slug(name: str) -> str:
    """A name of ours as a part of a code: «ABM Treaty» is abm-treaty."""
    return "-".join(words(name))[:SLUG]
