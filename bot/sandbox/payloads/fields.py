"""Checks of fields, to build the shapes of bodies from: each takes a value and its path, and yields refusals."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.payloads.refusals import (
    Json,
    Path,
    Refusal,
    bad_length,
    not_a,
    not_a_list,
    not_among,
    not_an_object,
    required,
    too_great,
    too_small,
    wrong_type,
)

Check = Callable[[Any, Path], Iterator[Refusal]]
Rule = Callable[[Json, Path], Iterator[Refusal]]
"""What holds between the fields of one object whose fields are right each by itself."""

LINK_SCHEMES = ("http", "https", "discord")


def text(least: int = 0, most: int | None = None) -> Check:
    def check(value: Any, path: Path) -> Iterator[Refusal]:
        if not isinstance(value, str):
            yield Refusal(path, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
        # Discord trims: what is blank has no length.
        elif len(value.strip()) < least or (most is not None and len(value) > most):
            yield bad_length(path, least, most)

    return check


def filled(most: int) -> Check:
    """Text that Discord calls missing where it is empty."""
    bounded = text(0, most)

    def check(value: Any, path: Path) -> Iterator[Refusal]:
        if isinstance(value, str) and not value.strip():
            yield required(path)
        else:
            yield from bounded(value, path)

    return check


def whole(least: int | None = None, most: int | None = None) -> Check:
    def check(value: Any, path: Path) -> Iterator[Refusal]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield not_a("int", path, value)
        elif least is not None and value < least:
            yield too_small(path, least)
        elif most is not None and value > most:
            yield too_great(path, most)

    return check


def number(value: Any, path: Path) -> Iterator[Refusal]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield not_a("float", path, value)


def boolean(value: Any, path: Path) -> Iterator[Refusal]:
    if not isinstance(value, bool):
        # The closest code.
        yield not_among(path, (True, False))


def snowflake(value: Any, path: Path) -> Iterator[Refusal]:
    """An id: Discord reads digits and integers alike."""
    digits = isinstance(value, str) and value.isascii() and value.isdigit()
    if not digits and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        yield not_a("snowflake", path, value)


def one_of(*choices: object) -> Check:
    def check(value: Any, path: Path) -> Iterator[Refusal]:
        if not any(value == choice and type(value) is type(choice) for choice in choices):
            yield not_among(path, choices)

    return check


def link(most: int, schemes: tuple[str, ...] = LINK_SCHEMES) -> Check:
    bounded = text(0, most)

    def check(value: Any, path: Path) -> Iterator[Refusal]:
        if refused := list(bounded(value, path)):
            yield from refused
        elif (scheme := _scheme(value)) is None:
            yield Refusal(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        elif scheme not in schemes:
            words = f'Scheme "{scheme}" is not supported. Scheme must be one of {schemes}.'
            yield Refusal(path, "URL_TYPE_INVALID_SCHEME", words)

    return check


def _scheme(url: str) -> str | None:
    """None where this is no URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if not parts.scheme or any(character.isspace() for character in url):
        return None
    if parts.scheme in LINK_SCHEMES and not parts.netloc:
        return None
    return parts.scheme


def many(item: Check, least: int = 0, most: int | None = None) -> Check:
    def check(value: Any, path: Path) -> Iterator[Refusal]:
        if not isinstance(value, list):
            yield not_a_list(path)
        elif len(value) < least or (most is not None and len(value) > most):
            yield bad_length(path, least, most)
        else:
            for index, part in enumerate(value):
                yield from item(part, (*path, index))

    return check


def each(item: Check) -> Check:
    """An object used as a table, such as a name in every language."""

    def check(value: Any, path: Path) -> Iterator[Refusal]:
        if not isinstance(value, dict):
            yield not_an_object(path)
            return
        for key, part in value.items():
            yield from item(part, (*path, key))

    return check


def model(needed: Mapping[str, Check], optional: Mapping[str, Check], *rules: Rule) -> Check:
    """An object. As with Discord, null is the same as absent, and unknown fields are passed over.

    The rules are asked once all fields are right, so that they may rely on them.
    """

    def check(value: Any, path: Path) -> Iterator[Refusal]:
        if not isinstance(value, dict):
            yield not_an_object(path)
            return
        refused = list(_fields(value, path, needed, optional))
        yield from refused or (found for rule in rules for found in rule(value, path))

    return check


def _fields(value: Json, path: Path, needed: Mapping[str, Check], optional: Mapping[str, Check]) -> Iterator[Refusal]:
    for name, check in {**needed, **optional}.items():
        if value.get(name) is not None:
            yield from check(value[name], (*path, name))
        elif name in needed:
            yield required((*path, name))


def union(kinds: Mapping[int, Check]) -> Check:
    """An object whose `type` says which of these it is."""

    def check(value: Any, path: Path) -> Iterator[Refusal]:
        if not isinstance(value, dict):
            yield not_an_object(path)
            return
        kind = value.get("type")
        if isinstance(kind, int) and not isinstance(kind, bool) and kind in kinds:
            yield from kinds[kind](value, path)
        else:
            yield wrong_type(path, kinds)

    return check
