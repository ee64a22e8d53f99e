"""How like a question is to each name and to each whole card: by words, by pairs of words, and by letters.

Cosines of tf-idf vectors. Words that the deck does not know lengthen the question and match nothing, so a question of
which little is known is like nothing. Knows nothing of answers.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.matching.lexicon import Lexicon, Term
from bot.matching.sparse import Floats, Ints, Singles, Sparse, counted, damped

PAIR = 0.5
"""Weight of two words side by side, against one."""
SYNONYM = 0.5
"""Weight of a word that means nearly the same."""
EVERYWHERE = 5_000
"""Names and cards with a word from which it is passed over, where a question has rarer ones: only in large decks."""
LOOKED_AT = 500
"""Words of the deck that are compared letter by letter with those of a question: the likest."""


Cells: TypeAlias = tuple[Ints, Ints, Singles]
"""Rows, columns, and how often the column stands in the row."""
Spread: TypeAlias = tuple[NDArray[np.int32], NDArray[np.int64]]
"""Rows, and the text of the lexicon that each takes in."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Cosines in 0..1: one for each name, one for each card as a whole."""

    names: Floats
    cards: Floats


class Texts:
    """Names and whole cards as vectors of one lexicon."""

    def __init__(self, lexicon: Lexicon, names: int, owners: NDArray[np.int32]) -> None:
        """The first so many texts of the lexicon are names. `owners` are the cards of all its texts.

        A card is all its texts together, and the first of its names, which is its title, once more.
        """
        self._lexicon = lexicon
        self._names = names
        self._height = names + int(owners.max(initial=-1)) + 1
        titles = np.unique(owners[:names], return_index=True)[1]
        own = np.arange(names, dtype=np.int32), np.arange(names)
        whole = (
            np.concatenate((owners, owners[titles])) + np.int32(names),
            np.concatenate((np.arange(len(owners)), titles)),
        )
        stems, pairs = lexicon.stem_of[lexicon.flat], lexicon.neighbours()
        self._by_word = self._words(
            _cells(own, whole, lexicon.starts, stems, lexicon.stems),
            _cells(own, whole, pairs.starts, pairs.columns, lexicon.pairs.size),
            np.bincount(pairs.columns, minlength=lexicon.pairs.size),
        )
        self._by_letters = self._letters(_cells(own, whole, lexicon.starts, lexicon.flat, len(lexicon.words)))

    def _words(self, stems: Cells, pairs: Cells, shared: NDArray[np.integer]) -> Sparse:
        """Features (stems, then pairs of stems) → rows, scaled to the length of each row."""
        lexicon = self._lexicon
        pair_rarity = np.log((1 + lexicon.size) / (1 + np.minimum(shared, lexicon.size))) + 1
        self._rarity = np.concatenate((lexicon.rarity, PAIR * pair_rarity)).astype(np.float32)
        row = np.concatenate((stems[0], pairs[0]))
        column = np.concatenate((stems[1], np.int32(lexicon.stems) + pairs[1]))
        weight = damped(np.concatenate((stems[2], pairs[2]))) * self._rarity[column]
        length = np.sqrt(np.bincount(row, weight**2, minlength=self._height)).astype(np.float32)
        return Sparse.of(column, row, weight / length[row], lexicon.stems + lexicon.pairs.size)

    def _letters(self, words: Cells) -> Sparse:
        """Words → rows, scaled to the length of each row in n-grams."""
        row, word, count = words
        weight = damped(count)
        length = self._lexicon.letters.lengths(row, word, weight, self._height)
        return Sparse.of(word, row, weight / length[row], len(self._lexicon.words))

    # ------------------------------------------------------------ compare

    def like(self, terms: Sequence[Term]) -> Likeness:
        """The names and cards that share something with a question."""
        total = (self._said(terms) + self._spelled(terms)) / 2
        return Likeness(total[: self._names], total[self._names :])

    def _said(self, terms: Sequence[Term]) -> Floats:
        """Cosines by words and pairs of words."""
        features, length = self._features(terms)
        held = [number for term in terms if term.content for number in term.stems]
        strangers = [term.word for term in terms if not term.known and term.content]
        for number in self._lexicon.synonyms(held, strangers):
            features.setdefault(number, SYNONYM * float(self._rarity[number]))
        if not features:
            return np.zeros(self._height)
        numbers = np.fromiter(features, np.int64, len(features))
        weights = np.fromiter(features.values(), np.float64, len(features)) / length
        telling = self._by_word.rarer(numbers, EVERYWHERE)
        return self._by_word.total(numbers[telling], weights[telling], self._height)

    def _features(self, terms: Sequence[Term]) -> tuple[dict[int, float], float]:
        """The stems and pairs of a question with their weights, and its length as a vector, unknown words included."""
        stems: dict[int, float] = {}
        outside = 0.0
        for term in terms:
            for number, weight in term.stems.items():
                stems[number] = stems.get(number, 0.0) + weight
            if not term.known:
                outside += (term.spellings[term.word] * self._lexicon.unseen) ** 2
        features = {number: _damp(weight) * float(self._rarity[number]) for number, weight in stems.items()}
        best = [max(term.stems, key=term.stems.__getitem__, default=None) for term in terms]
        for pair, weight in self._pairs(best).items():
            features[pair] = _damp(PAIR * weight) * float(self._rarity[pair]) / PAIR
        return features, math.sqrt(sum(weight**2 for weight in features.values()) + outside) or 1.0

    def _pairs(self, stems: list[int | None]) -> dict[int, float]:
        """The features of the pairs that the deck has, and how often each stands in the question."""
        found: dict[int, float] = {}
        for first, second in pairwise(stems):
            at = self._lexicon.pair(first, second) if first is not None and second is not None else None
            if at is not None:
                found[self._lexicon.stems + at] = found.get(self._lexicon.stems + at, 0.0) + 1
        return found

    def _spelled(self, terms: Sequence[Term]) -> Floats:
        """Cosines by letters."""
        known: dict[int, float] = {}
        unknown: dict[str, float] = {}
        for term in terms:
            for word, weight in term.spellings.items():
                if (number := self._lexicon.ids.get(word)) is not None:
                    known[number] = known.get(number, 0.0) + weight
                else:
                    unknown[word] = unknown.get(word, 0.0) + weight
        alike = self._lexicon.letters.likeness(
            {number: _damp(weight) for number, weight in known.items()},
            {word: _damp(weight) for word, weight in unknown.items()},
        )
        words = np.flatnonzero(alike)
        words = words[self._by_letters.rarer(words, EVERYWHERE)]
        if words.size > LOOKED_AT:
            words = words[np.argpartition(-alike[words], LOOKED_AT)[:LOOKED_AT]]
        return self._by_letters.total(words, alike[words], self._height)


def _cells(own: Spread, whole: Spread, starts: NDArray[np.int64], columns: Ints, width: int) -> Cells:
    """What texts hold, as cells of the names and then of the cards."""
    texts = Sparse(starts, columns, np.zeros(0, np.float32))
    parts = [
        counted(np.repeat(rows, texts.lengths[numbers]), columns[texts.cells(numbers)], width)
        for rows, numbers in (own, whole)
    ]
    rows, numbers, counts = zip(*parts, strict=True)
    return np.concatenate(rows), np.concatenate(numbers), np.concatenate(counts)


def _damp(count: float) -> float:
    return count if count <= 1 else 1 + math.log(count)
