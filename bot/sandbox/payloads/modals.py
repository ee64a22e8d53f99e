"""Modals: the data of an interaction's callback of type 9.

Source: Discord's documentation, «Modal Interaction Callback Data», and the schemas `…ComponentForModalRequest` of its
OpenAPI description.
"""

from collections.abc import Iterator
from typing import Any

from bot import limits
from bot.sandbox.payloads.components import ACTION_ROW, TEXT, TEXT_DISPLAY, fits
from bot.sandbox.payloads.fields import boolean, many, model, one_of, text, union, whole
from bot.sandbox.payloads.refusals import Json, Path, Refusal, bad_length, too_great
from bot.sandbox.payloads.selects import CUSTOM_ID, MODAL_ONLY, NUMBERED, answerable, selects
from bot.sandbox.payloads.tree import duplicates

TEXT_INPUT, LABEL = 4, 18


def _input_lengths(field: Json, path: Path) -> Iterator[Refusal]:
    least, most, value = field.get("min_length") or 0, field.get("max_length"), field.get("value")
    if most is not None and least > most:
        yield too_great((*path, "min_length"), most)
    elif value and not least <= len(value) <= (most or limits.INPUT_TEXT):
        yield bad_length((*path, "value"), least, most or limits.INPUT_TEXT)


_INPUT = {
    **NUMBERED,
    "value": text(0, limits.INPUT_TEXT),
    "placeholder": text(0, limits.INPUT_PLACEHOLDER),
    "required": boolean,
    "min_length": whole(0, limits.INPUT_TEXT),
    "max_length": whole(1, limits.INPUT_TEXT),
}
_INPUT_NEEDS = {"custom_id": CUSTOM_ID, "style": one_of(1, 2)}
_INPUT_LABEL = {"label": text(1, limits.INPUT_LABEL)}
_INPUT_IN_ROW = model({**_INPUT_NEEDS, **_INPUT_LABEL}, _INPUT, _input_lengths)
_INPUT_IN_LABEL = model(_INPUT_NEEDS, {**_INPUT, **_INPUT_LABEL}, _input_lengths)
# A menu in a modal cannot be disabled; the closest code says so.
_IN_LABEL = {TEXT_INPUT: _INPUT_IN_LABEL, **selects(one_of(False), answerable), **MODAL_ONLY}
_ITEMS = {
    ACTION_ROW: model({"components": many(union({TEXT_INPUT: _INPUT_IN_ROW}), 1, limits.ROW_BUTTONS)}, NUMBERED, fits),
    LABEL: model(
        {**_INPUT_LABEL, "component": union(_IN_LABEL)},
        {**NUMBERED, "description": text(1, limits.INPUT_DESCRIPTION)},
    ),
    TEXT_DISPLAY: TEXT,
}
_MODAL = model(
    {
        "custom_id": CUSTOM_ID,
        "title": text(1, limits.MODAL_TITLE),
        "components": many(union(_ITEMS), 1, limits.MODAL_ITEMS),
    },
    {},
)


def modal_refusals(data: Any) -> list[Refusal]:
    """Why Discord answers 400 to this modal, `{"custom_id", "title", "components"}`; empty where it shows it."""
    return list(_MODAL(data, ())) or list(duplicates(data.get("components")))
