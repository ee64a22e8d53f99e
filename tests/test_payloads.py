"""Bodies at Discord's limits are taken; one step beyond, they are refused where and as Discord does it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.payloads import (
    Refusal,
    callback_refusals,
    choices_refusals,
    command_refusals,
    is_empty,
    measures,
    message_refusals,
    modal_refusals,
)
from tests.bodies import (
    COMPONENT,
    COMPONENTS,
    CONTENT,
    FIRST,
    IN_ROW,
    LONG_URL,
    V2,
    Json,
    box,
    button,
    buttons,
    checkboxes,
    choices,
    command,
    embed,
    entry,
    field,
    field_of,
    file,
    gallery,
    layout,
    legacy,
    link_button,
    mentions,
    menu,
    modal,
    option,
    options,
    places,
    row,
    section,
    select,
    sub,
    text,
    thumbnail,
    url,
    users,
)


def channels(**fields: Any) -> Json:
    return {"type": 8, "custom_id": "c", **fields}


TAKEN_MESSAGES: dict[str, Json] = {
    "content of 2000 characters": {"content": "a" * 2_000},
    "null is absent": {"content": "a", "embeds": None, "components": None, "flags": None, "poll": None},
    "an unknown field": {"content": "a", "colour": 5},
    "5 rows of 5 buttons": legacy(*(row(*(button(f"{r}-{b}") for b in range(5))) for r in range(5))),
    "a text of 4000 characters": layout(text("a" * 4_000)),
    "4000 characters in two texts": layout(text("a" * 2_000), box(text("b" * 2_000))),
    "40 components": layout(box(*(text() for _ in range(39)))),
    "40 components on top": layout(*(text() for _ in range(40))),
    "cleared fields with Components V2": layout(text(), content=None, embeds=[], sticker_ids=[]),
    "a custom_id of 100 characters": layout(row(button("a" * 100))),
    "a label of 80 characters": layout(row(button(label="a" * 80))),
    "a button with an emoji alone": layout(row(button(label=None, emoji={"name": "🙂"}))),
    "a custom emoji": layout(row(button(emoji={"id": 5, "name": "wave", "animated": True}))),
    "a link of 512 characters": layout(row(link_button(url(512)))),
    "a link into Discord": layout(row(link_button("discord://-/channels/1/2"))),
    "two links": layout(row(link_button(), link_button())),
    "a premium button": layout(row({"type": 2, "style": 6, "sku_id": "5"})),
    "5 buttons": layout(row(*buttons(5))),
    "25 options": layout(row(select(options=options(25), min_values=0, max_values=25))),
    "an option at its limits": layout(row(select(options=[{"label": "a" * 100, "value": "b" * 100, "description": "c" * 100}]))),
    "a placeholder of 150 characters": layout(row(select(placeholder="a" * 150))),
    "as many defaults as may be chosen": layout(row(select(options=options(2, default=True), max_values=2))),
    "every kind of menu": layout(*(row({**users(), "type": kind, "custom_id": str(kind)}) for kind in (5, 6, 7, 8))),
    "a menu of channels": layout(row(channels(placeholder="a", channel_types=[0, 2, 5, 15], default_values=[{"id": 5, "type": "channel"}]))),
    "a menu of channels of no type": layout(row(channels(channel_types=[], default_values=[], min_values=0, max_values=25))),
    "a menu of channels of conversations": layout(row(channels(channel_types=[1, 3]))),
    "a menu that says whether it is required": layout(row(channels(required=True, min_values=0))),
    "a nonce of 25 characters": {"content": "a", "nonce": "n" * 25, "enforce_nonce": True},
    "a nonce that is a number": {"content": "a", "nonce": 2**63 - 1},
    "default users": layout(row(users(default_values=[{"id": 5, "type": "user"}]))),
    "3 texts in a section": layout(section(text(), text(), text(), accessory=button())),
    "a described thumbnail": layout(section(text(), accessory=thumbnail(description="a" * 1_024))),
    "10 pictures": layout(gallery(10)),
    "an accent of ffffff": layout(box(text(), accent_color=0xFFFFFF)),
    "both spacings": layout({"type": 14, "spacing": 1}, {"type": 14, "spacing": 2, "divider": False}),
    "ids that differ and ids of 0": layout(text(id=1), text(id=2), text(id=0), text(id=0)),
    "embeds at their limits": {"embeds": [{"title": "a" * 256, "description": "b" * 4_096, "footer": {"text": "c" * 1_648}}]},
    "a footer of 2048 characters": embed(footer={"text": "a" * 2_048}),
    "the highest id": layout(text(id=2**31 - 1)),
    "an emoji's name of 32 characters": layout(row(button(emoji={"id": 5, "name": "a" * 32}))),
    "a picture's address of 2048 characters": layout(gallery(1, url(2_048))),
    "100 mentioned users": mentions(users=["5"] * 100, roles=[]),
    "a poll of 10 answers": {"poll": {"question": {"text": "a"}, "answers": [{"poll_media": {"text": "b"}}] * 10}},
    "10 embeds": {"embeds": [{"title": "a"}] * 10},
    "25 fields": embed(fields=[field("a" * 100, "b" * 100)] * 25),
    "a field at its limits": embed(fields=[field("a" * 256, "b" * 1_024)]),
    "3 stickers": {"sticker_ids": ["1", "2", 3]},
    "10 files": {"attachments": [{"id": number, "filename": "a.png"} for number in range(10)]},
    "no mentions": mentions(parse=[], users=["5"], replied_user=False),
    "a poll": {"poll": {"question": {"text": "a" * 300}, "answers": [{"poll_media": {"text": "b"}}], "duration": 768}},
}  # fmt: skip

REFUSED_MESSAGES: list[tuple[str, Any, tuple[str | int, ...], str]] = [
    ("no object", [], (), "MODEL_TYPE_CONVERT"),
    ("content of 2001 characters", {"content": "a" * 2_001}, CONTENT, "BASE_TYPE_MAX_LENGTH"),
    ("content that is no text", {"content": 5}, CONTENT, "STRING_TYPE_CONVERT"),
    ("flags that are no number", {"content": "a", "flags": "64"}, ("flags",), "NUMBER_TYPE_COERCE"),
    ("a truth value for a number", {"content": "a", "flags": True}, ("flags",), "NUMBER_TYPE_COERCE"),
    ("a number for a truth value", {"content": "a", "tts": 1}, ("tts",), "BASE_TYPE_CHOICES"),
    ("components that are no list", {"components": {}}, COMPONENTS, "LIST_TYPE_CONVERT"),
    ("a component that is no object", layout("a"), FIRST, "MODEL_TYPE_CONVERT"),
    ("a component without a type", layout({"content": "a"}), FIRST, "UNION_TYPE_CHOICES"),
    ("an unknown type", layout({"type": 99}), FIRST, "UNION_TYPE_CHOICES"),
    ("a type that is no number", layout({"type": [10]}), FIRST, "UNION_TYPE_CHOICES"),
    ("a text display without the flag", legacy(text()), FIRST, "UNION_TYPE_CHOICES"),
    ("a container without the flag", legacy(box(text())), FIRST, "UNION_TYPE_CHOICES"),
    ("a button outside a row", layout(button()), FIRST, "UNION_TYPE_CHOICES"),
    ("a text display in a row", layout(row(button(), text())), (*FIRST, "components", 1), "UNION_TYPE_CHOICES"),
    ("a text input in a message", layout(row({"type": 4})), IN_ROW, "UNION_TYPE_CHOICES"),
    ("a container in a container", layout(text(), box(box(text()))), (*COMPONENTS, 1, "components", 0), "UNION_TYPE_CHOICES"),
    ("6 rows", legacy(*(row(button(str(n))) for n in range(6))), COMPONENTS, "BASE_TYPE_MAX_LENGTH"),
    ("a row of nothing", layout(row()), (*FIRST, "components"), "BASE_TYPE_BAD_LENGTH"),
    ("6 buttons in a row", layout(row(*buttons(6))), (*FIRST, "components"), "BASE_TYPE_BAD_LENGTH"),
    ("a row without components", layout({"type": 1}), (*FIRST, "components"), "BASE_TYPE_REQUIRED"),
    ("a menu beside a button", layout(row(button(), select())), (*FIRST, "components", 1), "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
    ("a button beside a menu", layout(row(select(), button())), (*FIRST, "components", 1), "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
    ("two menus", layout(row(select(), users())), (*FIRST, "components", 1), "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
    ("a container of nothing", layout(box()), (*FIRST, "components"), "BASE_TYPE_MIN_LENGTH"),
    ("an accent beyond ffffff", layout(box(text(), accent_color=0x1000000)), (*FIRST, "accent_color"), "NUMBER_TYPE_MAX"),
    ("an accent below 0", layout(box(text(), accent_color=-1)), (*FIRST, "accent_color"), "NUMBER_TYPE_MIN"),
    ("an empty text", layout(text("")), (*FIRST, "content"), "BASE_TYPE_BAD_LENGTH"),
    ("a blank text", layout(text(" \n")), (*FIRST, "content"), "BASE_TYPE_BAD_LENGTH"),
    ("a text of 4001 characters", layout(text("a" * 4_001)), (*FIRST, "content"), "BASE_TYPE_BAD_LENGTH"),
    ("4001 characters in two texts", layout(text("a" * 2_000), section(text("b" * 2_001))), COMPONENTS, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"),
    ("41 components", layout(box(*(text() for _ in range(40)))), COMPONENTS, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
    ("41 components on top", layout(*(text() for _ in range(41))), COMPONENTS, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
    ("41 components with accessories", layout(*(section(text()) for _ in range(13)), text(), text()), COMPONENTS, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
    ("a section without texts", layout(section()), (*FIRST, "components"), "BASE_TYPE_BAD_LENGTH"),
    ("4 texts in a section", layout(section(*(text() for _ in range(4)))), (*FIRST, "components"), "BASE_TYPE_BAD_LENGTH"),
    ("a section without an accessory", layout(section(text(), accessory=None)), (*FIRST, "accessory"), "BASE_TYPE_REQUIRED"),
    ("a menu as an accessory", layout(section(text(), accessory=select())), (*FIRST, "accessory"), "UNION_TYPE_CHOICES"),
    ("a gallery without pictures", layout(gallery(0)), (*FIRST, "items"), "BASE_TYPE_BAD_LENGTH"),
    ("11 pictures", layout(gallery(11)), (*FIRST, "items"), "BASE_TYPE_BAD_LENGTH"),
    ("a picture that was not uploaded", layout(gallery(1, "attachment://a.png")), (*FIRST, "items", 0, "media", "url"), "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"),
    ("a thumbnail that was not uploaded", layout(section(text(), accessory=thumbnail("attachment://a.png"))), (*FIRST, "accessory", "media", "url"), "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"),
    ("a file that was not uploaded", layout(file("attachment://a.pdf")), (*FIRST, "file", "url"), "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"),
    ("a file from the web", layout(file(LONG_URL)), (*FIRST, "file", "url"), "URL_TYPE_INVALID_SCHEME"),
    ("a long description of a thumbnail", layout(section(text(), accessory=thumbnail(description="a" * 1_025))), (*FIRST, "accessory", "description"), "BASE_TYPE_BAD_LENGTH"),
    ("a third spacing", layout({"type": 14, "spacing": 3}), (*FIRST, "spacing"), "BASE_TYPE_CHOICES"),
    ("a button without a custom_id", layout(row(button(None))), (*IN_ROW, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED"),
    ("an empty custom_id", layout(row(button(""))), (*IN_ROW, "custom_id"), "BASE_TYPE_BAD_LENGTH"),
    ("a custom_id of 101 characters", layout(row(button("a" * 101))), (*IN_ROW, "custom_id"), "BASE_TYPE_BAD_LENGTH"),
    ("a label of 81 characters", layout(row(button(label="a" * 81))), (*IN_ROW, "label"), "BASE_TYPE_MAX_LENGTH"),
    ("neither label nor emoji", layout(row(button(label=None))), (*IN_ROW, "label"), "BASE_TYPE_REQUIRED"),
    ("an emoji by its name alone", layout(row(button(emoji={"name": "wave"}))), (*IN_ROW, "emoji", "name"), "BUTTON_COMPONENT_INVALID_EMOJI"),
    ("an emoji that is a text", layout(row(button(emoji="🙂"))), (*IN_ROW, "emoji"), "MODEL_TYPE_CONVERT"),
    ("an emoji whose id is none", layout(row(button(emoji={"id": "wave", "name": "wave"}))), (*IN_ROW, "emoji", "id"), "NUMBER_TYPE_COERCE"),
    ("an unknown style", layout(row(button(style=7))), (*IN_ROW, "style"), "BASE_TYPE_CHOICES"),
    ("no style", layout(row(button(style=None))), (*IN_ROW, "style"), "BASE_TYPE_REQUIRED"),
    ("a link without an address", layout(row(link_button(url=""))), (*IN_ROW, "url"), "URL_TYPE_INVALID_URL"),
    ("a link style without a link", layout(row(link_button(url=None))), (*IN_ROW, "url"), "BASE_TYPE_REQUIRED"),
    ("a link of 513 characters", layout(row(link_button(url(513)))), (*IN_ROW, "url"), "BASE_TYPE_MAX_LENGTH"),
    ("a link to a script", layout(row(link_button("javascript:alert(1)"))), (*IN_ROW, "url"), "URL_TYPE_INVALID_SCHEME"),
    ("a link without a scheme", layout(row(link_button("example.org"))), (*IN_ROW, "url"), "URL_TYPE_INVALID_URL"),
    ("a link to nowhere", layout(row(link_button("https://"))), (*IN_ROW, "url"), "URL_TYPE_INVALID_URL"),
    ("a link with a blank", layout(row(link_button("https://a b.org"))), (*IN_ROW, "url"), "URL_TYPE_INVALID_URL"),
    ("a link with half an address", layout(row(link_button("https://[::1"))), (*IN_ROW, "url"), "URL_TYPE_INVALID_URL"),
    ("a premium button without a sku", layout(row({"type": 2, "style": 6})), (*IN_ROW, "sku_id"), "BASE_TYPE_REQUIRED"),
    ("a custom_id twice", layout(row(button("a"), button("a"))), (*FIRST, "components", 1, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED"),
    ("a disabled custom_id twice", legacy(row(button("a")), row(button("a", disabled=True))), (*COMPONENTS, 1, "components", 0, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED"),
    ("a custom_id twice, once beside a text", layout(row(button("a")), section(text(), accessory=button("a"))), (*COMPONENTS, 1, "accessory", "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED"),
    ("an id twice", layout(text(id=7), box(text(id=7))), (*COMPONENTS, 1, "components", 0, "id"), "COMPONENT_ID_DUPLICATED"),
    ("an id below 0", layout(text(id=-1)), (*FIRST, "id"), "NUMBER_TYPE_MIN"),
    ("a menu without options", layout(row(select(options=None))), (*IN_ROW, "options"), "BASE_TYPE_REQUIRED"),
    ("a menu of no options", layout(row(select(options=[]))), (*IN_ROW, "options"), "BASE_TYPE_BAD_LENGTH"),
    ("26 options", layout(row(select(options=options(26)))), (*IN_ROW, "options"), "BASE_TYPE_BAD_LENGTH"),
    ("an option's label of 101 characters", layout(row(select(options=[{"label": "a" * 101, "value": "b"}]))), (*IN_ROW, "options", 0, "label"), "BASE_TYPE_BAD_LENGTH"),
    ("an option's value of 101 characters", layout(row(select(options=[{"label": "a", "value": "b" * 101}]))), (*IN_ROW, "options", 0, "value"), "BASE_TYPE_BAD_LENGTH"),
    ("an option's description of 101 characters", layout(row(select(options=options(1, description="c" * 101)))), (*IN_ROW, "options", 0, "description"), "BASE_TYPE_MAX_LENGTH"),
    ("an option without a value", layout(row(select(options=[{"label": "a"}]))), (*IN_ROW, "options", 0, "value"), "BASE_TYPE_REQUIRED"),
    ("an option's value twice", layout(row(select(options=[*options(2), *options(1)]))), (*IN_ROW, "options", 2), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"),
    ("an option's emoji by its name", layout(row(select(options=options(1, emoji={"name": "wave"})))), (*IN_ROW, "options", 0, "emoji", "name"), "BUTTON_COMPONENT_INVALID_EMOJI"),
    ("a placeholder of 151 characters", layout(row(select(placeholder="a" * 151))), (*IN_ROW, "placeholder"), "BASE_TYPE_MAX_LENGTH"),
    ("min_values of -1", layout(row(select(min_values=-1))), (*IN_ROW, "min_values"), "NUMBER_TYPE_MIN"),
    ("min_values of 26", layout(row(select(min_values=26))), (*IN_ROW, "min_values"), "NUMBER_TYPE_MAX"),
    ("max_values of 0", layout(row(select(max_values=0))), (*IN_ROW, "max_values"), "NUMBER_TYPE_MIN"),
    ("max_values of 26", layout(row(users(max_values=26))), (*IN_ROW, "max_values"), "NUMBER_TYPE_MAX"),
    ("min_values above max_values", layout(row(users(min_values=3, max_values=2))), (*IN_ROW, "min_values"), "NUMBER_TYPE_MAX"),
    ("min_values above the max_values of 1 that is not said", layout(row(select(min_values=2))), (*IN_ROW, "min_values"), "NUMBER_TYPE_MAX"),
    ("max_values above the options", layout(row(select(max_values=3))), (*IN_ROW, "options"), "BASE_TYPE_BAD_LENGTH"),
    ("two defaults where one is chosen", layout(row(select(options=options(2, default=True)))), (*IN_ROW, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES"),
    ("two default users where one is chosen", layout(row(users(default_values=[{"id": "1", "type": "user"}, {"id": "2", "type": "user"}]))), (*IN_ROW, "default_values"), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES"),
    ("a role as a default user", layout(row(users(default_values=[{"id": "1", "type": "role"}]))), (*IN_ROW, "default_values", 0, "type"), "BASE_TYPE_CHOICES"),
    ("a user as a default channel", layout(row(channels(default_values=[{"id": "1", "type": "user"}]))), (*IN_ROW, "default_values", 0, "type"), "BASE_TYPE_CHOICES"),
    ("a default channel without an id", layout(row(channels(default_values=[{"type": "channel"}]))), (*IN_ROW, "default_values", 0, "id"), "BASE_TYPE_REQUIRED"),
    ("two default channels where one is chosen", layout(row(channels(default_values=[{"id": "1", "type": "channel"}] * 2))), (*IN_ROW, "default_values"), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES"),
    ("a type of channels that there is not", layout(row(channels(channel_types=[0, 99]))), (*IN_ROW, "channel_types", 1), "BASE_TYPE_CHOICES"),
    ("a type of channels twice", layout(row(channels(channel_types=[0, 5, 0]))), (*IN_ROW, "channel_types", 2), "SET_TYPE_ALREADY_CONTAINS_VALUE"),
    ("types of channels that are no list", layout(row(channels(channel_types=0))), (*IN_ROW, "channel_types"), "LIST_TYPE_CONVERT"),
    ("a menu of channels without a custom_id", layout(row(channels(custom_id=None))), (*IN_ROW, "custom_id"), "BASE_TYPE_REQUIRED"),
    ("a menu of channels with a long placeholder", layout(row(channels(placeholder="a" * 151))), (*IN_ROW, "placeholder"), "BASE_TYPE_MAX_LENGTH"),
    ("a nonce of 26 characters", {"content": "a", "nonce": "n" * 26}, ("nonce",), "NONCE_TYPE_TOO_LONG"),
    ("a nonce that is neither text nor a number", {"content": "a", "nonce": 0.5}, ("nonce",), "NONCE_TYPE_INVALID_TYPE"),
    ("a nonce beyond 63 bits", {"content": "a", "nonce": 2**63}, ("nonce",), "NUMBER_TYPE_MAX"),
    ("a nonce that is a truth value", {"content": "a", "nonce": True}, ("nonce",), "NONCE_TYPE_INVALID_TYPE"),
    ("an enforcement that is no truth value", {"content": "a", "enforce_nonce": "yes"}, ("enforce_nonce",), "BASE_TYPE_CHOICES"),
    ("content with Components V2", layout(text(), content="a"), CONTENT, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
    ("embeds with Components V2", layout(text(), **embed()), ("embeds",), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
    ("stickers with Components V2", layout(text(), sticker_ids=["1"]), ("sticker_ids",), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
    ("a poll with Components V2", layout(text(), **TAKEN_MESSAGES["a poll"]), ("poll",), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
    ("11 embeds", {"embeds": [{"title": "a"}] * 11}, ("embeds",), "BASE_TYPE_MAX_LENGTH"),
    ("an embed of nothing", {"embeds": [{"color": 5}]}, ("embeds", 0, "description"), "BASE_TYPE_REQUIRED"),
    ("a title of 257 characters", embed(title="a" * 257), ("embeds", 0, "title"), "BASE_TYPE_MAX_LENGTH"),
    ("a description of 4097 characters", embed(description="a" * 4_097), ("embeds", 0, "description"), "BASE_TYPE_MAX_LENGTH"),
    ("a footer of 2049 characters", embed(footer={"text": "a" * 2_049}), ("embeds", 0, "footer", "text"), "BASE_TYPE_MAX_LENGTH"),
    ("an author of 257 characters", embed(author={"name": "a" * 257}), ("embeds", 0, "author", "name"), "BASE_TYPE_MAX_LENGTH"),
    ("a colour beyond ffffff", embed(color=0x1000000), ("embeds", 0, "color"), "NUMBER_TYPE_MAX"),
    ("26 fields", embed(fields=[field()] * 26), ("embeds", 0, "fields"), "BASE_TYPE_MAX_LENGTH"),
    ("a field's name of 257 characters", embed(fields=[field("a" * 257)]), ("embeds", 0, "fields", 0, "name"), "BASE_TYPE_MAX_LENGTH"),
    ("a field's value of 1025 characters", embed(fields=[field("a", "b" * 1_025)]), ("embeds", 0, "fields", 0, "value"), "BASE_TYPE_MAX_LENGTH"),
    ("a field's empty value", embed(fields=[field("a", "")]), ("embeds", 0, "fields", 0, "value"), "BASE_TYPE_REQUIRED"),
    ("an embed's link to a script", embed(url="javascript:a"), ("embeds", 0, "url"), "URL_TYPE_INVALID_SCHEME"),
    ("6001 characters of embeds", {"embeds": [{"description": "a" * 4_000}, {"title": "b", "fields": [field("c" * 200, "d" * 800)], "author": {"name": "e" * 100}, "footer": {"text": "f" * 900}}]}, ("embeds",), "MAX_EMBED_SIZE_EXCEEDED"),
    ("11 files", {"attachments": [{"id": number} for number in range(11)]}, ("attachments",), "BASE_TYPE_MAX_LENGTH"),
    ("a file without an id", {"attachments": [{"filename": "a.png"}]}, ("attachments", 0, "id"), "BASE_TYPE_REQUIRED"),
    ("4 stickers", {"sticker_ids": ["1"] * 4}, ("sticker_ids",), "BASE_TYPE_MAX_LENGTH"),
    ("an unknown kind of mention", mentions(parse=["here"]), ("allowed_mentions", "parse", 0), "BASE_TYPE_CHOICES"),
    ("101 mentioned users", mentions(users=["5"] * 101), ("allowed_mentions", "users"), "BASE_TYPE_MAX_LENGTH"),
    ("all users and one", mentions(parse=["users"], users=["5"]), ("allowed_mentions",), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"),
    ("an id beyond 32 bits", layout(text(id=2**31)), (*FIRST, "id"), "NUMBER_TYPE_MAX"),
    ("an emoji's name of 33 characters", layout(row(button(emoji={"id": 5, "name": "a" * 33}))), (*IN_ROW, "emoji", "name"), "BASE_TYPE_MAX_LENGTH"),
    ("a picture's address of 2049 characters", layout(gallery(1, url(2_049))), (*FIRST, "items", 0, "media", "url"), "BASE_TYPE_MAX_LENGTH"),
    ("a question of 301 characters", {"poll": {"question": {"text": "a" * 301}, "answers": [{"poll_media": {}}]}}, ("poll", "question", "text"), "BASE_TYPE_BAD_LENGTH"),
    ("11 answers", {"poll": {"question": {}, "answers": [{"poll_media": {}}] * 11}}, ("poll", "answers"), "BASE_TYPE_BAD_LENGTH"),
    ("a poll of 769 hours", {"poll": {"question": {}, "answers": [{"poll_media": {}}], "duration": 769}}, ("poll", "duration"), "NUMBER_TYPE_MAX"),
    ("a poll without answers", {"poll": {"question": {"text": "a"}, "answers": []}}, ("poll", "answers"), "BASE_TYPE_BAD_LENGTH"),
]  # fmt: skip


@pytest.mark.parametrize("body", [pytest.param(body, id=what) for what, body in TAKEN_MESSAGES.items()])
def test_a_message_at_the_limit_is_taken(body: Json) -> None:
    assert message_refusals(body) == []


@pytest.mark.parametrize(
    ("body", "path", "code"), [pytest.param(*rest, id=what) for what, *rest in REFUSED_MESSAGES]
)  # fmt: skip
def test_a_message_beyond_the_limit_is_refused_where_it_is_wrong(
    body: Any, path: tuple[str | int, ...], code: str
) -> None:
    assert places(message_refusals(body)) == [(path, code)]


def test_a_button_with_a_custom_id_and_a_link_is_refused_on_both() -> None:
    found = message_refusals(layout(row(link_button(custom_id="a"))))
    code = "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE"
    assert places(found) == [((*IN_ROW, "custom_id"), code), ((*IN_ROW, "url"), code)]


def test_every_wrong_field_is_said_at_once_and_what_holds_over_all_of_them_later() -> None:
    body = layout(row(button("a", label="b" * 81), button("a")), text(""), content="c")
    assert [refusal.code for refusal in message_refusals(body)] == ["BASE_TYPE_MAX_LENGTH", "BASE_TYPE_BAD_LENGTH"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"content": "a" * 2_001}, "Must be 2000 or fewer in length."),
        (layout(row()), "Must be between 1 and 5 in length."),
        (layout(box()), "Must be 1 or more in length."),
        (layout(row(text())), 'Value of field "type" must be one of (2, 3, 5, 6, 7, 8).'),
        (legacy(text()), 'Value of field "type" must be one of (1,).'),
        (layout({"type": 14, "spacing": 3}), "Value must be one of (1, 2)."),
        (layout(box(text(), accent_color=-1)), "int value should be greater than or equal to 0."),
        (layout(box(text(), accent_color=1 << 24)), "int value should be less than or equal to 16777215."),
        ({"flags": "x"}, 'Value "x" is not int.'),
        ({"content": 5}, 'Could not interpret "5" as string.'),
        (layout(text(), content="a"), "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"),
        (
            layout(row(link_button("ftp://a.org"))),
            "Scheme \"ftp\" is not supported. Scheme must be one of ('http', 'https', 'discord').",
        ),
        (layout(box(*[text("a" * 500)] * 9)), "Components displayable text size exceeds maximum size of 4000"),
    ],
)
def test_a_refusal_is_worded_as_discord_words_it(body: Json, message: str) -> None:
    assert [refusal.message for refusal in message_refusals(body)] == [message]


def test_an_uploaded_file_may_be_shown() -> None:
    body = layout(gallery(1, "attachment://a.png"), file("attachment://b.pdf"))
    assert message_refusals(body, files=("a.png", "b.pdf")) == []
    assert len(message_refusals(body, files=("a.png",))) == 1


def test_an_edit_may_show_a_file_that_it_keeps_and_a_new_message_may_not() -> None:
    body = layout(file("attachment://a.pdf"), attachments=[{"id": "5", "filename": "a.pdf"}])
    assert message_refusals(body, editing=True) == []
    assert len(message_refusals(body)) == 1


def test_an_edit_cannot_take_components_v2_off_a_message() -> None:
    assert message_refusals({"components": [text()]}, editing=True, v2=True) == []
    assert places(message_refusals({"content": "a"}, editing=True, v2=True)) == [
        (CONTENT, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2")
    ]


@pytest.mark.parametrize(
    "body",
    [
        {}, {"content": " \n"}, {"content": None, "embeds": [], "components": []}, {"flags": V2, "content": "a"},
        {"message_reference": {"message_id": "5"}},
    ],
)  # fmt: skip
def test_a_message_of_nothing_is_empty(body: Json) -> None:
    assert is_empty(body)


@pytest.mark.parametrize(
    "body",
    [
        {"content": "a"}, embed(), {"sticker_ids": ["5"]}, {"components": [row(button())]}, layout(text()),
        {"poll": {"question": {}}}, {"message_reference": {"message_id": "5", "type": 1}},
    ],
)  # fmt: skip
def test_a_message_that_shows_something_is_not_empty(body: Json) -> None:
    assert not is_empty(body)


def test_files_are_something_to_see_except_with_components_v2() -> None:
    assert not is_empty({}, ("a.png",))
    assert is_empty({"flags": V2}, ("a.png",))


WRONG_TYPES: tuple[Any, ...] = (None, True, 5, -1, 0.5, "", "a", [], ["a"], [[]], {}, {"type": 1}, {"a": None})


def everywhere(body: Any, value: Any) -> list[Any]:
    """The body once for each of its places, with the value there."""
    if isinstance(body, dict):
        return [value, *({**body, key: changed} for key, part in body.items() for changed in everywhere(part, value))]
    if isinstance(body, list):
        return [
            value,
            *(
                [*body[:at], changed, *body[at + 1 :]]
                for at, part in enumerate(body)
                for changed in everywhere(part, value)
            ),
        ]
    return [value]


@pytest.mark.parametrize("value", WRONG_TYPES, ids=json.dumps)
def test_no_value_at_any_place_of_a_body_breaks_the_checks(value: Any) -> None:
    rich = layout(
        box(section(text(), accessory=thumbnail()), gallery(1), row(button(emoji={"id": "5", "name": "a"}))),
        row(select(options=options(1, emoji={"name": "🙂"}))),
        row(users(default_values=[{"id": "5", "type": "user"}])),
        row(channels(channel_types=[0, 5])),
        nonce="a",
        attachments=[{"id": 0, "filename": "a"}],
        message_reference={"message_id": "5"},
        **mentions(parse=[], users=[]),
        **embed(fields=[field()], footer={"text": "a"}, author={"name": "a"}),
    )
    bodies: list[tuple[Callable[[Any], list[Refusal]], Any]] = [
        (message_refusals, rich),
        (lambda body: message_refusals(body, editing=True), rich),
        (modal_refusals, modal(field_of(entry(value="a")), field_of(select()), field_of(checkboxes(1)), row(entry(label="a")))),
        (choices_refusals, choices()),
        (lambda body: callback_refusals(body, interaction_type=COMPONENT), {"type": 4, "data": layout(text())}),
        (command_refusals, [command(options=[sub(option(choices=[{"name": "a", "value": "b"}]))], name_localizations={"de": "a"}), menu()]),
    ]  # fmt: skip
    for refusals, body in bodies:
        for changed in everywhere(body, value):
            assert all(isinstance(refusal, Refusal) for refusal in refusals(changed))
            assert is_empty(changed) in (True, False)
            assert all(measure.used >= 1 for measure in measures(changed))
