"""A card's file, as curators write it. The docstrings are the help that editors and error messages show."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from bot import limits
from bot.model import NoteKind, Status
from bot.yamlfile import Address, FileModel

QUOTE = 1_500
"""Characters of a quote: two of them fill a card."""

Words = Annotated[str, StringConstraints(min_length=1)]
Exact = Annotated[str, StringConstraints(min_length=1, max_length=QUOTE)]
CardId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=limits.CARD_ID)]
QuoteId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Cites = Annotated[tuple[QuoteId, ...], Field(min_length=1)]
Name = Annotated[str, StringConstraints(min_length=2, max_length=100)]


def _as_typed(given: object) -> object:
    """A number is no day, though seconds since 1970 could be meant by it."""
    if isinstance(given, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given.strip()):
        raise PydanticCustomError("date_format", "not a date")
    return given


Day = Annotated[date, BeforeValidator(_as_typed)]


class QuoteFormat(FileModel):
    id: QuoteId
    """A short word by which key points, positions and the timeline of this card cite the quote."""
    document: Words
    """The id of the document: the name of its file in corpus/ without .md."""
    exact: Exact
    """The words, copied from the document; only white space may differ. One paragraph at most."""
    prefix: str = ""
    """Words that stand right before it; only where the same words occur twice."""
    suffix: str = ""
    """Words that stand right after it; only where the same words occur twice."""


class KeyPointFormat(FileModel):
    text: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    """One sentence that says who says it."""
    cites: Cites
    """The ids of the quotes that support it."""


class PositionFormat(FileModel):
    holder: Words
    """Who holds the view: the document's author as its file has it, or someone named in the document."""
    stance: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    """What the holder says, as a clause that goes on from the name: «says that …»."""
    cites: Cites
    """The ids of the quotes in which the view is stated, all from one document."""


class TimelineFormat(FileModel):
    date: Words
    """The date as the reader sees it: 18 March 2021, July 2007, late 1940s."""
    text: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """What happened, in a few words."""
    cites: Cites
    """The ids of the quotes that date it."""


class ReferenceFormat(FileModel):
    title: Words
    """The title of the document or article."""
    publisher: Words
    """Who published it."""
    date: Annotated[str | None, WithJsonSchema({"type": ["string", "integer", "null"]})] = None
    """ISO 8601, cut to what is known; left out where none is stated."""
    url: Address | None = None
    """Where it can be read; left out where no address is known, never guessed."""
    supports: Words
    """What it shows, in one sentence."""


class EditorsNoteFormat(FileModel):
    kind: NoteKind
    """wrong, outdated, contested, context or unclear."""
    text: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    """The editor's words: facts, and who holds which view; no judgement."""
    checked: Day
    """The day on which it was checked, YYYY-MM-DD."""
    references: Annotated[tuple[ReferenceFormat, ...], Field(min_length=1)]
    """At least one thing that a reader can look up."""


class CardFormat(FileModel):
    """A briefing card: briefs/<category>/<id>.yaml."""

    id: CardId
    """The name of the file without .yaml: small letters, digits and hyphens."""
    title: Annotated[str, StringConstraints(min_length=3, max_length=limits.CARD_TITLE)]
    """The topic, neutrally; shown wherever the card is offered."""
    category: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    """The group under which the card is listed."""
    status: Status
    """draft or published; a draft is checked but never shown."""
    as_of: Day
    """The day of the editor's last review, YYYY-MM-DD."""
    review_by: Day
    """The day on which the next review is due, YYYY-MM-DD."""
    aliases: tuple[Name, ...] = ()
    """Other names people type for the topic, loaded or misspelt ones too; never shown."""
    questions: tuple[Name, ...] = ()
    """Questions people ask about the topic; never shown."""
    bottom_line: Annotated[str, StringConstraints(min_length=1, max_length=limits.BOTTOM_LINE)]
    """What the documents say on the topic, attributed, of use by itself; at most 280 characters."""
    key_points: Annotated[tuple[KeyPointFormat, ...], Field(min_length=2, max_length=5)]
    """Two to five points, each citing quotes."""
    quotes: Annotated[tuple[QuoteFormat, ...], Field(min_length=2, max_length=5)]
    """Two to five quotes, each found in its document character for character."""
    positions: Annotated[tuple[PositionFormat, ...], Field(min_length=1, max_length=6)]
    """Who says what."""
    timeline: Annotated[tuple[TimelineFormat, ...], Field(max_length=6)] = ()
    """Dated events that the documents mention."""
    editors_notes: Annotated[tuple[EditorsNoteFormat, ...], Field(max_length=4)] = ()
    """What the reader must know that the documents do not say."""
    covers: dict[str, tuple[int, ...]] = Field(default_factory=dict)
    """Paragraphs that belong to the topic beyond those quoted: document id → numbers."""
    related: Annotated[tuple[CardId, ...], Field(max_length=5)] = ()
    """Ids of cards to read next."""
    distinguish_from: tuple[CardId, ...] = ()
    """Ids of cards that are easily confused with this one."""

    @model_validator(mode="after")
    def _review_after_edit(self) -> "CardFormat":
        if self.review_by <= self.as_of:
            raise ValueError("review_by must be later than as_of")
        return self


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a card's file, for completion in editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **CardFormat.model_json_schema(),
        "title": "Briefbot card",
    }
