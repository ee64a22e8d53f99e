"""BriefingDesk: the one service behind every shell, and the one place where things are wired.

Knows nothing of Discord, of terminals, or of who is asking.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import assert_never

from bot import limits
from bot.asklog import AskLog, scrub
from bot.config import Config
from bot.desk.decks import Deck, load_deck
from bot.model import (
    Abstained,
    Answer,
    Ask,
    BriefingCard,
    DatedEvent,
    Document,
    Found,
    GlossaryTerm,
    Outcome,
    PassageMatch,
    Suggested,
    Surface,
)
from bot.text import tokens

logger = logging.getLogger(__name__)

RECORD_SECONDS = 1.0
"""How long an answer may wait for the log: Discord gives an answer three seconds in all."""

OPEN_SECONDS = 10


class BriefingDesk:
    """Answers questions from a deck and notes in the log what was asked about."""

    def __init__(self, deck: Deck, asklog: AskLog) -> None:
        self._deck = deck
        self._asklog = asklog
        self._asked: Counter[str] = Counter()
        """How often each card was the answer, for the order of completions."""

    @property
    def deck(self) -> Deck:
        """What it answers from now; another one after `replace`."""
        return self._deck

    def replace(self, deck: Deck) -> None:
        """Answer from another deck from now on; an answer that is under way keeps the one it began with."""
        self._deck = deck

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
async def open_desk(config: Config, *, drafts: bool = False) -> AsyncIterator[BriefingDesk]:
    """A desk with its deck loaded and its log ready to be opened; with `drafts`, unpublished cards too.

    Raises ContentError.
    """
    deck = load_deck(config, drafts=drafts)
    from bot.asklog.sql import SqlAskLog

    asklog = SqlAskLog(config.asklog_url, retention=timedelta(days=config.retention_days))
    try:
        desk = BriefingDesk(deck, asklog)
        desk.remember(await _open(asklog))
        yield desk
    finally:
        await asklog.close()
