"""How fast one person may ask. Known for a minute or so, in memory, and nowhere else."""

import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

MOST_PEOPLE = 10_000


class Cooldown:
    """A token bucket for each person: so many asks at once, and as many again over a minute; 0 for no limit.

    `now` is in seconds.
    """

    def __init__(self, asks_a_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._most = asks_a_minute
        self._now = now
        self._left: OrderedDict[int, tuple[float, float]] = OrderedDict()
        """For each person: how many asks were left, and when."""

    def wait(self, person: int) -> int:
        """Count an ask; 0 where it may be answered, else the whole seconds until one may."""
        if not self._most:
            return 0
        now, a_second = self._now(), self._most / 60
        # A bucket is full again after a minute: there is nothing to remember of its owner.
        while self._left and next(iter(self._left.values()))[1] <= now - 60:
            self._left.popitem(last=False)
        left, since = self._left.get(person, (float(self._most), now))
        left = min(float(self._most), left + (now - since) * a_second)
        if left < 1:
            return ceil((1 - left) / a_second)
        self._left[person] = (left - 1, now)
        self._left.move_to_end(person)
        while len(self._left) > MOST_PEOPLE:
            self._left.popitem(last=False)
        return 0
