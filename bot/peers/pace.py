"""How fast sessions may begin: one in five seconds for each bucket of shards."""

import time
from collections.abc import Callable

IDENTIFY_SECONDS = 5.0
"""Source: Discord's documentation, «Sharding», `max_concurrency`."""

MARGIN_SECONDS = 0.25
"""For one that took longer to arrive than the next."""


class Pace:
    """`seconds` lie between two of the same bucket. `now` is in seconds."""

    def __init__(
        self, seconds: float = IDENTIFY_SECONDS + MARGIN_SECONDS, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.seconds = seconds
        self._now = now
        self._next: dict[int, float] = {}

    def wait(self, bucket: int) -> float:
        """How long to wait, in seconds; whoever asks takes the place."""
        now = self._now()
        at = max(now, self._next.get(bucket, now))
        self._next[bucket] = at + self.seconds
        return at - now
