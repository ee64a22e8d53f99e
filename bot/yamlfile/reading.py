"""A YAML file → plain data that remembers where every value stands.

Every plain scalar stays the text that was typed, so a date or a «no» is never turned into something else.
"""

import re
from bisect import bisect_right
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


def read_text(path: Path, most: int = MAX_BYTES) -> str | Problem:
    """A file's text, of at most so many bytes; what can go wrong with a file on disk comes back as a problem."""
    here = Origin(path=path)
    try:
        if path.exists() and not path.is_file():
            return Problem(code="not-a-file", message="is not a file", hint="move it elsewhere", origin=here)
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except (OSError, ValueError) as error:
        # ValueError: the name itself cannot be a file's.
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        return Problem(
            code="unreadable",
            message=f"cannot be read: {reason}",
            hint="check that the file is there and its permissions",
            origin=here,
        )
    if len(raw) > most:
        return Problem(
            code="too-large",
            message=f"has more than {most:,} bytes",
            hint="split it, or check that it is the right file",
            origin=here,
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The bytes that were decoded are without the byte-order mark.
        origin = _Lines(_with_plain_line_ends(error.object[: error.start].decode()), path).origin(-1)
        return Problem(
            code="not-utf8",
            message=f"is not UTF-8 text (byte 0x{error.object[error.start]:02x})",
            hint="save the file as UTF-8",
            origin=origin,
        )
    text = _with_plain_line_ends(text)
    strange = _CONTROL.search(text)
    return _control_problem(strange.group(), _Lines(text, path).origin(strange.start())) if strange else text


def _with_plain_line_ends(text: str) -> str:
    """Other line ends, like a byte-order mark, are an editor's habit and say nothing."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
"""Control characters that are not white space: no text has them, and a terminal obeys them."""
_CONTROL_OR_BREAK = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Those and all white space but blanks, tabs and line ends: documents may have it, values do not need it."""


def _control_problem(found: str, origin: Origin) -> Problem:
    message = f"has a control character (U+{ord(found):04X})"
    return Problem(code="control-character", message=message, hint="remove it, or write what was meant", origin=origin)


class _Lines:
    """Places in a text, in lines as editors count them: YAML ends lines at more characters than they do."""

    def __init__(self, text: str, path: Path, first_line: int = 1) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._length = len(text)
        self._path = path
        self._first_line = first_line

    def origin(self, index: int) -> Origin:
        """The place of a character; -1 is where the text ends."""
        index = index if 0 <= index < self._length else self._length
        line = bisect_right(self._starts, index) - 1
        return Origin(path=self._path, line=line + self._first_line, column=index - self._starts[line] + 1)


def read_yaml(path: Path, most: int = MAX_BYTES) -> tuple[YamlFile | None, list[Problem]]:
    """Read one YAML file of at most so many bytes. Without a file there is at least one problem."""
    text = read_text(path, most)
    if isinstance(text, Problem):
        return None, [text]
    return parse_yaml(text, path)


def parse_yaml(text: str, path: Path, first_line: int = 1) -> tuple[YamlFile | None, list[Problem]]:
    """Parse YAML that starts on `first_line` of the file at `path`: text as `read_text` gives it.

    Duplicate keys, aliases and tags are problems.
    """
    lines = _Lines(text, path, first_line)
    try:
        if too_deep := _too_deep(text):
            message, hint = f"is nested more than {MAX_DEPTH} deep", "check the indentation and the brackets"
            origin = lines.origin(too_deep.index)
            return None, [Problem(code="yaml-depth", message=message, hint=hint, origin=origin)]
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        return None, [_syntax_problem(error, text, lines)]
    walk = _Walk(lines)
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


def _syntax_problem(error: yaml.YAMLError, text: str, lines: _Lines) -> Problem:
    if isinstance(error, yaml.reader.ReaderError):
        # Its place is counted in bytes.
        at = len(text.encode()[: error.position].decode(errors="ignore"))
        message = f"is not valid YAML: it has a character that YAML does not allow (U+{error.character:04X})"
        hint = "remove it, or write what was meant"
        return Problem(code="yaml-syntax", message=message, hint=hint, origin=lines.origin(at))
    # Where an unclosed quotation mark or bracket was opened says more than where the file ends.
    mark = getattr(error, "problem_mark", None)
    context = getattr(error, "context_mark", None)
    reason = getattr(error, "problem", None) or "it cannot be read"
    if context and ("quoted scalar" in str(getattr(error, "context", "")) or not mark):
        mark = context
    origin = lines.origin(mark.index if mark else 0)
    return Problem(code="yaml-syntax", message=f"is not valid YAML: {reason}", hint=_syntax_hint(reason), origin=origin)


def _syntax_hint(reason: str) -> str:
    if "cannot start any token" in reason:
        return "indent with blanks, not tabs, and put text that begins with a sign (\" ' * & % @) in quotation marks"
    if "end of stream" in reason or "quoted" in reason or "expected <block end>" in reason:
        return "check the indentation; text that holds quotation marks goes into the other kind, as a whole"
    return "check the indentation, and put text that holds «: » or « #» in quotation marks"


_NULL = "tag:yaml.org,2002:null"
_PLAIN_TAGS = {
    f"tag:yaml.org,2002:{name}"
    for name in ("map", "seq", "str", "null", "bool", "int", "float", "timestamp", "merge", "value")
}
"""What YAML takes values for by itself. All others were written by somebody who wants more than data."""


class _Walk:
    """Turns YAML nodes into data, noting places and problems on the way."""

    def __init__(self, lines: _Lines) -> None:
        self._lines = lines
        self._kept: dict[int, Data] = {}
        self.values: dict[Place, Origin] = {}
        self.keys: dict[Place, Origin] = {}
        self.ends: dict[Place, int] = {}
        self.problems: list[Problem] = []

    def _origin(self, node: yaml.Node) -> Origin:
        return self._lines.origin(node.start_mark.index)

    def _report(self, code: str, message: str, hint: str, node: yaml.Node) -> None:
        self.problems.append(Problem(code=code, message=message, hint=hint, origin=self._origin(node)))

    def data(self, node: yaml.Node, place: Place) -> Data:
        self.values[place] = self._origin(node)
        self.ends[place] = self._lines.origin(node.end_mark.index).line
        if id(node) in self._kept:
            self._report(
                "yaml-alias", "is used again by a YAML alias (*name)", "write the value out in each place", node
            )
            kept = self._kept[id(node)]
            # A list of lists of lists, each an alias of the last, is short to write and endless to look at.
            return kept if isinstance(kept, str) else None
        self._kept[id(node)] = None
        if node.tag not in _PLAIN_TAGS:
            self._report("yaml-tag", "has a YAML tag (!name)", "leave the tag out: values are text", node)
        match node:
            case yaml.MappingNode():
                found: Data = self._mapping(node, place)
            case yaml.SequenceNode():
                found = [self.data(item, (*place, i)) for i, item in enumerate(node.value)]
            case _:
                found = None if node.tag == _NULL else self._text(node)
        self._kept[id(node)] = found
        return found

    def _text(self, node: yaml.Node) -> str:
        """A scalar as it was typed. What an escape put into it is held to what a file may hold."""
        text = str(node.value)
        if strange := _CONTROL_OR_BREAK.search(text):
            self.problems.append(_control_problem(strange.group(), self._origin(node)))
        return _CONTROL_OR_BREAK.sub("\ufffd", text)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Data]:
        found: dict[str, Data] = {}
        for key, value in node.value:
            name = self._text(key) if isinstance(key, yaml.ScalarNode) else ""
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
