"""Typed words laid over the words of a text: where they lie best, and what differs.

The text may go on before and after (a semi-global alignment, Sellers 1980). Leaving out costs less than changing or
adding, for a quotation is shortened more often than it is padded.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.model import Difference

CHANGED, ADDED, LEFT_OUT = 4, 5, 2


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


def lay_over(typed: Sequence[str], stands: Sequence[str]) -> Laid:
    """Find the words of a text that typed words were most likely meant to be."""
    costs = _costs(typed, stands)
    column = end = int(costs[-1].argmin())
    row = len(typed)
    steps: list[tuple[str, str]] = []
    while row:
        same = column > 0 and typed[row - 1] == stands[column - 1]
        here = int(costs[row, column])
        if column and here == int(costs[row - 1, column - 1]) + (0 if same else CHANGED):
            row, column = row - 1, column - 1
            steps.append((typed[row], stands[column]))
        elif here == int(costs[row - 1, column]) + ADDED:
            row -= 1
            steps.append((typed[row], ""))
        else:
            column -= 1
            steps.append(("", stands[column]))
    steps.reverse()
    kept = sum(one == other for one, other in steps)
    return Laid(column, end, kept, sum(not one for one, _ in steps), _differences(steps))


def _costs(typed: Sequence[str], stands: Sequence[str]) -> NDArray[np.int64]:
    """What it costs at least to lay the first i typed words over words of the text that end with the j-th."""
    numbers = {word: number for number, word in enumerate(dict.fromkeys(stands))}
    text = np.array([numbers[word] for word in stands], np.int64)
    along = LEFT_OUT * np.arange(len(stands) + 1)
    costs = np.zeros((len(typed) + 1, len(stands) + 1), np.int64)
    for row, word in enumerate(typed, 1):
        above = costs[row - 1]
        costs[row] = above + ADDED
        changed = above[:-1] + np.where(text == numbers.get(word, -1), 0, CHANGED)
        costs[row, 1:] = np.minimum(costs[row, 1:], changed)
        costs[row] = np.minimum.accumulate(costs[row] - along) + along
    return costs


def _differences(steps: Sequence[tuple[str, str]]) -> tuple[Difference, ...]:
    """Neighbouring words that differ, as one difference."""
    found: list[Difference] = []
    typed: list[str] = []
    stands: list[str] = []
    for one, other in (*steps, ("", "")):
        if one == other:
            if typed or stands:
                found.append(Difference(typed=" ".join(typed), stands=" ".join(stands)))
            typed, stands = [], []
            continue
        typed += [one] if one else []
        stands += [other] if other else []
    return tuple(found)
