"""Faults on demand: how Discord fails, for the next requests that match."""

import re
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    STATUS = "status"
    LIMITED = "limited"
    SLOW = "slow"
    RESET = "reset"
    GARBLED = "garbled"


@dataclass(slots=True, kw_only=True)
class Fault:
    """`times` requests whose «METHOD /path» has `where` in it; None for all until it is cleared."""

    kind: FaultKind
    where: re.Pattern[str]
    times: int | None
    status: int = 500
    seconds: float = 0.0
    everywhere: bool = False
    done: bool = False


class Faults:
    """What is to go wrong next. `where` is a regular expression over «METHOD /path», as in `POST .*callback`."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def fail(self, status: int, *, where: str = "", times: int | None = 1, done: bool = False) -> None:
        """Answer with an HTTP status instead of doing anything; `done`: do it, and answer so all the same."""
        self._add(FaultKind.STATUS, where, times, status=status, done=done)

    def limit(self, retry_after: float, *, everywhere: bool = False, where: str = "", times: int | None = 1) -> None:
        """Answer 429. `everywhere`: the global limit, not that of one route. `retry_after` in seconds."""
        self._add(FaultKind.LIMITED, where, times, seconds=retry_after, everywhere=everywhere, status=429)

    def slow(self, seconds: float, *, where: str = "", times: int | None = 1) -> None:
        """Do it, but only after so many seconds."""
        self._add(FaultKind.SLOW, where, times, seconds=seconds)

    def reset(self, *, where: str = "", times: int | None = 1, done: bool = False) -> None:
        """Cut the connection without an answer; `done`: once it is done."""
        self._add(FaultKind.RESET, where, times, done=done)

    def garble(self, *, where: str = "", times: int | None = 1) -> None:
        """Answer 200 with half of a JSON object."""
        self._add(FaultKind.GARBLED, where, times)

    def clear(self) -> None:
        self._waiting.clear()

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

    def _add(
        self, kind: FaultKind, where: str, times: int | None, *, status: int = 500, seconds: float = 0.0,
        everywhere: bool = False, done: bool = False,
    ) -> None:  # fmt: skip
        made = Fault(
            kind=kind, where=re.compile(where), times=times, status=status, seconds=seconds, everywhere=everywhere,
            done=done,
        )  # fmt: skip
        self._waiting.append(made)
