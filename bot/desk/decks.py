"""Deck: documents, cards, what stands beside them, and indexes, loaded as one or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.cards import (
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
from bot.corpus import load_corpus
from bot.matching import CardIndex, Entry, PassageIndex
from bot.model import BriefingCard, Corpus, DatedEvent, GlossaryTerm, Problem, Status


class ContentError(Exception):
    """Settings, documents or cards with problems. Nothing of them was loaded."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
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


def load_deck(config: Config, *, drafts: bool = False) -> Deck:
    """Read the corpus, the published cards and what stands beside them. Raises ContentError with every problem.

    With `drafts`, cards that are not published are in the deck as well.
    """
    corpus, problems = load_corpus(config.corpus)
    broken = {problem.origin.path.stem for problem in problems}
    cards, found = load_cards(config.briefs, corpus, broken)
    categories = {path.stem: path.parent.name for path in card_paths(config.briefs)[0]}
    glossary, more = load_glossary(config.briefs, corpus, categories, broken)
    timeline, most = load_timeline(config.briefs, corpus, categories, broken)
    start, wrong = load_start(config.briefs, categories)
    problems += _without_echoes(found + more + most + wrong, corpus)
    if problems:
        raise ContentError(problems)
    published = {card.id: card for card in cards if drafts or card.status is Status.PUBLISHED}
    glossary = tuple(replace(term, cards=_known(term.cards, published)) for term in glossary)
    timeline = tuple(replace(event, cards=_known(event.cards, published)) for event in timeline)
    entries = (Entry(card, _names(card), _said(card), _drawn_on(card, corpus)) for card in published.values())
    first = _one_of_each([published[card_id] for card_id in _known(start, published)], published.values())
    return Deck(corpus, published, glossary, timeline, first, CardIndex(entries), PassageIndex(corpus))


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
    """What a finished deck owes its readers beyond cards that load: no paragraph left out, no names mixed up.

    A deck in the making runs without it.
    """

    uses: tuple[Use, ...]
    pairs: tuple[Confusable, ...]

    @property
    def problems(self) -> list[Problem]:
        return coverage_problems(self.uses) + confusable_problems(self.pairs)


def review_deck(deck: Deck) -> Review:
    cards = deck.cards.values()
    return Review(coverage(cards, deck.corpus), confusable(cards))


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
