"""Components of messages: the shape of each, and where it may stand.

Source: Discord's documentation, «Component Reference», and the schemas `…ComponentForMessageRequest` of its OpenAPI
description.
"""

from collections.abc import Iterator

from bot import limits
from bot.sandbox.payloads.fields import boolean, link, many, model, one_of, snowflake, text, union, whole
from bot.sandbox.payloads.refusals import Json, Path, Refusal, required
from bot.sandbox.payloads.selects import CUSTOM_ID, EMOJI, NUMBERED, emoji_shown, selects

ACTION_ROW, BUTTON, SECTION, TEXT_DISPLAY, THUMBNAIL, MEDIA_GALLERY, FILE, SEPARATOR, CONTAINER = (
    1,
    2,
    *range(9, 15),
    17,
)
LINK_STYLE, PREMIUM_STYLE = 5, 6
ROW_WIDTH = limits.ROW_BUTTONS
"""A row is as wide as its buttons; everything else fills it."""


def _button(button: Json, path: Path) -> Iterator[Refusal]:
    style, custom_id, url = button["style"], button.get("custom_id"), button.get("url")
    if custom_id and url:
        words = "A custom id and url cannot both be specified"
        for name in ("custom_id", "url"):
            yield Refusal((*path, name), "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", words)
    elif style == LINK_STYLE and not url:
        # The closest code, as for a premium button's sku.
        yield required((*path, "url"))
    elif style == PREMIUM_STYLE and not button.get("sku_id"):
        yield required((*path, "sku_id"))
    elif style not in (LINK_STYLE, PREMIUM_STYLE) and not custom_id:
        yield Refusal((*path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required")
    if style != PREMIUM_STYLE and not (button.get("label") or button.get("emoji")):
        yield required((*path, "label"))


def fits(row: Json, path: Path) -> Iterator[Refusal]:
    """A rule of action rows: what no longer fits into the width is refused."""
    used = 0
    for index, component in enumerate(row["components"]):
        width = 1 if component["type"] == BUTTON else ROW_WIDTH
        if used + width > ROW_WIDTH:
            words = "The specified component exceeds the maximum width"
            yield Refusal((*path, "components", index), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", words)
        else:
            used += width


_BUTTON = model(
    {"style": one_of(*range(1, 7))},
    {
        **NUMBERED,
        "custom_id": CUSTOM_ID,
        "label": text(0, limits.BUTTON_LABEL),
        "disabled": boolean,
        "url": link(limits.LINK),
        "sku_id": snowflake,
        "emoji": EMOJI,
    },
    _button,
    emoji_shown,
)
_IN_ROW = {BUTTON: _BUTTON, **selects(boolean)}
_ROW = model({"components": many(union(_IN_ROW), 1, limits.ROW_BUTTONS)}, NUMBERED, fits)

TEXT = model({"content": text(1, limits.MESSAGE_TEXT)}, NUMBERED)
_MEDIA = model({"url": link(limits.MEDIA_LINK, ("http", "https", "attachment"))}, {})
_DESCRIBED = {"description": text(1, limits.MEDIA_DESCRIPTION), "spoiler": boolean}
_THUMBNAIL = model({"media": _MEDIA}, {**NUMBERED, **_DESCRIBED})
_SECTION = model(
    {
        "components": many(union({TEXT_DISPLAY: TEXT}), 1, limits.SECTION_TEXTS),
        "accessory": union({BUTTON: _BUTTON, THUMBNAIL: _THUMBNAIL}),
    },
    NUMBERED,
)
_IN_CONTAINER = {
    ACTION_ROW: _ROW,
    SECTION: _SECTION,
    TEXT_DISPLAY: TEXT,
    MEDIA_GALLERY: model({"items": many(model({"media": _MEDIA}, _DESCRIBED), 1, limits.GALLERY_ITEMS)}, NUMBERED),
    FILE: model(
        {"file": model({"url": link(limits.MEDIA_LINK, ("attachment",))}, {})}, {**NUMBERED, "spoiler": boolean}
    ),
    SEPARATOR: model({}, {**NUMBERED, "divider": boolean, "spacing": one_of(1, 2)}),
}
# How many there are is counted over the whole message, so these two lists have no upper bound of their own.
_CONTAINER = model(
    {"components": many(union(_IN_CONTAINER), 1)},
    {**NUMBERED, "accent_color": whole(0, limits.COLOR), "spoiler": boolean},
)
LAYOUT = many(union({**_IN_CONTAINER, CONTAINER: _CONTAINER}))
"""The components of a message with Components V2."""
LEGACY = many(union({ACTION_ROW: _ROW}), 0, limits.LEGACY_ROWS)
"""Those of a message without."""
