"""The connection to Discord: no privileged intents, no mentions, one error net."""

import asyncio
import logging

import discord
from discord import app_commands

from bot.charts import Charts
from bot.config import Config
from bot.desk import BriefingDesk
from bot.interactions import commands, pressing, replies
from bot.interactions.cooldown import Cooldown
from bot.interactions.localisation import CommandTranslator
from bot.interactions.mentions import mentioned
from bot.interactions.once import Shares, Voices
from bot.interactions.pages import outcomes
from bot.interactions.rounds import Rounds
from bot.model import Shards

logger = logging.getLogger(__name__)

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


class BriefbotClient(discord.AutoShardedClient):
    """A client that answers commands, presses and mentions from a desk.

    It is shown no message but those that mention it and those in a conversation with it, no members and no presences.
    `shards` are those of this process; None for all, as many as Discord recommends.
    """

    def __init__(self, desk: BriefingDesk, config: Config | None = None, *, shards: Shards | None = None) -> None:
        config = config or Config()
        super().__init__(
            # Discord leaves the words out of every message that does not mention the bot.
            intents=discord.Intents(guild_messages=config.mentions, dm_messages=config.mentions),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            # The library takes None for all, though it does not say so.
            shard_ids=list(shards.ids) if shards else None,  # type: ignore[arg-type]
            shard_count=shards.count if shards else None,
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
