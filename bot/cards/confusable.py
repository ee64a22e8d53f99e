"""Names of different cards that a hurried reader, or a matcher, may take for one another."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz

from bot.model import BriefingCard, Problem
from bot.text import FUNCTION_WORDS, stem, tokens

ALIKE = 90
"""Similarity, in percent of the letters, from which two names look the same."""

FILLERS = frozenset({"new", "old", "first", "one", "two", "after", "before"})
"""Words that tell two topics apart and are easily left out: START, New START."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusable:
    """Two cards and a name of each that is nearly the other's."""

    first: BriefingCard
    second: BriefingCard
    names: tuple[str, str]

    @property
    def distinguished(self) -> bool:
        return self.second.id in self.first.distinguish_from and self.first.id in self.second.distinguish_from


def confusable(cards: Iterable[BriefingCard]) -> tuple[Confusable, ...]:
    """Every pair of cards with such names, once, with the first pair of names found."""
    names = [(card, name, _topic_words(name), " ".join(sorted(tokens(name)))) for card in cards for name in card.names]
    pairs: dict[tuple[str, str], Confusable] = {}
    for (first, name, words, letters), (second, other, other_words, other_letters) in combinations(names, 2):
        key = (first.id, second.id)
        if first.id == second.id or key in pairs:
            continue
        if (words and words == other_words) or fuzz.ratio(letters, other_letters, score_cutoff=ALIKE):
            pairs[key] = Confusable(first=first, second=second, names=(name, other))
    return tuple(pairs.values())


def confusable_problems(pairs: Iterable[Confusable]) -> list[Problem]:
    """A problem for each pair that does not name each other, at the first card."""
    return [
        Problem(
            code="confusable",
            message=f"«{pair.names[0]}» is easily taken for «{pair.names[1]}» of the card {pair.second.id}",
            hint="add each card's id to the other's distinguish_from, or change a name",
            origin=pair.first.origin,
        )
        for pair in pairs
        if not pair.distinguished
    ]


def _topic_words(name: str) -> frozenset[str]:
    return frozenset(stem(word) for word in tokens(name) if word not in FUNCTION_WORDS | FILLERS)
