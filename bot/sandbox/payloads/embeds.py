"""Embeds of messages. Source: Discord's documentation, «Embed Limits», and its OpenAPI description, `RichEmbed`."""

from collections.abc import Iterator
from typing import Any

from bot import limits
from bot.sandbox.payloads.fields import boolean, filled, link, many, model, text, whole
from bot.sandbox.payloads.refusals import Json, Path, Refusal, required

_WEB = link(limits.MEDIA_LINK, ("http", "https"))
_IMAGE = link(limits.MEDIA_LINK, ("http", "https", "attachment"))
_SHOWN = ("title", "description", "fields", "image", "thumbnail", "author", "footer", "url")


def _something(embed: Json, path: Path) -> Iterator[Refusal]:
    """Discord calls an embed that shows nothing one without a description."""
    if not any(embed.get(name) for name in _SHOWN):
        yield required((*path, "description"))


_EMBED = model(
    {},
    {
        "title": text(0, limits.EMBED_TITLE),
        "description": text(0, limits.EMBED_DESCRIPTION),
        "url": _WEB,
        "color": whole(0, limits.COLOR),
        "footer": model({}, {"text": text(0, limits.EMBED_FOOTER), "icon_url": _IMAGE}),
        "image": model({}, {"url": _IMAGE}),
        "thumbnail": model({}, {"url": _IMAGE}),
        "author": model({}, {"name": text(0, limits.EMBED_TITLE), "url": _WEB, "icon_url": _IMAGE}),
        "provider": model({}, {"name": text(0, limits.EMBED_TITLE), "url": _WEB}),
        "fields": many(
            model(
                {"name": filled(limits.EMBED_TITLE), "value": filled(limits.EMBED_FIELD)},
                {"inline": boolean},
            ),
            0,
            limits.EMBED_FIELDS,
        ),
    },
    _something,
)
EMBEDS = many(_EMBED, 0, limits.EMBEDS)


def embeds_length(embeds: Any) -> int:
    """Characters that Discord counts over all embeds; what is no embed counts nothing."""
    return sum(len(found) for embed in _objects(embeds) for found in _texts(embed))


def _texts(embed: Json) -> Iterator[str]:
    holders = [(embed, "title"), (embed, "description"), (embed.get("footer"), "text"), (embed.get("author"), "name")]
    holders += [(field, name) for field in _objects(embed.get("fields")) for name in ("name", "value")]
    for holder, name in holders:
        if isinstance(holder, dict) and isinstance(holder.get(name), str):
            yield holder[name]


def _objects(value: Any) -> list[Json]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def too_much(embeds: Any) -> Iterator[Refusal]:
    if embeds_length(embeds) > limits.EMBEDS_TEXT:
        words = f"Embed size exceeds maximum size of {limits.EMBEDS_TEXT}"
        yield Refusal(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", words)
