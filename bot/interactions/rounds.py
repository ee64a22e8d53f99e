"""The rounds of a caretaker: digests that are due, words that are too old, servers that were left.

One process of a bot makes them, the one that leads. Should two believe that they do, each thing is still done once: the
store says to whom it falls.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.interactions.pages import digest as pages
from bot.interactions.views import view
from bot.model import ServerSettings
from bot.translation import SOURCE, language_of, speaking

if TYPE_CHECKING:
    from bot.interactions.client import BriefbotClient

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
LOOK_FOR_LEFT = timedelta(days=1)
FORGET = timedelta(hours=12)
SEND_SECONDS = 60.0
FINISH_SECONDS = 4.0
FAILURES = (discord.HTTPException, aiohttp.ClientError, OSError, ValueError)
"""Of Discord and of the store; an answer of Discord's that cannot be read is a ValueError."""


class Rounds:
    """`now` is in UTC."""

    def __init__(self, client: "BriefbotClient", now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._client = client
        self._now = now
        self._telling: asyncio.Task[None] | None = None
        self._looked = self._forgot = datetime.min.replace(tzinfo=UTC)

    async def go_on(self) -> None:
        """Make the rounds until cancelled."""
        await self._client.wait_until_ready()
        self._client.peers.stand()
        while True:
            if self._client.peers.leads:
                try:
                    await self.make()
                except Exception:
                    # Nobody waits for it: words that are too old would stay, and nobody would know.
                    logger.exception("the rounds could not be made, and are made again")
            await asyncio.sleep(EVERY.total_seconds())

    async def finish(self) -> None:
        """Return when a digest that is being sent is noted as sent, or after a few seconds."""
        if self._telling:
            await asyncio.wait({self._telling}, timeout=FINISH_SECONDS)

    async def make(self) -> None:
        """Do what is due now. What fails is tried again the next time, and holds up nothing else."""
        now = self._now()
        for job in (self._forget, self._tell_all, self._look_for_left):
            try:
                await job(now)
            except FAILURES as error:
                logger.warning("what is due could not be done, and is tried again: %s", error)

    async def _forget(self, now: datetime) -> None:
        if abs(now - self._forgot) >= FORGET:
            await self._client.desk.upkeep.forget(now - timedelta(days=self._client.config.retention_days))
            self._forgot = now

    async def _tell_all(self, now: datetime) -> None:
        async for guild, week, settings in self._client.desk.upkeep.due(now):
            # A message that is on its way is not taken back when the bot ends: then it should be noted as sent.
            self._telling = asyncio.create_task(self._tell(guild, week, settings, now))
            await asyncio.shield(self._telling)

    async def _tell(self, guild: int, week: str, settings: ServerSettings, now: datetime) -> None:
        """Send a server its digest, which nobody else will. Raises OSError where the store fails."""
        upkeep = self._client.desk.upkeep
        told = await upkeep.digest(guild, now)
        try:
            if pages.is_worth_it(told):
                with speaking(language_of(settings.language) or SOURCE):
                    page = pages.digest(told)
                channel = self._client.get_partial_messageable(settings.digest_channel or 0)
                # Should this process be killed between the message and the note that it was sent, Discord knows the
                # message again for a few minutes; by then another process has claimed and sent it.
                async with asyncio.timeout(SEND_SECONDS):
                    await channel.send(view=view(page), nonce=f"{guild % 10**14}-{week}")
        except (discord.Forbidden, discord.NotFound) as error:
            logger.warning("a digest could not be written into its channel (%s); the next is tried in a week", error)
        except FAILURES as error:
            logger.warning("a digest could not be sent, and is tried again: %s", str(error) or type(error).__name__)
            await upkeep.release(guild, week)
            return
        await upkeep.sent(guild, week, now)

    async def _look_for_left(self, now: datetime) -> None:
        if abs(now - self._looked) < LOOK_FOR_LEFT:
            return
        present = frozenset([guild.id async for guild in self._client.fetch_guilds(limit=None)])
        for _guild in await self._client.desk.upkeep.left(present, now):
            logger.info("everything about a server that was left thirty days ago was erased")
        self._looked = now
