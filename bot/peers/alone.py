"""What a process needs to know of others, and the answer where there are none."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from bot.peers.marks import Marks
from bot.peers.pace import Pace


class Peers(Protocol):
    """The other processes of the same bot."""

    @property
    def leads(self) -> bool:
        """Whether it falls to this process to do what is done once for all of them."""

    def mark(self, *parts: object) -> str:
        """A name for something that is the same in all of them, and from which nothing can be read."""

    def tell(self, kind: str, mark: str) -> None:
        """Tell the others about something, soon; nobody may be listening. `kind` is a letter."""

    def hear(self, kind: str, heard: Callable[[str], None]) -> None:
        """Have what the others tell of a kind heard."""

    async def turn(self, bucket: int) -> None:
        """Return when this process may identify a shard; shards of different buckets do not wait for each other."""


class Alone:
    """No other process: always leads, and waits only for its own shards."""

    def __init__(self, seconds: float | None = None) -> None:
        self._marks = Marks()
        self._pace = Pace() if seconds is None else Pace(seconds)

    @property
    def leads(self) -> bool:
        return True

    def mark(self, *parts: object) -> str:
        return self._marks.of(*parts)

    def tell(self, kind: str, mark: str) -> None:
        """There is nobody."""

    def hear(self, kind: str, heard: Callable[[str], None]) -> None:
        """There is nothing."""

    async def turn(self, bucket: int) -> None:
        await asyncio.sleep(self._pace.wait(bucket))
