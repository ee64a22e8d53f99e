"""Which shards the processes of a bot have between them, and what is wrong with that."""

import logging
import time
from collections.abc import Callable

from bot.asklog.line import Line
from bot.model import Shards, shard_text

logger = logging.getLogger(__name__)

SHARDS, COUNTS = 0x62726967, 0x62726968
"""Advisory locks of those who have a shard, and, shared, of those who know so many in all: the second number."""

MISSED_SECONDS = 60.0
"""For so long nobody may have a shard: processes start one after another, and start again."""


class Roll:
    """`shards` are those of this process. `patience` is how many seconds a shard may be missed; `now` is in seconds."""

    def __init__(
        self, shards: Shards, *, patience: float = MISSED_SECONDS, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._shards = shards
        self._patience = patience
        self._now = now
        self._missed: dict[int, float] = {}
        """Since when nobody has a shard."""
        self.troubles: tuple[str, ...] = ()
        """What is wrong, a line each: what it is — what to do."""

    async def call(self, line: Line) -> None:
        """Say which shards are ours, and look who has the others. Raises OSError."""
        doubled = [shard for shard in self._shards.ids if not await line.try_lock(SHARDS, shard)]
        await line.share_lock(COUNTS, self._shards.count)
        counts = await line.locked(COUNTS) - {self._shards.count}
        missed = self._missed_for_long(await line.locked(SHARDS))
        troubles = []
        if doubled:
            troubles.append(
                f"another process has these shards too: {shard_text(doubled)} — give each its own (--shards)"
            )
        if counts:
            others = " and ".join(map(str, sorted(counts)))
            troubles.append(
                f"another process counts {others} shards, this one {self._shards.count}: some servers are answered "
                "twice and some never — give all the same --shard-count"
            )
        elif missed:
            troubles.append(
                f"no process has these shards, so their servers are not answered: {shard_text(missed)}"
                " — start one for them (--shards)"
            )
        for trouble in troubles:
            if trouble not in self.troubles:
                logger.error("%s", trouble)
        self.troubles = tuple(troubles)

    def forget(self) -> None:
        """Nothing is known of the others any more."""
        self._missed.clear()
        self.troubles = ()

    def _missed_for_long(self, had: set[int]) -> list[int]:
        now = self._now()
        self._missed = {shard: self._missed.get(shard, now) for shard in range(self._shards.count) if shard not in had}
        return [shard for shard, since in self._missed.items() if now - since >= self._patience]
