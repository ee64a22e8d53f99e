"""The one net: what nobody expected is logged, without secrets, and the user is told something useful."""

import logging
import re
from typing import TYPE_CHECKING, Any

import discord

if TYPE_CHECKING:
    from bot.interactions.client import BriefbotClient

logger = logging.getLogger(__name__)

UNKNOWN_INTERACTION = 10062
ALREADY_ANSWERED = 40060


async def handle(interaction: "discord.Interaction[BriefbotClient]", error: Exception) -> None:
    """Log an error with its traceback and apologize, unless it is too late for any answer."""
    cause = getattr(error, "original", error)
    if isinstance(cause, discord.HTTPException) and cause.code in (UNKNOWN_INTERACTION, ALREADY_ANSWERED):
        logger.warning("too late to answer an interaction (code %s)", cause.code)
        return
    logger.error("an interaction failed", exc_info=cause)
    if interaction.type is discord.InteractionType.autocomplete:
        return
    from bot.interactions import buttons, pages

    try:
        if interaction.response.is_done():
            await interaction.followup.send(view=buttons.view(pages.failed()), ephemeral=True)
        else:
            await buttons.respond(interaction, pages.failed())
    except discord.HTTPException as failed:
        logger.warning("the apology could not be sent either: %s", failed)


class Redacted(logging.Formatter):
    """A formatter that keeps the bot's token and the tokens of interactions out of every line, tracebacks included."""

    _INTERACTION = re.compile(r"((?:webhooks|interactions)/\d+/)[\w.~-]{20,}")

    def __init__(self, secret: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        if self._secret:
            text = text.replace(self._secret, "[token]")
        return self._INTERACTION.sub(r"\1[token]", text)
