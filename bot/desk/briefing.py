"""BriefingDesk: the one service behind every shell.

Knows nothing of Discord, of terminals, or of who is asking.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from typing import assert_never

from bot import limits
from bot.asklog import AskLog, MemoryServerBook, ServerBook, StoreState, scrub
from bot.desk.decks import Deck
from bot.desk.noting import Noting
from bot.desk.reports import Reports
from bot.desk.stores import KnownSettings
from bot.desk.upkeep import Upkeep
from bot.model import (
    Abstained,
    Answer,
    BriefingCard,
    Checked,
    DatedEvent,
    Document,
    Found,
    GlossaryTerm,
    Outcome,
    Passage,
    PassageMatch,
    Problem,
    ServerSettings,
    Suggested,
    Surface,
    Voice,
)
from bot.text import FUNCTION_WORDS, quotations, tokens, without_marks

FEWEST = 3
"""Counts below it are not told."""

POPULAR = 10
"""Asks by which a card gains on others in completions: one ask shows nobody what somebody else asked for."""

REPORT = 300
"""Characters that are kept of an error report."""


@dataclass(slots=True)
class _Held:
    """The deck of a task. What a task opens keeps its context for as long as it lasts, a connection perhaps for days:
    so the deck is let go of when the task ends.
    """

    desk: "BriefingDesk"
    deck: Deck | None

    def let_go(self) -> None:
        self.deck = None


_held: ContextVar[_Held | None] = ContextVar("held", default=None)


class BriefingDesk:
    """Answers questions from a deck, notes in the log what was asked about and said, and knows servers' settings.

    `guild` is the server's id, None in the terminal and in direct messages; `locale` is what Discord says of whoever
    asks («en-GB»).
    """

    def __init__(
        self,
        deck: Deck,
        asklog: AskLog,
        servers: ServerBook | None = None,
        *,
        fewest: int = FEWEST,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._deck = deck
        self.noting = Noting(asklog, now)
        book = servers or MemoryServerBook()
        self._settings = KnownSettings(book)
        self.reports = Reports(lambda: self.deck, asklog, fewest=fewest)
        self.upkeep = Upkeep(lambda: self.deck, asklog, book, self.reports)
        self.not_live: tuple[Problem, ...] = ()
        """What is wrong with the last edit of the deck, which is therefore not answered from."""

    @property
    def deck(self) -> Deck:
        """What it answers from: the newest one, or that which the task at hand holds."""
        held = _held.get()
        return held.deck if held and held.deck and held.desk is self else self._deck

    def replace(self, deck: Deck) -> None:
        """Answer from another deck from now on."""
        self._deck = deck

    def hold(self) -> None:
        """Answer from the deck of now until the task at hand ends: an answer is of one deck, whatever is edited."""
        held = _Held(self, self._deck)
        _held.set(held)
        if task := asyncio.current_task():
            task.add_done_callback(lambda _: held.let_go())

    def remember(self, counts: Mapping[str, int]) -> None:
        """How often each card was the answer before."""
        self.noting.answered.update(counts)

    # ------------------------------------------------------------ asking

    async def ask(
        self,
        question: str,
        *,
        surface: Surface = Surface.BRIEF,
        ask_id: str | None = None,
        keep_words: bool = True,
        guild: int | None = None,
        locale: str | None = None,
    ) -> Answer[BriefingCard]:
        """Answer a question, offer a choice or abstain; the log gets one ask either way.

        `ask_id` is a random key for the ask, by which it can be requested later. Without `keep_words` what was typed
        is not kept whatever comes of it: for words that somebody else wrote.
        """
        answer = self._answer(question)
        words = question if keep_words else None
        note = partial(self.noting.ask, surface, guild=guild, locale=locale, key=ask_id)
        match answer:
            case Found(match=match):
                await note(Outcome.FOUND, card=match.card.id, score=match.score)
            case Suggested(matches=(match, *_)):
                await note(Outcome.SUGGESTED, score=match.score, words=words)
            case Suggested() | Abstained():
                await note(Outcome.ABSTAINED, words=words)
            case _:
                assert_never(answer)
        return answer

    def _answer(self, question: str) -> Answer[BriefingCard]:
        """What the index answers; but the name of a category is no card's, whatever is in it."""
        answer = self.deck.index.answer(question)
        if isinstance(answer, Found) and not answer.match.why.exact and tokens(question) in self.deck.categories:
            return Suggested(matches=self.deck.index.rank(question, limits.ROW_BUTTONS))
        return answer

    async def pick(
        self,
        card_id: str,
        offer: str | None = None,
        *,
        surface: Surface = Surface.BRIEF,
        guild: int | None = None,
        locale: str | None = None,
    ) -> BriefingCard | None:
        """The card that a user chose from what was offered; None where the deck no longer has it.

        `offer` tells one list of suggestions from another: a choice made twice from the same list counts once.
        """
        card = self.card(card_id)
        if card:
            key = f"{offer}:{card.id}" if offer else None
            await self.noting.ask(surface, Outcome.FOUND, guild, locale, card=card.id, picked=True, key=key)
        return card

    async def quote(
        self,
        question: str,
        *,
        surface: Surface = Surface.QUOTE,
        k: int = 5,
        ask_id: str | None = None,
        guild: int | None = None,
        locale: str | None = None,
    ) -> tuple[PassageMatch, ...]:
        """At most `k` passages with these words, best first; the log gets one ask either way, as in `ask`."""
        passages = self.deck.passages.search(question, k)
        if passages:
            score = passages[0].score
            await self.noting.ask(surface, Outcome.FOUND, guild, locale, score=score, key=ask_id)
        else:
            await self.noting.ask(surface, Outcome.ABSTAINED, guild, locale, words=question, key=ask_id)
        return passages

    async def define(
        self, typed: str, *, guild: int | None = None, locale: str | None = None
    ) -> tuple[GlossaryTerm, ...]:
        """The terms that are meant, one where it is clear; the log gets one ask either way, as in `ask`."""
        found = self.explain(typed) if tokens(typed) else ()
        if not found:
            match self.deck.terms.answer(typed):
                case Found(match=match):
                    found = (match.card,)
                case Suggested(matches=matches):
                    found = tuple(match.card for match in matches)
        outcome = Outcome.FOUND if found else Outcome.ABSTAINED
        await self.noting.ask(Surface.GLOSSARY, outcome, guild, locale, words=None if found else typed)
        return found

    async def verify(
        self, pasted: str, *, surface: Surface = Surface.VERIFY, guild: int | None = None, locale: str | None = None
    ) -> PassageMatch | None:
        """The passage that a pasted quotation quotes, with what differs; None where none does.

        The log gets one ask either way, never with what was pasted: it may be anybody's.
        """
        found = self.deck.passages.verify(pasted)
        await self._record_check(found, surface, guild, locale)
        return found

    async def check(
        self, text: str, *, surface: Surface = Surface.VERIFY, guild: int | None = None, locale: str | None = None
    ) -> tuple[Checked, ...]:
        """Each quotation in a text held against the documents; what may be one as a whole is.

        A message (surface MENU) is taken for what it quotes, and for a quotation itself where it quotes nothing; what
        is pasted the other way round. The log gets one ask, as in `verify`.
        """
        verify = self.deck.passages.verify
        text = without_marks(text)
        whole, inside = Checked(quotation=text, match=None), quotations(text)
        # Several quotations in one text are several, and not one with much left out.
        if len(inside) < 2 and (surface is not Surface.MENU or not inside):
            whole = Checked(quotation=text, match=verify(text))
        if whole.match and len(inside) == 1 and _is_led_to(whole.match, inside[0], text):
            # Whose words they are, say, before or after their marks: that is no word too many in the quotation.
            part = Checked(quotation=inside[0], match=verify(inside[0]), part=True)
            checked: tuple[Checked, ...] = (part if part.match else whole,)
        elif whole.match or not inside:
            checked = (whole,)
        else:
            checked = tuple(Checked(quotation=quoted, match=verify(quoted), part=True) for quoted in inside)
        found = next((one.match for one in checked if one.match), None)
        await self._record_check(found, surface, guild, locale)
        return checked

    async def _record_check(
        self, found: PassageMatch | None, surface: Surface, guild: int | None, locale: str | None
    ) -> None:
        outcome = Outcome.FOUND if found else Outcome.ABSTAINED
        await self.noting.ask(surface, outcome, guild, locale, score=found.score if found else None)

    # ------------------------------------------------------------ what members say, what managers decide

    async def rate(
        self, card_id: str, version: str, voice: Voice, *, guild: int | None = None, locale: str | None = None
    ) -> bool:
        """Note that a card was helpful or not, in the version that was shown.

        False where the deck no longer has the card: then nothing is noted.
        """
        if self.card(card_id) is None:
            return False
        await self.noting.feedback(voice, guild, locale, card=card_id, version=version)
        return True

    async def report(
        self,
        card_id: str,
        version: str,
        part: str | None,
        text: str,
        *,
        guild: int | None = None,
        locale: str | None = None,
    ) -> None:
        """Note an error in a part of a card («quote 3»; None: in no part or all), in the version that was shown."""
        words = scrub(text, REPORT) or None
        said = {"card": card_id, "version": version, "part": part, "text": words}
        await self.noting.feedback(Voice.ERROR, guild, locale, **said)

    async def request(self, ask_id: str, *, guild: int | None = None, locale: str | None = None) -> None:
        """Note that somebody wants a card about what an ask did not find."""
        await self.noting.feedback(Voice.REQUEST, guild, locale, ask=ask_id)

    async def settings(self, guild: int | None) -> ServerSettings:
        """What a server decided, within a quarter of a second; the defaults outside of servers.

        Where the store fails or hangs: what was last known, else the defaults. What another process changed is seen
        after a minute.
        """
        return ServerSettings() if guild is None else await self._settings.of(guild)

    async def change_settings(self, guild: int, change: Callable[[ServerSettings], ServerSettings]) -> ServerSettings:
        """Change what a server decided, as it is stored, and return what it is then.

        Raises OSError where the store fails or takes longer than two seconds.
        """
        return await self._settings.change(guild, change)

    async def erase(self, guild: int) -> int:
        """Remove all that is kept of a server, and say how many rows of the log that were. Raises OSError."""
        erased = await self.upkeep.erase(guild)
        self._settings.forget(guild)
        return erased

    # ------------------------------------------------------------ what the deck has

    def complete(self, typed: str, k: int = limits.CHOICES) -> tuple[BriefingCard, ...]:
        """Cards for an unfinished question; for none yet, one of each category. A keystroke is not an ask."""
        if not tokens(typed):
            return self.deck.start[:k]
        return self.deck.index.complete(typed, k, lambda card: self.noting.answered[card.id] // POPULAR)

    def complete_quote(self, typed: str, k: int = limits.CHOICES) -> tuple[Passage, ...]:
        """Passages for unfinished words of a quote. Nothing is recorded."""
        return self.deck.passages.complete(typed, k)

    def complete_term(self, typed: str, k: int = limits.CHOICES) -> tuple[GlossaryTerm, ...]:
        """Terms for unfinished words, in the order of the alphabet for none yet. Nothing is recorded."""
        if not tokens(typed):
            return tuple(sorted(self.deck.glossary, key=lambda term: term.term.casefold()))[:k]
        return self.deck.terms.complete(typed, k)

    def topics(self) -> dict[str, tuple[BriefingCard, ...]]:
        """The cards by category, both in order of the alphabet."""
        cards = sorted(self.deck.cards.values(), key=lambda card: (card.category, card.title.casefold()))
        return {category: tuple(of_it) for category, of_it in groupby(cards, key=lambda card: card.category)}

    def sources(self) -> tuple[Document, ...]:
        """The documents, oldest first."""
        return tuple(sorted(self.deck.corpus.values(), key=lambda document: document.published.value))

    def card(self, card_id: str) -> BriefingCard | None:
        return self.deck.cards.get(card_id)

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
            for term in self.deck.glossary
        }
        found = [
            term
            for term in self.deck.glossary
            if not wanted.strip() or any(wanted in wording for wording in wordings[term.term])
        ]
        exact = [term for term in found if wanted in wordings[term.term]]
        return tuple(exact or found)

    def timeline(self) -> tuple[DatedEvent, ...]:
        """The events that the documents mention, oldest first."""
        return self.deck.timeline

    @property
    def store(self) -> StoreState:
        """How the log is doing, as far as is known."""
        return self.noting.store

    async def look_at_store(self) -> StoreState:
        """How the log is doing now."""
        return await self.noting.look()


def _is_led_to(match: PassageMatch, quoted: str, text: str) -> bool:
    """Whether a text says something around its one quotation, and that in no word of meaning of the passage."""
    around = (Counter(tokens(text)) - Counter(tokens(quoted))).keys() - FUNCTION_WORDS
    return bool(around) and around.isdisjoint(tokens(match.passage.text))
