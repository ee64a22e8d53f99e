"""Requests held against Discord's own OpenAPI description, so that the sandbox does not teach us habits of its own.

The file is Discord's and does not stand in this repository: see `find_description`. Its schemas allow unknown fields,
and know few rules between fields, so a request without problems here may still be refused.
"""

import json
import os
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

NOT_AT_HAND = "Discord's description is not at hand: set BRIEFBOT_DISCORD_OPENAPI"
ROOT = Path(__file__).parents[1]
ADDRESS = "urn:discord"
JSON_BODY, MULTIPART_BODY = "application/json", "multipart/form-data"
METHODS = {"get", "put", "post", "patch", "delete"}
LONGEST = 120

STRICTER_THAN_DISCORD: dict[str, dict[str, Any]] = {
    # The documentation, «ID Serialization»: ids are taken as integers too. The library sends those of attachments,
    # allowed mentions, stickers and default values so.
    "SnowflakeType": {"type": ["string", "integer"], "pattern": "^(0|[1-9][0-9]*)$", "minimum": 0},
}
"""Schemas that refuse what Discord takes, and what stands in their place."""


def find_description() -> Path | None:
    """The file of BRIEFBOT_DISCORD_OPENAPI, else the one beside the repository; None where there is neither."""
    named = os.environ.get("BRIEFBOT_DISCORD_OPENAPI")
    path = Path(named) if named else ROOT.parent / "shared" / "discord-api-spec" / "openapi.json"
    return path if path.is_file() else None


class Operation:
    """A path template and a method, with the schema of its body."""

    def __init__(self, template: str, method: str, described: dict[str, Any], registry: Registry[Any]) -> None:
        body = described.get("requestBody") or {}
        self.needs_body = bool(body.get("required"))
        self.content_types = frozenset(body.get("content") or {})
        self._pointer = f"/paths/{template.replace('~', '~0').replace('/', '~1')}/{method}/requestBody/content"
        self._registry = registry

    @cached_property
    def validator(self) -> Draft202012Validator:
        """Of a JSON body; that of a body with files is the same, sent as `payload_json`."""
        kind = JSON_BODY if JSON_BODY in self.content_types else MULTIPART_BODY
        pointer = f"{self._pointer}/{kind.replace('/', '~1')}/schema"
        return Draft202012Validator({"$ref": f"{ADDRESS}#{pointer}"}, registry=self._registry)


class Description:
    """Discord's description, read from its file."""

    def __init__(self, path: Path) -> None:
        described = json.loads(path.read_text(encoding="utf-8"))
        described["components"]["schemas"].update(STRICTER_THAN_DISCORD)
        registry = Registry[Any]().with_resource(ADDRESS, DRAFT202012.create_resource(described))
        self._operations = [
            (
                _pattern(template),
                {method: Operation(template, method, item[method], registry) for method in METHODS & item.keys()},
            )
            for template, item in sorted(described["paths"].items(), key=lambda found: _concrete_first(found[0]))
        ]

    def problems(self, method: str, path: str, body: Any, *, multipart: bool = False) -> list[str]:
        """What is wrong with a request, a line each; `path` begins after `/api/v10`.

        `body` is the JSON that was sent, of a multipart request its `payload_json`, or None where there was none.
        """
        path = path.partition("?")[0]
        request = f"{method.upper()} {path}"
        operation = self._operation(method.lower(), path)
        if operation is None:
            return [f"{request}: no such operation"]
        if body is None:
            return [f"{request}: a body is needed"] if operation.needs_body else []
        if not operation.content_types:
            return [f"{request}: takes no body"]
        if multipart and MULTIPART_BODY not in operation.content_types:
            return [f"{request}: takes no files"]
        return [f"{request}: {line}" for error in operation.validator.iter_errors(body) for line in _lines(error)]

    def _operation(self, method: str, path: str) -> Operation | None:
        for pattern, operations in self._operations:
            if method in operations and pattern.fullmatch(path):
                return operations[method]
        return None


def _pattern(template: str) -> re.Pattern[str]:
    segments = ("[^/]+" if segment.startswith("{") else re.escape(segment) for segment in template.split("/"))
    return re.compile("/".join(segments))


def _concrete_first(template: str) -> list[bool]:
    return [segment.startswith("{") for segment in template.split("/")]


def _lines(error: ValidationError, branch: str = "") -> Iterator[str]:
    """The error itself, or those of the branch of a union that was meant."""
    branches = _branches(error)
    if not branches or not all(branches):
        yield _line(error, branch)
        return
    meant = {
        name: [line for found in errors for line in _lines(found, name)]
        for name, errors in branches.items()
        if not any(_says_other_type(found, error) for found in errors)
    }
    if meant:
        yield from min(meant.values(), key=len)
    else:
        yield f"{_place(error.absolute_path)}: its type is that of none of {', '.join(branches)}"


def _branches(union: ValidationError) -> dict[str, list[ValidationError]]:
    """The errors of each branch by its name, which a branch of its own schema has not; «or null» is no branch."""
    schemas: Any = union.validator_value
    found: dict[str, list[ValidationError]] = {}
    for inner in union.context or ():
        schema = schemas[inner.schema_path[0]]
        if schema != {"type": "null"}:
            found.setdefault(str(schema.get("$ref", "")).rpartition("/")[2], []).append(inner)
    return found


def _says_other_type(inner: ValidationError, union: ValidationError) -> bool:
    return list(inner.absolute_path) == [*union.absolute_path, "type"] and inner.validator in ("enum", "oneOf")


def _line(error: ValidationError, branch: str) -> str:
    place = _place(error.absolute_path)
    message = error.message
    # The end says what is wrong; the beginning quotes the body.
    shown = message if len(message) <= LONGEST else f"… {message[-LONGEST:]}"
    return f"{place} ({branch}): {shown}" if branch else f"{place}: {shown}"


def _place(path: Sequence[str | int]) -> str:
    return "/".join(str(step) for step in path) or "the body"
