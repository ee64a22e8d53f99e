"""One decision for every deck: is the best card the one that was asked for?

A logistic regression over a few figures that mean the same in any deck. Its weights stand in decision.toml, made by
`tools/fit_decision.py`.
"""

import math
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for the best card of a question. Shares are in 0..1."""

    ridge_lead: float
    """What the trained model gives it, over the next card."""
    whole: float
    """Cosine of the question and all words of the card."""
    whole_lead: float
    share: float
    """Its share among all cards (softmax)."""
    covered: float
    """How much of the question the card knows, by rarity of words."""
    said: float
    """How much of the question its likest name says."""
    spoken: float
    """How much of that name the question says."""
    words: float
    """Logarithm of 1 + words in the question."""
    apart: float
    """How far its score is above the mean of the next nine, in standard deviations of the scores of all cards."""
    unusual: float
    """Its score, in standard deviations above what a name of the deck gets from the cards it does not belong to."""

    @property
    def figures(self) -> tuple[float, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Decision:
    """Weights of the signs, and the probabilities from which a card is the answer, or worth offering."""

    weights: tuple[float, ...]
    bias: float
    answer: float
    offer: float

    def confidence(self, signs: Signs) -> float:
        """How likely the best card is right, in 0..1."""
        total = self.bias + sum(w * x for w, x in zip(self.weights, signs.figures, strict=True))
        return 1 / (1 + math.exp(-max(min(total, 30.0), -30.0)))


@cache
def reviewed() -> Decision:
    """The weights of decision.toml."""
    kept = tomllib.loads(files(__package__).joinpath("decision.toml").read_text(encoding="utf-8"))
    weights = tuple(float(kept["weights"][field.name]) for field in fields(Signs))
    return Decision(weights, float(kept["bias"]), float(kept["answer"]), float(kept["offer"]))
