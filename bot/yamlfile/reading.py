"""A YAML file → plain data that remembers where every value stands.

Every plain scalar stays the text that was typed, so a date or a «no» is never turned into something else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from bot.model import Origin, Problem

Data: TypeAlias = str | list["Data"] | dict[str, "Data"] | None
Place: TypeAlias = tuple[str | int, ...]
"""The way to a value: keys and list positions from the top."""

MAX_DEPTH = 12
MAX_BYTES = 1_000_000


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
        whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)" if word[:1].isalnum() else re.escape(word))
        for line in range(start.line, self.ends.get(place, start.line) + 1):
            text = self.lines[line - self.first_line] if line - self.first_line < len(self.lines) else ""
            found = whole.search(text, start.column - 1 if line == start.line else 0)
            if found:
                return Origin(path=self.path, line=line, column=found.start() + 1)
        return start

    def problem(self, place: Place, code: str, message: str, hint: str) -> Problem:
        """A problem with the value at a place."""
        return Problem(code=code, message=message, hint=hint, origin=self.origin(place))


def read_text(path: Path) -> str | Problem:
    """A file's text; what can go wrong with a file on disk comes back as a problem."""
    here = Origin(path=path)
    try:
        if path.exists() and not path.is_file():
            return Problem(code="not-a-file", message="is not a file", hint="move it elsewhere", origin=here)
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
        # A byte-order mark and Windows line ends are an editor's habit and say nothing.
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
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
        if too_deep := _too_deep(text):
            origin = Origin(path=path, line=too_deep.line + first_line, column=too_deep.column + 1)
            message, hint = f"is nested more than {MAX_DEPTH} deep", "check the indentation and the brackets"
            return None, [Problem(code="yaml-depth", message=message, hint=hint, origin=origin)]
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        return None, [_syntax_problem(error, path, first_line)]
    walk = _Walk(path, first_line)
    data = walk.data(node, ()) if node is not None else None
    return YamlFile(path, data, walk.values, walk.keys, walk.ends, tuple(text.split("\n")), first_line), walk.problems


def _too_deep(text: str) -> Any:
    """The mark at which nesting goes beyond the limit: looked for first, since nodes are composed by recursion in C."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            return event.start_mark
    return None


def _syntax_problem(error: yaml.YAMLError, path: Path, first_line: int) -> Problem:
    # Where an unclosed quotation mark or bracket was opened says more than where the file ends.
    mark = getattr(error, "problem_mark", None)
    context = getattr(error, "context_mark", None)
    reason = getattr(error, "problem", None) or "a character that YAML does not allow"
    if context and ("quoted scalar" in str(getattr(error, "context", "")) or not mark):
        mark = context
    origin = Origin(path=path, line=mark.line + first_line, column=mark.column + 1) if mark else Origin(path=path)
    return Problem(code="yaml-syntax", message=f"is not valid YAML: {reason}", hint=_syntax_hint(reason), origin=origin)


def _syntax_hint(reason: str) -> str:
    if "cannot start any token" in reason:
        return "indent with blanks, not tabs, and put text that begins with a sign (\" ' * & % @) in quotation marks"
    if "end of stream" in reason or "quoted" in reason or "expected <block end>" in reason:
        return "check the indentation; text that holds quotation marks goes into the other kind, as a whole"
    return "check the indentation, and put text that holds «: » or « #» in quotation marks"


class _Walk:
    """Turns YAML nodes into data, noting places and problems on the way."""

    def __init__(self, path: Path, first_line: int) -> None:
        self._path = path
        self._first_line = first_line
        self._kept: dict[int, Data] = {}
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
        if id(node) in self._kept:
            self._report(
                "yaml-alias", "is used again by a YAML alias (*name)", "write the value out in each place", node
            )
            return self._kept[id(node)]
        self._kept[id(node)] = None
        match node:
            case yaml.MappingNode():
                found: Data = self._mapping(node, place)
            case yaml.SequenceNode():
                found = [self.data(item, (*place, i)) for i, item in enumerate(node.value)]
            case _:
                found = None if node.tag == "tag:yaml.org,2002:null" else str(node.value)
        self._kept[id(node)] = found
        return found

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
