"""Whether documents still say what the raw files say that they were made from.

No word is changed, added or left out, but for what is named as boilerplate, no paragraph runs into another one, and a
document says of itself what is said beside its raw file. Which lines are headings is not held.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

from bot.corpus.documents import END_OF_SECTION, FrontMatterFormat, MetaFormat, front_matter
from bot.corpus.importing import strip
from bot.model import Corpus, Document, Origin, Problem
from bot.yamlfile import Place, YamlFile, parse_model, read_text, read_yaml

RAW = "raw"
"""The folder, in that of the documents, with the text that each was made from (<id>.txt) and what it is (<id>.yaml)."""
SHOWN = 60
"""Characters of a line that are shown of what differs."""


def raw_file(document: Document) -> Path:
    """Where the text is, if it was kept, that a document was made from."""
    return document.origin.path.parent / RAW / f"{document.id}.txt"


def is_kept(document: Document) -> bool:
    """Whether the raw file is there."""
    return _is_there(raw_file(document))


def _is_there(file: Path) -> bool:
    # Unlike Path.is_file it takes a folder that may not be entered for one without.
    return os.path.isfile(file)  # noqa: PTH113


def unkept(corpus: Corpus) -> list[str]:
    """The documents without a raw file, by id: they cannot be held against it."""
    return [document.id for document in corpus.values() if not is_kept(document)]


def altered(corpus: Corpus) -> list[Problem]:
    """Where each document departs first from its raw file, of those whose raw file was kept."""
    found = (_altered(document) for document in corpus.values() if is_kept(document))
    return [problem for problem in found if problem]


def _altered(document: Document) -> Problem | None:
    raw_text = raw_file(document)
    raw = read_text(raw_text)
    content = read_text(document.origin.path)
    if isinstance(raw, Problem) or isinstance(content, Problem):
        return raw if isinstance(raw, Problem) else None
    meta = raw_text.with_suffix(".yaml")
    command = f"python -m bot import {raw_text} --id {document.id} --meta {meta}"
    if hashlib.sha256(raw_text.read_bytes()).hexdigest() != document.sha256:
        message = f"was made from another text than {RAW}/{document.id}.txt is now: the checksum differs"
        hint = f"put {RAW}/{document.id}.txt back, or, if that is the better one, import it: {command} --force"
        return Problem(code="other-raw", message=message, hint=hint, origin=Origin(path=document.origin.path))
    file, front, _ = front_matter(content, document.origin.path)
    if file is None or front is None:
        return None
    again = f"put it back, or import the document again: {command}"
    if problem := _other_facts(file, front, meta):
        return problem
    kept, problems = strip(raw, front, file)
    if problems:
        return problems[0]
    end = _Line(number=document.text.count("\n"), words="", apart=False)
    for line, meant in zip_longest(_lines(document.text), _lines(kept), fillvalue=end):
        if line.words != meant.words or (meant.apart and not line.apart):
            where = replace(
                document.origin,
                line=document.origin.line + line.number - 1,
                column=_first_difference(line.words, meant.words) + 1 if line.words != meant.words else 1,
            )
            return Problem(code="altered", message=_told(line.words, meant.words), hint=again, origin=where)
    return None


def _other_facts(file: YamlFile, front: FrontMatterFormat, meta: Path) -> Problem | None:
    """What a document says of itself that is not what was said when it was imported; nothing where that is not kept."""
    if not _is_there(meta):
        return None
    described, problems = read_yaml(meta)
    expected = parse_model(described, MetaFormat, "META.yaml")[0] if described else None
    if expected is None:
        return problems[0] if problems else None
    for name in MetaFormat.model_fields:
        said, meant = getattr(front, name), getattr(expected, name)
        if said != meant:
            message = (
                f"says of itself another «{name}» than {RAW}/{meta.name}: {_short(said)}, and there {_short(meant)}"
            )
            place: Place = (name,) if said else ()
            return file.problem(
                place, "other-facts", message, f"give both the same in {file.path.name} and {meta.name}"
            )
    return None


def _short(value: object) -> str:
    return f"«{str(value)[:SHOWN]}»" if isinstance(value, str) else "nothing" if value is None else "something else"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line with words, from 1, without what only says that it is a heading; `apart`: no other stands right above."""

    number: int
    words: str
    apart: bool


def _lines(text: str) -> Iterator[_Line]:
    apart = True
    for number, line in enumerate(text.split("\n"), 1):
        heading = line.startswith(("# ", "## "))
        words = line.split(" ", 1)[1] if heading else line
        if not words.strip() or words.strip() == END_OF_SECTION:
            apart = True
        else:
            yield _Line(number=number, words=words, apart=apart or heading)
            apart = heading


def _told(line: str, meant: str) -> str:
    if line == meant:
        return f"runs on where its raw file begins a paragraph: «{meant[:SHOWN]}»"
    if not line:
        return f"ends before its raw file does, which goes on: «{meant[:SHOWN]}»"
    if not meant:
        return f"goes on where its raw file ends: «{line[:SHOWN]}»"
    at = max(_first_difference(line, meant) - SHOWN // 2, 0)
    return f"says «{line[at : at + SHOWN]}» where its raw file says «{meant[at : at + SHOWN]}»"


def _first_difference(line: str, meant: str) -> int:
    pairs = enumerate(zip(line, meant, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(line), len(meant)))
