"""Every value that passes between two modules. Imports nothing of ours.

Glossary, and the order in which the values come about:

document    a text of the corpus, with who wrote it, when, and its standing (what kind of voice it is)
paragraph   a numbered stretch of a document; numbers are how a citation is checked
quote       what a card claims that a document says, as a W3C TextQuoteSelector
passage     where a quote was found; its text is sliced from the document and from nowhere else
card        a briefing on one topic; exists only when every one of its quotes became a passage
deck        the corpus and its cards, loaded together or not at all
name        a title, alias or sample question by which a card is found; only titles are ever shown
match       a card with the name that found it, a score in 0..1 and the reason
answer      found (one clear card), suggested (the user picks) or abstained (nothing here)
ask         what the log keeps of one answered question: the topic and the outcome, never the person
problem     something wrong in a file, at its place, with what to do
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Origin:
    """A place in a file. `line` and `column` count from 1, as editors do; line 0 is the thing as a whole."""

    path: Path
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else str(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong in a file. `code` is stable, for scripts; `hint` says what to do."""

    code: str
    message: str
    hint: str
    origin: Origin

    def __str__(self) -> str:
        return f"{self.origin}: {self.message} — {self.hint}"


# ---------------------------------------------------------------- documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """When a document came out. `value` is ISO 8601, cut to what is known; `shown` is for readers.

    `inferred` is true where the text does not state the date, and `basis` then says from what it follows.
    """

    value: str
    shown: str
    inferred: bool
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Code points `start` to `end` (exclusive) of a document's text. `number` counts from 1."""

    document: str
    number: int
    section: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Paragraphs under one heading. `heading` is None before the first heading and after a section's end."""

    heading: str | None
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text of the corpus.

    `leans` says what it argues for and `side` names that side, shared by documents that argue alike; both are None
    where it takes no side.
    """

    id: str
    title: str
    author: str
    publisher: str
    published: Published
    kind: str
    standing: str
    leans: str | None
    side: str | None
    url: str | None
    sha256: str
    sections: tuple[Section, ...]
    text: str = field(repr=False)
    origin: Origin
    """Where the text begins in the document's file."""

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        return tuple(paragraph for section in self.sections for paragraph in section.paragraphs)

    def paragraph(self, number: int) -> Paragraph | None:
        return next((found for found in self.paragraphs if found.number == number), None)

    def origin_of(self, paragraph: Paragraph) -> Origin:
        """Where a paragraph begins in the document's file."""
        before = self.text[: paragraph.start]
        column = paragraph.start - (before.rfind("\n") + 1) + 1
        return Origin(path=self.origin.path, line=self.origin.line + before.count("\n"), column=column)


Corpus: TypeAlias = dict[str, Document]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextQuoteSelector:
    """The words of a quote, with what stands around them where the words alone occur twice.

    Source: W3C Web Annotation Data Model, 4.2.4.
    """

    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPositionSelector:
    """Code points of a document's text, `end` exclusive. Source: W3C Web Annotation Data Model, 4.2.5."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a card claims that a document says."""

    document_id: str
    selector: TextQuoteSelector


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of a document. Knows no text of its own: `text` is always sliced."""

    document: Document = field(repr=False)
    position: TextPositionSelector
    paragraph: Paragraph

    @property
    def text(self) -> str:
        return self.document.text[self.position.start : self.position.end]


# ---------------------------------------------------------------- cards


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


class Status(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingCard:
    """A briefing on one topic. Exists only when every quote resolved.

    `aliases` and `questions` are what people type; they are never shown. `balance` is the warning that the quoted
    documents lean one way, None where none of them leans.
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
    balance: str | None
    as_of: date
    review_by: date
    status: Status
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


# ---------------------------------------------------------------- beside the cards


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


# ---------------------------------------------------------------- answers

Key = TypeVar("Key", covariant=True)
"""What an index hands back for an entry: a card in the service, an id on public data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(Generic[Key]):
    """`score` is in 0..1 and comparable between questions; `name` is what matched, never for display."""

    card: Key
    name: str
    score: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Generic[Key]):
    """One card is clear. `matches` holds it first, then the runners-up."""

    match: Match[Key]
    matches: tuple[Match[Key], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested(Generic[Key]):
    """Something is near, nothing is clear: the user picks. Never empty."""

    matches: tuple[Match[Key], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstained:
    """Nothing here."""


Answer: TypeAlias = Found[Key] | Suggested[Key] | Abstained


class Verdict(StrEnum):
    """How sure a quote look-up is: the very words, nearly the words, or the same content words."""

    EXACT = "exact"
    CLOSE = "close"
    LOOSE = "loose"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageMatch:
    """A passage that a quote look-up found. `score` is in 0..1."""

    passage: Passage
    score: float
    verdict: Verdict


# ---------------------------------------------------------------- the log


class Surface(StrEnum):
    """Where an ask came in: the command, not the place and not the person."""

    BRIEF = "brief"
    QUOTE = "quote"


class Outcome(StrEnum):
    FOUND = "found"
    SUGGESTED = "suggested"
    ABSTAINED = "abstained"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What the log keeps of one question. There is no field for a person, a message or a channel.

    `at` is in UTC. `guild` is None in the terminal and in direct messages. `question` is None unless the ask found
    nothing clear, and is scrubbed. A pick from suggestions is an ask of its own; its words stand with the first.
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
