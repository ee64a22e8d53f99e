"""The slash commands: each calls the desk once and shows one page."""

import secrets
from typing import TYPE_CHECKING, Any, assert_never

import discord
from discord import app_commands

from bot import limits
from bot.interactions import pages
from bot.interactions.replies import card_page, respond
from bot.model import Abstained, Found, Suggested

if TYPE_CHECKING:
    from bot.interactions.client import BriefbotClient

    Asked = discord.Interaction[BriefbotClient]
else:
    Asked = discord.Interaction

MAX_TYPED = 1_000


@app_commands.command(description="A sourced briefing on a topic: who says what, with quotes")
@app_commands.describe(topic="A topic, a name or a question; typos are fine")
async def brief(interaction: Asked, topic: app_commands.Range[str, 1, MAX_TYPED]) -> None:
    answer = await interaction.client.desk.ask(topic, guild=interaction.guild_id, locale=str(interaction.locale))
    match answer:
        case Found(match=match):
            page = card_page(interaction, match.card)
        case Suggested(matches=matches):
            page = pages.suggestions(matches, secrets.token_hex(4))
        case Abstained():
            page = pages.nothing()
        case _:
            assert_never(answer)
    await respond(interaction, page)


@brief.autocomplete("topic")
async def complete_topic(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    cards = interaction.client.desk.complete(typed)
    return [app_commands.Choice(name=card.title, value=card.title) for card in cards]


@app_commands.command(description="Find the passage with these words, or nearly these, in the documents")
@app_commands.describe(words="A few words in a row, as you remember them")
async def quote(interaction: Asked, words: app_commands.Range[str, 1, MAX_TYPED]) -> None:
    found = await interaction.client.desk.quote(words, guild=interaction.guild_id, locale=str(interaction.locale))
    await respond(interaction, pages.passages(found) if found else pages.no_passage())


@quote.autocomplete("words")
async def complete_words(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    found = interaction.client.desk.complete_quote(typed)
    texts = dict.fromkeys(_clip(match.passage.text) for match in found)
    return [app_commands.Choice(name=text, value=text) for text in texts]


def _clip(text: str) -> str:
    """The beginning of a sentence, cut between words: whoever picks it asks for these very words."""
    text = " ".join(text.split())
    return text if len(text) <= limits.CHOICE else text[: limits.CHOICE].rsplit(" ", 1)[0]


@app_commands.command(description="Every topic there is a briefing on")
async def topics(interaction: Asked) -> None:
    await respond(interaction, pages.topics(interaction.client.desk.topics()))


@app_commands.command(description="The documents: who wrote them, when, and what kind of voice each is")
async def sources(interaction: Asked) -> None:
    await respond(interaction, pages.sources(interaction.client.desk.sources()))


ALL: tuple[app_commands.Command[Any, ..., Any], ...] = (brief, quote, topics, sources)
