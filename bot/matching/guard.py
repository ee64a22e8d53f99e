"""The look-alike guard: what must agree between a question and a card before the card can be the answer.

`south korea sanctions` is not *North Korea sanctions*, `section 203` is not *Section 230*, and a name that no card
has is somebody else's. A card that the guard holds back can still be offered.
"""

from collections.abc import Sequence
from itertools import pairwise

from bot.matching.lexicon import Lexicon, Term
from bot.matching.places import COMPASS, PLACES
from bot.text import NEGATIONS

DOUBTFUL, GUESSED = 0.55, 0.65
"""Share of a short question, and of a longer one, from which it was guessed rather than read."""
NUMBER = 0.3
"""Share of a question from which a number of three or four digits must be the card's own."""
SHORT = 4
"""Words up to which a question is a name rather than a sentence, and each of its words is needed."""
NEGATED = 7
"""Words up to which a negation must stand in a name of the card; in longer ones people tell what went wrong."""
NAMES = 0.4
"""Share of a sentence from which names that no card has make it another topic."""
STRAY, STRANGE = 0.3, 0.2
"""The same of a short question and a word that only other cards know, or none: «gulf war 1991», «crimea hotels»."""


def agrees(
    lexicon: Lexicon, terms: Sequence[Term], named: frozenset[int], known: frozenset[int], rows: str, usual: float
) -> bool:
    """Whether nothing in a question speaks against a card.

    `named` are the stems of the card's names, `known` of all that it says, `rows` its words in a row; `usual` is the
    share of a question's words that cards of its deck know at least.
    """
    content = [term for term in terms if term.content]
    total = sum(term.weight for term in content) or 1.0
    doubtful = sum(term.weight for term in content if not term.sure)
    if doubtful >= (DOUBTFUL if len(terms) <= SHORT else GUESSED) * total or not _has_places(terms, known, rows):
        return False
    if not _has_numbers(terms, total, named, known):
        return False
    negated = [term for term in terms if term.word in NEGATIONS]
    if len(terms) <= NEGATED and any(named.isdisjoint(term.stems) for term in negated):
        return False
    foreign = [term for term in content if known.isdisjoint(term.stems) and not term.word.isdigit()]
    if len(terms) <= SHORT:
        return all(term.weight < (STRAY if term.stems else STRANGE) * total for term in foreign)
    if len(content) - len(foreign) <= usual * len(content):
        return False
    return sum(term.weight for term in foreign if not term.stems and not lexicon.common(term.word)) < NAMES * total


def _has_numbers(terms: Sequence[Term], total: float, named: frozenset[int], known: frozenset[int]) -> bool:
    """Whether the card has each number that is a year, follows a word of its names, or is long and weighs much."""
    previous: Term | None = None
    for term in terms:
        if term.word.isdigit() and len(term.word) <= 4 and not (term.known and not known.isdisjoint(term.stems)):
            year = len(term.word) == 4 and term.word[:2] in ("17", "18", "19", "20")
            heavy = len(term.word) >= 3 and term.weight >= NUMBER * total
            if year or heavy or (len(terms) <= SHORT and _follows(previous, named)):
                return False
        previous = term
    return True


def _follows(previous: Term | None, named: frozenset[int]) -> bool:
    """Whether a number stands behind a word of the card's names, as in an identifier."""
    return previous is not None and previous.content and not named.isdisjoint(previous.stems)


def _has_places(terms: Sequence[Term], known: frozenset[int], rows: str) -> bool:
    """Whether the card has each place of a question, and as it is qualified: North Korea is not South Korea."""
    if any((term.meant or term.word) in PLACES and known.isdisjoint(term.stems) for term in terms):
        return False
    words = [term.meant or term.word for term in terms]
    return all(f" {side} {place} " in rows for side, place in pairwise(words) if side in COMPASS)
