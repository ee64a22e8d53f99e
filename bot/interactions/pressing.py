"""What a press of a button, a choice in a menu and a form that is sent do. A custom_id says everything, so it works
after a restart, on any shard, and on a message that this process never sent.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, assert_never

import aiohttp
import discord

from bot.interactions import managing, statistics
from bot.interactions.audience import Audience
from bot.interactions.forms import report_form, report_in
from bot.interactions.pages import outcomes
from bot.interactions.presses import (
    Change,
    Choose,
    Count,
    Pick,
    Plain,
    Press,
    Rate,
    Reasons,
    Report,
    Request,
    Share,
    Show,
    Turn,
    Want,
    parse,
    wanted,
)
from bot.interactions.replies import (
    Asked,
    audience_for,
    audience_of,
    handle,
    is_late,
    link_to,
    respond,
    server_of,
    share,
    show,
    tune,
    turn,
)
from bot.interactions.subjects import Subject, decode
from bot.model import Surface

SURFACES = {
    Want.BRIEF: Surface.BRIEF,
    Want.QUOTES: Surface.QUOTE,
    Want.COMPARE: Surface.COMPARE,
    Want.TIMELINE: Surface.TIMELINE,
}
"""Where the ask of a pick came in."""

ASKED_SECONDS = 1.5
"""How long Discord may take to say who asked: there are three seconds for the answer."""

logger = logging.getLogger(__name__)


async def pressed(interaction: Asked) -> None:
    """Answer a press. Whatever goes wrong is told to whoever pressed."""
    await _netted(interaction, _answer)


async def sent(interaction: Asked) -> None:
    """Answer a form, likewise."""
    await _netted(interaction, _answer_form)


async def _netted(interaction: Asked, answer: Callable[[Asked, Press | None], Awaitable[None]]) -> None:
    if is_late(interaction):
        return
    try:
        interaction.client.desk.hold()
        await tune(interaction)
        await answer(interaction, parse(_data(interaction).get("custom_id", "")))
    except Exception as error:
        # The library only logs what an event raises, and whoever pressed would be told nothing.
        await handle(interaction, error)


async def _answer_form(interaction: Asked, form: Press | None) -> None:
    if isinstance(form, Report):
        await _reported(interaction, form)
    else:
        await respond(interaction, outcomes.unknown_press())


def _data(interaction: Asked) -> dict[str, Any]:
    return dict(interaction.data or {})


async def _answer(interaction: Asked, press: Press | None) -> None:
    match press:
        case None:
            await respond(interaction, outcomes.unknown_press())
        case Show(subject=subject):
            await _show(interaction, subject)
        case Turn(subject=subject):
            await _turn(interaction, subject)
        case Choose(in_place=in_place):
            await _choose(interaction, in_place=in_place)
        case Share(subject=subject):
            await share(interaction, subject, sharer=interaction.user.id)
        case Pick():
            await _pick(interaction, press)
        case Reasons():
            await respond(interaction, outcomes.why(press))
        case Request(ask=ask):
            await _request(interaction, ask)
        case Rate():
            await _rate(interaction, press)
        case Report():
            await _report(interaction, press)
        case Count():
            await statistics.turn(interaction, press)
        case Change(setting=setting):
            await managing.change(interaction, setting)
        case Plain.EXPORT:
            await managing.export(interaction)
        case Plain.ERASE:
            await managing.ask_to_erase(interaction)
        case Plain.ERASE_ALL:
            await managing.erase(interaction)
        case Plain.DISMISS if audience_of(interaction) is not Audience.CHANNEL:
            await _put_away(interaction)
        case Plain.DISMISS | Plain.REMOVE:
            await _remove(interaction)
        case _:
            assert_never(press)


# ---------------------------------------------------------------- showing


async def _show(interaction: Asked, subject: Subject) -> None:
    await show(interaction, subject, await audience_for(interaction, share=False))


async def _turn(interaction: Asked, subject: Subject) -> None:
    """In place where the message is the presser's own; others' messages stay as they are."""
    if audience_of(interaction) is Audience.CHANNEL:
        await _show(interaction, subject)
    else:
        await turn(interaction, subject, _reasons_on(interaction.message))


async def _choose(interaction: Asked, *, in_place: bool) -> None:
    values = _data(interaction).get("values") or [""]
    subject = decode(values[0])
    if subject is None:
        await respond(interaction, outcomes.unknown_press())
    elif in_place:
        await _turn(interaction, subject)
    else:
        await _show(interaction, subject)


async def _pick(interaction: Asked, press: Pick) -> None:
    desk = interaction.client.desk
    surface, locale = SURFACES[press.want], str(interaction.locale)
    found = await desk.pick(press.card, press.ask, surface=surface, guild=server_of(interaction), locale=locale)
    if found:
        await _show(interaction, wanted(press.want, found.id))
    else:
        await respond(interaction, outcomes.gone())


def _reasons_on(message: discord.Message | None) -> Reasons | None:
    """The reasons that a message offers, to be offered again on its other tabs."""
    rows = message.components if message else []
    for component in _inside(rows):
        found = parse(getattr(component, "custom_id", None) or "")
        if isinstance(found, Reasons):
            return found
    return None


def _inside(components: Any) -> list[Any]:
    found = []
    for component in components:
        found += [component, *_inside(getattr(component, "children", []))]
    return found


# ---------------------------------------------------------------- what members say


async def _request(interaction: Asked, ask: str) -> None:
    if not interaction.client.voices.first(interaction.user.id, "request", ask):
        await respond(interaction, outcomes.counted_before())
        return
    await interaction.client.desk.request(ask, guild=server_of(interaction), locale=str(interaction.locale))
    await respond(interaction, outcomes.counted())


async def _rate(interaction: Asked, press: Rate) -> None:
    desk = interaction.client.desk
    if desk.card(press.card) is None:
        await respond(interaction, outcomes.gone())
        return
    if not interaction.client.voices.first(interaction.user.id, "rate", press.card):
        await respond(interaction, outcomes.voice_had())
        return
    locale = str(interaction.locale)
    await desk.rate(press.card, press.version, press.voice, guild=server_of(interaction), locale=locale)
    await respond(interaction, outcomes.voice_taken())


async def _report(interaction: Asked, press: Report) -> None:
    found = interaction.client.desk.card(press.card)
    if found is None:
        await respond(interaction, outcomes.gone())
        return
    await interaction.response.send_modal(report_form(found))


async def _reported(interaction: Asked, press: Report) -> None:
    found = interaction.client.desk.card(press.card)
    if found is None:
        await respond(interaction, outcomes.gone())
        return
    if not interaction.client.voices.first(interaction.user.id, "report", press.card):
        await respond(interaction, outcomes.reported_before())
        return
    part, text = report_in(_data(interaction), found)
    locale = str(interaction.locale)
    await interaction.client.desk.report(
        press.card, press.version, part, text, guild=server_of(interaction), locale=locale
    )
    await respond(interaction, outcomes.reported())


# ---------------------------------------------------------------- putting away


async def _put_away(interaction: Asked) -> None:
    interaction.client.drawing.pop(interaction.message.id if interaction.message else None, None)
    await interaction.response.defer()
    with suppress(discord.NotFound):
        # Somebody may have been quicker.
        await interaction.delete_original_response()


async def _remove(interaction: Asked) -> None:
    """Take a message away for everybody: whoever asked for it may, and those who may delete messages."""
    if not (interaction.permissions.manage_messages or await _asked_for(interaction)):
        await respond(interaction, outcomes.not_yours())
        return
    if interaction.message:
        interaction.client.shares.removed(link_to(interaction, interaction.message.id))
    await _put_away(interaction)


async def _asked_for(interaction: Asked) -> bool:
    """Whether whoever presses is whom the message answers, by a command or by a mention."""
    message = interaction.message
    if message is None:
        return False
    if message.interaction_metadata:
        return message.interaction_metadata.user.id == interaction.user.id
    if message.reference is None or message.reference.message_id is None:
        return False
    # Discord does not send the message that was answered along with a press.
    channel = interaction.client.get_partial_messageable(message.channel.id)
    try:
        async with asyncio.timeout(ASKED_SECONDS):
            answered = await channel.fetch_message(message.reference.message_id)
    except (discord.HTTPException, aiohttp.ClientError, OSError, ValueError):
        return False
    return answered.author.id == interaction.user.id
