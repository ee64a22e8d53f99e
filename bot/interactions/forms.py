"""The form in which a member reports an error: which part of a card, and what is wrong with it."""

from collections.abc import Iterator, Mapping
from typing import Any

import discord

from bot import limits
from bot.corpus import shown
from bot.interactions.components import clip, labelled
from bot.interactions.presses import Report, custom_id
from bot.model import BriefingCard
from bot.translation import gettext as _
from bot.translation import pgettext

PART, WORDS = "part", "words"
MOST_WORDS = 300


def report_form(card: BriefingCard) -> discord.ui.Modal:
    """A modal that is found again by its custom_id alone, as buttons are."""
    form = discord.ui.Modal(
        title=clip(_("Report an error"), limits.MODAL_TITLE),
        custom_id=custom_id(Report(card=card.id, version=card.version)),
        timeout=None,
    )
    form.add_item(discord.ui.TextDisplay(_("Your report goes to the editors of the cards, without your name.")))
    options = [discord.SelectOption(label=label, value=value) for value, label in _parts(card)]
    select: discord.ui.Select[Any] = discord.ui.Select(
        custom_id=PART, options=options[: limits.SELECT_OPTIONS], placeholder=_("Choose a part of the card")
    )
    form.add_item(discord.ui.Label(text=clip(_("Which part is it about?"), limits.INPUT_LABEL), component=select))
    words: discord.ui.TextInput[Any] = discord.ui.TextInput(
        custom_id=WORDS, style=discord.TextStyle.paragraph, required=False, max_length=MOST_WORDS
    )
    hint = clip(_("No names, please: what you write is kept for a while."), limits.INPUT_DESCRIPTION)
    label = clip(_("What is wrong?"), limits.INPUT_LABEL)
    form.add_item(discord.ui.Label(text=label, description=hint, component=words))
    # What is sent is read by its custom_id: a form that listens would be kept until it is.
    form.stop()
    return form


def _parts(card: BriefingCard) -> Iterator[tuple[str, str]]:
    """Each part that can be wrong: as it is kept, and as the reader sees it."""
    named = [("bottom line", labelled(_("Summary"), card.bottom_line))]
    named += [
        (f"point {number}", labelled(f"{pgettext('part', 'Point')} {number}", f"{point.text}"))
        for number, point in enumerate(card.key_points, 1)
    ]
    named += [
        (f"quote {number}", labelled(f"{pgettext('part', 'Quote')} {number}", f"{shown(passage)}"))
        for number, passage in enumerate(card.quotes, 1)
    ]
    named += [
        (
            f"position {number}",
            labelled(f"{pgettext('part', 'Position')} {number}", f"{position.holder} {position.stance}"),
        )
        for number, position in enumerate(card.positions, 1)
    ]
    named += [
        (f"note {number}", labelled(f"{pgettext('part', 'Note')} {number}", f"{note.text}"))
        for number, note in enumerate(card.editors_notes, 1)
    ]
    for value, label in [*named[: limits.SELECT_OPTIONS - 1], ("other", _("Something else"))]:
        yield value, clip(" ".join(label.split()), limits.SELECT_OPTION)


def report_in(data: Mapping[str, Any], card: BriefingCard) -> tuple[str | None, str]:
    """The part of the card and the words of a form that was sent, as Discord's data of the interaction have them.

    What is no part of the card is None, whatever was sent.
    """
    given = {part.get("custom_id"): part for part in _inside(data.get("components"))}
    values = given.get(PART, {}).get("values")
    part = values[0] if isinstance(values, list) and values else None
    words = given.get(WORDS, {}).get("value")
    return (part if part in [value for value, _label in _parts(card)] else None), words if isinstance(
        words, str
    ) else ""


def _inside(components: Any) -> Iterator[Mapping[str, Any]]:
    for component in components if isinstance(components, list) else []:
        if isinstance(component, dict):
            yield component
            yield from _inside(component.get("components"))
            yield from _inside([component.get("component")])
