"""«@Briefbot nato expansion»: the same answers in a reply.

Discord shows the bot the words of a message only where it is mentioned, or in a conversation with it, so no privileged
intent is needed.
"""

import asyncio
import logging
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.interactions.answering import on_topic
from bot.interactions.audience import Audience, dressed
from bot.interactions.components import Page
from bot.interactions.delivery import NotDelivered
from bot.interactions.pages import about, outcomes
from bot.interactions.presses import Want
from bot.interactions.showing import page_of
from bot.interactions.subjects import Subject
from bot.interactions.views import view
from bot.model import Surface
from bot.translation import SOURCE, language_of, speak

if TYPE_CHECKING:
    from bot.interactions.client import BriefbotClient

AGAIN_SECONDS = 1.0
TRY_SECONDS = 60.0
"""Longer than replies wait for each other in a channel, as Discord wants; for less than a nonce is known."""
UNSURE = (discord.DiscordServerError, aiohttp.ClientError, OSError, ValueError)
"""Discord failed, was not reached, was too slow, or gave an answer that cannot be read."""

logger = logging.getLogger(__name__)


async def mentioned(client: "BriefbotClient", message: discord.Message) -> None:
    """Answer a message that is meant for the bot; leave every other alone."""
    question = _question(client, message)
    if question is None:
        return
    try:
        client.desk.hold()
        answer = await _answer(client, message, question)
        if answer:
            await _reply(client, message, answer)
    except discord.Forbidden:
        logger.info("a mention could not be answered: the bot may not write there")
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        logger.warning("a mention could not be answered: %s", error)
    except Exception:
        # The library only logs what an event raises, and whoever wrote would be told nothing.
        logger.exception("a mention failed")
        with suppress(discord.HTTPException, aiohttp.ClientError, OSError):
            await message.reply(view=view(outcomes.failed()), mention_author=False)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is replied. `shown`: the subject that everybody in the channel sees by it."""

    page: Page
    shown: Subject | None = None


async def _reply(client: "BriefbotClient", message: discord.Message, answer: _Answer) -> None:
    channel, sent = message.channel.id, None
    try:
        sent = await _sent(message, answer.page)
    finally:
        if answer.shown and sent:
            client.shares.stands(channel, answer.shown, sent.jump_url)
        elif answer.shown:
            client.shares.failed(channel, answer.shown)


async def _sent(message: discord.Message, page: Page) -> discord.Message:
    """Reply, and again where nobody can say whether that was done: by the nonce Discord makes one message of both.

    The library tries again after some failures by itself, but not after all, and waits for minutes.
    """
    with suppress(*UNSURE):
        return await _tried(message, page)
    await asyncio.sleep(AGAIN_SECONDS)
    try:
        return await _tried(message, page)
    except UNSURE as error:
        raise NotDelivered(str(error) or "Discord did not answer in time") from None


async def _tried(message: discord.Message, page: Page) -> discord.Message:
    async with asyncio.timeout(TRY_SECONDS):
        return await message.reply(view=view(page), mention_author=False, nonce=message.id)


def _question(client: "BriefbotClient", message: discord.Message) -> str | None:
    """What is asked, without the mention. A reply to the bot pings it as well, and is no question."""
    if client.user is None or message.author.bot or message.webhook_id or not message.content:
        return None
    question, mentions = re.subn(rf"<@!?{client.user.id}>", " ", message.content)
    direct = isinstance(message.channel, discord.DMChannel)
    return question.strip() if mentions or direct else None


async def _answer(client: "BriefbotClient", message: discord.Message, question: str) -> _Answer | None:
    """What a mention gets; nothing where somebody goes on asking too fast."""
    guild, channel = _guild_of(message), message.channel.id
    speak(language_of((await client.desk.settings(guild)).language) or SOURCE)
    audience = Audience.CONVERSATION if guild is None else Audience.CHANNEL
    if seconds := client.cooldown.wait(message.author.id):
        # Told once: a channel is not to be flooded with kind words either.
        told = client.shares.first(channel, ("too fast", message.author.id))
        return None if told else _Answer(dressed(outcomes.too_fast(seconds), audience))
    if not question:
        return _Answer(dressed(about.hello(), audience))
    found = await on_topic(client.desk, question, Want.BRIEF, Surface.MENTION, guild=guild, locale=None)
    if isinstance(found, Page):
        return _Answer(dressed(found, audience))
    page = page_of(found.subject, client.desk, message.created_at.date())
    page = dressed(page, audience, subject=found.subject, reasons=found.reasons)
    if audience is Audience.CONVERSATION:
        return _Answer(page)
    if before := client.shares.first(channel, found.subject):
        return _Answer(dressed(outcomes.shared_before(before.link), audience))
    return _Answer(page, shown=found.subject)


def _guild_of(message: discord.Message) -> int | None:
    """The server's id, also where the library knows nothing of the server but that."""
    if isinstance(message.channel, discord.PartialMessageable):
        return message.channel.guild_id
    return message.guild.id if message.guild else None
