"""What a process needs to know of others, and the answer where there are none."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from bot.peers.marks import Marks
from bot.peers.pace import Pace


class Peers(Protocol):
    """The other processes of the same bot."""

    @property
    def leads(self) -> bool:
        """Whether it falls to this process to do what is done once for all of them."""

    @property
    def reached(self) -> bool:
        """Whether the others, where there are any, can be reached."""

    @property
    def troubles(self) -> tuple[str, ...]:
        """What is wrong with which process has which shards, a line each."""

    def mark(self, *parts: object) -> str:
        """A name for something that is the same in all of them, and from which nothing can be read."""

    def tell(self, kind: str, mark: str, *, lasting: bool = False) -> None:
        """Tell the others about something, soon; nobody may be listening. `kind` is a letter.

        What is `lasting` is still news when they can be told only later.
        """

    def hear(self, kind: str, heard: Callable[[str], None]) -> None:
        """Have what the others tell of a kind heard."""

    def stand(self) -> None:
        """Be ready to lead from now on: who leads without being able to do anything holds up all that is done once."""

    def turn(self, bucket: int) -> AbstractAsyncContextManager[None]:
        """A context that is entered when this process may identify a shard, which it is to do within.

        Shards of different buckets do not wait for each other. Who gives up waiting keeps the place for a while.
        """


class Alone:
    """No other process: always leads, and waits only for its own shards."""

    def __init__(self, seconds: float | None = None) -> None:
        self._marks = Marks()
        self._pace = Pace() if seconds is None else Pace(seconds)

    @property
    def leads(self) -> bool:
        return True

    @property
    def reached(self) -> bool:
        return True

    @property
    def troubles(self) -> tuple[str, ...]:
        return ()

    def mark(self, *parts: object) -> str:
        return self._marks.of(*parts)

    def tell(self, kind: str, mark: str, *, lasting: bool = False) -> None:
        """There is nobody."""

    def hear(self, kind: str, heard: Callable[[str], None]) -> None:
        """There is nothing."""

    def stand(self) -> None:
        """There is nobody else to lead."""

    @asynccontextmanager
    async def turn(self, bucket: int) -> AsyncIterator[None]:
        await asyncio.sleep(self._pace.wait(bucket))
        yield
