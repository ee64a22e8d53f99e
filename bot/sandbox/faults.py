"""Faults on demand: how Discord fails, for the next requests that match."""

import asyncio
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    STATUS = "status"
    LIMITED = "limited"
    SLOW = "slow"
    RESET = "reset"
    GARBLED = "garbled"
    STALLED = "stalled"


@dataclass(slots=True, kw_only=True)
class Fault:
    """`times` requests whose «METHOD /path» has `where` in it; None for all until it is cleared."""

    kind: FaultKind
    where: re.Pattern[str]
    times: int | None
    status: int = 500
    seconds: float = 0.0
    everywhere: bool = False
    banned: bool = False
    done: bool = False


class Faults:
    """What is to go wrong next. `where` is a regular expression over «METHOD /path», as in `POST .*callback`."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self.over = asyncio.Event()
        """Set when what is stalled is let go of."""

    @property
    def waiting(self) -> int:
        """How many are still to be met."""
        return len(self._waiting)

    def fail(self, status: int, *, where: str = "", times: int | None = 1, done: bool = False) -> None:
        """Answer with an HTTP status instead of doing anything; `done`: do it, and answer so all the same."""
        self._add(FaultKind.STATUS, where, times, status=status, done=done)

    def limit(
        self,
        retry_after: float,
        *,
        everywhere: bool = False,
        banned: bool = False,
        where: str = "",
        times: int | None = 1,
    ) -> None:
        """Answer 429. `everywhere`: the global limit, not that of one route. `retry_after` in seconds.

        `banned`: from the proxy before Discord, as those are answered who have made too many mistakes.
        """
        self._add(FaultKind.LIMITED, where, times, seconds=retry_after, everywhere=everywhere, banned=banned)

    def slow(self, seconds: float, *, where: str = "", times: int | None = 1) -> None:
        """Do it, but only after so many seconds."""
        self._add(FaultKind.SLOW, where, times, seconds=seconds)

    def reset(self, *, where: str = "", times: int | None = 1, done: bool = False) -> None:
        """Cut the connection without an answer; `done`: once it is done."""
        self._add(FaultKind.RESET, where, times, done=done)

    def garble(self, *, where: str = "", times: int | None = 1, done: bool = False) -> None:
        """Answer 200 with half of a JSON object; `done`: once it is done."""
        self._add(FaultKind.GARBLED, where, times, done=done)

    def stall(self, *, where: str = "", times: int | None = 1, done: bool = False) -> None:
        """Say nothing until all faults are cleared; `done`: do it, and say nothing."""
        self._add(FaultKind.STALLED, where, times, done=done)

    def clear(self) -> None:
        """Go on without faults, and let go of what is stalled."""
        self._waiting.clear()
        over, self.over = self.over, asyncio.Event()
        over.set()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that this request meets; it counts as met."""
        for fault in self._waiting:
            if fault.where.search(f"{method} {path}"):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times == 0:
                        self._waiting.remove(fault)
                return fault
        return None

    def _add(self, kind: FaultKind, where: str, times: int | None, **more: Any) -> None:
        self._waiting.append(Fault(kind=kind, where=re.compile(where), times=times, **more))
