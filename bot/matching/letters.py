"""Words by their letters: which words of a deck look like a word that was typed."""

import math
from array import array
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.matching.sparse import Floats, Singles, Sparse

SHORTEST, LONGEST = 2, 4
"""Lengths of the letter n-grams, the blanks before and after a word among them."""
EVERYWHERE = 1_500
"""Words with an n-gram from which it is passed over, where there are rarer ones: only in large decks."""
MEASURED = 3_000_000
"""n-grams in the texts of a deck up to which the lengths of its texts are measured and not estimated."""


def ngrams(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[i : i + n] for n in range(SHORTEST, LONGEST + 1) for i in range(len(padded) - n + 1)]


class Letters:
    """The n-grams of each word of a vocabulary, weighted by how few of its words have them."""

    def __init__(self, words: Sequence[str]) -> None:
        self._ids: dict[str, int] = {}
        rows, columns, counts = array("i"), array("i"), array("i")
        for row, word in enumerate(words):
            for gram, count in Counter(ngrams(word)).items():
                rows.append(row)
                columns.append(self._ids.setdefault(gram, len(self._ids)))
                counts.append(count)
        self._height = len(words)
        row_array, column_array = np.array(rows, np.int32), np.array(columns, np.int32)
        shared = np.bincount(column_array, minlength=len(self._ids))
        self._idf = np.log((1 + self._height) / (1 + shared)) + 1
        self._unseen = math.log(1 + self._height) + 1
        weights = np.array(counts, np.float32) * self._idf[column_array]
        self._grams = Sparse.of(row_array, column_array, weights, self._height)
        self._words = Sparse.of(column_array, row_array, weights, len(self._ids))
        squares = np.bincount(row_array, weights**2, minlength=self._height)
        self.norms: Floats = np.sqrt(np.maximum(squares, 1e-12))
        self._overlap = self._mean_cosine()

    def _mean_cosine(self) -> float:
        """The cosine of two words taken at random."""
        if not self._height:
            return 0.0
        mean = self._grams.total(np.arange(self._height), 1 / self.norms / self._height, len(self._ids))
        return float(mean @ mean)

    def lengths(self, rows: NDArray[np.int32], words: NDArray[np.int32], weights: Singles, height: int) -> Singles:
        """The length of each row of weighted words as a vector of n-grams.

        In a large deck it is estimated: words of one text share as many n-grams as any two words do.
        """
        if int(self._grams.lengths[words].sum()) > MEASURED:
            norms = weights * self.norms[words]
            alone = np.bincount(rows, norms**2, minlength=height)
            together = np.bincount(rows, norms, minlength=height) ** 2
            return _root((1 - self._overlap) * alone + self._overlap * together)
        at = self._grams.cells(words)
        spread = np.repeat(weights, self._grams.lengths[words]) * self._grams.weights[at]
        keys = np.repeat(rows.astype(np.int64), self._grams.lengths[words]) * len(self._ids) + self._grams.columns[at]
        cells, places = np.unique(keys, return_inverse=True)
        return _root(np.bincount(cells // max(len(self._ids), 1), np.bincount(places, spread) ** 2, minlength=height))

    def likeness(self, known: dict[int, float], unknown: dict[str, float]) -> Floats:
        """How like each word of the vocabulary is to a bag of words, as a share of the bag's own length in 0..1.

        Words of the vocabulary come by number, others as they are spelled, each with its weight. Times a word's norm.
        """
        width = len(self._ids)
        if not width:
            return np.zeros(self._height)
        rows = np.fromiter(known, np.int64, len(known))
        bag = self._grams.total(rows, np.fromiter(known.values(), np.float64, len(known)), width)
        outside = 0.0
        for word, weight in unknown.items():
            for gram, count in Counter(ngrams(word)).items():
                if (at := self._ids.get(gram)) is not None:
                    bag[at] += weight * count * self._idf[at]
                else:
                    outside += (weight * count * self._unseen) ** 2
        held = np.flatnonzero(bag)
        length = math.sqrt(float(bag[held] @ bag[held]) + outside)
        if not held.size:
            return np.zeros(self._height)
        held = held[self._words.rarer(held, EVERYWHERE)]
        return self._words.total(held, bag[held] / length, self._height)

    def alike(self, word: str, k: int) -> NDArray[np.int64]:
        """The numbers of the `k` words whose letters are most like those of a word."""
        cosine = self.likeness({}, {word: 1.0}) / self.norms
        if cosine.size <= k:
            return np.flatnonzero(cosine > 0)
        best = np.argpartition(-cosine, k)[:k]
        return best[cosine[best] > 0]


def _root(squares: NDArray[np.number]) -> Singles:
    return np.asarray(np.sqrt(np.maximum(squares, 1e-12)), np.float32)
