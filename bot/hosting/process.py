"""`python -m bot run`: everything that one process of the bot runs, until it is told to stop."""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import discord

from bot.config import TOKEN_VARIABLE, Config, unread_variables
from bot.desk import BriefingDesk, ContentError, open_desk, state
from bot.hosting.allocator import keep_together, settle
from bot.hosting.ending import cancel_when_told
from bot.hosting.health import PortTaken, serving
from bot.hosting.logs import log_to_stderr
from bot.hosting.reloading import Reloading
from bot.hosting.starting import start
from bot.hosting.vitals import Vitals
from bot.interactions import BriefbotClient
from bot.model import Shards, shard_ids
from bot.peers import Alone, Peers

if TYPE_CHECKING:
    from bot.hosting.metrics import Metrics

logger = logging.getLogger(__name__)

STOPPED, UNUSABLE = 0, 2

AUTHENTICATION_FAILED = 4004
"""Discord's code for a gateway connection that it closes over the token."""


def run_bot(config: Config) -> int:
    """Run until SIGINT or SIGTERM and return the process's exit code. Raises ContentError where logs are to be read."""
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    log_to_stderr(config.log_level, token, config.log_format)
    if not token:
        return _unusable(
            config, f"There is no token: set {TOKEN_VARIABLE} to your bot's token (README, «Run it in your server»)."
        )
    if not token.isprintable() or " " in token:
        return _unusable(config, f"The token in {TOKEN_VARIABLE} holds a blank or a line break: copy it again.")
    try:
        shards = shards_of(config)
    except ValueError as error:
        return _unusable(config, str(error))
    for variable, meant in unread_variables().items():
        logger.warning(
            "the environment variable %s is read by nobody%s", variable, f"; meant: {meant}" if meant else ""
        )
    logger.info("loading the deck")
    keep_together()
    try:
        return asyncio.run(_run(config, token, shards))
    except ContentError as error:
        if config.log_format != "json":
            raise
        for problem in error.problems:
            logger.critical("%s", problem)
        return UNUSABLE


def shards_of(config: Config) -> Shards | None:
    """The shards that a process is to run; None for all, as many as Discord recommends.

    Raises ValueError where its settings contradict each other, with what to do.
    """
    count = config.shard_count
    if not config.shards:
        return Shards(ids=tuple(range(count)), count=count) if count else None
    ids = shard_ids(config.shards)
    if not count:
        raise ValueError("Of how many shards are these? Give --shard-count (BRIEFBOT_SHARD_COUNT) beside --shards.")
    if ids[-1] >= count:
        raise ValueError(f"There is no shard {ids[-1]} among {count}: they are numbered from 0 to {count - 1}.")
    shards = Shards(ids=ids, count=count)
    if not shards.are_all and config.asklog_url.startswith("sqlite"):
        raise ValueError(
            "Several processes share one bot by way of PostgreSQL: set asklog_url to postgresql+asyncpg://…, "
            "or run all shards in one process (leave out --shards)."
        )
    return shards


async def _run(config: Config, token: str, shards: Shards | None) -> int:
    # Not client.close(): the library's reader, woken by it, would close the gateway with 4000 before our 1000.
    cancel_when_told()
    try:
        async with AsyncExitStack() as stack:
            since = state(config)
            desk = await stack.enter_async_context(open_desk(config, lean=True))
            settle()
            peers = await _peers(stack, config, shards, token)
            metrics = _metrics(desk) if config.health_port else None
            trace = metrics.trace() if metrics else None
            client = BriefbotClient(desk, config, shards=shards, peers=peers, trace=trace)
            await stack.enter_async_context(client)
            if metrics:
                metrics.watch(client)
                await stack.enter_async_context(serving(config.health_port, Vitals(client), metrics))
            reloading = Reloading(config, desk, lambda live: _reloaded(metrics, live))
            reloading.tell_of_documents()
            await stack.enter_async_context(_beside(reloading.follow(since)))
            return await _connected(config, client, token)
    except PortTaken as taken:
        return _unusable(config, str(taken))
    except asyncio.CancelledError:
        logger.info("stopped")
        return STOPPED


def _metrics(desk: BriefingDesk) -> "Metrics":
    # Here, not above: their library is a megabyte and more, and most processes have no port.
    from bot.hosting.metrics import Metrics

    return Metrics(desk)


def _reloaded(metrics: "Metrics | None", live: bool) -> None:
    # Loading takes more than twice as much as it leaves behind.
    settle()
    if metrics:
        metrics.reloaded(live)


async def _peers(stack: AsyncExitStack, config: Config, shards: Shards | None, token: str) -> Peers:
    """The processes that have the other shards, for as long as the stack stands."""
    if shards is None or shards.are_all:
        return Alone()
    from bot.peers.roll import Roll
    from bot.peers.several import Several

    return await stack.enter_async_context(Several(config.asklog_url, token, roll=Roll(shards)))


@asynccontextmanager
async def _beside(work: Coroutine[object, object, None]) -> AsyncIterator[None]:
    """Have some work done while the context stands."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _connected(config: Config, client: BriefbotClient, token: str) -> int:
    """Stay connected. Returns only where Discord will not have the bot."""
    refused = f"Discord does not accept the token in {TOKEN_VARIABLE}: "
    try:
        await start(client, token)
    except discord.LoginFailure:
        return _unusable(config, f"{refused}copy it again from the developer portal (Bot → Reset Token).")
    except discord.ConnectionClosed as closed:
        if closed.code == AUTHENTICATION_FAILED:
            return _unusable(config, f"{refused}it was reset while the bot was running.")
        return _unusable(
            config, f"Discord ended the connection for good (code {closed.code}): {closed.reason or 'no reason given'}."
        )
    except discord.HTTPException as error:
        return _unusable(
            config, f"Discord refused to start the bot: {error.status} {error.text or error.response.reason}."
        )
    return STOPPED


def _unusable(config: Config, line: str) -> int:
    # For whoever reads it is not a line of the log, but what the command answers.
    if config.log_format == "json":
        logger.critical("%s", line)
    else:
        print(line, file=sys.stderr)
    return UNUSABLE
