"""YAML with places: a file becomes plain data that remembers line and column, then a validated model.

Every plain scalar stays the text that was typed, so a date or a «no» is never turned into something else.
Knows nothing of cards, documents or settings.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import process

from bot.model import Origin, Problem

Data: TypeAlias = str | list["Data"] | dict[str, "Data"] | None
Place: TypeAlias = tuple[str | int, ...]
"""The way to a value: keys and list positions from the top."""

MAX_DEPTH = 12
MAX_BYTES = 1_000_000


class FileModel(BaseModel):
    """Base of every file format: unknown keys are errors, values are frozen, blanks at the ends go."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, use_attribute_docstrings=True)


M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """`data` with the origin of every value in `values` and of every key in `keys`."""

    path: Path
    data: Data
    values: Mapping[Place, Origin]
    keys: Mapping[Place, Origin]
    ends: Mapping[Place, int]
    """The line on which each value ends."""
    lines: tuple[str, ...]
    first_line: int

    def origin(self, place: Place) -> Origin:
        """The origin of a value, or of the nearest thing around it that exists."""
        while place and place not in self.values:
            place = place[:-1]
        return self.values.get(place, Origin(path=self.path))

    def origin_of(self, word: str, place: Place) -> Origin:
        """The origin of a word inside a value, as typed; of the value where the word is not found as it is."""
        start = self.origin(place)
        for line in range(start.line, self.ends.get(place, start.line) + 1):
            text = self.lines[line - self.first_line] if line - self.first_line < len(self.lines) else ""
            column = text.find(word, start.column - 1 if line == start.line else 0)
            if column >= 0:
                return Origin(path=self.path, line=line, column=column + 1)
        return start

    def problem(self, place: Place, code: str, message: str, hint: str) -> Problem:
        """A problem with the value at a place."""
        return Problem(code=code, message=message, hint=hint, origin=self.origin(place))


def read_text(path: Path) -> str | Problem:
    """A file's text; what can go wrong with a file on disk comes back as a problem."""
    here = Origin(path=path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return Problem(
            code="unreadable",
            message=f"cannot be read: {reason}",
            hint="check that the file is there and its permissions",
            origin=here,
        )
    if len(raw) > MAX_BYTES:
        return Problem(
            code="too-large",
            message=f"has {len(raw):,} bytes, more than {MAX_BYTES:,}",
            hint="split it, or check that it is the right file",
            origin=here,
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        return Problem(
            code="not-utf8",
            message=f"is not UTF-8 text (byte 0x{raw[error.start]:02x})",
            hint="save the file as UTF-8",
            origin=Origin(path=path, line=line, column=column),
        )


def read_yaml(path: Path) -> tuple[YamlFile | None, list[Problem]]:
    """Read one YAML file. Without a file there is at least one problem."""
    text = read_text(path)
    if isinstance(text, Problem):
        return None, [text]
    return parse_yaml(text, path)


def parse_yaml(text: str, path: Path, first_line: int = 1) -> tuple[YamlFile | None, list[Problem]]:
    """Parse YAML that starts on `first_line` of the file at `path`. Duplicate keys and aliases are problems."""
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        return None, [_syntax_problem(error, path, first_line)]
    walk = _Walk(path, first_line)
    data = walk.data(node, ()) if node is not None else None
    return YamlFile(path, data, walk.values, walk.keys, walk.ends, tuple(text.split("\n")), first_line), walk.problems


def _syntax_problem(error: yaml.YAMLError, path: Path, first_line: int) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    message = getattr(error, "problem", None) or "a character that YAML does not allow"
    origin = Origin(path=path, line=mark.line + first_line, column=mark.column + 1) if mark else Origin(path=path)
    hint = "check the indentation, and put text that holds «: » or « #» in quotation marks"
    return Problem(code="yaml-syntax", message=f"is not valid YAML: {message}", hint=hint, origin=origin)


class _Walk:
    """Turns YAML nodes into data, noting places and problems on the way."""

    def __init__(self, path: Path, first_line: int) -> None:
        self._path = path
        self._first_line = first_line
        self._seen: set[int] = set()
        self.values: dict[Place, Origin] = {}
        self.keys: dict[Place, Origin] = {}
        self.ends: dict[Place, int] = {}
        self.problems: list[Problem] = []

    def _origin(self, node: yaml.Node) -> Origin:
        return Origin(path=self._path, line=node.start_mark.line + self._first_line, column=node.start_mark.column + 1)

    def _report(self, code: str, message: str, hint: str, node: yaml.Node) -> None:
        self.problems.append(Problem(code=code, message=message, hint=hint, origin=self._origin(node)))

    def data(self, node: yaml.Node, place: Place) -> Data:
        self.values[place] = self._origin(node)
        self.ends[place] = node.end_mark.line + self._first_line
        if id(node) in self._seen:
            self._report("yaml-alias", "uses a YAML alias (*name)", "write the value out", node)
            return None
        self._seen.add(id(node))
        if len(place) > MAX_DEPTH:
            self._report("yaml-depth", f"is nested more than {MAX_DEPTH} deep", "check the indentation", node)
            return None
        match node:
            case yaml.MappingNode():
                return self._mapping(node, place)
            case yaml.SequenceNode():
                return [self.data(item, (*place, i)) for i, item in enumerate(node.value)]
            case _:
                return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Data]:
        found: dict[str, Data] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            if not name:
                self._report("yaml-key", "has a key that is not text", "write the key as a plain word", key)
            elif name in found:
                first = self.keys[(*place, name)]
                self._report(
                    "duplicate-key",
                    f"key «{name}» stands here for the second time",
                    f"keep one (the first is in line {first.line})",
                    key,
                )
            else:
                self.keys[(*place, name)] = self._origin(key)
                found[name] = self.data(value, (*place, name))
        return found


# ---------------------------------------------------------------- data → model


def parse_model(file: YamlFile, model: type[M], noun: str) -> tuple[M | None, list[Problem]]:
    """Validate a file against its format. All problems come back, each where it stands."""
    if not isinstance(file.data, dict):
        what = "is empty" if file.data is None else "does not hold «key: value» lines"
        return None, [
            Problem(code="not-a-mapping", message=what, hint=f"fill in the keys of a {noun}", origin=file.origin(()))
        ]
    try:
        return model.model_validate(file.data), []
    except ValidationError as error:
        details = error.errors(include_url=False)
        places = [detail["loc"] for detail in details]
        # A list with a broken entry is also reported as too short, though nothing is missing from it.
        echoes = {place for place in places if any(other != place and other[: len(place)] == place for other in places)}
        return None, [_model_problem(file, model, detail) for detail in details if detail["loc"] not in echoes]


def salvage(data: Data, model: type[M]) -> M:
    """What can be read of data that is not a valid `model`, so that it can be checked for further problems.

    Lists keep their length, so places stay right; what is missing or not text is left empty. Never for use as a value.
    """
    given = data if isinstance(data, dict) else {}
    found: dict[str, Any] = {
        name: _salvaged(info.annotation, given.get(name)) for name, info in model.model_fields.items()
    }
    return model.model_construct(**found)


def _salvaged(annotation: Any, given: Data) -> object:
    inner = _inner_model(annotation)
    if inner:
        return tuple(salvage(item, inner) for item in given) if isinstance(given, list) else ()
    try:
        return TypeAdapter(annotation).validate_python(given)
    except ValidationError:
        if isinstance(given, list):
            return tuple(item if isinstance(item, str) else "" for item in given)
        return {str: "", tuple: (), dict: {}}.get(getattr(annotation, "__origin__", annotation))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    found = process.extractOne(word, list(known), score_cutoff=60)
    return found[0] if found else None


def _model_problem(file: YamlFile, model: type[BaseModel], detail: ErrorDetails) -> Problem:
    place: Place = detail["loc"]
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in place) or "the file"
    context = detail.get("ctx", {})
    origin = file.origin(place)
    match detail["type"]:
        case "extra_forbidden":
            known = _known_keys(model, place[:-1])
            guess = nearest(str(place[-1]), known)
            hint = f"did you mean «{guess}»?" if guess else f"known keys: {', '.join(known)}"
            return Problem(
                code="unknown-key", message=f"unknown key «{place[-1]}»", hint=hint, origin=file.keys.get(place, origin)
            )
        case "missing":
            return Problem(
                code="missing-key", message=f"«{name}» is missing", hint=_meaning(model, place), origin=origin
            )
        case "string_too_long":
            given = len(str(detail["input"]))
            message, hint = f"«{name}» has {given} characters", f"shorten it to at most {context['max_length']}"
            return Problem(code="too-long", message=message, hint=hint, origin=origin)
        case "string_too_short" | "too_short":
            return Problem(code="empty", message=f"«{name}» has too little", hint=_meaning(model, place), origin=origin)
        case "too_long":
            message, hint = f"«{name}» has {context['actual_length']} entries", f"keep at most {context['max_length']}"
            return Problem(code="too-many", message=message, hint=hint, origin=origin)
        case "enum" | "literal_error":
            return Problem(
                code="unknown-value",
                message=f"«{name}» is «{detail['input']}»",
                hint=f"use {context['expected']}",
                origin=origin,
            )
        case "date_from_datetime_parsing" | "date_parsing" | "date_type":
            return Problem(
                code="bad-date", message=f"«{name}» is not a date", hint="write it as YYYY-MM-DD", origin=origin
            )
        case _:
            reason = detail["msg"].removeprefix("Value error, ")
            return Problem(
                code="bad-value",
                message=f"«{name}»: {reason[:1].lower()}{reason[1:]}",
                hint=_meaning(model, place),
                origin=origin,
            )


def _model_at(model: type[BaseModel], place: Place) -> type[BaseModel] | None:
    """The model of the mapping at a place, through lists and unions."""
    here: type[BaseModel] | None = model
    for part in place:
        if isinstance(part, int) or here is None:
            continue
        info = here.model_fields.get(part)
        here = _inner_model(info.annotation) if info else None
    return here


def _inner_model(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_inner_model, getattr(annotation, "__args__", ()))), None)


def _known_keys(model: type[BaseModel], place: Place) -> list[str]:
    here = _model_at(model, place)
    return list(here.model_fields) if here else []


def _meaning(model: type[BaseModel], place: Place) -> str:
    """What the format says a key is for."""
    names = [part for part in place if isinstance(part, str)]
    here = _model_at(model, tuple(names[:-1]))
    info = here.model_fields.get(names[-1]) if here and names else None
    return (info.description if info else None) or "see the format: python -m bot schema"
