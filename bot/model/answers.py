"""What the desk says to a question: a card, a choice, nothing; or passages."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from bot.model.documents import Passage

Key = TypeVar("Key", covariant=True)
"""What an index hands back for an entry: a card in the service, an id on public data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a card came up: the words of the question that it knows, and each word that was read as another.

    `lead` is how far it is ahead of the next, as a share of its score. `exact`: the question is one of its names.
    """

    words: tuple[str, ...]
    corrected: tuple[tuple[str, str], ...]
    lead: float
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(Generic[Key]):
    """`score` is in 0..1 and comparable between questions; `name` is what matched, never for display."""

    card: Key
    name: str
    score: float
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Generic[Key]):
    """One card is clear. `matches` holds it first, then the runners-up."""

    match: Match[Key]
    matches: tuple[Match[Key], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested(Generic[Key]):
    """Something is near, nothing is clear: the user picks. Never empty."""

    matches: tuple[Match[Key], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstained:
    """Nothing here."""


Answer: TypeAlias = Found[Key] | Suggested[Key] | Abstained


class Verdict(StrEnum):
    """Whether words stand in a document: as they are, nearly so, or not."""

    VERBATIM = "verbatim"
    ALTERED = "altered"
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Words of a pasted quotation and what the document has in their place; either may be empty.

    `marked`: the quotation itself says, by an ellipsis, that words are left out here.
    """

    typed: str
    stands: str
    marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageMatch:
    """A passage that a look-up found. `score` is in 0..1; `differences` are those of an altered quotation, in order."""

    passage: Passage
    score: float
    verdict: Verdict
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A quotation as it was pasted, and the passage it quotes; None where no document has it or nearly so.

    `part`: more was pasted than this quotation, which was not checked.
    """

    quotation: str
    match: PassageMatch | None
    part: bool = False
