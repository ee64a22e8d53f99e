"""A regularised linear model over the names of a deck, trained when it loads.

Kernel ridge regression of «which card is it» on how like a text is to names of the deck (Saunders et al. 1998), on at
most so many names as landmarks (Nyström). It learns that a word which many cards share says little, and that a card is
more than its likest name. Worth it where cards have several names; decks too large for it do without.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bot.matching.sparse import Floats

LANDMARKS = 800
NAMES, CARDS = 20_000, 1_500
"""The largest deck that a model is trained for."""
PENALTY = 1.0
STEADY = 1e-2
"""Added to the diagonal, so that names said twice leave the system solvable."""
ROUGH = 0.5
"""What the likeness of a name counts for without a model: about what the model makes of a name itself."""


class Ridge:
    def __init__(self, owners: NDArray[np.int64], cards: int, like: Callable[[int], Floats]) -> None:
        """`owners` is the card of each name, in rising order; `like` compares one name with all."""
        self._first = np.searchsorted(owners, np.arange(cards))
        self._landmarks = _spread(owners)
        trained = 0 < len(owners) <= NAMES and cards <= CARDS
        self._weights = self._train(self._alike(len(owners), like)) if trained else None

    def _alike(self, names: int, like: Callable[[int], Floats]) -> Floats:
        """How like each landmark is to each name. Made in place: it is the largest thing that loading a deck takes."""
        alike = np.empty((len(self._landmarks), names))
        for row, name in enumerate(self._landmarks.tolist()):
            alike[row] = like(name)
        return alike

    def _train(self, alike: Floats) -> NDArray[np.float32]:
        among = alike[:, self._landmarks]
        among = (among + among.T) / 2
        sums = np.add.reduceat(alike, self._first, axis=1)
        system = alike @ alike.T + PENALTY * among + STEADY * np.eye(len(self._landmarks))
        return np.asarray(np.linalg.solve(system, sums), np.float32)

    def cards(self, names: Floats) -> Floats:
        """For each card about how likely it is the one meant, from how like the question is to each name."""
        if self._weights is None:
            return ROUGH * np.maximum.reduceat(names, self._first) if len(names) else np.zeros(len(self._first))
        return np.asarray(names[self._landmarks].astype(np.float32) @ self._weights, np.float64)


def _spread(owners: NDArray[np.int64]) -> NDArray[np.int64]:
    """So many names, taken from each card in turn."""
    turn = np.arange(len(owners)) - np.searchsorted(owners, owners)
    return np.sort(np.argsort(turn, kind="stable")[:LANDMARKS])
