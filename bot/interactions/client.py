"""The connection to Discord: no privileged intents, no mentions, one error net, a clean end."""

import asyncio
import logging
import os
import signal
import sys

import aiohttp
import discord
from discord import app_commands

from bot.charts import Charts
from bot.config import TOKEN_VARIABLE, Config
from bot.desk import BriefingDesk, open_desk
from bot.interactions import commands, pressing, replies
from bot.interactions.cooldown import Cooldown
from bot.interactions.localisation import CommandTranslator
from bot.interactions.mentions import mentioned
from bot.interactions.once import Shares, Voices
from bot.interactions.pages import outcomes
from bot.interactions.redaction import Redacted
from bot.interactions.rounds import Rounds

logger = logging.getLogger(__name__)

STOPPED, UNUSABLE = 0, 2

AUTHENTICATION_FAILED = 4004
"""Discord's code for a gateway connection that it closes over the token."""


SHARES_A_MINUTE = 6
"""Answers that one member may show to everybody in a minute."""


class Commands(app_commands.CommandTree["BriefbotClient"]):
    """What every command goes through first: the reader's language, and a bound on how fast one person may ask."""

    async def interaction_check(self, interaction: "discord.Interaction[BriefbotClient]", /) -> bool:
        # The library does not bring to `on_error` what is raised here.
        try:
            if interaction.type is discord.InteractionType.autocomplete:
                return True
            await replies.tune(interaction)
            if seconds := interaction.client.cooldown.wait(interaction.user.id):
                await replies.respond(interaction, outcomes.too_fast(seconds))
            return not seconds
        except Exception as error:
            await replies.handle(interaction, error)
            return False


class BriefbotClient(discord.Client):
    """A client that answers commands, presses and mentions from a desk.

    It is shown no message but those that mention it and those in a conversation with it, no members and no presences.
    """

    def __init__(self, desk: BriefingDesk, config: Config | None = None) -> None:
        config = config or Config()
        super().__init__(
            # Discord leaves the words out of every message that does not mention the bot.
            intents=discord.Intents(guild_messages=config.mentions, dm_messages=config.mentions),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
        )
        self.desk = desk
        self.config = config
        self.charts = Charts()
        self.cooldown = Cooldown(config.asks_per_minute)
        self.sharing = Cooldown(SHARES_A_MINUTE if config.asks_per_minute else 0)
        self.drawing: dict[int | None, object] = {}
        """For messages whose picture is being drawn, which drawing is the newest."""
        self.shares = Shares()
        self.voices = Voices()
        self.rounds = Rounds(self)
        self._rounds: asyncio.Task[None] | None = None
        self.tree = Commands(
            self,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        )
        self.tree.error(replies.handle)
        for command in commands.ALL:
            self.tree.add_command(command)

    async def setup_hook(self) -> None:
        await self.tree.set_translator(CommandTranslator())
        registered = await self.tree.sync()
        self._rounds = asyncio.create_task(self.rounds.go_on(), name="rounds")
        logger.info("registered %s", ", ".join(command.name for command in registered))

    async def on_ready(self) -> None:
        logger.info("ready as %s", self.user)

    async def on_interaction(self, interaction: "discord.Interaction[BriefbotClient]") -> None:
        """Presses and forms; commands reach the tree by themselves."""
        if interaction.type is discord.InteractionType.component:
            await pressing.pressed(interaction)
        elif interaction.type is discord.InteractionType.modal_submit:
            await pressing.sent(interaction)

    async def on_message(self, message: discord.Message) -> None:
        await mentioned(self, message)

    def owned_by(self, user: int) -> bool:
        """Whether somebody owns the application: alone, or with the others of a team."""
        application = self.application
        if application is None:
            return False
        if application.team:
            return user in {member.id for member in application.team.members}
        return user == application.owner.id

    async def close(self) -> None:
        if self._rounds:
            self._rounds.cancel()
            await asyncio.gather(self._rounds, return_exceptions=True)
        await self.charts.close()
        await super().close()


def run_bot(config: Config) -> int:
    """Run until SIGINT or SIGTERM and return the process's exit code. Raises ContentError."""
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not token:
        return _unusable(
            f"There is no token: set {TOKEN_VARIABLE} to your bot's token (README, «Run it in your server»)."
        )
    if not token.isprintable() or " " in token:
        return _unusable(f"The token in {TOKEN_VARIABLE} holds a blank or a line break: copy it again.")
    log_to_stderr(config.log_level, token)
    return asyncio.run(_run(config, token))


async def _run(config: Config, token: str) -> int:
    this = asyncio.current_task()
    assert this is not None  # noqa: S101  # there is one inside asyncio.run
    for ending in (signal.SIGTERM, signal.SIGINT):
        # Not client.close(): the library's reader, woken by it, would close the gateway with 4000 before our 1000.
        asyncio.get_running_loop().add_signal_handler(ending, this.cancel)
    try:
        async with open_desk(config) as desk, BriefbotClient(desk, config) as client:
            return await _connected(client, token)
    except asyncio.CancelledError:
        logger.info("stopped")
        return STOPPED


async def _connected(client: BriefbotClient, token: str) -> int:
    """Stay connected. Returns only where Discord will not have the bot."""
    refused = f"Discord does not accept the token in {TOKEN_VARIABLE}: "
    try:
        await client.start(token)
    except discord.LoginFailure:
        return _unusable(f"{refused}copy it again from the developer portal (Bot → Reset Token).")
    except discord.ConnectionClosed as closed:
        if closed.code == AUTHENTICATION_FAILED:
            return _unusable(f"{refused}it was reset while the bot was running.")
        return _unusable(
            f"Discord ended the connection for good (code {closed.code}): {closed.reason or 'no reason given'}."
        )
    except (aiohttp.ClientConnectionError, TimeoutError) as error:
        reason = str(error) or type(error).__name__
        return _unusable(f"Discord cannot be reached: {reason}. Check the network and try again.")
    except discord.HTTPException as error:
        return _unusable(f"Discord refused to start the bot: {error.status} {error.text or error.response.reason}.")
    return STOPPED


def _unusable(line: str) -> int:
    print(line, file=sys.stderr)
    return UNUSABLE


def log_to_stderr(level: str, token: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacted(token, "%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Below these levels the libraries tell each keep-alive, each request and each step of a migration.
    logging.getLogger("discord").setLevel(max(logging.getLevelName(level), logging.INFO))
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for database in ("aiosqlite", "asyncpg", "sqlalchemy"):
        # Below this level they tell each statement with its values, what members typed among them.
        logging.getLogger(database).setLevel(logging.WARNING)
    # Warnings about what the bot does without on purpose: the guild cache, and voice.
    logging.getLogger("discord.state").addFilter(
        lambda record: "intent seems to be disabled" not in record.getMessage()
    )
    logging.getLogger("discord.client").addFilter(
        lambda record: "voice will NOT be supported" not in record.getMessage()
    )
