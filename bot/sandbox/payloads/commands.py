"""Application commands, as a bot registers them.

Source: Discord's documentation, «Application Commands», and the schemas `ApplicationCommand…` of its OpenAPI
description.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot import limits
from bot.sandbox.payloads.fields import Check, Rule, boolean, each, many, model, number, one_of, text, union, whole
from bot.sandbox.payloads.refusals import (
    Json,
    Path,
    Refusal,
    bad_length,
    not_a,
    not_a_list,
    required,
    too_great,
)

SLASH, USER, MESSAGE, ENTRY_POINT = 1, 2, 3, 4
SUB_COMMAND, SUB_COMMAND_GROUP, STRING, INTEGER, BOOLEAN = 1, 2, 3, 4, 5
USER_OPTION, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(6, 12)
PER_SCOPE = {
    SLASH: limits.SLASH_COMMANDS,
    USER: limits.CONTEXT_MENU_COMMANDS,
    MESSAGE: limits.CONTEXT_MENU_COMMANDS,
    ENTRY_POINT: 1,
}
_OTHER_SCRIPTS = ((0x0900, 0x097F), (0x0E00, 0x0E7F))
"""Devanagari and Thai, whose vowel signs are no letters and allowed all the same."""


def _well_named(value: Json, path: Path) -> Iterator[Refusal]:
    if value.get("type", SLASH) not in (USER, MESSAGE):
        yield from _name(value, path)


def _name(value: Json, path: Path) -> Iterator[Refusal]:
    name = value["name"]
    if name != name.lower() or not all(_allowed(character) for character in name):
        yield Refusal((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _allowed(character: str) -> bool:
    if character in "-_'" or unicodedata.category(character)[0] in "LN":
        return True
    return any(first <= ord(character) <= last for first, last in _OTHER_SCRIPTS)


def _options_once(value: Json, path: Path) -> Iterator[Refusal]:
    names = [option["name"] for option in value.get("options") or []]
    for index, name in enumerate(names):
        if name in names[:index]:
            # The closest code, that of commands.
            words = "Application command option names must be unique"
            yield Refusal((*path, "options", index), "APPLICATION_COMMANDS_DUPLICATE_NAME", words)


def _required_first(value: Json, path: Path) -> Iterator[Refusal]:
    optional_before = False
    for index, option in enumerate(value.get("options") or []):
        if option["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP):
            continue
        if option.get("required") and optional_before:
            words = "Required options must be placed before non-required options"
            yield Refusal((*path, "options", index), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", words)
        optional_before |= not option.get("required")


def _not_mixed(value: Json, path: Path) -> Iterator[Refusal]:
    nesting = {option["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP) for option in value.get("options") or []}
    if len(nesting) > 1:
        words = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        yield Refusal((*path, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", words)


def _choices_or_autocomplete(option: Json, path: Path) -> Iterator[Refusal]:
    if option.get("autocomplete") and option.get("choices"):
        # The closest code.
        words = "Choices and autocomplete cannot both be specified"
        yield Refusal((*path, "choices"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", words)


def _no_autocomplete(option: Json, path: Path) -> Iterator[Refusal]:
    if option.get("autocomplete"):
        # The closest code: Discord has given this one, with words on `required`.
        words = "Autocomplete cannot be configured for this type of option"
        yield Refusal((*path, "autocomplete"), "APPLICATION_COMMAND_REQUIRED_INVALID", words)


def _ordered(least: str, most: str) -> Rule:
    def rule(option: Json, path: Path) -> Iterator[Refusal]:
        low, high = option.get(least), option.get(most)
        if low is not None and high is not None and low > high:
            yield too_great((*path, least), high)

    return rule


def _described(value: Json, path: Path) -> Iterator[Refusal]:
    """A slash command is described; the entry of a context menu has a name and nothing else."""
    menu = value.get("type", SLASH) in (USER, MESSAGE)
    for name in ("description", "options"):
        if menu and value.get(name):
            # The closest code.
            yield bad_length((*path, name), 0, 0)
    if menu:
        return
    if value.get("description") is None:
        yield required((*path, "description"))
    elif not value["description"].strip():
        yield bad_length((*path, "description"), 1, limits.COMMAND_DESCRIPTION)


def _small_enough(value: Json, path: Path) -> Iterator[Refusal]:
    if _size(value) > limits.COMMAND_TEXT:
        words = f"Command exceeds maximum size ({limits.COMMAND_TEXT})"
        yield Refusal(path, "APPLICATION_COMMAND_TOO_LARGE", words)


def _size(value: Json) -> int:
    """Characters of names, descriptions and values at any depth; of translations, only the longest counts."""
    own = sum(
        max(len(said) for said in (value.get(field) or "", *(value.get(f"{field}_localizations") or {}).values()))
        for field in ("name", "description")
    )
    given = len(str(value.get("value", "")))
    return own + given + sum(_size(part) for name in ("options", "choices") for part in value.get(name) or [])


def _permissions(value: Any, path: Path) -> Iterator[Refusal]:
    """A bit set: Discord reads digits and integers alike."""
    digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20
    if not digits and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 64):
        yield not_a("int", path, value)


_NAME = text(1, limits.COMMAND_NAME)
_DESCRIPTION = text(1, limits.COMMAND_DESCRIPTION)
_NEEDED = {"name": _NAME, "description": _DESCRIPTION}
_OPTION = {
    "required": boolean,
    "autocomplete": boolean,
    "name_localizations": each(_NAME),
    "description_localizations": each(_DESCRIPTION),
}


def _choices(value: Check) -> dict[str, Check]:
    choice = model(
        {"name": text(1, limits.CHOICE), "value": value}, {"name_localizations": each(text(1, limits.CHOICE))}
    )
    return {"choices": many(choice, 0, limits.CHOICES)}


def _typed(fields: dict[str, Check], *rules: Rule) -> Check:
    return model(_NEEDED, {**_OPTION, **fields}, _name, *rules)


_LENGTHS = {"min_length": whole(0, limits.OPTION_TEXT), "max_length": whole(1, limits.OPTION_TEXT)}
_WHOLE_BOUNDS: dict[str, Check] = {"min_value": whole(), "max_value": whole()}
_BOUNDS: dict[str, Check] = {"min_value": number, "max_value": number}
_STRINGS = {**_choices(text(0, limits.CHOICE)), **_LENGTHS}
_IN_BOUNDS = _ordered("min_value", "max_value")
_PLAIN = {
    STRING: _typed(_STRINGS, _choices_or_autocomplete, _ordered("min_length", "max_length")),
    INTEGER: _typed({**_choices(whole()), **_WHOLE_BOUNDS}, _choices_or_autocomplete, _IN_BOUNDS),
    NUMBER: _typed({**_choices(number), **_BOUNDS}, _choices_or_autocomplete, _IN_BOUNDS),
    CHANNEL: _typed({"channel_types": many(whole(0))}, _no_autocomplete),
    **{kind: _typed({}, _no_autocomplete) for kind in (BOOLEAN, USER_OPTION, ROLE, MENTIONABLE, ATTACHMENT)},
}


def _holding(kinds: dict[int, Check], *rules: Rule) -> Check:
    options = {"options": many(union(kinds), 0, limits.COMMAND_OPTIONS)}
    return _typed(options, *rules, _options_once, _required_first)


_SUB_COMMAND = _holding(_PLAIN)
_OPTIONS = {SUB_COMMAND: _SUB_COMMAND, SUB_COMMAND_GROUP: _holding({SUB_COMMAND: _SUB_COMMAND}), **_PLAIN}
_COMMAND = model(
    {"name": _NAME},
    {
        "type": one_of(*PER_SCOPE),
        "description": text(0, limits.COMMAND_DESCRIPTION),
        "options": many(union(_OPTIONS), 0, limits.COMMAND_OPTIONS),
        "name_localizations": each(_NAME),
        "description_localizations": each(_DESCRIPTION),
        "contexts": many(one_of(0, 1, 2), 1),
        "integration_types": many(one_of(0, 1), 1),
        "dm_permission": boolean,
        "default_member_permissions": _permissions,
        "nsfw": boolean,
    },
    _well_named,
    _described,
    _not_mixed,
    _options_once,
    _required_first,
    _small_enough,
)


def one_command_refusals(command: Any) -> list[Refusal]:
    """Why Discord answers 400 to the creation of this command, `{"name", "type", "description", "options"}`."""
    return list(_COMMAND(command, ()))


def command_refusals(commands: Any) -> list[Refusal]:
    """Why Discord answers 400 to these commands, which take the place of all of a scope; paths begin with an index."""
    if not isinstance(commands, list):
        return [not_a_list(())]
    refused = [found for index, command in enumerate(commands) for found in _COMMAND(command, (index,))]
    return refused or [*_too_many(commands), *_named_once(commands)]


def _kind(command: Json) -> int:
    return command.get("type") or SLASH


def _too_many(commands: list[Json]) -> Iterator[Refusal]:
    for kind, there in Counter(map(_kind, commands)).items():
        if there > PER_SCOPE[kind]:
            # The closest form error: Discord may say it with code 30032 instead.
            yield bad_length((), 0, PER_SCOPE[kind])


def _named_once(commands: list[Json]) -> Iterator[Refusal]:
    names = [(_kind(command), command["name"]) for command in commands]
    for index, name in enumerate(names):
        if name in names[:index]:
            words = "Application command names must be unique"
            yield Refusal((index,), "APPLICATION_COMMANDS_DUPLICATE_NAME", words)
