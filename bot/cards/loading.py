"""briefs/**/*.yaml → (cards, problems). A card is built only when all of it holds; problems hide nobody else's.

Knows nothing of matching, of Discord's components, or of today's date.
"""

from collections.abc import Collection, Iterable
from functools import partial
from hashlib import sha256
from pathlib import Path

from bot.cards.anchoring import resolve
from bot.cards.balance import balance
from bot.cards.checking import SourceCard, card_problems, deck_problems
from bot.cards.format import QUOTE, CardFormat
from bot.cards.gates import quoted_words_problems, stance_problems, unwritten_problems
from bot.cards.paths import card_paths
from bot.model import (
    BriefingCard,
    Corpus,
    EditorsNote,
    KeyPoint,
    Origin,
    Paragraph,
    Passage,
    Position,
    Problem,
    Quote,
    Reference,
    TextQuoteSelector,
    TimelineEvent,
)
from bot.yamlfile import YamlFile, parse_model, read_yaml, salvage

VERSION = 8
"""Hexadecimal digits of a card's version."""
MAX_BYTES = 64_000
"""Of a card's file: many times what a message can show."""


def load_cards(
    folder: Path, corpus: Corpus, broken: Collection[str] = ()
) -> tuple[tuple[BriefingCard, ...], list[Problem]]:
    """Every card of a folder whose quotes are all in the corpus, and every problem, in order of place.

    `broken` are ids of documents that could not be loaded: what cards say of them is not held against the cards.
    """
    paths, problems = card_paths(folder)
    sources, found = _read(paths)
    problems += found
    cards: list[BriefingCard] = []
    for file, source in sources:
        passages, found = _checked(file, source, corpus, broken)
        named = {quote.document for quote in source.quotes} | source.covers.keys()
        if not found and named <= corpus.keys() and not any(problem.origin.path == file.path for problem in problems):
            cards.append(_card(file, source, passages, corpus))
        problems += found
    problems += deck_problems(sources, {path.stem for path in paths})
    whole = {problem.origin.path for problem in problems}
    cards = [card for card in cards if card.origin.path not in whole]
    return tuple(cards), sorted(problems, key=lambda problem: problem.origin)


def _read(paths: list[Path]) -> tuple[list[SourceCard], list[Problem]]:
    sources: list[SourceCard] = []
    problems: list[Problem] = []
    for path in paths:
        file, found = read_yaml(path, MAX_BYTES)
        problems += found
        if file is None:
            continue
        source, found = parse_model(file, CardFormat, "card")
        problems += found
        # A card that is not whole is not loaded, but what there is of it is checked with the rest.
        sources.append((file, source or salvage(file.data, CardFormat)))
    return sources, problems


# ---------------------------------------------------------------- one card


def _checked(
    file: YamlFile, source: CardFormat, corpus: Corpus, broken: Collection[str]
) -> tuple[dict[str, Passage], list[Problem]]:
    """The passages of a card's quotes by the quotes' ids, and what is wrong with the card by itself."""
    passages, problems = _passages(file, source, corpus)
    problems += card_problems(file, source, corpus, broken)
    problems += stance_problems(file, source)
    problems += quoted_words_problems(file, source, corpus)
    problems += unwritten_problems(file, source)
    return passages, problems


def _passages(file: YamlFile, source: CardFormat, corpus: Corpus) -> tuple[dict[str, Passage], list[Problem]]:
    passages: dict[str, Passage] = {}
    problems: list[Problem] = []
    for i, entry in enumerate(source.quotes):
        if not 0 < len(entry.exact) <= QUOTE or entry.document not in corpus:
            continue
        selector = TextQuoteSelector(exact=entry.exact, prefix=entry.prefix, suffix=entry.suffix)
        found = resolve(
            Quote(document_id=entry.document, selector=selector),
            corpus,
            partial(file.origin_of, place=("quotes", i, "exact")),
        )
        match found:
            case Passage():
                passages[entry.id] = found
            case Problem():
                problems.append(found)
    return passages, problems


def _card(file: YamlFile, source: CardFormat, passages: dict[str, Passage], corpus: Corpus) -> BriefingCard:
    def cited(cites: Iterable[str]) -> tuple[Passage, ...]:
        return tuple(passages[quote_id] for quote_id in cites)

    quoted = tuple({passage.document.id: passage.document for passage in passages.values()}.values())
    covers = [corpus[document].paragraph(number) for document, numbers in source.covers.items() for number in numbers]
    return BriefingCard(
        id=source.id,
        title=source.title,
        category=source.category,
        aliases=source.aliases,
        questions=source.questions,
        bottom_line=source.bottom_line,
        key_points=tuple(KeyPoint(text=point.text, cites=cited(point.cites)) for point in source.key_points),
        quotes=tuple(passages.values()),
        positions=tuple(
            Position(holder=entry.holder, stance=entry.stance, passages=cited(entry.cites))
            for entry in source.positions
        ),
        timeline=tuple(
            TimelineEvent(date=event.date, text=event.text, passages=cited(event.cites)) for event in source.timeline
        ),
        editors_notes=tuple(
            EditorsNote(
                kind=note.kind,
                text=note.text,
                checked=note.checked,
                references=tuple(Reference(**reference.model_dump()) for reference in note.references),
            )
            for note in source.editors_notes
        ),
        covers=tuple(paragraph for paragraph in covers if isinstance(paragraph, Paragraph)),
        related=source.related,
        distinguish_from=source.distinguish_from,
        balance=balance(quoted, corpus),
        as_of=source.as_of,
        review_by=source.review_by,
        status=source.status,
        version=sha256("\n".join(file.lines).encode()).hexdigest()[:VERSION],
        origin=Origin(path=file.path),
    )
