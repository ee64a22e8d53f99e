"""How close a body is to Discord's limits."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot import limits
from bot.sandbox.payloads.components import ACTION_ROW, BUTTON
from bot.sandbox.payloads.embeds import embeds_length
from bot.sandbox.payloads.messages import has_layout
from bot.sandbox.payloads.refusals import Json
from bot.sandbox.payloads.tree import text_length, walk


@dataclass(frozen=True, slots=True)
class Measure:
    """One limit in plain words, and how much of it is used."""

    name: str
    used: int
    limit: int


def measures(body: Any) -> list[Measure]:
    """The limits that apply to a message, a modal or the choices of an autocompletion, or to a callback with one.

    Bodies that Discord refuses are measured too: what is not of the right type counts nothing.
    """
    if not isinstance(body, dict):
        return []
    inner = body["data"] if isinstance(body.get("data"), dict) else body
    return [measure for measure in _all(inner) if measure.used]


def _all(body: Json) -> Iterator[Measure]:
    modal = "title" in body and "custom_id" in body
    parts = [component for _, component in walk(body.get("components"))]
    top = _objects(body.get("components"))
    embeds, choices = body.get("embeds"), _objects(body.get("choices"))
    yield Measure("Text of all displays", text_length(body.get("components")), limits.MESSAGE_TEXT)
    if modal:
        yield Measure("Items of the modal", len(top), limits.MODAL_ITEMS)
        yield Measure("Title of the modal", _longest([body], "title"), limits.MODAL_TITLE)
        yield Measure("Longest label", _longest(parts, "label"), limits.INPUT_LABEL)
    elif has_layout(body) or any(component.get("type") != ACTION_ROW for component in top):
        yield Measure("Components", len(parts), limits.MESSAGE_COMPONENTS)
    else:
        yield Measure("Action rows", len(top), limits.LEGACY_ROWS)
    yield Measure("Longest custom_id", _longest([body, *parts], "custom_id"), limits.CUSTOM_ID)
    yield from _controls(parts)
    yield Measure("Content", _longest([body], "content"), limits.MESSAGE_CONTENT)
    yield Measure("Embeds", len(_objects(embeds)), limits.EMBEDS)
    yield Measure("Text of all embeds", embeds_length(embeds), limits.EMBEDS_TEXT)
    yield Measure("Files", len(_objects(body.get("attachments"))), limits.MESSAGE_FILES)
    yield Measure("Choices", len(choices), limits.CHOICES)
    yield Measure("Longest name of a choice", _longest(choices, "name"), limits.CHOICE)
    yield Measure("Longest value of a choice", _longest(choices, "value"), limits.CHOICE)


def _controls(parts: list[Json]) -> Iterator[Measure]:
    buttons = [component for component in parts if component.get("type") == BUTTON]
    rows = [_objects(component.get("components")) for component in parts if component.get("type") == ACTION_ROW]
    in_rows = [sum(component.get("type") == BUTTON for component in row) for row in rows]
    options = [_objects(component.get("options")) for component in parts]
    every_option = [option for held in options for option in held]
    yield Measure("Longest label of a button", _longest(buttons, "label"), limits.BUTTON_LABEL)
    yield Measure("Buttons in the fullest row", max(in_rows, default=0), limits.ROW_BUTTONS)
    yield Measure("Options of the fullest menu", max(map(len, options), default=0), limits.SELECT_OPTIONS)
    for name in ("label", "value", "description"):
        yield Measure(f"Longest {name} of an option", _longest(every_option, name), limits.SELECT_OPTION)


def _longest(holders: list[Json], name: str) -> int:
    return max((len(holder[name]) for holder in holders if isinstance(holder.get(name), str)), default=0)


def _objects(value: Any) -> list[Json]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []
