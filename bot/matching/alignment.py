"""Typed words laid over the words of a text: where they lie best, and what differs.

The text may go on before and after (a semi-global alignment, Sellers 1980). Leaving out costs less than changing or
adding, for a quotation is shortened more often than it is padded; and a clause that is left out costs little more than
a word (affine gaps, Gotoh 1982).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.model import Difference

CHANGED, ADDED, LEFT_OUT, LEFT_OUT_TOO = 4, 5, 2, 1
"""Of a word that is changed or added, of the first word that is left out in a row, and of each further one."""


@dataclass(frozen=True, slots=True)
class Laid:
    """The words of the text from `start` to `end`, end exclusive, and what differs in them, in order.

    `kept` words are the same on both sides; `left_out` stand in the text between words that were typed.
    """

    start: int
    end: int
    kept: int
    left_out: int
    differences: tuple[Difference, ...]
    places: tuple[tuple[slice, slice], ...]
    """Where each difference is: which of the typed words, and which of the text's."""


def lay_over(typed: Sequence[str], stands: Sequence[str]) -> Laid:
    """Find the words of a text that typed words were most likely meant to be."""
    whole, ending = _costs(typed, stands)
    column = end = int(whole[-1].argmin())
    row = len(typed)
    steps: list[tuple[bool, bool, bool]] = []
    while row:
        here = int(whole[row, column])
        if here < int(ending[row, column]):
            gap = _gap(ending[row], column, here)
            steps += [(False, True, False)] * gap
            column -= gap
            continue
        same = column > 0 and typed[row - 1] == stands[column - 1]
        if column and here == int(whole[row - 1, column - 1]) + (0 if same else CHANGED):
            row, column = row - 1, column - 1
            steps.append((True, True, same))
        else:
            row -= 1
            steps.append((True, False, False))
    steps.reverse()
    kept = sum(same for _, _, same in steps)
    places = _places(steps, column)
    differences = tuple(Difference(typed=" ".join(typed[one]), stands=" ".join(stands[other])) for one, other in places)
    return Laid(column, end, kept, sum(not one for one, _, _ in steps), differences, places)


def _gap(ending: NDArray[np.int64], column: int, cost: int) -> int:
    """How many words are left out before a column, where leaving them out is what costs least."""
    return next(
        gap for gap in range(1, column + 1) if int(ending[column - gap]) + LEFT_OUT + (gap - 1) * LEFT_OUT_TOO == cost
    )


def _costs(typed: Sequence[str], stands: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """What it costs at least to lay the first i typed words over words of the text that end with the j-th: in all, and
    where the last step leaves nothing out.
    """
    numbers = {word: number for number, word in enumerate(dict.fromkeys(stands))}
    text = np.array([numbers[word] for word in stands], np.int64)
    along = LEFT_OUT_TOO * np.arange(len(stands) + 1)
    whole = np.zeros((len(typed) + 1, len(stands) + 1), np.int64)
    ending = np.zeros_like(whole)
    for row, word in enumerate(typed, 1):
        above = whole[row - 1]
        ending[row] = above + ADDED
        changed = above[:-1] + np.where(text == numbers.get(word, -1), 0, CHANGED)
        ending[row, 1:] = np.minimum(ending[row, 1:], changed)
        gaps = np.minimum.accumulate(ending[row] - along) + along + (LEFT_OUT - LEFT_OUT_TOO)
        whole[row] = np.minimum(ending[row], gaps)
    return whole, ending


def _places(steps: Sequence[tuple[bool, bool, bool]], column: int) -> tuple[tuple[slice, slice], ...]:
    """Neighbouring words that differ, as one difference: which of the typed words, and which of the text's."""
    found: list[tuple[slice, slice]] = []
    one = since_one = 0
    other = since_other = column
    for typed, stands, same in (*steps, (False, False, True)):
        if same:
            if one > since_one or other > since_other:
                found.append((slice(since_one, one), slice(since_other, other)))
            since_one, since_other = one + typed, other + stands
        one, other = one + typed, other + stands
    return tuple(found)
