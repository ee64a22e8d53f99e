"""Pages become messages.

Also the one error net: what nobody expected is logged, and the user is told something useful.
"""

import io
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, assert_never

import discord

from bot import limits
from bot.charts import ChartError, Picture, Timeline
from bot.interactions import components as ours
from bot.interactions.audience import Audience, dressed
from bot.interactions.components import Block, Button, Link, Option, Page, Style, clip
from bot.interactions.pages import outcomes
from bot.interactions.pages.comparing import PICTURE
from bot.interactions.presses import Reasons, custom_id
from bot.interactions.showing import chart_of, is_there, page_of
from bot.interactions.subjects import CardTab, Subject
from bot.model import Visibility
from bot.translation import SOURCE, language_of, speak

if TYPE_CHECKING:
    from bot.interactions.client import BriefbotClient

    Asked = discord.Interaction[BriefbotClient]
else:
    Asked = discord.Interaction

logger = logging.getLogger(__name__)

UNKNOWN_INTERACTION = 10062
ALREADY_ANSWERED = 40060

Item = discord.ui.Item[discord.ui.LayoutView]


# ---------------------------------------------------------------- components


def view(page: Page) -> discord.ui.LayoutView:
    """A page as the library's components, in one container."""
    layout = discord.ui.LayoutView(timeout=None)
    layout.add_item(discord.ui.Container(*map(_item, page.blocks)))
    # A press is read from its custom_id. A view that listens would be kept, with a task, for fifteen minutes.
    layout.stop()
    return layout


def _item(block: Block) -> Item:
    match block:
        case ours.Text(text=text):
            return discord.ui.TextDisplay(text)
        case ours.Beside(text=text, button=button):
            return discord.ui.Section(text, accessory=_button(button))
        case ours.Row(buttons=buttons):
            return discord.ui.ActionRow(*map(_button, buttons))
        case ours.Menu(placeholder=placeholder, press=press, options=options):
            select: discord.ui.Select[Any] = discord.ui.Select(
                custom_id=custom_id(press),
                placeholder=clip(placeholder, limits.SELECT_PLACEHOLDER),
                options=list(map(_option, options)),
            )
            return discord.ui.ActionRow(select)
        case ours.Picture(filename=filename, alt=alt):
            shown = discord.MediaGalleryItem(
                f"attachment://{filename}", description=clip(alt, limits.MEDIA_DESCRIPTION)
            )
            return discord.ui.MediaGallery(shown)
        case _:
            assert_never(block)


def _button(button: Button | Link) -> discord.ui.Button[Any]:
    label = clip(button.label, limits.BUTTON_LABEL)
    if isinstance(button, Link):
        return discord.ui.Button(label=label, url=button.url)
    style = discord.ButtonStyle.primary if button.style is Style.FIRST else discord.ButtonStyle.secondary
    return discord.ui.Button(label=label, style=style, custom_id=custom_id(button.press), disabled=not button.enabled)


def _option(option: Option) -> discord.SelectOption:
    return discord.SelectOption(
        label=option.label, value=option.value, description=option.description or None, default=option.chosen
    )


# ---------------------------------------------------------------- who reads it, and in which language


async def tune(interaction: Asked, *, everybody: bool = False) -> None:
    """Speak the language of whoever reads the answer: what the server chose, else theirs, or the channel's."""
    chosen = (await interaction.client.desk.settings(interaction.guild_id)).language
    locale = interaction.guild_locale if everybody and interaction.guild_locale else interaction.locale
    speak(language_of(chosen) or language_of(str(locale)) or SOURCE)


async def audience_for(interaction: Asked, *, share: bool | None = None) -> Audience:
    """Who is to see an answer: as whoever asked said, else as the server chose."""
    if interaction.context.dm_channel:
        return Audience.CONVERSATION
    if share is None:
        share = (await interaction.client.desk.settings(interaction.guild_id)).visibility is Visibility.SHARED
    return Audience.CHANNEL if share else Audience.ASKER


def audience_of(interaction: Asked) -> Audience:
    """Who sees the message whose button was pressed."""
    if interaction.message is not None and interaction.message.flags.ephemeral:
        return Audience.ASKER
    return Audience.CONVERSATION if interaction.context.dm_channel else Audience.CHANNEL


# ---------------------------------------------------------------- sending


async def respond(interaction: Asked, page: Page) -> None:
    """Answer with a page that is for whoever asked alone, where there is anybody else."""
    audience = Audience.CONVERSATION if interaction.context.dm_channel else Audience.ASKER
    await interaction.response.send_message(
        view=view(dressed(page, audience)), ephemeral=audience is not Audience.CONVERSATION
    )


async def show(interaction: Asked, subject: Subject, audience: Audience, reasons: Reasons | None = None) -> None:
    """Answer with a subject: at once, and with its picture as soon as that is drawn."""
    if audience is Audience.CHANNEL:
        await share(interaction, subject, reasons)
        return
    made = _maker(interaction, subject, audience, reasons=reasons)
    await _send(interaction, subject, made, private=audience is Audience.ASKER)


async def turn(interaction: Asked, subject: Subject, reasons: Reasons | None) -> None:
    """Show a subject in place of what the message shows."""
    chart = chart_of(subject, interaction.client.desk)
    drawn = interaction.client.charts.cached(chart) if chart else None
    made = _maker(interaction, subject, audience_of(interaction), reasons=reasons)
    await interaction.response.edit_message(view=view(made(drawn is not None)), attachments=_files(drawn))
    if chart and drawn is None:
        await _add_picture(interaction, chart, made)


async def share(
    interaction: Asked, subject: Subject, reasons: Reasons | None = None, *, sharer: int | None = None
) -> None:
    """Show a subject to everybody here, unless it was shown within the last minute: then point to that."""
    if not is_there(subject, interaction.client.desk):
        # «Withdrawn» is for whoever pressed, not for the channel.
        await _send(interaction, subject, _maker(interaction, subject, Audience.ASKER), private=True)
        return
    shares, channel = interaction.client.shares, interaction.channel_id or 0
    what = subject.card if isinstance(subject, CardTab) else subject
    if before := shares.first(channel, what):
        await respond(interaction, outcomes.shared_before(before.link))
        return
    sent = None
    try:
        await tune(interaction, everybody=True)
        made = _maker(interaction, subject, Audience.CHANNEL, reasons=reasons, sharer=sharer)
        sent = await _send(interaction, subject, made, private=False)
    finally:
        if sent is None or sent.flags.ephemeral:
            shares.failed(channel, what)
        else:
            shares.stands(channel, what, link_to(interaction, sent.id))
    if sent is None or sent.flags.ephemeral:
        await tune(interaction)
        await interaction.followup.send(view=view(outcomes.not_shared()), ephemeral=True)


def link_to(interaction: Asked, message_id: int) -> str:
    """The address of a message in the channel of an interaction."""
    return f"https://discord.com/channels/{interaction.guild_id or '@me'}/{interaction.channel_id}/{message_id}"


def _maker(
    interaction: Asked,
    subject: Subject,
    audience: Audience,
    *,
    reasons: Reasons | None = None,
    sharer: int | None = None,
) -> Callable[[bool], Page]:
    """A function that makes the page of a subject, with or without its picture."""
    desk, today = interaction.client.desk, interaction.created_at.date()
    sharing = _stamped(subject, interaction)

    def made(picture: bool) -> Page:
        page = page_of(subject, desk, today, picture=picture)
        return dressed(page, audience, subject=sharing, reasons=reasons, sharer=sharer)

    return made


def _stamped(subject: Subject, interaction: Asked) -> Subject | None:
    """The subject as of the version that is shown now; None for a card that is no longer there."""
    if not isinstance(subject, CardTab):
        return subject
    found = interaction.client.desk.card(subject.card)
    return replace(subject, version=found.version) if found else None


async def _send(
    interaction: Asked, subject: Subject, made: Callable[[bool], Page], *, private: bool
) -> discord.InteractionMessage | None:
    chart = chart_of(subject, interaction.client.desk)
    drawn = interaction.client.charts.cached(chart) if chart else None
    response = await interaction.response.send_message(
        view=view(made(drawn is not None)), files=_files(drawn), ephemeral=private
    )
    if chart and drawn is None:
        await _add_picture(interaction, chart, made)
    return response.resource if isinstance(response.resource, discord.InteractionMessage) else None


async def _add_picture(interaction: Asked, chart: Timeline, made: Callable[[bool], Page]) -> None:
    """Draw, and put the picture into the answer. The text stands without it as well."""
    try:
        drawn = await interaction.client.charts.draw(chart)
        await interaction.edit_original_response(view=view(made(True)), attachments=_files(drawn))
    except ChartError as error:
        logger.warning("a picture could not be drawn: %s", error)
    except discord.HTTPException as error:
        logger.warning("a picture could not be sent: %s", error)


def _files(drawn: Picture | None) -> list[discord.File]:
    return [discord.File(io.BytesIO(drawn.png), PICTURE)] if drawn else []


# ---------------------------------------------------------------- the net


async def handle(interaction: Asked, error: Exception) -> None:
    """The one net: log an error with its traceback and apologize, unless it is too late for any answer."""
    cause = getattr(error, "original", error)
    if isinstance(cause, discord.HTTPException) and cause.code in (UNKNOWN_INTERACTION, ALREADY_ANSWERED):
        logger.warning("too late to answer an interaction (code %s)", cause.code)
        return
    logger.error("an interaction failed", exc_info=cause)
    if interaction.type is discord.InteractionType.autocomplete:
        return
    try:
        page = view(outcomes.failed())
        if interaction.response.is_done():
            await interaction.followup.send(view=page, ephemeral=True)
        else:
            await interaction.response.send_message(view=page, ephemeral=True)
    except discord.HTTPException as failed:
        logger.warning("the apology could not be sent either: %s", failed)
