"""Shards: the parts into which Discord divides the servers of one bot."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Shards:
    """The shards of one process: their numbers, from 0 on, in order, and how many the bot has in all."""

    ids: tuple[int, ...]
    count: int

    @property
    def are_all(self) -> bool:
        """Whether no other process has any."""
        return len(self.ids) == self.count


MOST = 100_000
"""Shards that one bot may have; ours, so that a slip of the pen does not take all memory."""


def shard_ids(text: str) -> tuple[int, ...]:
    """The numbers that «0-3» or «0,2,8-11» names, in order. Raises ValueError, saying what is wrong."""
    found: set[int] = set()
    for part in text.split(","):
        named = re.fullmatch(r"\s*([0-9]{1,6})\s*(?:-\s*([0-9]{1,6})\s*)?", part)
        if not named:
            raise ValueError(f"not numbers of shards such as 0-3: «{text}»")
        first, last = int(named[1]), int(named[2] or named[1])
        if last < first or last >= MOST:
            raise ValueError(f"not a range of shards: «{part.strip()}»")
        found.update(range(first, last + 1))
    return tuple(sorted(found))


def shard_text(ids: Iterable[int]) -> str:
    """What `shard_ids` reads, of numbers in order: «0,4-7»."""
    runs: dict[int, list[int]] = {}
    for place, number in enumerate(ids):
        runs.setdefault(number - place, []).append(number)
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs.values())
