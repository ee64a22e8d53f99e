"""What those who manage a server do with it: decide, take along what is kept, erase it."""

import io
import logging
import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from typing import IO, Any, cast

import discord

from bot import limits
from bot.interactions.audience import Audience, dressed
from bot.interactions.pages import digest, outcomes
from bot.interactions.pages import settings as pages
from bot.interactions.presses import Setting
from bot.interactions.replies import Asked, respond, server_of, tune
from bot.interactions.views import view
from bot.model import DigestTime, ServerSettings, Visibility
from bot.translation import LANGUAGES

logger = logging.getLogger(__name__)

BIGGEST = 2**63 - 1
"""The largest number that the store has room for; ids of Discord's are smaller."""

Settle = Callable[[ServerSettings], ServerSettings]


async def show(interaction: Asked) -> None:
    """Answer with the settings, for whoever asked alone."""
    if await _managed(interaction) is not None:
        await respond(interaction, pages.settings(await interaction.client.desk.settings(interaction.guild_id)))


async def change(interaction: Asked, setting: Setting) -> None:
    """Change a setting to what was chosen in its menu, and show all of them as they are then."""
    guild = await _managed(interaction)
    if guild is None:
        return
    values: list[Any] = cast(dict[str, Any], interaction.data or {}).get("values") or []
    settle = _settling(setting, str(values[0]) if values else "")
    if settle is None:
        await respond(interaction, outcomes.unknown_press())
        return
    desk = interaction.client.desk
    try:
        if setting is Setting.DIGEST_CHANNEL and not await _announced(interaction, settle):
            page = pages.settings(await desk.settings(guild), told=pages.not_there())
        else:
            changed = await desk.change_settings(guild, settle)
            await tune(interaction)
            page = pages.settings(changed, told=pages.saved())
    except OSError as error:
        logger.warning("settings of a server could not be kept: %s", error)
        await respond(interaction, outcomes.not_kept())
        return
    await interaction.response.edit_message(view=view(dressed(page, Audience.ASKER)))


async def _announced(interaction: Asked, settle: Settle) -> bool:
    """Whether the channel of a digest was told that one will come; no channel needs to be told nothing.

    Where the bot may not write it is better said to whoever chooses than found out a week later.
    """
    decided = settle(await interaction.client.desk.settings(interaction.guild_id))
    if decided.digest_channel is None:
        return True
    channel = interaction.client.get_partial_messageable(decided.digest_channel)
    await tune(interaction, everybody=True)
    page = digest.coming()
    await tune(interaction)
    try:
        await channel.send(view=view(page), nonce=interaction.id)
    except (discord.Forbidden, discord.NotFound):
        return False
    return True


async def export(interaction: Asked) -> None:
    """Send all that is kept of the server as a file, to whoever asked alone."""
    guild = await _managed(interaction)
    if guild is None:
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    with tempfile.TemporaryFile() as file:
        try:
            await interaction.client.desk.upkeep.export(guild, file, interaction.created_at.date())
        except OSError as error:
            logger.warning("what is kept of a server could not be exported: %s", error)
            await interaction.followup.send(view=view(outcomes.not_read()), ephemeral=True)
            return
        await _hand_over(interaction, file)


async def _hand_over(interaction: Asked, file: IO[bytes]) -> None:
    size = file.tell()
    if size > limits.UPLOAD:
        page = pages.too_large(-(-size // 1_000_000))
        await interaction.edit_original_response(view=view(page))
        return
    file.seek(0)
    page = dressed(pages.exported(), Audience.ASKER)
    archive = discord.File(cast(io.BufferedIOBase, file), pages.ARCHIVE)
    await interaction.edit_original_response(view=view(page), attachments=[archive])


async def ask_to_erase(interaction: Asked) -> None:
    """Ask once more."""
    if await _managed(interaction) is not None:
        await respond(interaction, pages.sure())


async def erase(interaction: Asked) -> None:
    """Erase all that is kept of the server."""
    guild = await _managed(interaction)
    if guild is None:
        return
    await interaction.response.defer()
    try:
        page = pages.erased(await interaction.client.desk.erase(guild))
    except OSError as error:
        logger.warning("what is kept of a server could not be erased: %s", error)
        page = outcomes.not_kept()
    await interaction.edit_original_response(view=view(dressed(page, Audience.ASKER)))


async def _managed(interaction: Asked) -> int | None:
    """The server that whoever presses manages; None, and a word to them, where there is none."""
    guild = server_of(interaction)
    if guild is None or not interaction.permissions.manage_guild:
        await respond(interaction, outcomes.managers_only())
        return None
    return guild


def _settling(setting: Setting, value: str) -> Settle | None:
    """What a choice changes; None for a value that is none."""
    match setting:
        case Setting.VISIBILITY if value in set(Visibility):
            return lambda current: replace(current, visibility=Visibility(value))
        case Setting.LANGUAGE if value == pages.AUTOMATIC or value in LANGUAGES:
            return lambda current: replace(current, language=None if value == pages.AUTOMATIC else value)
        case Setting.DIGEST_CHANNEL if re.fullmatch(r"[0-9]{0,19}", value) and int(value or 0) <= BIGGEST:
            return lambda current: replace(current, digest_channel=int(value) if value else None)
        case Setting.DIGEST_TIME if time := DigestTime.of_code(value):
            return lambda current: replace(current, digest_time=time)
        case Setting.TIME_ZONE if value in pages.ZONES:
            return lambda current: replace(current, time_zone=value)
        case _:
            return None
