"""«@Briefbot nato expansion»: the same answers in a reply.

Discord shows the bot the words of a message only where it is mentioned, or in a conversation with it, so no privileged
intent is needed.
"""

import asyncio
import logging
import re
from typing import TYPE_CHECKING

import discord

from bot.interactions.answering import on_topic
from bot.interactions.audience import Audience, dressed
from bot.interactions.components import Page
from bot.interactions.pages import about, outcomes
from bot.interactions.presses import Want
from bot.interactions.replies import view
from bot.interactions.showing import page_of
from bot.model import Surface
from bot.translation import SOURCE, language_of, speak

if TYPE_CHECKING:
    from bot.interactions.client import BriefbotClient

AGAIN_SECONDS = 1.0

logger = logging.getLogger(__name__)


async def mentioned(client: "BriefbotClient", message: discord.Message) -> None:
    """Answer a message that is meant for the bot; leave every other alone."""
    question = _question(client, message)
    if question is None:
        return
    try:
        page = await _page(client, message, question)
        try:
            await message.reply(view=view(page), mention_author=False)
        except discord.DiscordServerError:
            # The library tries again after some of these by itself, but not after all.
            await asyncio.sleep(AGAIN_SECONDS)
            await message.reply(view=view(page), mention_author=False)
    except discord.Forbidden:
        logger.info("a mention could not be answered: the bot may not write there")
    except discord.HTTPException as error:
        logger.warning("a mention could not be answered: %s", error)


def _question(client: "BriefbotClient", message: discord.Message) -> str | None:
    """What is asked, without the mention. A reply to the bot pings it as well, and is no question."""
    if client.user is None or message.author.bot or message.webhook_id or not message.content:
        return None
    question, mentions = re.subn(rf"<@!?{client.user.id}>", " ", message.content)
    direct = isinstance(message.channel, discord.DMChannel)
    return question.strip() if mentions or direct else None


async def _page(client: "BriefbotClient", message: discord.Message, question: str) -> Page:
    guild = _guild_of(message)
    speak(language_of((await client.desk.settings(guild)).language) or SOURCE)
    audience = Audience.CONVERSATION if guild is None else Audience.CHANNEL
    if seconds := client.cooldown.wait(message.author.id):
        return outcomes.too_fast(seconds)
    if not question:
        return dressed(about.hello(), audience)
    answer = await on_topic(client.desk, question, Want.BRIEF, Surface.MENTION, guild=guild, locale=None)
    if isinstance(answer, Page):
        return dressed(answer, audience)
    page = page_of(answer.subject, client.desk, message.created_at.date())
    return dressed(page, audience, subject=answer.subject, reasons=answer.reasons)


def _guild_of(message: discord.Message) -> int | None:
    """The server's id, also where the library knows nothing of the server but that."""
    if isinstance(message.channel, discord.PartialMessageable):
        return message.channel.guild_id
    return message.guild.id if message.guild else None
