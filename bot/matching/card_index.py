"""What was typed → cards, in order, and one decision: answer, offer a choice, or abstain.

Built from plain entries, so it can be measured on any data; knows nothing of cards, quotes or Discord.
"""

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from bot import limits
from bot.matching.completion import Completion
from bot.matching.decision import reviewed
from bot.matching.evidence import Cards, Evidence
from bot.matching.guard import SHORT, agrees
from bot.matching.lexicon import Term
from bot.matching.remembering import Remembered
from bot.matching.sparse import Floats
from bot.matching.verdict import Completions, Place, Verdict
from bot.model import Abstained, Answer, Found, Match, Suggested, Why
from bot.text import fold, sentences, telling, tokens

K = TypeVar("K")

EXACT = 1.0
FLOOR = 0.12
"""Score below which a card only shares some letters with a question."""
TIE = 0.02
"""Lead, as a share of the score, up to which two cards are level."""
PHRASE, PHRASE_IN_CONTEXT = 1.0, 0.4
"""What it adds to a card that the question stands in it word for word; the score of a good match is about 1."""
SAID, SAID_ELSEWHERE = 0.8, 0.35
"""Confidence, at least, in a card that says the question word for word: where no other does, and where one does."""
ALONE, LEAD = 0.8, 0.6
"""How confident the decision must be of one word that is not a name by itself, and its lead as a share of the score."""
NEAR = 0.45
"""Share of the best score from which a card is offered beside it."""
SENTENCE, FAINT = 3, 0.2
"""From so many words on, cards less like them than this are not offered. A mere beginning has little to go by yet."""
BESIDE = 0.3
"""The same while the question is still being typed."""
CHOICES = 5
RANKED = 50
SLIP_FIRST = 5
"""Characters from which a name that begins nearly so says more than a word somewhere in a name."""
VERDICTS, RANKINGS, COMPLETIONS = 1_000, 500, 2_000
"""Questions, those of which a ranking was wanted, and beginnings, whose outcome is remembered: less than a megabyte
of each."""
_OUTSIDE = re.compile(r"[^\w']+")
_JOINT = re.compile(r"\s+(?:and|or|vs\.?|versus|&)\s+|[,;/]\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry(Generic[K]):
    """What can be found, and by what.

    `key` comes back in matches. `names` are the title first, then aliases and questions. `text` is what the entry
    says, a line for each part that stands by itself; `context` is what it draws on without saying it.
    """

    key: K
    names: tuple[str, ...]
    text: str = ""
    context: str = ""


class _Exact:
    """Names by the hash of their words: eight bytes a name."""

    def __init__(self, hashes: NDArray[np.int64]) -> None:
        self._order = np.argsort(hashes, kind="stable").astype(np.int32)
        self._sorted = hashes[self._order]

    def places(self, wanted: int) -> NDArray[np.int32]:
        start, end = (int(np.searchsorted(self._sorted, wanted, side=side)) for side in ("left", "right"))
        return self._order[start:end]


@dataclass(frozen=True, slots=True)
class _Ranking:
    """Cards by number, best first, with what speaks for the first of them."""

    evidence: Evidence
    scores: Floats
    order: tuple[int, ...]
    confidence: float
    agreed: bool
    exact: frozenset[int]

    @property
    def clear(self) -> bool:
        return self.agreed and (bool(self.exact) or self.confidence >= reviewed().answer)


class CardIndex(Generic[K]):
    def __init__(self, entries: Iterable[Entry[K]]) -> None:
        self._entries = tuple(entry if entry.names else replace(entry, names=("",)) for entry in entries)
        self._names = [name for entry in self._entries for name in entry.names]
        owners = [card for card, entry in enumerate(self._entries) for _ in entry.names]
        said = [_lines(entry.text) for entry in self._entries]
        drawn_on = [_lines(entry.context) for entry in self._entries]
        texts = [tuple(chain(*first, *second)) for first, second in zip(said, drawn_on, strict=True)]
        hashes = array("q")
        self._cards = Cards(_hashing(map(tokens, self._names), hashes), owners, texts)
        self._exact = _Exact(np.array(hashes, np.int64))
        self._said = {card: _in_rows(lines) for card, lines in enumerate(said) if lines}
        # Arrays, because sets of them would take ten times the room.
        self._said_stems = {
            card: array("i", self._cards.lexicon.stems_of(chain(*lines))) for card, lines in enumerate(said) if lines
        }
        self._drawn_on = {card: _in_rows(lines) for card, lines in enumerate(drawn_on) if lines}
        self._called = [_in_rows(map(tokens, entry.names)) for entry in self._entries] if self._said else []
        self._completion = Completion([_in_line(name) for name in self._names], owners)
        self._verdicts: Remembered[Verdict] = Remembered(VERDICTS)
        self._rankings: Remembered[Verdict] = Remembered(RANKINGS)
        self._completed: Remembered[Completions] = Remembered(COMPLETIONS)

    # ------------------------------------------------------------ rank

    def rank(self, question: str, k: int = 10) -> tuple[Match[K], ...]:
        """The best cards for a question, best first, at most one match a card. Empty where no word is known."""
        question = question[: limits.QUESTION]
        asked = f"{k} {question}"
        known = self._rankings.get(asked)
        if known is None:
            ranking = self._rank(question)
            known = self._places(ranking, k) if ranking else Verdict()
            self._rankings.keep(asked, known)
        return self._matches(known, question)

    def _rank(self, question: str) -> _Ranking | None:
        sequence = tokens(question[: limits.QUESTION])
        terms = self._cards.lexicon.terms(sequence)
        if not terms:
            return None
        evidence = self._cards.evidence(terms)
        exact = self._named_so(sequence)
        said, drawn_on = self._in_a_row(sequence)
        scores = evidence.scores()
        scores[drawn_on] += PHRASE_IN_CONTEXT
        scores[said] += PHRASE
        scores[exact] += 1 + float(scores.max(initial=0.0))
        order = _best(scores, RANKED)
        if not order:
            return None
        best = order[0]
        if exact:
            return _Ranking(evidence, scores, order, EXACT, agreed=exact == [best], exact=frozenset(exact))
        confidence = reviewed().confidence(self._cards.signs(evidence, best))
        if (said or drawn_on) == [best]:
            return _Ranking(evidence, scores, order, max(confidence, SAID), agreed=True, exact=frozenset())
        if best in said or best in drawn_on:
            confidence = max(confidence, SAID_ELSEWHERE)
        agreed = (
            self._agrees(terms, best)
            and self._is_enough(terms, scores, order, confidence)
            and _lead(scores, order, 0) > TIE
        )
        return _Ranking(evidence, scores, order, confidence, agreed, exact=frozenset())

    def _named_so(self, sequence: tuple[str, ...]) -> list[int]:
        """The cards of which the question is a name, word for word."""
        names = self._exact.places(hash(sequence))
        if not names.size:
            return []
        cards, first = np.unique(self._cards.owners[names], return_index=True)
        found = zip(cards[:RANKED].tolist(), names[first[:RANKED]].tolist(), strict=True)
        return [card for card, name in found if tokens(self._names[name]) == sequence]

    def _in_a_row(self, sequence: tuple[str, ...]) -> tuple[list[int], list[int]]:
        """The cards that say the question word for word, and those that draw on a text that does.

        None where it stands in a name of a card: then names decide.
        """
        if not telling(sequence) or not self._cards.lexicon.in_a_row(sequence):
            return [], []
        phrase = f" {' '.join(sequence)} "
        if any(phrase in rows for rows in self._called):
            return [], []
        said = [card for card, rows in self._said.items() if phrase in rows]
        return said, [card for card, rows in self._drawn_on.items() if phrase in rows and card not in said]

    def _is_enough(self, terms: tuple[Term, ...], scores: Floats, order: tuple[int, ...], confidence: float) -> bool:
        """Whether a question is more than one word of many; or that word, as it was meant, is a name, or far ahead."""
        if len(terms) > 2 or sum(term.content for term in terms) != 1:
            return True
        meant = tuple(term.meant or term.word for term in terms)
        if confidence >= ALONE and _lead(scores, order, 0) >= LEAD:
            return True
        return any(tokens(name) == meant for name in self._entries[order[0]].names)

    def _agrees(self, terms: tuple[Term, ...], card: int) -> bool:
        named = self._cards.named(card)
        said = self._said.get(card, "")
        rows = (self._called[card] if self._called else _in_rows(map(tokens, self._entries[card].names))) + said
        known = named.union(self._said_stems.get(card, ()))
        return agrees(self._cards.lexicon, terms, named, known, rows, self._cards.usual)

    def _places(self, ranking: _Ranking, k: int) -> Verdict:
        """The first `k` cards of a ranking."""
        terms, best = ranking.evidence.terms, ranking.scores[ranking.order[0]]
        places = []
        for place, card in enumerate(ranking.order[: max(k, 0)]):
            stems = self._cards.stems(card)
            places.append(
                Place(
                    card=card,
                    name=self._cards.likest_name(ranking.evidence, card),
                    score=round(ranking.confidence * float(ranking.scores[card] / best), 4),
                    lead=round(_lead(ranking.scores, ranking.order, place), 4),
                    exact=card in ranking.exact,
                    known=tuple(
                        at for at, term in enumerate(terms) if term.content and not stems.isdisjoint(term.stems)
                    ),
                )
            )
        corrected = tuple((at, term.meant) for at, term in enumerate(terms) if term.meant)
        return Verdict(ranking.clear, tuple(places), corrected)

    def _matches(self, verdict: Verdict, question: str) -> tuple[Match[K], ...]:
        """The cards with what of a question speaks for each."""
        if not verdict.places:
            return ()
        typed = self._cards.lexicon.rejoined(tokens(question))
        corrected = tuple((typed[at], meant) for at, meant in verdict.corrected)
        return tuple(
            Match(
                card=self._entries[place.card].key,
                name=self._names[place.name],
                score=place.score,
                why=Why(
                    words=tuple(typed[at] for at in place.known),
                    corrected=corrected,
                    lead=place.lead,
                    exact=place.exact,
                ),
            )
            for place in verdict.places
        )

    # ------------------------------------------------------------ decide

    def answer(self, question: str) -> Answer[K]:
        """One card if it is clear, a choice if something is near, else nothing.

        A card is clear when the decision is confident of it and no number, negation, place or name in the question
        speaks against it: «south korea sanctions» is a choice at most.
        """
        question = question[: limits.QUESTION]
        if verdict := self._verdicts.get(question):
            return self._answer(verdict, question)
        if ranking := self._rank(question):
            return self._decide(question, ranking)
        self._verdicts.keep(question, Verdict())
        return Abstained()

    def judge(self, question: str, k: int) -> tuple[Answer[K], tuple[Match[K], ...]]:
        """Both the answer and the ranking, for the price of one."""
        ranking = self._rank(question)
        if ranking is None:
            return Abstained(), ()
        question = question[: limits.QUESTION]
        return self._decide(question, ranking), self._matches(self._places(ranking, k), question)

    def _decide(self, question: str, ranking: _Ranking) -> Answer[K]:
        together = () if ranking.exact or self._knows_all(ranking) else self._asked_together(question)
        if together:
            return Suggested(matches=together)
        verdict = self._verdict(ranking)
        self._verdicts.keep(question, verdict)
        return self._answer(verdict, question)

    def _verdict(self, ranking: _Ranking) -> Verdict:
        floor = NEAR * ranking.scores[ranking.order[0]]
        offered = sum(bool(ranking.scores[card] >= floor) for card in ranking.order[:CHOICES])
        near = ranking.clear or ranking.confidence >= reviewed().offer
        return self._places(ranking, offered) if near else Verdict(clear=ranking.clear)

    def _answer(self, verdict: Verdict, question: str) -> Answer[K]:
        matches = self._matches(verdict, question)
        if not matches:
            return Abstained()
        return Found(match=matches[0], matches=matches) if verdict.clear else Suggested(matches=matches)

    def _knows_all(self, ranking: _Ranking) -> bool:
        """Whether a name of the best card has every word of the question, joined as they are there: it is one topic."""
        name = self._names[self._cards.likest_name(ranking.evidence, ranking.order[0])]
        stems = self._cards.lexicon.stems_of(tokens(name))
        return bool(_JOINT.search(name)) and all(
            not stems.isdisjoint(term.stems) for term in ranking.evidence.terms if term.content
        )

    def _asked_together(self, question: str) -> tuple[Match[K], ...]:
        """Where a question names two topics («crimea and ukraine») each clear by itself, the choice between them."""
        parts = [part for part in _JOINT.split(question[: limits.QUESTION]) if part.strip()]
        if not 2 <= len(parts) <= CHOICES or any(len(tokens(part)) > SHORT for part in parts):
            return ()
        clear = [(part, ranking) for part in parts if (ranking := self._rank(part)) and ranking.clear]
        found = {ranking.order[0]: self._matches(self._places(ranking, 1), part)[0] for part, ranking in clear}
        return tuple(sorted(found.values(), key=lambda match: -match.score)) if len(found) > 1 else ()

    # ------------------------------------------------------------ complete

    def complete(
        self, typed: str, k: int = limits.CHOICES, popularity: Callable[[K], int] | None = None
    ) -> tuple[K, ...]:
        """Cards for an unfinished question, best first: names that go on from it, then names like it.

        Among those that match alike, the more popular come first.
        """
        typed = typed[: limits.QUESTION]
        sequence = tokens(typed)
        if not sequence:
            return self._keys(self._in_favour(range(len(self._entries)), popularity)[: max(k, 0)])
        asked = f"{k} {typed}"
        known = self._completed.get(asked)
        if known is None:
            known = self._complete(typed, sequence, k)
            self._completed.keep(asked, known)
        slipped = self._in_favour(known.slipped, popularity)
        rest = [*slipped, *known.like] if known.slip_first else [*known.like, *slipped]
        found = [*known.named, *self._in_favour(known.going_on, popularity), *rest]
        return self._keys(list(dict.fromkeys(found))[: max(k, 0)])

    def _complete(self, typed: str, sequence: tuple[str, ...], k: int) -> Completions:
        shown = _in_line(typed)
        named, going_on = tuple(self._named_so(sequence)), tuple(self._completion.going_on(shown))
        if len(named) + len(going_on) >= k:
            return Completions(named, going_on, (), (), slip_first=False)
        slipped, like = tuple(self._completion.after_a_slip(shown)), tuple(self._like_unfinished(sequence, k))
        return Completions(named, going_on, slipped, like, slip_first=len(shown) >= SLIP_FIRST)

    def _keys(self, cards: Iterable[int]) -> tuple[K, ...]:
        return tuple(self._entries[card].key for card in cards)

    def _in_favour(self, cards: Iterable[int], popularity: Callable[[K], int] | None) -> list[int]:
        if popularity is None:
            return list(cards)
        return sorted(cards, key=lambda card: -popularity(self._entries[card].key))

    def _like_unfinished(self, sequence: tuple[str, ...], k: int) -> list[int]:
        terms = self._cards.lexicon.terms(sequence, unfinished=True)
        scores = self._cards.evidence(terms).scores()
        order = _best(scores, k)
        if order and len(sequence) >= SENTENCE and scores[order[0]] < FAINT:
            return []
        return [card for card in order if scores[card] >= BESIDE * scores[order[0]]]


def _hashing(names: Iterable[tuple[str, ...]], hashes: "array[int]") -> Iterator[tuple[str, ...]]:
    """Names as they come, the hash of each noted."""
    for words in names:
        hashes.append(hash(words))
        yield words


def _in_line(text: str) -> str:
    """Text as far as it is typed: folded, with a blank for what is no letter, a last one kept."""
    return _OUTSIDE.sub(" ", fold(text) + (" " if text[-1:].isspace() else "")).lstrip()


def _best(scores: Floats, k: int) -> tuple[int, ...]:
    """The numbers of the highest scores, highest first, in a fixed order among equals; none where all are too low."""
    if scores.max(initial=0.0) < FLOOR:
        return ()
    candidates = np.sort(np.argpartition(-scores, k - 1)[: max(k, 0)]) if len(scores) > k else np.arange(len(scores))
    order = candidates[np.argsort(-np.round(scores[candidates], 5), kind="stable")]
    return tuple(order[scores[order] > 0].tolist())


def _lead(scores: Floats, order: tuple[int, ...], place: int) -> float:
    """How far a card is ahead of the next, as a share of its score."""
    own = float(scores[order[place]])
    return (own - float(scores[order[place + 1]])) / own if place + 1 < len(order) else 1.0


def _lines(text: str) -> list[tuple[str, ...]]:
    """The words of each sentence."""
    return [tokens(line[start:end]) for line in text.split("\n") for start, end in sentences(line)]


def _in_rows(lines: Iterable[tuple[str, ...]]) -> str:
    """Words in rows with a bar between them, so that no phrase runs over from one into the next."""
    return "|".join(f" {' '.join(words)} " for words in lines)
