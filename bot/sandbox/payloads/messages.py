"""Bodies of messages: created, sent as a follow-up, edited, or the data of an interaction's callback."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot import limits
from bot.sandbox.payloads.components import LAYOUT, LEGACY
from bot.sandbox.payloads.embeds import EMBEDS, too_much
from bot.sandbox.payloads.fields import boolean, many, model, one_of, snowflake, text, whole
from bot.sandbox.payloads.refusals import Json, Path, Refusal
from bot.sandbox.payloads.tree import duplicates, missing_files, totals

COMPONENTS_V2 = 1 << 15
FORWARD = 1
"""The type of a message's reference that carries the other message along."""
NONCE = 25
"""Characters of what a sender knows a message by."""
LEGACY_FIELDS = ("content", "embeds", "poll", "sticker_ids")


def _said_twice(mentions: Json, path: Path) -> Iterator[Refusal]:
    for name in ("users", "roles"):
        if mentions.get(name) and name in (mentions.get("parse") or []):
            words = f'parse:["{name}"] and {name}: [ids...] are mutually exclusive.'
            yield Refusal(path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", words)


def _nonce(value: Any, path: Path) -> Iterator[Refusal]:
    if isinstance(value, bool) or not isinstance(value, str | int):
        yield Refusal(path, "NONCE_TYPE_INVALID_TYPE", "This field must be a string or integer.")
    elif isinstance(value, int):
        yield from whole(-1 << 63, (1 << 63) - 1)(value, path)
    elif len(value) > NONCE:
        yield Refusal(path, "NONCE_TYPE_TOO_LONG", f"Must be {NONCE} or fewer characters long.")


_IDS = many(snowflake, 0, limits.MENTIONS)
_MENTIONS = model(
    {},
    {
        "parse": many(one_of("roles", "users", "everyone")),
        "users": _IDS,
        "roles": _IDS,
        "replied_user": boolean,
    },
    _said_twice,
)
_ATTACHMENT = model(
    {"id": snowflake},
    {"filename": text(1, limits.MEDIA_DESCRIPTION), "description": text(0, limits.MEDIA_DESCRIPTION)},
)
_POLL_MEDIA = model({}, {"text": text(1, limits.POLL_TEXT)})
_POLL = model(
    {"question": _POLL_MEDIA, "answers": many(model({"poll_media": _POLL_MEDIA}, {}), 1, limits.POLL_ANSWERS)},
    {"duration": whole(1, limits.POLL_HOURS), "allow_multiselect": boolean},
)
_FIELDS = {
    "content": text(0, limits.MESSAGE_CONTENT),
    "flags": whole(0),
    "tts": boolean,
    "embeds": EMBEDS,
    "allowed_mentions": _MENTIONS,
    "sticker_ids": many(snowflake, 0, limits.STICKERS),
    "attachments": many(_ATTACHMENT, 0, limits.MESSAGE_FILES),
    "poll": _POLL,
    "nonce": _nonce,
    "enforce_nonce": boolean,
}
_LAYOUT_MESSAGE = model({}, {**_FIELDS, "components": LAYOUT})
_LEGACY_MESSAGE = model({}, {**_FIELDS, "components": LEGACY})


def message_refusals(body: Any, *, editing: bool = False, v2: bool = False, files: Sequence[str] = ()) -> list[Refusal]:
    """Why Discord answers 400 to this body of a message; empty where it takes it.

    `v2`: the message that is edited has Components V2, a flag that cannot be taken off. `files`: the names of the
    uploads; an edit may also refer to attachments that it keeps. As with Discord, what holds over the whole message is
    said once every field is right by itself.

    Source: Discord's documentation, «Create Message», and its OpenAPI description.
    """
    layout = v2 or has_layout(body)
    if refused := list((_LAYOUT_MESSAGE if layout else _LEGACY_MESSAGE)(body, ())):
        return refused
    kept = [known.get("filename") for known in body.get("attachments") or []] if editing else []
    return list(_over_all(body, layout, frozenset(name for name in (*files, *kept) if name)))


def has_layout(body: Any) -> bool:
    """Whether the body carries the flag of Components V2."""
    flags = body.get("flags") if isinstance(body, dict) else None
    return isinstance(flags, int) and bool(flags & COMPONENTS_V2)


def _over_all(body: Json, layout: bool, names: frozenset[str]) -> Iterator[Refusal]:
    components = body.get("components")
    if layout:
        for name in LEGACY_FIELDS:
            if body.get(name):
                words = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                yield Refusal((name,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", words)
        yield from totals(components)
        yield from missing_files(components, names)
    yield from duplicates(components)
    yield from too_much(body.get("embeds"))


def is_empty(body: Any, files: Sequence[str] = ()) -> bool:
    """Whether Discord answers «Cannot send an empty message» (code 50006), which is no error of a field.

    With Components V2 only components are shown, so files alone are nothing to see.
    """
    if not isinstance(body, dict):
        return False
    if has_layout(body):
        return not body.get("components")
    content = body.get("content")
    if files or (isinstance(content, str) and content.strip()):
        return False
    # A reply needs words of its own; a forwarded message brings them.
    reference = body.get("message_reference")
    forwards = isinstance(reference, dict) and reference.get("type") == FORWARD
    return not forwards and not any(body.get(name) for name in ("embeds", "components", "sticker_ids", "poll"))
