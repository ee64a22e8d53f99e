"""The sandbox's time, which tests can move, and ids that tell the time as Discord's do."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
"""What snowflakes count from. Source: Discord's API reference, «Snowflakes»."""
WORKER_AND_SEQUENCE_BITS = 22


class Clock:
    """Real time plus what it was moved by: for answers, tokens, sessions. Rate limits and slow faults stay real."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._moved = asyncio.Event()
        self._last_id = 0

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def move(self, by: timedelta) -> None:
        """Jump, and wake whoever waits for a moment that has come."""
        self._ahead += by
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def reach(self, moment: datetime) -> None:
        """Return once it is that moment, by waiting or because the clock was moved."""
        while (left := (moment - self.now()).total_seconds()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), left)

    def snowflake(self, *, apart: bool = False) -> str:
        """A new id, greater than all before; `apart`: of a millisecond of its own, which is what shards go by."""
        elapsed = (self.now() - EPOCH) // timedelta(milliseconds=1)
        step = 1 << WORKER_AND_SEQUENCE_BITS if apart else 1
        self._last_id = max(self._last_id + step, elapsed << WORKER_AND_SEQUENCE_BITS)
        return str(self._last_id)
