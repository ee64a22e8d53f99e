"""What a deck holds for and against each of its cards, given a question. Ranks; decides nothing."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bot.matching.decision import Signs
from bot.matching.lexicon import Lexicon, Term
from bot.matching.likeness import Texts
from bot.matching.ridge import Ridge
from bot.matching.sparse import Floats
from bot.text import FUNCTION_WORDS

WHOLE = 1.7
"""Weight of the whole card beside the trained model."""
SHARPNESS = 8.0
"""How much a lead counts in a card's share among all."""
NEXT = 9
"""Cards behind the best one that it is compared with."""
UNUSUAL = 10.0
"""Standard deviations beyond which a score is not more unusual."""
WORST = 0.1
"""Share of names that know too little of each other to tell what is usual."""
LEAST = 0.05
"""Deviation of scores at least: names of a small deck may all score the same."""
SAMPLE = 200
"""Names by which it is measured what a card gets that a text does not belong to."""

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Figures of one question: for each name its likeness, for each card two figures and their sum."""

    terms: tuple[Term, ...]
    names: Floats
    ridge: Floats
    whole: Floats

    def scores(self) -> Floats:
        """The two figures together, in an array of their own."""
        return self.ridge + WHOLE * self.whole


class Cards:
    """Cards by number, from the token sequences of their names and texts."""

    def __init__(self, names: Iterable[Words], owners: Sequence[int], texts: Sequence[Words]) -> None:
        """`owners` is the card of each name, in rising order; `texts` what each card says beyond its names."""
        said = [card for card, text in enumerate(texts) if text]
        self.lexicon = Lexicon(chain(names, (texts[card] for card in said)))
        self.owners = np.array(owners, np.int64)
        self.first = np.searchsorted(self.owners, np.arange(len(texts) + 1))
        self._text_of = {card: len(owners) + place for place, card in enumerate(said)}
        self._texts = Texts(self.lexicon, len(owners), np.array([*owners, *said], np.int32))
        self._ridge = Ridge(self.owners, len(texts), lambda name: self._texts.like(self._terms(name)).names)
        self._by_chance, self._deviation = self._chance()
        self.usual = self._usual()
        """The share of a question's words that a card of this deck knows of nearly every question put to it."""

    def _terms(self, name: int) -> tuple[Term, ...]:
        """One name as if it were asked."""
        return tuple(self.lexicon.term(self.lexicon.words[word]) for word in self.lexicon.text(name))

    def _chance(self) -> tuple[float, float]:
        """Mean and deviation of the best score that a name of the deck gets from a card that it does not belong to."""
        best = []
        for name in self._sample():
            scores = self.evidence(self._terms(name)).scores()
            scores[self.owners[name]] = 0.0
            best.append(float(scores.max()))
        return (float(np.mean(best)), max(float(np.std(best)), LEAST)) if best else (0.0, 1.0)

    def _sample(self) -> list[int]:
        """Names by which the deck is measured, evenly spread over it."""
        count = len(self.owners)
        return sorted(set(np.linspace(0, max(count - 1, 0), min(SAMPLE, count)).astype(int).tolist()))

    def _usual(self) -> float:
        """How much of a name the rest of its card knows: the share of content words, but for the worst tenth."""
        shares = []
        for name in self._sample():
            stems = self.lexicon.stem_of[self.lexicon.text(name)].tolist()
            words = [self.lexicon.words[word] for word in self.lexicon.text(name)]
            others = Counter(self._every_stem(int(self.owners[name])))
            others.subtract(stems)
            known = [others[stem] > 0 for stem, word in zip(stems, words, strict=True) if word not in FUNCTION_WORDS]
            shares += [sum(known) / len(known)] if known else []
        return float(np.quantile(shares, WORST)) if shares else 0.0

    # ------------------------------------------------------------ a question

    def evidence(self, terms: tuple[Term, ...]) -> Evidence:
        like = self._texts.like(terms)
        return Evidence(terms, like.names, self._ridge.cards(like.names), like.cards)

    def likest_name(self, evidence: Evidence, card: int) -> int:
        return int(self.first[card]) + int(evidence.names[self.first[card] : self.first[card + 1]].argmax())

    def named(self, card: int) -> frozenset[int]:
        """The stems of its names."""
        return frozenset(self._name_stems(card))

    def _name_stems(self, card: int) -> list[int]:
        words = self.lexicon.flat[self.lexicon.starts[self.first[card]] : self.lexicon.starts[self.first[card + 1]]]
        found: list[int] = self.lexicon.stem_of[words].tolist()
        return found

    def stems(self, card: int) -> frozenset[int]:
        """Of all words of a card."""
        return frozenset(self._every_stem(card))

    def _every_stem(self, card: int) -> list[int]:
        """Of every word of a card as often as it stands there."""
        text = self._text_of.get(card)
        said = self.lexicon.stem_of[self.lexicon.text(text)].tolist() if text is not None else []
        return [*self._name_stems(card), *said]

    def signs(self, evidence: Evidence, card: int) -> Signs:
        """What speaks for a card."""
        ridge, whole, others = evidence.ridge, evidence.whole, evidence.scores()
        second = int(np.argmax(np.where(np.arange(len(others)) == card, -np.inf, others))) if len(others) > 1 else card
        lead = (
            (ridge[card] - ridge[second], whole[card] - whole[second]) if second != card else (ridge[card], whole[card])
        )
        name = self.lexicon.text(self.likest_name(evidence, card))
        said, spoken = self._shared(evidence.terms, name)
        score = float(others[card])
        return Signs(
            ridge_lead=float(lead[0]),
            whole=float(whole[card]),
            whole_lead=float(lead[1]),
            share=float(1 / np.exp(SHARPNESS * (others - score)).sum()),
            covered=_covered(evidence.terms, self.stems(card)),
            said=said,
            spoken=spoken,
            words=math.log1p(len(evidence.terms)),
            apart=(score - _next(others, card)) / (float(others.std()) + 1e-6),
            unusual=min((score - self._by_chance) / self._deviation, UNUSUAL),
        )

    def _shared(self, terms: tuple[Term, ...], name: NDArray[np.int32]) -> tuple[float, float]:
        """How much of the question a name says, and how much of the name the question says."""
        stems = {int(self.lexicon.stem_of[word]): self.lexicon.words[word] for word in name}
        weights = {stem: self.lexicon.weight(word, stem) for stem, word in stems.items()}
        spoken = {stem for term in terms for stem in term.stems if stem in stems}
        total = sum(weights.values())
        return _covered(terms, frozenset(stems)), sum(weights[stem] for stem in spoken) / total if total else 0.0


def _next(scores: Floats, card: int) -> float:
    """The mean of the best scores but for one card's."""
    rest = np.delete(scores, card)
    return float((np.partition(rest, -NEXT)[-NEXT:] if len(rest) > NEXT else rest).mean()) if len(rest) else 0.0


def _covered(terms: tuple[Term, ...], stems: frozenset[int]) -> float:
    """The share of a question, by rarity, that is among some stems."""
    total = sum(term.weight for term in terms)
    held = sum(
        term.weight * max((weight for stem, weight in term.stems.items() if stem in stems), default=0.0)
        for term in terms
    )
    return held / total if total else 0.0
