"""The documents, and how a quote stands in one."""

import hashlib
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.model.problems import Origin


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
    def version(self) -> str:
        """The first six hexadecimal digits of the text's own SHA-256: places in the text hold as long as it does."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:6]

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
