"""What keeps a store from costing an answer: no more than so much time, and no failure."""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.asklog import ServerBook
from bot.model import ServerSettings

logger = logging.getLogger(__name__)

SETTINGS_SECONDS = 0.25
"""How long an answer may wait for the settings of its server: nothing can be said before they are known."""

CHANGE_SECONDS = 2.0
"""How long a change of settings may take: whoever makes it has to be told within Discord's three seconds."""

FRESH_SECONDS = 60.0
"""How long settings are used without asking the store again: another process may have changed them."""

AWAY_SECONDS = 5.0
"""How long a store that did not answer is left alone."""

T = TypeVar("T")


async def in_time(work: Awaitable[T], seconds: float, otherwise: T, wrong: str) -> T:
    """What a store says within so many seconds, else `otherwise`, and a warning that says what is `wrong`."""
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        logger.warning("%s: it took longer than %g s", wrong, seconds)
        return otherwise
    except Exception as error:
        # Whatever a store can throw, an answer does not depend on it.
        said = str(error).split("\n")[0]
        logger.warning(
            "%s: %s", wrong, said if isinstance(error, OSError) and said else f"{type(error).__name__}: {said}"
        )
        return otherwise


class KnownSettings:
    """Servers' settings as they were last read or changed, and the store behind them."""

    def __init__(self, book: ServerBook) -> None:
        self._book = book
        self._known: dict[int, tuple[float, ServerSettings]] = {}
        """By guild: when they were learnt (monotonic seconds), and the settings."""
        self._changing = asyncio.Lock()

    async def of(self, guild: int) -> ServerSettings:
        """A server's settings, at most a minute old; where the store does not say, the last known or the defaults."""
        before = self._known.get(guild)
        if before and time.monotonic() - before[0] < FRESH_SECONDS:
            return before[1]
        read = await in_time(
            self._book.settings(guild), SETTINGS_SECONDS, None, "the settings of a server cannot be read"
        )
        known = self._known.get(guild)
        # What was changed while this was read is newer than what was read.
        if known is not before:
            return known[1] if known else ServerSettings()
        if read is None:
            # A store that is away is not asked again by every answer.
            read, learnt = known[1] if known else ServerSettings(), time.monotonic() - FRESH_SECONDS + AWAY_SECONDS
        else:
            learnt = time.monotonic()
        self._known[guild] = (learnt, read)
        return read

    def forget(self, guild: int) -> None:
        """Know nothing of a server any more."""
        self._known.pop(guild, None)

    async def change(self, guild: int, change: Callable[[ServerSettings], ServerSettings]) -> ServerSettings:
        """Change what is stored, and return what it is then. Raises OSError where the store fails or takes too long.

        What was known before stays until the store is asked again, at once: a change that took too long may have been
        made.
        """
        if known := self._known.get(guild):
            self._known[guild] = (-math.inf, known[1])
        async with asyncio.timeout(CHANGE_SECONDS), self._changing:
            # Not what is known: that may be a minute old, or the defaults of a store that did not answer.
            changed = change(await self._book.settings(guild))
            await self._book.change(guild, changed)
        self._known[guild] = (time.monotonic(), changed)
        return changed
