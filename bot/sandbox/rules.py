"""What Discord refuses. The library checks little of it, so the sandbox does: a payload wrong here is wrong there."""

from collections.abc import Iterator
from typing import Any

from bot import limits

COMPONENTS_V2 = 1 << 15
EPHEMERAL = 1 << 6

ACTION_ROW, BUTTON, TEXT_DISPLAY, CONTAINER = 1, 2, 10, 17
LINK_STYLE = 5


def message_problems(data: dict[str, Any]) -> list[str]:
    """Why Discord would answer 400 to this message; empty where it would take it."""
    components = list(_walk(data.get("components") or []))
    if not data.get("flags", 0) & COMPONENTS_V2:
        content = data.get("content") or ""
        return [] if 0 < len(content) <= 2_000 else ["content must be 1 to 2000 characters"]
    return [
        *(
            f"{name} cannot be used with components v2"
            for name in ("content", "embeds", "poll", "sticker_ids")
            if data.get(name)
        ),
        *_totals(components),
        *(problem for component in components for problem in _component_problems(component)),
        *_duplicates(components),
    ]


def _walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in components:
        yield component
        yield from _walk(component.get("components") or [])


def _totals(components: list[dict[str, Any]]) -> Iterator[str]:
    if not 1 <= len(components) <= limits.MESSAGE_COMPONENTS:
        yield f"{len(components)} components; 1 to {limits.MESSAGE_COMPONENTS} are allowed"
    text = sum(len(component.get("content", "")) for component in components)
    if text > limits.MESSAGE_TEXT:
        yield f"{text} characters of text; {limits.MESSAGE_TEXT} are allowed"


def _component_problems(component: dict[str, Any]) -> Iterator[str]:
    kind, inside = component.get("type"), component.get("components") or []
    if kind == TEXT_DISPLAY and not component.get("content"):
        yield "a text display is empty"
    if kind == ACTION_ROW and not 1 <= len(inside) <= limits.ROW_BUTTONS:
        yield "an action row holds 1 to 5 buttons"
    if kind == CONTAINER and any(child.get("type") == CONTAINER for child in inside):
        yield "a container stands in a container"
    if kind == BUTTON and component.get("style") != LINK_STYLE:
        if not 1 <= len(component.get("custom_id", "")) <= limits.CUSTOM_ID:
            yield "a custom_id has 1 to 100 characters"
        if not 1 <= len(component.get("label") or "") <= limits.BUTTON_LABEL:
            yield "a button's label has 1 to 80 characters"


def _duplicates(components: list[dict[str, Any]]) -> Iterator[str]:
    ids = [component["custom_id"] for component in components if component.get("custom_id")]
    if len(set(ids)) < len(ids):
        yield "a custom_id stands twice"


def choices_problems(choices: list[dict[str, Any]]) -> list[str]:
    """Why Discord would refuse these autocomplete choices."""
    too_long = any(not 1 <= len(str(choice[key])) <= limits.CHOICE for choice in choices for key in ("name", "value"))
    return [
        *([f"{len(choices)} choices; {limits.CHOICES} are allowed"] if len(choices) > limits.CHOICES else []),
        *(["a choice has a name or value outside 1 to 100 characters"] if too_long else []),
    ]
