"""Names that go on from what is typed so far, a slip of the finger allowed.

Sorted names and bisection: what a keystroke costs does not grow with the deck.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

LAST = "\U0010ffff"
LOOKED_AT = 2_000
"""Names that are counted for one beginning: the first in order of the alphabet."""
SLIPS_FROM = 3
"""Characters from which a slip is allowed for."""


class Completion:
    """The names of a deck, as words with a blank between them, in order of the alphabet, each with its card."""

    def __init__(self, names: Sequence[str], owners: Sequence[int]) -> None:
        order = sorted(range(len(names)), key=names.__getitem__)
        self._names = [names[number] for number in order]
        self._owners = [owners[number] for number in order]

    def going_on(self, typed: str) -> list[int]:
        """Cards with a name that begins with what was typed, each once: those with more such names first."""
        return _by_names(self._owners_of(typed))

    def after_a_slip(self, typed: str) -> list[int]:
        """The same where one letter was left out, doubled, swapped or mistyped."""
        if len(typed) < SLIPS_FROM:
            return []
        variants = dict.fromkeys(self._variants(typed))
        return _by_names([owner for variant in variants for owner in self._owners_of(variant)])

    def _range(self, prefix: str) -> tuple[int, int]:
        return bisect_left(self._names, prefix), bisect_right(self._names, prefix + LAST)

    def _owners_of(self, prefix: str) -> list[int]:
        start, end = self._range(prefix)
        return self._owners[start : min(end, start + LOOKED_AT)]

    def _variants(self, typed: str) -> Iterator[str]:
        """What may have been meant: only beginnings that some name has."""
        for at in range(len(typed) - 1, 0, -1):
            before, after = typed[:at], typed[at:]
            start, end = self._range(before)
            if start == end:
                continue
            if len(after) > 1:
                yield before + after[1] + after[0] + after[2:]
            yield before + after[1:]
            for letter in self._next_letters(before, start, end):
                if letter != after[0]:
                    yield before + letter + after[1:]
                    yield before + letter + after

    def _next_letters(self, before: str, start: int, end: int) -> Iterator[str]:
        """The letters with which names go on from a beginning."""
        at = start
        while at < end:
            name = self._names[at]
            if len(name) <= len(before):
                at = bisect_right(self._names, before, at, end)
                continue
            letter = name[len(before)]
            yield letter
            at = bisect_right(self._names, before + letter + LAST, at, end)


def _by_names(owners: Sequence[int]) -> list[int]:
    """Each card once, the most frequent first, then in the order in which they came."""
    return [owner for owner, _ in Counter(owners).most_common()]
