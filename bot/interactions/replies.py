"""Pages become messages, and stay up to date with their pictures.

Also the one error net: what nobody expected is logged, and the user is told something useful.
"""

import io
import logging
import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.charts import Chart, ChartError, Picture
from bot.interactions.audience import Audience, dressed
from bot.interactions.components import PICTURE, Page
from bot.interactions.delivery import ALREADY_ANSWERED, NotDelivered
from bot.interactions.pages import outcomes
from bot.interactions.presses import Reasons
from bot.interactions.showing import chart_of, is_there
from bot.interactions.subjects import CardTab, Subject
from bot.interactions.views import view
from bot.model import Visibility
from bot.translation import SOURCE, language_of, speak

if TYPE_CHECKING:
    from bot.interactions.client import BriefbotClient

    Asked = discord.Interaction[BriefbotClient]
else:
    Asked = discord.Interaction

Maker = Callable[[bool], Page]
"""Makes the page of a message, with its picture or without."""

Response = discord.InteractionCallbackResponse["BriefbotClient"]

logger = logging.getLogger(__name__)

UNKNOWN_INTERACTION = 10062

# ---------------------------------------------------------------- whether there is still time

ANSWER_SECONDS, KEYSTROKE_SECONDS = 2.5, 1.0
"""After which it is too late to begin with an answer: Discord takes none after three seconds, and whoever types is at
the next key. A bot that goes on with what is late has no time for what is not.
"""
CAME = "came"


def came(interaction: Asked) -> None:
    """Note when an interaction came, which may be long before there is time for it."""
    interaction.extras[CAME] = time.monotonic()


def is_late(interaction: Asked) -> bool:
    """Whether it is too late to begin with an answer."""
    keystroke = interaction.type is discord.InteractionType.autocomplete
    waited = time.monotonic() - interaction.extras.get(CAME, math.inf)
    if waited < (KEYSTROKE_SECONDS if keystroke else ANSWER_SECONDS):
        return False
    if not keystroke:
        logger.warning("there is more to answer than there is time for: somebody was not answered")
    return True


# ---------------------------------------------------------------- who reads it, and in which language


async def tune(interaction: Asked, *, everybody: bool = False) -> None:
    """Speak the language of whoever reads the answer: what the server chose, else theirs, or the channel's."""
    chosen = (await interaction.client.desk.settings(server_of(interaction))).language
    locale = interaction.guild_locale if everybody and interaction.guild_locale else interaction.locale
    own = language_of(str(interaction.locale)) or SOURCE
    speak(language_of(chosen) or language_of(str(locale)) or SOURCE, commands=own)


def server_of(interaction: Asked) -> int | None:
    """The server that an ask is counted for, whose managers decide; None in conversations, and where only members
    brought the bot along: nobody manages it there.
    """
    return interaction.guild_id if interaction.is_guild_integration() else None


async def audience_for(interaction: Asked, *, share: bool | None = None) -> Audience:
    """Who is to see an answer: as whoever asked said, else as the server chose."""
    if interaction.context.dm_channel:
        return Audience.CONVERSATION
    if share is None:
        share = (await interaction.client.desk.settings(server_of(interaction))).visibility is Visibility.SHARED
    return Audience.CHANNEL if share else Audience.ASKER


def audience_of(interaction: Asked) -> Audience:
    """Who sees the message whose button was pressed."""
    if interaction.message is not None and interaction.message.flags.ephemeral:
        return Audience.ASKER
    return Audience.CONVERSATION if interaction.context.dm_channel else Audience.CHANNEL


# ---------------------------------------------------------------- sending


async def respond(interaction: Asked, page: Page) -> None:
    """Answer with a page that is for whoever asked alone, where there is anybody else."""
    audience = await audience_for(interaction, share=False)
    await interaction.response.send_message(
        view=view(dressed(page, audience)), ephemeral=audience is not Audience.CONVERSATION
    )


async def show(interaction: Asked, subject: Subject, audience: Audience, reasons: Reasons | None = None) -> None:
    """Answer with a subject: at once, and with its picture as soon as that is drawn."""
    if audience is Audience.CHANNEL:
        await share(interaction, subject)
        return
    made = _maker(interaction, subject, audience, reasons=reasons)
    await show_drawn(interaction, made, _chart(interaction, subject), private=audience is Audience.ASKER)


async def turn(interaction: Asked, subject: Subject, reasons: Reasons | None) -> None:
    """Show a subject in place of what the message shows."""
    made = _maker(interaction, subject, audience_of(interaction), reasons=reasons)
    await turn_drawn(interaction, made, _chart(interaction, subject))


async def turn_drawn(interaction: Asked, made: Maker, chart: Chart | None) -> None:
    """Show a page in place of what the message shows, with its picture at once or as soon as that is drawn."""
    drawn = interaction.client.charts.cached(chart) if chart else None
    message = interaction.message.id if interaction.message else None
    interaction.client.drawing.pop(message, None)
    await interaction.response.edit_message(view=_view(interaction, made(drawn is not None)), attachments=_files(drawn))
    if chart and drawn is None:
        await _add_picture(interaction, message, chart, made)


async def share(interaction: Asked, subject: Subject, *, sharer: int | None = None) -> None:
    """Show a subject to everybody here, unless it was shown within the last minute: then point to that.

    Where the member may not write, or shares too fast, the answer is for them alone.
    """
    client = interaction.client
    if not is_there(subject, client.desk) or not _may_write(interaction):
        await show(interaction, subject, Audience.ASKER)
        return
    if seconds := client.sharing.wait(interaction.user.id):
        await respond(interaction, outcomes.too_fast(seconds))
        return
    channel, what = interaction.channel_id or 0, subject
    if isinstance(subject, CardTab):
        # As it is now: nobody in the channel has seen another version of it.
        subject = replace(subject, version="")
        what = CardTab(card=subject.card)
    if before := client.shares.first(channel, what):
        await respond(interaction, outcomes.shared_before(before.link))
        return
    await tune(interaction, everybody=True)
    made = _maker(interaction, subject, Audience.CHANNEL, sharer=sharer)
    shown = False

    def sent(response: Response) -> None:
        nonlocal shown
        shown = response.message_id is not None and not response.is_ephemeral()
        if response.message_id is not None and shown:
            client.shares.stands(channel, what, link_to(interaction, response.message_id))

    try:
        await show_drawn(interaction, made, _chart(interaction, subject), private=False, sent=sent)
    finally:
        if not shown:
            client.shares.failed(channel, what)
    if not shown:
        await tune(interaction)
        await interaction.followup.send(view=view(outcomes.not_shared()), ephemeral=True)


def _may_write(interaction: Asked) -> bool:
    """Whether the member could have written it themselves; in conversations they can."""
    if interaction.guild_id is None:
        return True
    here = isinstance(interaction.channel, discord.Thread)
    rights = interaction.permissions
    return rights.send_messages_in_threads if here else rights.send_messages


def link_to(interaction: Asked, message_id: int) -> str:
    """The address of a message in the channel of an interaction."""
    return f"https://discord.com/channels/{interaction.guild_id or '@me'}/{interaction.channel_id}/{message_id}"


def _view(interaction: Asked, page: Page) -> discord.ui.LayoutView:
    """A page of which most may be written out already."""
    return view(page, interaction.client.kept.component)


def _maker(
    interaction: Asked,
    subject: Subject,
    audience: Audience,
    *,
    reasons: Reasons | None = None,
    sharer: int | None = None,
) -> Maker:
    client, today = interaction.client, interaction.created_at.date()
    sharing = _stamped(subject, interaction)

    def made(picture: bool) -> Page:
        page = client.kept.of(subject, client.desk, today, picture=picture)
        return dressed(page, audience, subject=sharing, reasons=reasons, sharer=sharer)

    return made


def _stamped(subject: Subject, interaction: Asked) -> Subject | None:
    """The subject as of the version that is shown now; None for a card that is no longer there."""
    if not isinstance(subject, CardTab):
        return subject
    found = interaction.client.desk.card(subject.card)
    return replace(subject, version=found.version) if found else None


def _chart(interaction: Asked, subject: Subject) -> Chart | None:
    return chart_of(subject, interaction.client.desk)


async def show_drawn(
    interaction: Asked,
    made: Maker,
    chart: Chart | None,
    *,
    private: bool,
    sent: "Callable[[Response], None] | None" = None,
) -> None:
    """Answer with a page at once, tell that it is `sent`, and add its picture when it is drawn."""
    drawn = interaction.client.charts.cached(chart) if chart else None
    response = await interaction.response.send_message(
        view=_view(interaction, made(drawn is not None)), files=_files(drawn), ephemeral=private
    )
    if sent:
        sent(response)
    if chart and drawn is None:
        await _add_picture(interaction, response.message_id, chart, made)


async def _add_picture(interaction: Asked, message: int | None, chart: Chart, made: Maker) -> None:
    """Draw, and put the picture into the answer, unless that shows something else by then.

    The text stands without it as well.
    """
    drawing, this = interaction.client.drawing, object()
    drawing[message] = this
    try:
        drawn = await interaction.client.charts.draw(chart)
        if drawing.get(message) is this:
            await interaction.edit_original_response(view=_view(interaction, made(True)), attachments=_files(drawn))
    except ChartError as error:
        logger.warning("a picture could not be drawn: %s", error)
    except discord.NotFound:
        logger.debug("a picture came after its message was put away")
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        logger.warning("a picture could not be sent: %s", error)
    finally:
        if drawing.get(message) is this:
            del drawing[message]


def _files(drawn: Picture | None) -> list[discord.File]:
    return [discord.File(io.BytesIO(drawn.png), PICTURE)] if drawn else []


# ---------------------------------------------------------------- the net


async def handle(interaction: Asked, error: Exception) -> None:
    """The one net: log an error with its traceback and apologize, unless it is too late for any answer."""
    cause = getattr(error, "original", error)
    if isinstance(cause, NotDelivered):
        logger.warning("an answer was not delivered: %s", cause)
        return
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
    except (discord.HTTPException, NotDelivered) as failed:
        logger.warning("the apology could not be sent either: %s", failed)
