"""Deck: documents, cards, what stands beside them, and indexes, loaded as one or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from itertools import chain

from bot.cards import (
    VERSION,
    Confusable,
    Use,
    card_paths,
    confusable,
    confusable_problems,
    coverage,
    coverage_problems,
    load_cards,
    load_glossary,
    load_start,
    load_timeline,
)
from bot.config import Config
from bot.corpus import altered, load_corpus, unkept
from bot.matching import CardIndex, Entry, PassageIndex
from bot.model import BriefingCard, Corpus, DatedEvent, Document, GlossaryTerm, Passage, Problem, Status
from bot.text import tokens


class ContentError(Exception):
    """Settings, documents or cards with problems. Nothing of them was loaded."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems

    def __reduce__(self) -> tuple[type["ContentError"], tuple[list[Problem]]]:
        # Pickled by itself it would come back with its text in the place of its problems.
        return ContentError, (self.problems,)


NOT_SHOWN = {"text", "origin"}
"""Of a document: what is told apart, and where its file is on this machine."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Deck:
    """Documents, cards, what stands beside them, and indexes: they belong together and are replaced as one."""

    corpus: Corpus
    cards: dict[str, BriefingCard]
    glossary: tuple[GlossaryTerm, ...]
    timeline: tuple[DatedEvent, ...]
    start: tuple[BriefingCard, ...]
    """What an empty box offers: one card of each category."""
    index: CardIndex[BriefingCard]
    passages: PassageIndex
    terms: CardIndex[GlossaryTerm]
    categories: frozenset[tuple[str, ...]]
    """The names of the cards' categories, in folded words."""
    vocabulary: frozenset[str]
    """The words that a reader can be shown, folded: those of documents and cards, and none that is only an alias's."""
    version: str
    """The first eight hexadecimal digits of a SHA-256 over everything that a reader can be shown."""
    altered: tuple[Problem, ...]
    """Where documents no longer say what their raw files say."""

    @property
    def stamp(self) -> str:
        """By which readers tell it from others: the day of its newest card, and its hash."""
        edition = max((card.as_of for card in self.cards.values()), default=None)
        return f"{edition} · {self.version}" if edition else self.version

    def quoting(self, passage: Passage) -> tuple[BriefingCard, ...]:
        """The cards that quote words of a passage."""
        return tuple(card for card in self.cards.values() if any(_meet(passage, quote) for quote in card.quotes))

    def quotes_from(self, document: Document) -> tuple[Passage, ...]:
        """What the cards quote from a document, each place once, in its order."""
        found = {
            quote.position: quote for card in self.cards.values() for quote in card.quotes if quote.document is document
        }
        return tuple(found[position] for position in sorted(found, key=lambda place: (place.start, place.end)))

    def cards_on(self, document: Document) -> tuple[BriefingCard, ...]:
        """The cards that quote a document, in order of the alphabet."""
        cards = (card for card in self.cards.values() if document in card.documents)
        return tuple(sorted(cards, key=lambda card: card.title.casefold()))

    def dated(self, card: BriefingCard | None) -> tuple[DatedEvent, ...]:
        """The dated events of a card's topic; all where there is none."""
        return tuple(event for event in self.timeline if card is None or card.id in event.cards)

    def known(self, card_ids: Iterable[str]) -> tuple[BriefingCard, ...]:
        """The cards with these ids, without those that the deck does not have."""
        return tuple(self.cards[card_id] for card_id in card_ids if card_id in self.cards)


def load_deck(config: Config, *, drafts: bool = False, before: Deck | None = None) -> Deck:
    """Read the corpus, the published cards and what stands beside them. Raises ContentError with every problem.

    With `drafts`, cards that are not published are in the deck as well. Indexes of what is as it was `before` are
    taken over: they are half the work.
    """
    corpus, problems = load_corpus(config.corpus)
    if before and before.corpus == corpus:
        corpus = before.corpus
    broken = {problem.origin.path.stem for problem in problems}
    cards, found = load_cards(config.briefs, corpus, broken)
    categories = {path.stem: path.parent.name for path in card_paths(config.briefs)[0]}
    glossary, more = load_glossary(config.briefs, corpus, categories, broken)
    timeline, most = load_timeline(config.briefs, corpus, categories, broken)
    start, wrong = load_start(config.briefs, categories)
    problems += _without_echoes(found + more + most + wrong, corpus)
    changed = altered(corpus)
    if problems:
        # First what a document no longer says: a card that quotes it is not what is wrong then.
        raise ContentError(changed + problems)
    published = {card.id: card for card in cards if drafts or card.status is Status.PUBLISHED}
    glossary = tuple(replace(term, cards=_known(term.cards, published)) for term in glossary)
    timeline = tuple(replace(event, cards=_known(event.cards, published)) for event in timeline)
    entries = (Entry(card, _names(card), _said(card), _drawn_on(card, corpus)) for card in published.values())
    first = _one_of_each([published[card_id] for card_id in _known(start, published)], published.values())
    if before and before.glossary == glossary:
        terms = before.terms
    else:
        terms = CardIndex(Entry(term, (term.term, *term.also)) for term in glossary)
    version = _version(corpus, published.values(), glossary, timeline)
    named = frozenset(tokens(card.category) for card in published.values())
    vocabulary = _vocabulary(corpus, published.values())
    index = CardIndex(entries)
    passages = before.passages if before and before.corpus is corpus else PassageIndex(corpus)
    return Deck(
        corpus, published, glossary, timeline, first, index, passages, terms, named, vocabulary, version, tuple(changed)
    )


def _vocabulary(corpus: Corpus, cards: Iterable[BriefingCard]) -> frozenset[str]:
    texts = [document.text for document in corpus.values()]
    texts += [f"{card.title}\n{_said(card)}" for card in cards]
    return frozenset(chain.from_iterable(map(tokens, texts)))


def _version(
    corpus: Corpus,
    cards: Iterable[BriefingCard],
    glossary: Iterable[GlossaryTerm],
    timeline: Iterable[DatedEvent],
) -> str:
    parts = [_told_of(document) for document in corpus.values()]
    parts += [f"{card.id} {card.version}" for card in cards]
    parts += [f"{term.term} {term.also} {term.definition} {term.mentions} {term.cards}" for term in glossary]
    parts += [
        f"{event.sort} {event.date} {event.dated_by} {event.text} {event.note} {event.cards} "
        f"{event.passage.document.id} {event.passage.position}"
        for event in timeline
    ]
    return sha256("\n".join(sorted(parts)).encode()).hexdigest()[:VERSION]


def _told_of(document: Document) -> str:
    """Everything of a document that a reader can be shown."""
    kept = {field.name: getattr(document, field.name) for field in fields(document) if field.name not in NOT_SHOWN}
    return f"{kept} {document.text}"


def _meet(passage: Passage, quote: Passage) -> bool:
    same = quote.document.id == passage.document.id
    return same and quote.position.start < passage.position.end and passage.position.start < quote.position.end


def _one_of_each(chosen: Iterable[BriefingCard], cards: Iterable[BriefingCard]) -> tuple[BriefingCard, ...]:
    """The chosen cards, then for each category without one its first in order of the alphabet."""
    found: dict[str, BriefingCard] = {}
    for card in (*chosen, *sorted(cards, key=lambda card: (card.category, card.title.casefold()))):
        found.setdefault(card.category, card)
    return tuple(found.values())


def _known(ids: tuple[str, ...], cards: dict[str, BriefingCard]) -> tuple[str, ...]:
    return tuple(card_id for card_id in ids if card_id in cards)


def _without_echoes(problems: list[Problem], corpus: Corpus) -> list[Problem]:
    """One problem for each document that is not there, however many cards name it; none where no document is."""
    kept: list[Problem] = []
    named: set[str] = set()
    for problem in problems:
        if problem.code == "unknown-document" and (not corpus or problem.message in named):
            continue
        named.add(problem.message)
        kept.append(problem)
    return kept


@dataclass(frozen=True, slots=True)
class Review:
    """What a finished deck owes its readers beyond cards that load: documents that say what their raw files say, no
    paragraph left out, no names mixed up.

    A deck in the making runs without it.
    """

    uses: tuple[Use, ...]
    pairs: tuple[Confusable, ...]
    altered: tuple[Problem, ...]
    unkept: tuple[str, ...]
    """The ids of documents without a raw file, which cannot be held against it."""

    @property
    def problems(self) -> list[Problem]:
        return list(self.altered) + coverage_problems(self.uses) + confusable_problems(self.pairs)


def review_deck(deck: Deck) -> Review:
    cards = deck.cards.values()
    return Review(coverage(cards, deck.corpus), confusable(cards), deck.altered, tuple(unkept(deck.corpus)))


def _names(card: BriefingCard) -> tuple[str, ...]:
    """A card's names, and its id, whose words are the plainest name of all."""
    return (card.title, card.id.replace("-", " "), *card.aliases, *card.questions)


def _drawn_on(card: BriefingCard, corpus: Corpus) -> str:
    """The paragraphs that a card quotes or covers."""
    paragraphs = dict.fromkeys((*(passage.paragraph for passage in card.quotes), *card.covers))
    return "\n".join(corpus[paragraph.document].text[paragraph.start : paragraph.end] for paragraph in paragraphs)


def _said(card: BriefingCard) -> str:
    """What a card says, for those who type words of it, a line each."""
    points = (point.text for point in card.key_points)
    quotes = (passage.text for passage in card.quotes)
    return "\n".join((card.bottom_line, *points, *quotes))
