"""The components of a message or a modal, through all nesting, and what must hold over all of them."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot import limits
from bot.sandbox.payloads.refusals import Json, Path, Refusal

INSIDE = ("components", "accessory", "component")
TEXT_DISPLAY = 10


def walk(components: Any, path: Path = ("components",)) -> Iterator[tuple[Path, Json]]:
    """Every component with its path, in reading order; what is no component is passed over."""
    if isinstance(components, list):
        for index, component in enumerate(components):
            yield from _one(component, (*path, index))


def _one(component: Any, path: Path) -> Iterator[tuple[Path, Json]]:
    if not isinstance(component, dict):
        return
    yield path, component
    for name in INSIDE:
        inside = component.get(name)
        yield from walk(inside, (*path, name)) if isinstance(inside, list) else _one(inside, (*path, name))


def text_length(components: Any) -> int:
    """Characters over all text displays."""
    return sum(
        len(component["content"])
        for _, component in walk(components)
        if component.get("type") == TEXT_DISPLAY and isinstance(component.get("content"), str)
    )


def duplicates(components: Any) -> Iterator[Refusal]:
    """Each `custom_id`, and each `id` that is not 0, stands once, on disabled components too."""
    seen: Counter[tuple[str, object]] = Counter()
    for path, component in walk(components):
        for name, code, words in (
            ("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"),
            # The closest code: worded as that of custom ids.
            ("id", "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated"),
        ):
            if value := component.get(name):
                seen[name, value] += 1
                if seen[name, value] > 1:
                    yield Refusal((*path, name), code, words)


def totals(components: Any) -> Iterator[Refusal]:
    """Of a message with Components V2."""
    if sum(1 for _ in walk(components)) > limits.MESSAGE_COMPONENTS:
        words = f"Total number of components cannot exceed {limits.MESSAGE_COMPONENTS}"
        yield Refusal(("components",), "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", words)
    if text_length(components) > limits.MESSAGE_TEXT:
        words = f"Components displayable text size exceeds maximum size of {limits.MESSAGE_TEXT}"
        yield Refusal(("components",), "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", words)


def missing_files(components: Any, names: frozenset[str]) -> Iterator[Refusal]:
    """Every `attachment://name` is a file that was uploaded with the message."""
    for path, url in _media(components):
        name = url.removeprefix("attachment://")
        if name != url and name not in names:
            code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
            yield Refusal(path, code, f"The referenced attachment was not found: {name}")


def _media(components: Any) -> Iterator[tuple[Path, str]]:
    for path, component in walk(components):
        holders = [
            (path, component),
            *(((*path, "items", i), item) for i, item in enumerate(component.get("items") or [])),
        ]
        for place, holder in holders:
            for name in ("media", "file"):
                if holder.get(name):
                    yield (*place, name, "url"), holder[name]["url"]
