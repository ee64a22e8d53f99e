"""First responses to interactions: `{"type", "data"}`, posted to the callback of one interaction."""

from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Any

from bot import limits
from bot.sandbox.payloads.fields import each, many, model, text, whole
from bot.sandbox.payloads.messages import message_refusals
from bot.sandbox.payloads.modals import modal_refusals
from bot.sandbox.payloads.refusals import Path, Refusal, not_among, not_an_object, required


class Kind(IntEnum):
    """Of an interaction."""

    PING = 1
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Callback(IntEnum):
    """Of a first response. Discord's OpenAPI description calls them `InteractionCallbackTypes`."""

    PONG = 1
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


PONG, MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = Callback
CALLBACK_TYPES = (*map(int, Callback), 12, 13)
"""The last two are for activities and shops."""

_ANSWERS = (MESSAGE, DEFERRED_MESSAGE)
_UPDATES = (DEFERRED_UPDATE, UPDATE)
_TAKEN: dict[int, tuple[int, ...]] = {
    Kind.PING: (PONG,),
    Kind.COMMAND: (*_ANSWERS, MODAL),
    Kind.COMPONENT: (*_ANSWERS, *_UPDATES, MODAL),
    Kind.AUTOCOMPLETE: (CHOICES,),
    Kind.MODAL: _ANSWERS,
}


def _choice_value(value: Any, path: Path) -> Iterator[Refusal]:
    """A string, an integer or a float, whichever the option takes."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield from text(1, limits.CHOICE)(value, path)


NAME = text(1, limits.CHOICE)
_CHOICES = model(
    {
        "choices": many(
            model({"name": NAME, "value": _choice_value}, {"name_localizations": each(NAME)}), 0, limits.CHOICES
        )
    },
    {},
)
_DEFERRAL = model({}, {"flags": whole(0)})


def choices_refusals(data: Any) -> list[Refusal]:
    """Why Discord answers 400 to this autocompletion, `{"choices": [{"name", "value"}]}`; empty where it takes it.

    Source: Discord's documentation, «Autocomplete» and «Application Command Option Choice Structure».
    """
    return list(_CHOICES(data, ()))


def callback_refusals(
    body: Any,
    *,
    interaction_type: int,
    component_origin: bool = False,
    v2: bool = False,
    files: Sequence[str] = (),
) -> list[Refusal]:
    """Why Discord answers 400 to this first response, `{"type", "data"}`; empty where it takes it.

    `interaction_type` is Discord's, 1 to 5. `component_origin`: the interaction comes from a component of a message, or
    from a modal that such a one opened, so there is a message to update; `v2`: that message has Components V2.

    Source: Discord's documentation, «Interaction Callback Type».
    """
    if not isinstance(body, dict):
        return [not_an_object(())]
    kind = body.get("type")
    if kind is None:
        return [required(("type",))]
    taken = _TAKEN.get(interaction_type, CALLBACK_TYPES)
    if interaction_type == Kind.MODAL and component_origin:
        taken = (*_ANSWERS, *_UPDATES)
    if kind not in CALLBACK_TYPES:
        return [not_among(("type",), CALLBACK_TYPES)]
    if kind not in taken:
        # The closest code: it names what this interaction takes.
        return [not_among(("type",), map(int, taken))]
    return [refusal.under("data") for refusal in _data_refusals(kind, body.get("data"), v2, files)]


def _data_refusals(kind: int, data: Any, v2: bool, files: Sequence[str]) -> list[Refusal]:
    if kind in (CHOICES, MODAL):
        if data is None:
            return [required(())]
        return choices_refusals(data) if kind == CHOICES else modal_refusals(data)
    if data is None:
        return []
    if kind == MESSAGE:
        return message_refusals(data, files=files)
    if kind == UPDATE:
        return message_refusals(data, editing=True, v2=v2, files=files)
    return list(_DEFERRAL(data, ()))
