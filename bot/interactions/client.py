"""The connection to Discord: no privileged intents, no mentions, one error net, a clean end."""

import asyncio
import logging
import os
import signal
import sys

import aiohttp
import discord
from discord import app_commands

from bot.config import TOKEN_VARIABLE, Config
from bot.desk import BriefingDesk, open_desk
from bot.interactions import commands, errors
from bot.interactions.buttons import CardAction

logger = logging.getLogger(__name__)

STOPPED, UNUSABLE = 0, 2


class BriefbotClient(discord.Client):
    """A client that answers interactions from a desk. It sees no messages, no members and no presences."""

    def __init__(self, desk: BriefingDesk) -> None:
        super().__init__(
            intents=discord.Intents.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
        )
        self.desk = desk
        self.tree = app_commands.CommandTree(
            self,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        )
        self.tree.error(errors.handle)
        for command in commands.ALL:
            self.tree.add_command(command)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(CardAction)
        registered = await self.tree.sync()
        logger.info("registered %s", ", ".join(f"/{command.name}" for command in registered))

    async def on_ready(self) -> None:
        logger.info("ready as %s", self.user)


def run_bot(config: Config) -> int:
    """Run until SIGINT or SIGTERM and return the process's exit code. Raises ContentError."""
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not token:
        print(
            f"There is no token: set {TOKEN_VARIABLE} to your bot's token (README, «Run it in your server»).",
            file=sys.stderr,
        )
        return UNUSABLE
    _log_to_stderr(config.log_level, token)
    return asyncio.run(_run(config, token))


async def _run(config: Config, token: str) -> int:
    async with open_desk(config) as desk, BriefbotClient(desk) as client:
        running = asyncio.create_task(client.start(token))
        for ending in (signal.SIGTERM, signal.SIGINT):
            # Not client.close(): the library's reader, woken by it, would close the gateway with 4000 before our 1000.
            asyncio.get_running_loop().add_signal_handler(ending, running.cancel)
        try:
            await running
        except asyncio.CancelledError:
            logger.info("stopping")
        except discord.LoginFailure:
            return _unusable(
                f"Discord does not accept the token in {TOKEN_VARIABLE}: "
                "copy it again from the developer portal (Bot → Reset Token)."
            )
        except (aiohttp.ClientConnectionError, TimeoutError) as error:
            return _unusable(
                f"Discord cannot be reached: {str(error) or type(error).__name__}. Check the network and try again."
            )
        except discord.HTTPException as error:
            return _unusable(f"Discord refused to start the bot: {error.status} {error.text or error.response.reason}.")
    return STOPPED


def _unusable(line: str) -> int:
    print(line, file=sys.stderr)
    return UNUSABLE


def _log_to_stderr(level: str, token: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(errors.Redacted(token, "%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Below these levels the libraries tell each keep-alive, each request and each step of a migration.
    logging.getLogger("discord").setLevel(max(logging.getLevelName(level), logging.INFO))
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # Warnings about what the bot does without on purpose: the guild cache, and voice.
    logging.getLogger("discord.state").addFilter(
        lambda record: "intent seems to be disabled" not in record.getMessage()
    )
    logging.getLogger("discord.client").addFilter(
        lambda record: "voice will NOT be supported" not in record.getMessage()
    )
