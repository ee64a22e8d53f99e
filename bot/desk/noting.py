"""What is noted of an answer as it is given: an ask, or what somebody says. It never costs the answer."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from bot.asklog import AskLog, StoreState, scrub
from bot.desk.stores import in_time
from bot.model import Ask, Feedback, Outcome, Surface, Voice

RECORD_SECONDS = 0.25
"""How long an answer may wait for the log. What takes longer goes on without it."""


class Noting:
    """Writes into a log within a quarter of a second, or goes on without it. `now` is in UTC."""

    def __init__(self, asklog: AskLog, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._asklog = asklog
        self._now = now
        self.answered: Counter[str] = Counter()
        """How often each card was the answer, for the order of completions."""
        self.listeners: list[Callable[[Ask], None]] = []
        """Told of each ask as it is answered."""

    @property
    def store(self) -> StoreState:
        """How the log is doing, as far as is known."""
        return self._asklog.state

    async def look(self) -> StoreState:
        """How the log is doing now."""
        return await self._asklog.look()

    async def ask(
        self,
        surface: Surface,
        outcome: Outcome,
        guild: int | None,
        locale: str | None,
        *,
        card: str | None = None,
        score: float | None = None,
        words: str | None = None,
        picked: bool = False,
        key: str | None = None,
    ) -> None:
        """Note that something was asked; `words` are what was typed, where they are to be kept."""
        ask = Ask(
            at=self._now(),
            surface=surface,
            outcome=outcome,
            card=card,
            picked=picked,
            score=score,
            guild=guild,
            locale=locale,
            question=scrub(words) if words is not None else None,
        )
        if card:
            self.answered[card] += 1
        for listener in self.listeners:
            listener(ask)
        wrong = "an ask was answered but is not recorded yet"
        await in_time(self._asklog.record(ask, key), RECORD_SECONDS, None, wrong)

    async def feedback(
        self,
        voice: Voice,
        guild: int | None,
        locale: str | None,
        *,
        card: str | None = None,
        version: str | None = None,
        part: str | None = None,
        text: str | None = None,
        ask: str | None = None,
    ) -> None:
        """Note that somebody said something."""
        said = Feedback(
            at=self._now(),
            voice=voice,
            card=card,
            version=version,
            part=part,
            text=text,
            ask=ask,
            guild=guild,
            locale=locale,
        )
        await in_time(self._asklog.note(said), RECORD_SECONDS, None, "feedback is not recorded yet")
