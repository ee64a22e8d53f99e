"""Bodies that a bot sends, made small for one test: a component, a message, a modal, a command."""

from collections.abc import Callable
from typing import Any

from bot.sandbox.payloads import Refusal

Json = dict[str, Any]
V2 = 1 << 15
LONG_URL = "https://example.org/"
CONTENT, COMPONENTS = ("content",), ("components",)
FIRST = (*COMPONENTS, 0)
IN_ROW = (*FIRST, "components", 0)
COMMAND, COMPONENT, AUTOCOMPLETE, SUBMISSION = 2, 3, 4, 5


def text(content: str = "a", **fields: Any) -> Json:
    return {"type": 10, "content": content, **fields}


def button(custom_id: str | None = "a", **fields: Any) -> Json:
    return {"type": 2, "style": 2, "label": "a", "custom_id": custom_id, **fields}


def link_button(url: str | None = LONG_URL, **fields: Any) -> Json:
    return {"type": 2, "style": 5, "label": "a", "url": url, **fields}


def buttons(count: int) -> list[Json]:
    return [button(str(number)) for number in range(count)]


def row(*components: Json, **fields: Any) -> Json:
    return {"type": 1, "components": list(components), **fields}


def options(count: int, **fields: Any) -> list[Json]:
    return [{"label": "a", "value": str(number), **fields} for number in range(count)]


def select(custom_id: str = "s", **fields: Any) -> Json:
    return {"type": 3, "custom_id": custom_id, "options": options(2), **fields}


def users(**fields: Any) -> Json:
    return {"type": 5, "custom_id": "u", **fields}


def box(*components: Any, **fields: Any) -> Json:
    return {"type": 17, "components": list(components), **fields}


def thumbnail(url: str = LONG_URL, **fields: Any) -> Json:
    return {"type": 11, "media": {"url": url}, **fields}


def section(*components: Json, **fields: Any) -> Json:
    return {"type": 9, "components": list(components), "accessory": thumbnail(), **fields}


def gallery(count: int, url: str = LONG_URL) -> Json:
    return {"type": 12, "items": [{"media": {"url": url}} for _ in range(count)]}


def file(url: str) -> Json:
    return {"type": 13, "file": {"url": url}}


def layout(*components: Any, **fields: Any) -> Json:
    return {"flags": V2, "components": list(components), **fields}


def legacy(*components: Json, **fields: Any) -> Json:
    return {"content": "a", "components": list(components), **fields}


def url(length: int) -> str:
    return LONG_URL + "a" * (length - len(LONG_URL))


def embed(**fields: Any) -> Json:
    return {"embeds": [{"title": "a", **fields}]}


def field(name: str = "a", value: str = "a") -> Json:
    return {"name": name, "value": value}


def mentions(**fields: Any) -> Json:
    return {"content": "a", "allowed_mentions": fields}


def field_of(component: Json, **fields: Any) -> Json:
    return {"type": 18, "label": "a", "component": component, **fields}


def entry(custom_id: str = "i", **fields: Any) -> Json:
    return {"type": 4, "custom_id": custom_id, "style": 1, **fields}


def radio(count: int, **fields: Any) -> Json:
    return {"type": 21, "custom_id": "r", "options": options(count, **fields)}


def checkboxes(count: int, **fields: Any) -> Json:
    return {"type": 22, "custom_id": "c", "options": options(count), **fields}


def modal(*components: Json, **fields: Any) -> Json:
    return {"custom_id": "m", "title": "a", "components": list(components), **fields}


def choices(count: int = 1, name: Any = "a", value: Any = "b") -> Json:
    return {"choices": [{"name": name, "value": value}] * count}


def command(name: str = "a", **fields: Any) -> Json:
    return {"name": name, "description": "a", **fields}


def menu(name: str = "Check this", kind: int = 3, **fields: Any) -> Json:
    return {"name": name, "type": kind, **fields}


def option(name: str = "a", kind: int = 3, **fields: Any) -> Json:
    return {"name": name, "type": kind, "description": "a", **fields}


def named(count: int, make: Callable[..., Json], *more: Any) -> list[Json]:
    return [make(f"a{number}", *more) for number in range(count)]


def sub(*inner: Json, name: str = "s", kind: int = 1) -> Json:
    return option(name, kind, options=list(inner))


def with_choices(count: int, name: str = "a", value: Any = "a", **fields: Any) -> Json:
    return command(options=[option(choices=[{"name": name, "value": value}] * count, **fields)])


def places(refusals: list[Refusal]) -> list[tuple[tuple[str | int, ...], str]]:
    return [(refusal.path, refusal.code) for refusal in refusals]
