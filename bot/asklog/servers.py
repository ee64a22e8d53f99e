"""What a book of servers' settings can do, and the one that keeps them in memory."""

from typing import Protocol

from bot.model import ServerSettings


class ServerBook(Protocol):
    """Keeps each server's settings. What cannot be read or kept raises OSError."""

    async def settings(self, guild: int) -> ServerSettings:
        """What a server decided; the defaults where nothing is stored."""

    async def change(self, guild: int, settings: ServerSettings) -> None:
        """Keep a server's settings in place of those it had. They are durable when this returns."""


class MemoryServerBook:
    """Keeps settings until the process ends."""

    def __init__(self) -> None:
        self._settings: dict[int, ServerSettings] = {}

    async def settings(self, guild: int) -> ServerSettings:
        return self._settings.get(guild, ServerSettings())

    async def change(self, guild: int, settings: ServerSettings) -> None:
        self._settings[guild] = settings
