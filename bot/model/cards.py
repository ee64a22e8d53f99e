"""Briefing cards and what stands beside them: terms and dated events."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.model.documents import Document, Paragraph, Passage
from bot.model.problems import Origin

_YEAR = re.compile(r"\b\d{4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPoint:
    text: str
    cites: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Who holds which view, and the passages where they say so."""

    holder: str
    stance: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    """Something dated. `date` is in the reader's words («late 1940s»)."""

    date: str
    text: str
    passages: tuple[Passage, ...]


class NoteKind(StrEnum):
    """What an editor's note is about. `wrong` is a factual error in the source."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    CONTESTED = "contested"
    CONTEXT = "context"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Something a reader can look up. `supports` says what it shows."""

    title: str
    publisher: str
    date: str | None
    url: str | None
    supports: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorsNote:
    """The editor's own words, checked on a day against at least one reference."""

    kind: NoteKind
    text: str
    checked: date
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """How the documents that a card quotes lean: how many argue for `causes`, and how many take no side.

    `one_sided`: no document of the corpus argues against them.
    """

    leaning: int
    neutral: int
    causes: tuple[str, ...]
    one_sided: bool


class Status(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingCard:
    """A briefing on one topic. Exists only when every quote resolved.

    `aliases` and `questions` are what people type; they are never shown. `balance` is None where none of the quoted
    documents leans. `version` is the first eight hexadecimal digits of the SHA-256 of its file.
    """

    id: str
    title: str
    category: str
    aliases: tuple[str, ...]
    questions: tuple[str, ...]
    bottom_line: str
    key_points: tuple[KeyPoint, ...]
    quotes: tuple[Passage, ...]
    positions: tuple[Position, ...]
    timeline: tuple[TimelineEvent, ...]
    editors_notes: tuple[EditorsNote, ...]
    covers: tuple[Paragraph, ...]
    related: tuple[str, ...]
    distinguish_from: tuple[str, ...]
    balance: Balance | None
    as_of: date
    review_by: date
    status: Status
    version: str
    origin: Origin

    @property
    def names(self) -> tuple[str, ...]:
        return (self.title, *self.aliases, *self.questions)

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents quoted, in the order of their first quote."""
        return tuple({passage.document.id: passage.document for passage in self.quotes}.values())

    def overdue(self, today: date) -> bool:
        return today > self.review_by


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryTerm:
    """A term, other wordings of it (`also`), the paragraphs in which it stands and the cards that are about it."""

    term: str
    also: tuple[str, ...]
    definition: str
    mentions: tuple[Paragraph, ...]
    cards: tuple[str, ...]


class DatedBy(StrEnum):
    """How the document dates an event: in so many words, relative to something, by what it implies, or not at all."""

    STATED = "stated"
    RELATIVE = "relative"
    INFERRED = "inferred"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedEvent:
    """An event that a document mentions. `date` is in the reader's words, `sort` is ISO 8601 cut to what is known."""

    date: str
    sort: str
    text: str
    dated_by: DatedBy
    passage: Passage
    cards: tuple[str, ...]
    note: str | None

    @property
    def year_stated(self) -> bool:
        """Whether the document states a year, so that spans of time may be told from it."""
        return self.dated_by is DatedBy.STATED and bool(_YEAR.search(self.date))
