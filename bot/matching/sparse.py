"""Rows of weighted columns as three arrays, and the one sum over them that matching needs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Singles = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sparse:
    """Row r holds `columns[starts[r]:starts[r + 1]]` with the `weights` beside them."""

    starts: NDArray[np.int64]
    columns: Ints
    weights: Singles

    @classmethod
    def of(
        cls, rows: NDArray[np.integer], columns: NDArray[np.integer], weights: NDArray[np.floating], height: int
    ) -> "Sparse":
        """From cells in any order, each given once."""
        order = np.argsort(rows, kind="stable")
        starts = np.zeros(height + 1, np.int64)
        np.cumsum(np.bincount(rows, minlength=height), out=starts[1:])
        return cls(starts, columns[order].astype(np.int32), weights[order].astype(np.float32))

    def cells(self, rows: NDArray[np.integer]) -> NDArray[np.int64]:
        """Where the cells of some rows stand, row after row."""
        return self._cells(rows)[0]

    def _cells(self, rows: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The same, and how many each row has."""
        starts = self.starts[rows]
        lengths = self.starts[rows + 1] - starts
        ends = lengths.cumsum()
        cells: NDArray[np.int64] = np.arange(ends[-1] if ends.size else 0)
        cells += (starts - ends + lengths).repeat(lengths)
        return cells, lengths

    def total(self, rows: NDArray[np.integer], weights: Floats, width: int) -> Floats:
        """The sum of some rows, each times its weight: an array of `width` columns."""
        at, lengths = self._cells(rows)
        spread = self.weights[at] * weights.repeat(lengths)
        return np.asarray(np.bincount(self.columns[at], spread, minlength=width), np.float64)

    def rarer(self, rows: NDArray[np.integer], most: int) -> NDArray[np.bool_]:
        """Which of some rows have at most so many cells: all of them where none has."""
        few: NDArray[np.bool_] = self.starts[rows + 1] - self.starts[rows] <= most
        return few if few.any() else ~few

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many cells each row has."""
        return np.diff(self.starts)


def counted(rows: NDArray[np.integer], columns: NDArray[np.integer], width: int) -> tuple[Ints, Ints, Singles]:
    """Cells that may stand more than once, each once with how often it stood: rows, columns, counts."""
    width = max(width, 1)
    keys = rows.astype(np.int64)
    keys *= width
    keys += columns
    keys.sort()
    first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if keys.size else keys
    counts = np.diff(np.concatenate((first, [keys.size])))
    keys = keys[first]
    return (keys // width).astype(np.int32), (keys % width).astype(np.int32), counts.astype(np.float32)


def damped(counts: Singles) -> Singles:
    """Sublinear term frequency: the tenth time a word is said tells less than the first."""
    return np.where(counts > 1, 1 + np.log(np.maximum(counts, 1)), counts)
