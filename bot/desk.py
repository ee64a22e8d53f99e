"""The briefing desk: the one service behind every shell, and the one place where things are wired.

Knows nothing of Discord, of terminals, or of who is asking.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import assert_never

from bot import limits
from bot.asklog import AskLog, scrub
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
from bot.model import (
    Abstained,
    Answer,
    Ask,
    BriefingCard,
    Corpus,
    DatedEvent,
    Document,
    Found,
    GlossaryTerm,
    Outcome,
    PassageMatch,
    Problem,
    Status,
    Suggested,
    Surface,
)
from bot.text import tokens

logger = logging.getLogger(__name__)

RECORD_SECONDS = 1.0
"""How long an answer may wait for the log: Discord gives an answer three seconds in all."""


OPEN_SECONDS = 10


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


class BriefingDesk:
    """Answers questions from a deck and notes in the log what was asked about."""

    def __init__(self, deck: Deck, asklog: AskLog) -> None:
        self._deck = deck
        self._asklog = asklog
        self._asked: Counter[str] = Counter()
        """How often each card was the answer, for the order of completions."""

    def remember(self, counts: Mapping[str, int]) -> None:
        """How often each card was the answer before."""
        self._asked.update(counts)

    async def ask(self, question: str, *, guild: int | None = None, locale: str | None = None) -> Answer[BriefingCard]:
        """Answer a question, offer a choice or abstain; the log gets one ask either way."""
        answer = self._deck.index.answer(question)
        match answer:
            case Found(match=match):
                kept = _ask(Surface.BRIEF, Outcome.FOUND, match.card.id, match.score, guild, locale)
            case Suggested(matches=(match, *_)):
                kept = _ask(Surface.BRIEF, Outcome.SUGGESTED, None, match.score, guild, locale, question)
            case Suggested() | Abstained():
                kept = _ask(Surface.BRIEF, Outcome.ABSTAINED, None, None, guild, locale, question)
            case _:
                assert_never(answer)
        await self._record(kept)
        return answer

    async def pick(
        self, card_id: str, offer: str | None = None, *, guild: int | None = None, locale: str | None = None
    ) -> BriefingCard | None:
        """The card that a user chose from what was offered; None where the deck no longer has it.

        `offer` tells one list of suggestions from another: a choice made twice from the same list counts once.
        """
        card = self.card(card_id)
        if card:
            kept = _ask(Surface.BRIEF, Outcome.FOUND, card.id, None, guild, locale, picked=True)
            await self._record(kept, f"{offer}:{card.id}" if offer else None)
        return card

    async def quote(
        self, question: str, *, guild: int | None = None, locale: str | None = None
    ) -> tuple[PassageMatch, ...]:
        """Passages with these words, best first; the log gets one ask either way."""
        passages = self._deck.passages.search(question)
        if passages:
            kept = _ask(Surface.QUOTE, Outcome.FOUND, None, passages[0].score, guild, locale)
        else:
            kept = _ask(Surface.QUOTE, Outcome.ABSTAINED, None, None, guild, locale, question)
        await self._record(kept)
        return passages

    def verify(self, pasted: str) -> PassageMatch | None:
        """The passage that a pasted quotation quotes, with what differs; None where none does. Nothing is recorded."""
        return self._deck.passages.verify(pasted)

    def complete(self, typed: str, k: int = limits.CHOICES) -> tuple[BriefingCard, ...]:
        """Cards for an unfinished question; for none yet, one of each category. A keystroke is not an ask."""
        if not tokens(typed):
            return self._deck.start[:k]
        return self._deck.index.complete(typed, k, lambda card: self._asked[card.id])

    def complete_quote(self, typed: str, k: int = limits.CHOICES) -> tuple[PassageMatch, ...]:
        """Passages for unfinished words of a quote. Nothing is recorded."""
        return self._deck.passages.search(typed, k)

    def topics(self) -> dict[str, tuple[BriefingCard, ...]]:
        """The cards by category, both in order of the alphabet."""
        cards = sorted(self._deck.cards.values(), key=lambda card: (card.category, card.title.casefold()))
        categories = dict.fromkeys(card.category for card in cards)
        return {category: tuple(card for card in cards if card.category == category) for category in categories}

    def sources(self) -> tuple[Document, ...]:
        """The documents, oldest first."""
        return tuple(sorted(self._deck.corpus.values(), key=lambda document: document.published.value))

    def card(self, card_id: str) -> BriefingCard | None:
        return self._deck.cards.get(card_id)

    def related(self, card: BriefingCard) -> tuple[BriefingCard, ...]:
        """The published cards that a card names as related."""
        return tuple(found for card_id in card.related if (found := self.card(card_id)))

    def unlike(self, card: BriefingCard) -> tuple[BriefingCard, ...]:
        """The published cards that are easily confused with a card."""
        return tuple(found for card_id in card.distinguish_from if (found := self.card(card_id)))

    def explain(self, typed: str) -> tuple[GlossaryTerm, ...]:
        """The terms that are called just this, else those with these words in a wording; all for no words."""
        wanted = f" {' '.join(tokens(typed))} "
        wordings = {
            term.term: [f" {' '.join(tokens(wording))} " for wording in (term.term, *term.also)]
            for term in self._deck.glossary
        }
        found = [
            term
            for term in self._deck.glossary
            if not wanted.strip() or any(wanted in wording for wording in wordings[term.term])
        ]
        exact = [term for term in found if wanted in wordings[term.term]]
        return tuple(exact or found)

    def timeline(self) -> tuple[DatedEvent, ...]:
        """The events that the documents mention, oldest first."""
        return self._deck.timeline

    async def _record(self, ask: Ask, key: str | None = None) -> None:
        """A log that fails or hangs is noted and never costs the answer."""
        if ask.card:
            self._asked[ask.card] += 1
        try:
            async with asyncio.timeout(RECORD_SECONDS):
                await self._asklog.record(ask, key)
        except Exception as error:
            logger.warning(
                "an ask was answered but is not recorded yet: %s: %s", type(error).__name__, str(error).split("\n")[0]
            )


def _ask(
    surface: Surface,
    outcome: Outcome,
    card: str | None,
    score: float | None,
    guild: int | None,
    locale: str | None,
    question: str | None = None,
    *,
    picked: bool = False,
) -> Ask:
    return Ask(
        at=datetime.now(UTC),
        surface=surface,
        outcome=outcome,
        card=card,
        picked=picked,
        score=score,
        guild=guild,
        locale=locale,
        question=scrub(question) if question is not None else None,
    )


async def _open(asklog: AskLog) -> dict[str, int]:
    """Open the log ahead of the first ask, and read what was asked before. Where that fails each ask tries again."""
    try:
        async with asyncio.timeout(OPEN_SECONDS):
            await asklog.open()
            return await asklog.counts()
    except Exception as error:
        logger.warning("the ask log cannot be opened: %s: %s", type(error).__name__, str(error).split("\n")[0])
        return {}


@asynccontextmanager
async def open_desk(config: Config) -> AsyncIterator[BriefingDesk]:
    """A desk with its deck loaded and its log ready to be opened. Raises ContentError."""
    deck = load_deck(config)
    from bot.asklog.sql import SqlAskLog

    asklog = SqlAskLog(config.asklog_url, retention=timedelta(days=config.retention_days))
    try:
        desk = BriefingDesk(deck, asklog)
        desk.remember(await _open(asklog))
        yield desk
    finally:
        await asklog.close()
