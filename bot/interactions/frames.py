"""The gateway's line, read so that one frame that nobody can read does not end the bot for good.

The library ends the whole client over such a frame, and after a long outage waits for up to a quarter of an hour before
it looks again.
"""

import asyncio
import logging
import traceback
import zlib
from contextlib import suppress
from typing import Any

import discord
from discord import gateway, shard
from discord.backoff import ExponentialBackoff

logger = logging.getLogger(__name__)

UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError, zlib.error)
"""What decompressing, decoding and taking a frame apart raise where it is not what it should be."""

GOODBYE = 1000
"""The code with which a bot says that it will not come back to its session."""
GOODBYE_SECONDS = 3.0

LONGEST_WAIT = 6
"""As a power of two: 64 seconds, over which a day has about as many tries as Discord lets sessions begin."""


class GatewayLine(gateway.DiscordWebSocket):
    """A connection to the gateway that is made anew over a frame that it cannot read, with its session kept."""

    _heard = False
    """Whether it has brought an event that could be read."""

    @classmethod
    async def from_client(cls, client: Any, *, resume: bool = False, shard_id: int | None = None, **more: Any) -> Any:
        """Connect; to begin a session, only when it is this process's turn, and not with a line that waits for it."""
        turn = getattr(client, "turn", None)
        if resume or turn is None:
            return await super().from_client(client, resume=resume, shard_id=shard_id, **more)
        async with turn(shard_id or 0):
            return await super().from_client(client, shard_id=shard_id, **more)

    async def received_message(self, msg: object, /) -> None:
        before = self.sequence
        try:
            await super().received_message(msg)
        except UNREADABLE as error:
            # A trace would hold what members typed.
            where = traceback.extract_tb(error.__traceback__)[-1].name
            await self._passed_over(f"{type(error).__name__} in {where}", before)
        self._heard = self._heard or self.sequence != before

    async def close(self, code: int = 4000) -> None:
        if code == GOODBYE:
            # Whoever reads was told to stop, and is yet to hear of it.
            await asyncio.sleep(0)
            # The library takes a reader that stopped for a line that broke, and would not wait for Discord's last
            # words; these, unread, would cut the line before ours are there.
            self.socket._close_code = None
        await super().close(code)

    async def _passed_over(self, why: str, before: int | None) -> None:
        """Go on after an event that was read and could not be taken; raises what makes the library connect again."""
        if before is not None and self.sequence != before:
            logger.error("an event that Discord sent on shard %s was passed over: %s", self.shard_id, why)
            return
        logger.warning("what Discord sent on shard %s could not be read (%s): connecting again", self.shard_id, why)
        await self.close(code=4000)
        if self._heard:
            raise gateway.ReconnectWebSocket(self.shard_id)
        # Discord would only send it again: the library begins a new session after a wait, which grows.
        raise ConnectionError("Discord sent nothing that could be read")


class Waits(ExponentialBackoff[bool]):
    """How long a shard waits before it connects again: longer each time, but not so long that the bot is missed."""

    def __init__(self, base: int = 1) -> None:
        super().__init__(base)
        self._max = LONGEST_WAIT


async def hang_up(client: discord.AutoShardedClient) -> None:
    """Tell Discord that the bot goes, so that nothing new comes; what was begun can still be answered."""
    with suppress(TimeoutError):
        async with asyncio.timeout(GOODBYE_SECONDS):
            await asyncio.gather(*(each.disconnect() for each in client.shards.values()))


def read_carefully() -> None:
    """Have every client of this process connect so: two assignments."""
    shard.DiscordWebSocket = GatewayLine  # type: ignore[misc]
    shard.ExponentialBackoff = Waits  # type: ignore[assignment, attr-defined]
