"""What a log of asks can do, and the one that keeps them in memory."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.model import Ask


class AskLog(Protocol):
    """Keeps asks. Whatever cannot be kept raises: the service decides that an answer does not depend on it."""

    async def open(self) -> None:
        """Make ready what the first ask would otherwise wait for. Optional: every method opens by itself."""

    async def record(self, ask: Ask, key: str | None = None) -> None:
        """Keep one ask. It is durable when this returns. Asks with the same key are kept once."""

    async def counts(self) -> dict[str, int]:
        """How often each card was the answer, most asked first."""

    async def forget_questions(self, before: datetime) -> int:
        """Remove what was typed in asks older than `before` (UTC), and say in how many. The asks stay counted."""

    async def close(self) -> None:
        """Write what is waiting and let go of files and connections. A closed log is not to be used again."""


class MemoryAskLog:
    """Keeps asks until the process ends: for trying things out, and for tests of what uses a log."""

    def __init__(self) -> None:
        self.asks: list[Ask] = []
        self._keys: set[str] = set()

    async def open(self) -> None:
        pass

    async def record(self, ask: Ask, key: str | None = None) -> None:
        if key not in self._keys:
            self.asks.append(ask)
        if key:
            self._keys.add(key)

    async def counts(self) -> dict[str, int]:
        return dict(Counter(ask.card for ask in self.asks if ask.card).most_common())

    async def forget_questions(self, before: datetime) -> int:
        old = [ask for ask in self.asks if ask.at < before and ask.question is not None]
        self.asks = [replace(ask, question=None) if ask in old else ask for ask in self.asks]
        return len(old)

    async def close(self) -> None:
        pass
