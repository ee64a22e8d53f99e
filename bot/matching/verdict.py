"""What is decided of a question, in numbers and words of the deck: it can be remembered, for nothing typed is in it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A card by its number: the likest of its names, its score and lead, whether it is called just so, and which words
    of the question it knows, by their places there.
    """

    card: int
    name: int
    score: float
    lead: float
    exact: bool
    known: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a question is clear, the cards (none where none is near), and the places of words that were typed wrong,
    each with the word of the deck that it was taken for.
    """

    clear: bool = False
    places: tuple[Place, ...] = ()
    corrected: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Completions:
    """Cards for an unfinished question, by number: called so, going on from it, after a slip, like it; and whether
    those after a slip come before those like it.
    """

    named: tuple[int, ...]
    going_on: tuple[int, ...]
    slipped: tuple[int, ...]
    like: tuple[int, ...]
    slip_first: bool
