"""What a log of asks and feedback can do, and the one that keeps them in memory."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.model import Ask, Feedback


class AskLog(Protocol):
    """Keeps asks and feedback. What cannot be kept raises: the service decides that an answer does not depend on it."""

    async def open(self) -> None:
        """Make ready what the first ask would otherwise wait for. Optional: every method opens by itself."""

    async def record(self, ask: Ask, key: str | None = None) -> None:
        """Keep one ask. It is durable when this returns. Of asks with the same key the first is kept."""

    async def note(self, feedback: Feedback, key: str | None = None) -> None:
        """Keep one piece of feedback, as `record` keeps an ask. The keys of asks and of feedback are apart."""

    async def counts(self) -> dict[str, int]:
        """How often each card was the answer, most asked first."""

    async def feedback(self) -> tuple[Feedback, ...]:
        """All feedback, oldest first."""

    async def forget_questions(self, before: datetime) -> int:
        """Remove what was typed in asks and feedback older than `before` (UTC), and say in how many. The rest stays."""

    async def close(self) -> None:
        """Write what is waiting and let go of files and connections. A closed log is not to be used again."""


class MemoryAskLog:
    """Keeps asks and feedback until the process ends: for trying things out, and for tests of what uses a log."""

    def __init__(self) -> None:
        self.asks: list[Ask] = []
        self.feedback_given: list[Feedback] = []
        self._keys: set[tuple[type, str]] = set()

    async def open(self) -> None:
        pass

    async def record(self, ask: Ask, key: str | None = None) -> None:
        if self._is_new(Ask, key):
            self.asks.append(ask)

    async def note(self, feedback: Feedback, key: str | None = None) -> None:
        if self._is_new(Feedback, key):
            self.feedback_given.append(feedback)

    def _is_new(self, kind: type, key: str | None) -> bool:
        if key is None:
            return True
        new = (kind, key) not in self._keys
        self._keys.add((kind, key))
        return new

    async def counts(self) -> dict[str, int]:
        return dict(Counter(ask.card for ask in self.asks if ask.card).most_common())

    async def feedback(self) -> tuple[Feedback, ...]:
        return tuple(sorted(self.feedback_given, key=lambda given: given.at))

    async def forget_questions(self, before: datetime) -> int:
        forgot = 0
        for number, ask in enumerate(self.asks):
            if ask.at < before and ask.question is not None:
                self.asks[number] = replace(ask, question=None)
                forgot += 1
        for number, given in enumerate(self.feedback_given):
            if given.at < before and given.text is not None:
                self.feedback_given[number] = replace(given, text=None)
                forgot += 1
        return forgot

    async def close(self) -> None:
        pass
