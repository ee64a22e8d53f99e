"""The connection to Discord: no privileged intents, no mentions, one error net."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.charts import Charts
from bot.config import Config
from bot.desk import BriefingDesk
from bot.interactions import commands, pressing, replies
from bot.interactions.cooldown import Cooldown
from bot.interactions.delivery import all_answered, deliver_carefully
from bot.interactions.frames import hang_up, read_carefully
from bot.interactions.kept import KeptPages
from bot.interactions.localisation import CommandTranslator
from bot.interactions.mentions import mentioned
from bot.interactions.once import Shares, Voices
from bot.interactions.pages import outcomes
from bot.interactions.rounds import Rounds
from bot.model import Shards
from bot.peers import Alone, Peers

logger = logging.getLogger(__name__)

SHARES_A_MINUTE = 6
"""Answers that one member may show to everybody in a minute."""


class Commands(app_commands.CommandTree["BriefbotClient"]):
    """What every command goes through first: the reader's language, and a bound on how fast one person may ask."""

    async def interaction_check(self, interaction: "discord.Interaction[BriefbotClient]", /) -> bool:
        # The library does not bring to `on_error` what is raised here.
        try:
            if replies.is_late(interaction):
                return False
            if interaction.type is discord.InteractionType.autocomplete:
                return True
            interaction.client.desk.hold()
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
    `shards` are those of this process; None for all, as many as Discord recommends. `peers` are the processes that
    have the others. `trace` hears of every request.
    """

    def __init__(
        self,
        desk: BriefingDesk,
        config: Config | None = None,
        *,
        shards: Shards | None = None,
        peers: Peers | None = None,
        trace: aiohttp.TraceConfig | None = None,
    ) -> None:
        config = config or Config()
        super().__init__(
            # Discord leaves the words out of every message that does not mention the bot.
            intents=discord.Intents(guild_messages=config.mentions, dm_messages=config.mentions),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            # The library takes None, though it does not say so: for all shards, and for nobody who hears.
            shard_ids=list(shards.ids) if shards else None,  # type: ignore[arg-type]
            shard_count=shards.count if shards else None,
            # A shard may wait long for its turn among those of other processes.
            shard_connect_timeout=None,
            http_trace=trace,  # type: ignore[arg-type]
        )
        self.listeners: list[Callable[[int, int], None]] = []
        """Told the id and the kind of each interaction at the moment when it comes."""
        self.desk = desk
        self.config = config
        self.charts = Charts()
        self.peers = peers or Alone()
        self.cooldown = Cooldown(config.asks_per_minute, kind="a", peers=self.peers)
        self.sharing = Cooldown(SHARES_A_MINUTE if config.asks_per_minute else 0, kind="s", peers=self.peers)
        self.drawing: dict[int | None, object] = {}
        """For messages whose picture is being drawn, which drawing is the newest."""
        self.shares = Shares()
        self.voices = Voices(self.peers)
        self.kept = KeptPages()
        self.rounds = Rounds(self)
        self._at_once = 1
        """How many shards may identify at once: Discord's `max_concurrency`."""
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
        read_carefully()
        deliver_carefully(self.application_id or 0)
        await self._look_at_limits()
        await self.tree.set_translator(CommandTranslator())
        if 0 in (self.shard_ids or (0,)):
            # Commands are the same for all processes of a bot; one of them registers them.
            registered = await self.tree.sync()
            logger.info("registered %s", ", ".join(command.name for command in registered))
        self._rounds = asyncio.create_task(self.rounds.go_on(), name="rounds")

    async def _look_at_limits(self) -> None:
        """Learn how fast sessions may begin, and wait where none may today: beyond that Discord resets the token."""
        while True:
            recommended, _, limits = await self.http.get_bot_gateway()
            if limits["remaining"] >= len(self.shard_ids or range(self.shard_count or recommended)):
                break
            seconds = limits["reset_after"] / 1000
            logger.error(
                "Discord lets this bot begin %s of %s sessions until %.0f minutes from now, since it was started so "
                "often: waiting until then", limits["remaining"], limits["total"], seconds / 60
            )  # fmt: skip
            await asyncio.sleep(seconds)
        self._at_once = limits["max_concurrency"]

    def turn(self, shard: int) -> AbstractAsyncContextManager[None]:
        """A context in which a shard may begin a session."""
        return self.peers.turn(shard % self._at_once)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Nothing: it is the shard's turn by now, or it would not be connected."""

    async def on_ready(self) -> None:
        logger.info("ready as %s", self.user)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        # Not in on_interaction: that is only called when there is nothing else to do.
        if event == "interaction":
            replies.came(args[0])
            for listener in self.listeners:
                listener(args[0].id, args[0].type.value)
        super().dispatch(event, *args, **kwargs)

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
            await self.rounds.finish()
        await hang_up(self)
        await all_answered()
        await self.charts.close()
        await super().close()
