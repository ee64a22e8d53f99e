"""The files beside the cards: glossary.yaml, timeline.yaml and start.yaml in briefs/. A deck may do without any."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, StringConstraints

from bot.cards.anchoring import resolve
from bot.cards.format import QUOTE, CardId, Exact, Words
from bot.cards.links import unknown_card, unknown_document, unknown_paragraph
from bot.model import (
    Corpus,
    DatedBy,
    DatedEvent,
    GlossaryTerm,
    Paragraph,
    Passage,
    Problem,
    Quote,
    TextQuoteSelector,
)
from bot.text import tokens
from bot.yamlfile import FileModel, Place, YamlFile, leads_out, parse_model, read_yaml, salvage

GLOSSARY = "glossary.yaml"
TIMELINE = "timeline.yaml"
START = "start.yaml"
FILES = (GLOSSARY, TIMELINE, START)
MAX_BYTES = 250_000
"""Of each file."""
MOST = 2_000
"""Terms, or events."""

Cards = Annotated[tuple[CardId, ...], Field(min_length=1)]


class TermFormat(FileModel):
    term: Words
    """The term, as one would say it."""
    also: tuple[Words, ...] = ()
    """Other wordings of it, those of the documents among them."""
    definition: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """What it means, in at most 200 characters, without judgement."""
    mentions: Annotated[dict[str, tuple[int, ...]], Field(min_length=1)]
    """Paragraphs in which it stands: document id → numbers."""
    cards: Cards
    """Ids of the cards that are about it."""


class GlossaryFormat(FileModel):
    terms: Annotated[tuple[TermFormat, ...], Field(max_length=MOST)]
    """The terms, in order of the alphabet."""


class EventFormat(FileModel):
    date: Words
    """The date as the reader sees it."""
    sort: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
    """ISO 8601, cut to what is known: the timeline's order."""
    text: Annotated[str, StringConstraints(min_length=1, max_length=160)]
    """What happened, attributed where it is a claim."""
    dated_by: DatedBy
    """stated, relative, inferred or undated."""
    document: Words
    """The id of the document."""
    exact: Exact
    """The words of the document in which the event stands."""
    prefix: str = ""
    """Words right before it; only where the same words occur twice."""
    suffix: str = ""
    """Words right after it; only where the same words occur twice."""
    cards: Cards
    """Ids of the cards that are about it."""
    note: Annotated[str, StringConstraints(max_length=300)] | None = None
    """An editor's remark."""


class StartFormat(FileModel):
    cards: Cards
    """Ids of the cards that an empty box offers, in that order: one of each category."""


class TimelineFormat(FileModel):
    events: Annotated[tuple[EventFormat, ...], Field(max_length=MOST)]
    """The events, oldest first."""


M = TypeVar("M", bound=FileModel)


def _read(path: Path, model: type[M], noun: str) -> tuple[YamlFile | None, M | None, list[Problem]]:
    """A file beside the cards, whole or as much of it as can be checked; nothing where it is not there."""
    if not os.path.lexists(path):
        return None, None, []
    if outside := leads_out(path, path.parent):
        return None, None, [outside]
    file, problems = read_yaml(path, MAX_BYTES)
    if file is None:
        return None, None, problems
    source, found = parse_model(file, model, noun)
    return file, source or salvage(file.data, model), problems + found


def load_glossary(
    folder: Path, corpus: Corpus, card_ids: Collection[str], broken: Collection[str] = ()
) -> tuple[tuple[GlossaryTerm, ...], list[Problem]]:
    """The terms of a cards' folder; none where it has no glossary."""
    file, source, problems = _read(folder / GLOSSARY, GlossaryFormat, "glossary")
    if file is None or source is None:
        return (), problems
    terms: list[GlossaryTerm] = []
    seen: set[str] = set()
    for i, entry in enumerate(source.terms):
        problems += _unknown_cards(file, ("terms", i, "cards"), entry.cards, card_ids)
        key = " ".join(tokens(entry.term))
        if key and key in seen:
            problems.append(
                file.problem(
                    ("terms", i, "term"),
                    "duplicate-term",
                    f"«{entry.term}» stands here for the second time",
                    "keep one",
                )
            )
        seen.add(key)
        mentions, found = _mentions(file, i, entry, corpus, broken)
        problems += found
        terms.append(
            GlossaryTerm(
                term=entry.term, also=entry.also, definition=entry.definition, mentions=mentions, cards=entry.cards
            )
        )
    return tuple(terms), problems


def _mentions(
    file: YamlFile, i: int, entry: TermFormat, corpus: Corpus, broken: Collection[str]
) -> tuple[tuple[Paragraph, ...], list[Problem]]:
    wordings = [f" {' '.join(tokens(wording))} " for wording in (entry.term, *entry.also)]
    mentions: list[Paragraph] = []
    problems: list[Problem] = []
    for document_id, numbers in entry.mentions.items():
        place: Place = ("terms", i, "mentions", document_id)
        document = corpus.get(document_id)
        if document_id in broken:
            continue
        if document is None:
            problems.append(unknown_document(file, place, document_id, corpus))
            continue
        for k, number in enumerate(numbers):
            paragraph = document.paragraph(number)
            if paragraph is None:
                problems.append(unknown_paragraph(file, (*place, k), document, number))
            elif not any(
                wording in f" {' '.join(tokens(document.text[paragraph.start : paragraph.end]))} "
                for wording in wordings
            ):
                message = f"paragraph {number} of {document_id} does not have «{entry.term}»"
                hint = "add the document's wording to also, or leave the paragraph out"
                problems.append(file.problem((*place, k), "not-mentioned", message, hint))
            else:
                mentions.append(paragraph)
    return tuple(mentions), problems


def load_timeline(
    folder: Path, corpus: Corpus, card_ids: Collection[str], broken: Collection[str] = ()
) -> tuple[tuple[DatedEvent, ...], list[Problem]]:
    """The events of a cards' folder, oldest first; none where it has no timeline."""
    file, source, problems = _read(folder / TIMELINE, TimelineFormat, "timeline")
    if file is None or source is None:
        return (), problems
    events: list[DatedEvent] = []
    for i, entry in enumerate(source.events):
        problems += _unknown_cards(file, ("events", i, "cards"), entry.cards, card_ids)
        following = source.events[i + 1].sort if i + 1 < len(source.events) else entry.sort
        if following and entry.sort > following:
            message = f"{entry.sort} stands before {following}"
            problems.append(file.problem(("events", i, "sort"), "out-of-order", message, "move the event down"))
        event, found = _event(file, i, entry, corpus, broken)
        problems += found
        events += [event] if event else []
    return tuple(events), problems


def _event(
    file: YamlFile, i: int, entry: EventFormat, corpus: Corpus, broken: Collection[str]
) -> tuple[DatedEvent | None, list[Problem]]:
    if not 0 < len(entry.exact) <= QUOTE or not entry.document or entry.document in broken:
        return None, []
    if entry.document not in corpus:
        return None, [unknown_document(file, ("events", i, "document"), entry.document, corpus)]
    selector = TextQuoteSelector(exact=entry.exact, prefix=entry.prefix, suffix=entry.suffix)
    quote = Quote(document_id=entry.document, selector=selector)
    match resolve(quote, corpus, lambda word: file.origin_of(word, ("events", i, "exact"))):
        case Problem() as problem:
            return None, [problem]
        case Passage() as passage:
            event = DatedEvent(
                date=entry.date,
                sort=entry.sort,
                text=entry.text,
                dated_by=entry.dated_by,
                passage=passage,
                cards=entry.cards,
                note=entry.note,
            )
            return event, []


def load_start(folder: Path, categories: Mapping[str, str]) -> tuple[tuple[str, ...], list[Problem]]:
    """The ids of the cards to begin with; none where the folder does not say. `categories` has each card's own."""
    file, source, problems = _read(folder / START, StartFormat, "start")
    if file is None or source is None:
        return (), problems
    problems += _unknown_cards(file, ("cards",), source.cards, categories)
    listed: set[str] = set()
    seen: dict[str, str] = {}
    for k, card_id in enumerate(source.cards):
        category = categories.get(card_id)
        if card_id in listed:
            problems.append(file.problem(("cards", k), "duplicate", f"{card_id} is listed twice", "keep it once"))
        elif category in seen:
            message = f"{card_id} is of the same category as {seen[category]}"
            problems.append(file.problem(("cards", k), "same-category", message, "keep one card of each category"))
        elif category:
            seen[category] = card_id
        listed.add(card_id)
    return source.cards, problems


def _unknown_cards(file: YamlFile, place: Place, cards: tuple[str, ...], known: Collection[str]) -> list[Problem]:
    return [
        unknown_card(file, (*place, k), card_id, known)
        for k, card_id in enumerate(cards)
        if card_id and card_id not in known
    ]
