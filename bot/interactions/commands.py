"""The slash commands and message menus: each asks the desk once and shows one page."""

from typing import Any

import discord
from discord import app_commands

from bot import __version__, limits
from bot.desk import AWAY
from bot.interactions import managing, statistics
from bot.interactions.answering import on_quotation, on_topic, on_words
from bot.interactions.components import Page, clip
from bot.interactions.pages import about, browsing, outcomes
from bot.interactions.pages.privacy import privacy as privacy_page
from bot.interactions.presses import Count, Want
from bot.interactions.replies import Asked, audience_for, respond, server_of, show
from bot.interactions.subjects import (
    Chronology,
    Source,
    SourceList,
    SourceQuotes,
    Subject,
    Term,
    TopicList,
    slug,
)
from bot.model import Surface
from bot.translation import N_

PASSAGES, SEARCHED = 3, 8
"""Passages that a quote is answered with, and a search."""

PERIODS = {N_("7 days"): 7, N_("30 days"): 30, N_("90 days"): 90, N_("365 days"): 365}

EVERYTHING = "everything"
SCOPES = {N_("this server"): "server", N_("everything"): EVERYTHING}

TOPIC = N_("A topic, a name or a question; typos are fine")


async def _answer(
    interaction: Asked,
    typed: str,
    want: Want,
    surface: Surface,
    *,
    share: bool | None = None,
    keep_words: bool = True,
) -> None:
    answer = await on_topic(
        interaction.client.desk,
        typed,
        want,
        surface,
        guild=server_of(interaction),
        locale=str(interaction.locale),
        keep_words=keep_words,
    )
    if isinstance(answer, Page):
        await respond(interaction, answer)
    else:
        await show(interaction, answer.subject, await audience_for(interaction, share=share), answer.reasons)


async def _show(interaction: Asked, subject: Subject) -> None:
    """Browsing is for whoever browses."""
    await show(interaction, subject, await audience_for(interaction, share=False))


# ---------------------------------------------------------------- topics


@app_commands.command(description=N_("A sourced briefing on a topic: who says what, with quotes"))
@app_commands.describe(topic=TOPIC, share=N_("Whether everybody here sees the answer; otherwise as the server chose"))
async def brief(interaction: Asked, topic: str, share: bool | None = None) -> None:
    await _answer(interaction, topic, Want.BRIEF, Surface.BRIEF, share=share)


@app_commands.command(description=N_("Who says what on a topic, side by side, with quotes and dates"))
@app_commands.describe(topic=TOPIC)
async def compare(interaction: Asked, topic: str) -> None:
    await _answer(interaction, topic, Want.COMPARE, Surface.COMPARE)


@app_commands.command(description=N_("Dated events of the documents, or of one topic, as text and as a picture"))
@app_commands.describe(topic=TOPIC)
async def timeline(interaction: Asked, topic: str | None = None) -> None:
    if topic is None:
        await show(interaction, Chronology(), await audience_for(interaction))
    else:
        await _answer(interaction, topic, Want.TIMELINE, Surface.TIMELINE)


# ---------------------------------------------------------------- words


@app_commands.command(description=N_("Quotes on a topic, from a source, or with these words"))
@app_commands.describe(
    topic=N_("The quotes on the card of this topic"),
    source=N_("What the cards quote from this document"),
    text=N_("A few words in a row, as you remember them"),
)
async def quote(
    interaction: Asked, topic: str | None = None, source: str | None = None, text: str | None = None
) -> None:
    documents = _documents(interaction, source) if source else []
    document = documents[0] if documents else None
    if source and len(documents) != 1:
        await respond(interaction, browsing.no_source(several=len(documents) > 1))
    elif text is not None:
        await respond(interaction, await _found(interaction, text, Surface.QUOTE, PASSAGES, document))
    elif topic is not None:
        await _answer(interaction, topic, Want.QUOTES, Surface.QUOTE)
    elif document is not None:
        await _show(interaction, SourceQuotes(document=document))
    else:
        await respond(interaction, outcomes.ask_something())


@app_commands.command(description=N_("Passages of the documents with these words, or nearly these"))
@app_commands.describe(text=N_("Words to look for; typos are fine"))
async def search(interaction: Asked, text: str) -> None:
    await respond(interaction, await _found(interaction, text, Surface.SEARCH, SEARCHED))


@app_commands.command(description=N_("Whether a quotation stands in the documents, and what was altered"))
@app_commands.describe(text=N_("The quotation, pasted as you have it"))
async def verify(interaction: Asked, text: str) -> None:
    await respond(interaction, await _verified(interaction, text, Surface.VERIFY))


async def _found(interaction: Asked, typed: str, surface: Surface, k: int, document: str | None = None) -> Page:
    desk, locale = interaction.client.desk, str(interaction.locale)
    return await on_words(desk, typed, surface, k, guild=server_of(interaction), locale=locale, document=document)


async def _verified(interaction: Asked, pasted: str, surface: Surface) -> Page:
    desk, locale = interaction.client.desk, str(interaction.locale)
    return await on_quotation(desk, pasted, surface, guild=server_of(interaction), locale=locale)


# ---------------------------------------------------------------- looking around


@app_commands.command(description=N_("What a term of the documents means"))
@app_commands.describe(term=N_("A term or a name"))
async def glossary(interaction: Asked, term: str) -> None:
    locale = str(interaction.locale)
    found = await interaction.client.desk.define(term[: limits.QUESTION], guild=server_of(interaction), locale=locale)
    if not found:
        await respond(interaction, outcomes.said(browsing.no_term()))
    elif len(found) == 1:
        await _show(interaction, Term(slug=slug(found[0].term)))
    else:
        await respond(interaction, browsing.terms(found))


@app_commands.command(description=N_("Every topic there is a briefing on, by category"))
@app_commands.describe(category=N_("A category; all of them without it"))
async def topics(interaction: Asked, category: str | None = None) -> None:
    wanted = slug(category or "")
    if wanted and wanted not in map(slug, interaction.client.desk.topics()):
        await respond(interaction, browsing.no_category())
    else:
        await _show(interaction, TopicList(category=wanted))


@app_commands.command(description=N_("The documents: who wrote them, when, and what kind of voice each is"))
@app_commands.describe(source=N_("A document; all of them without it"))
async def sources(interaction: Asked, source: str | None = None) -> None:
    documents = _documents(interaction, source) if source else []
    if source and len(documents) != 1:
        await respond(interaction, browsing.no_source(several=len(documents) > 1))
    else:
        await _show(interaction, Source(document=documents[0]) if documents else SourceList())


def _documents(interaction: Asked, typed: str) -> list[str]:
    """The document with this id or title, else those with these words in their title."""
    wanted = slug(typed)
    documents = interaction.client.desk.sources()
    exact = [document.id for document in documents if wanted in (document.id, slug(document.title))]
    return exact[:1] or [document.id for document in documents if wanted and wanted in slug(document.title)]


# ---------------------------------------------------------------- about


@app_commands.command(name="about", description=N_("What this bot is and is not, how its documents lean, its version"))
async def about_(interaction: Asked) -> None:
    desk = interaction.client.desk
    edition = about.Edition(bot=__version__, deck=desk.deck.stamp, cards=len(desk.deck.cards))
    wrong = desk.not_live if interaction.client.owned_by(interaction.user.id) else ()
    await respond(interaction, about.about(edition, desk.sources(), wrong))


@app_commands.command(description=N_("What is kept of what you ask, for how long, and what is never kept"))
async def privacy(interaction: Asked) -> None:
    from bot.asklog.tables import stored

    days = interaction.client.config.retention_days
    await respond(interaction, privacy_page(stored(), days, AWAY.days))


@app_commands.command(
    description=N_("For those who manage the server: who sees answers, language, weekly digest, what is kept")
)
@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
async def settings(interaction: Asked) -> None:
    await managing.show(interaction)


@app_commands.command(description=N_("What was asked about, for those who manage the server"))
@app_commands.describe(
    period=N_("How far back; 30 days without it"),
    scope=N_("This server, or everything, which is for whoever runs this bot"),
)
@app_commands.choices(period=[app_commands.Choice(name=name, value=days) for name, days in PERIODS.items()])
@app_commands.choices(scope=[app_commands.Choice(name=name, value=value) for name, value in SCOPES.items()])
@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
async def stats(interaction: Asked, period: int = 30, scope: str | None = None) -> None:
    # In a direct message there is no server to tell of.
    everything = scope == EVERYTHING or (scope is None and interaction.guild_id is None)
    await statistics.show(interaction, Count(days=period, everything=everything))


# ---------------------------------------------------------------- menus of messages


@app_commands.context_menu(name=N_("Brief this"))
async def brief_this(interaction: Asked, message: discord.Message) -> None:
    if not message.content.strip():
        await respond(interaction, outcomes.no_words())
        return
    # Somebody else wrote it, perhaps: its words are not kept, and the answer is for whoever asked.
    await _answer(interaction, message.content, Want.BRIEF, Surface.MENU, share=False, keep_words=False)


@app_commands.context_menu(name=N_("Check quote"))
async def check_quote(interaction: Asked, message: discord.Message) -> None:
    if not message.content.strip():
        await respond(interaction, outcomes.no_words())
        return
    await respond(interaction, await _verified(interaction, message.content, Surface.MENU))


# ---------------------------------------------------------------- what is offered while typing


Choices = list[app_commands.Choice[str]]


@brief.autocomplete("topic")
@compare.autocomplete("topic")
@timeline.autocomplete("topic")
@quote.autocomplete("topic")
async def complete_topic(interaction: Asked, typed: str) -> Choices:
    cards = interaction.client.desk.complete(typed)
    return [app_commands.Choice(name=card.title, value=card.title) for card in cards]


@quote.autocomplete("text")
async def complete_text(interaction: Asked, typed: str) -> Choices:
    found = interaction.client.desk.complete_quote(typed)
    return _choices(" ".join(passage.text.split()) for passage in found)


@quote.autocomplete("source")
@sources.autocomplete("source")
async def complete_source(interaction: Asked, typed: str) -> Choices:
    documents = interaction.client.desk.sources()
    near = [document for document in documents if slug(typed) in slug(f"{document.title} {document.author}")]
    return [app_commands.Choice(name=clip(found.title, limits.CHOICE), value=found.id) for found in near][
        : limits.CHOICES
    ]


@topics.autocomplete("category")
async def complete_category(interaction: Asked, typed: str) -> Choices:
    return _choices(category for category in interaction.client.desk.topics() if slug(typed) in slug(category))


@glossary.autocomplete("term")
async def complete_term(interaction: Asked, typed: str) -> Choices:
    return _choices(term.term for term in interaction.client.desk.complete_term(typed))


def _choices(texts: Any) -> Choices:
    """Each text once, cut between words: whoever picks it asks for these very words."""
    cut = dict.fromkeys(_cut(text) for text in texts)
    return [app_commands.Choice(name=text, value=text) for text in cut][: limits.CHOICES]


def _cut(text: str) -> str:
    return text if len(text) <= limits.CHOICE else text[: limits.CHOICE].rsplit(" ", 1)[0]


ALL: tuple[app_commands.Command[Any, ..., Any] | app_commands.ContextMenu, ...] = (
    brief,
    quote,
    search,
    verify,
    compare,
    timeline,
    glossary,
    topics,
    sources,
    about_,
    privacy,
    settings,
    stats,
    brief_this,
    check_quote,
)
