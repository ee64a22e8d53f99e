"""What a book of servers can do, and the one that keeps it in memory."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from bot.model import ServerSettings

CLAIM = timedelta(minutes=3)
"""How long a digest that was begun stays with the process that began it: not as long as Discord knows a nonce."""


class ServerBook(Protocol):
    """Keeps each server's settings, which digests were sent, and which servers the bot has left.

    What cannot be read or kept raises OSError. Times are in UTC.
    """

    async def settings(self, guild: int) -> ServerSettings:
        """What a server decided; the defaults where nothing is stored."""

    async def change(self, guild: int, settings: ServerSettings) -> None:
        """Keep a server's settings in place of those it had. They are durable when this returns."""

    async def with_digest(self) -> Mapping[int, ServerSettings]:
        """The servers that want a weekly digest, with their settings."""

    async def claim(self, guild: int, week: str, now: datetime) -> bool:
        """Whether the digest of a week is the caller's to send: of all that ask, one is told so.

        A claim that was neither sent nor released within CLAIM is free again.
        """

    async def sent(self, guild: int, week: str, now: datetime) -> None:
        """Note that a claimed digest was sent: nobody gets the claim again."""

    async def release(self, guild: int, week: str) -> None:
        """Give a claim back, to be tried again."""

    async def guilds(self) -> frozenset[int]:
        """The servers that anything is kept of."""

    async def departed(self, gone: frozenset[int], now: datetime) -> Mapping[int, datetime]:
        """Note which servers the bot is not in, and return since when each of them was seen without it."""

    async def erase(self, guild: int) -> None:
        """Remove all that is kept of a server."""


class MemoryServerBook:
    """Keeps settings until the process ends."""

    def __init__(self) -> None:
        self._settings: dict[int, ServerSettings] = {}
        self._claims: dict[tuple[int, str], datetime | None] = {}
        """When a digest was claimed; None once it was sent."""
        self._away: dict[int, datetime] = {}

    async def settings(self, guild: int) -> ServerSettings:
        return self._settings.get(guild, ServerSettings())

    async def change(self, guild: int, settings: ServerSettings) -> None:
        self._settings[guild] = settings

    async def with_digest(self) -> Mapping[int, ServerSettings]:
        return {guild: decided for guild, decided in self._settings.items() if decided.digest_channel is not None}

    async def claim(self, guild: int, week: str, now: datetime) -> bool:
        if (guild, week) in self._claims:
            claimed = self._claims[guild, week]
            if claimed is None or now - claimed < CLAIM:
                return False
        self._claims[guild, week] = now
        return True

    async def sent(self, guild: int, week: str, now: datetime) -> None:
        self._claims[guild, week] = None

    async def release(self, guild: int, week: str) -> None:
        if self._claims.get((guild, week)):
            del self._claims[guild, week]

    async def guilds(self) -> frozenset[int]:
        return frozenset((*self._settings, *(guild for guild, _ in self._claims), *self._away))

    async def departed(self, gone: frozenset[int], now: datetime) -> Mapping[int, datetime]:
        self._away = {guild: self._away.get(guild, now) for guild in gone}
        return dict(self._away)

    async def erase(self, guild: int) -> None:
        self._settings.pop(guild, None)
        self._away.pop(guild, None)
        self._claims = {claim: at for claim, at in self._claims.items() if claim[0] != guild}
