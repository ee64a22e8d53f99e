"""How fast one person may ask. Known for a minute or so, in memory, and nowhere else."""

import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

from bot.peers import Alone, Peers

MOST_PEOPLE = 10_000


class Cooldown:
    """A token bucket for each person: so many asks at once, and as many again over a minute; 0 for no limit.

    What a person asks of other processes counts too, as soon as it is heard of, as `kind`. `now` is in seconds.
    """

    def __init__(
        self,
        asks_a_minute: int,
        now: Callable[[], float] = time.monotonic,
        *,
        kind: str = "a",
        peers: Peers | None = None,
    ) -> None:
        self._most = asks_a_minute
        self._now = now
        self._kind = kind
        self._peers = peers or Alone()
        self._peers.hear(kind, self._heard)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """For each person, by their mark: how many asks were left, and when."""

    def wait(self, person: int) -> int:
        """Count an ask; 0 where it may be answered, else the whole seconds until one may."""
        if not self._most:
            return 0
        mark = self._peers.mark("cooldown", person)
        left = self._of(mark)
        if left < 1:
            return ceil((1 - left) * 60 / self._most)
        self._note(mark, left - 1)
        self._peers.tell(self._kind, mark)
        return 0

    def _heard(self, mark: str) -> None:
        if self._most:
            self._note(mark, max(self._of(mark) - 1, 0.0))

    def _of(self, mark: str) -> float:
        """How many asks somebody has left."""
        now = self._now()
        # A bucket is full again after a minute: there is nothing to remember of its owner.
        while self._left and next(iter(self._left.values()))[1] <= now - 60:
            self._left.popitem(last=False)
        left, since = self._left.get(mark, (float(self._most), now))
        return min(float(self._most), left + (now - since) * self._most / 60)

    def _note(self, mark: str, left: float) -> None:
        self._left[mark] = (left, self._now())
        self._left.move_to_end(mark)
        while len(self._left) > MOST_PEOPLE:
            self._left.popitem(last=False)
