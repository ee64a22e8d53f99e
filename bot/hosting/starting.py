"""Getting to Discord though it is not there yet: a machine may be ahead of its network, and Discord has bad hours.

Only what a person must mend ends the process: a supervisor is not to try that again.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable

import aiohttp
import discord

logger = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds; each wait is twice as long as the one before."""

TOO_MANY_REQUESTS, SERVER_ERROR = 429, 500


async def start(client: discord.Client, token: str) -> None:
    """Log in and stay connected, trying again for as long as Discord cannot be reached or fails.

    Raises what `discord.Client.start` does where Discord will not have the bot.
    """
    await _patiently(client, lambda: client.login(token), before_again=lambda: _new_session(client))
    await _patiently(client, client.connect)


async def _patiently(
    client: discord.Client,
    step: Callable[[], Awaitable[None]],
    before_again: Callable[[], Awaitable[None]] | None = None,
) -> None:
    wait = FIRST_WAIT
    while True:
        try:
            await step()
            return
        except (
            discord.HTTPException,
            discord.GatewayNotFound,
            aiohttp.ClientError,
            OSError,
            json.JSONDecodeError,
        ) as error:
            if client.is_closed() or not _may_pass(error):
                raise
            reason = str(error) or type(error).__name__
            logger.warning("Discord cannot be reached (%s): trying again in %.0f seconds", reason, wait)
        if before_again:
            await before_again()
        await asyncio.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)


def _may_pass(error: Exception) -> bool:
    status = error.status if isinstance(error, discord.HTTPException) else SERVER_ERROR
    return status == TOO_MANY_REQUESTS or status >= SERVER_ERROR


async def _new_session(client: discord.Client) -> None:
    """Close what a login has opened: the library opens it anew with the next one, all but its connector."""
    await client.http.close()
    client.http.connector = discord.utils.MISSING
