"""The form in which a member reports an error: which part of a card, and what is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping
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
    form.add_item(
        discord.ui.TextDisplay(
            _("Without your name it goes to the editors of the cards, and those who manage this server can read it.")
        )
    )
    options = [discord.SelectOption(label=label, value=value) for value, label in _parts(card)]
    select: discord.ui.Select[Any] = discord.ui.Select(
        custom_id=PART, options=options, placeholder=_("Choose a part of the card")
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
    held = (f"{position.holder} {position.stance}" for position in card.positions)
    named = [
        ("bottom line", labelled(_("Summary"), card.bottom_line)),
        *_each("point", pgettext("part", "Point"), (point.text for point in card.key_points)),
        *_each("quote", pgettext("part", "Quote"), map(shown, card.quotes)),
        *_each("position", pgettext("part", "Position"), held),
        *_each("note", pgettext("part", "Note"), (note.text for note in card.editors_notes)),
    ]
    for value, label in [*named[: limits.SELECT_OPTIONS - 1], ("other", _("Something else"))]:
        yield value, clip(" ".join(label.split()), limits.SELECT_OPTION)


def _each(part: str, label: str, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Parts of one kind, by their numbers."""
    for number, text in enumerate(texts, 1):
        yield f"{part} {number}", labelled(f"{label} {number}", text)


def report_in(data: Mapping[str, Any], card: BriefingCard) -> tuple[str | None, str]:
    """The part of the card and the words of a form that was sent, as Discord's data of the interaction have them.

    What is no part of the card is None, whatever was sent.
    """
    given = {part.get("custom_id"): part for part in _inside(data.get("components"))}
    values, words = given.get(PART, {}).get("values"), given.get(WORDS, {}).get("value")
    chosen = values[0] if isinstance(values, list) and values else None
    known = chosen in [value for value, _label in _parts(card)]
    return chosen if known else None, words if isinstance(words, str) else ""


def _inside(components: Any) -> Iterator[Mapping[str, Any]]:
    for component in components if isinstance(components, list) else []:
        if isinstance(component, dict):
            yield component
            yield from _inside(component.get("components"))
            yield from _inside([component.get("component")])
