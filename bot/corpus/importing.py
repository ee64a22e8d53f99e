"""A raw file → corpus/<id>.md: named boilerplate out, headings marked, every other character kept."""

import hashlib
import re
from pathlib import Path

import yaml

from bot.corpus.documents import END_OF_SECTION, MetaFormat, parse_document
from bot.model import Document, Problem
from bot.yamlfile import Place, YamlFile, parse_model, read_text, read_yaml

_HEADING = re.compile(r"^[^\s•*-].{0,98}[^\s.,;:!]$")


def import_document(raw: Path, document_id: str, meta: Path) -> tuple[str | None, Document | None, list[Problem]]:
    """The content of the document's file, the document it holds, and every problem met on the way."""
    text = read_text(raw)
    file, problems = read_yaml(meta)
    if isinstance(text, Problem):
        problems.append(text)
    if file is None or isinstance(text, Problem):
        return None, None, problems
    described, found = parse_model(file, MetaFormat, "META.yaml")
    problems += found
    if described is None:
        return None, None, problems
    kept, found = strip(text, described, file)
    problems += found
    if problems:
        return None, None, problems
    digest = hashlib.sha256(raw.read_bytes()).hexdigest()
    content = _front_matter(document_id, described, digest) + _body(kept, described.title)
    document, found = parse_document(content, Path(f"{document_id}.md"))
    return content, document, found


def strip(text: str, meta: MetaFormat, file: YamlFile) -> tuple[str, list[Problem]]:
    """A raw text without exactly what is named. The title's line stays, wherever else its words are boilerplate."""
    lines: list[str | None] = list(text.split("\n"))
    problems: list[Problem] = []
    title_at = next((i for i, line in enumerate(lines) if line == meta.title), None)
    if title_at is None:
        hint = "write it character for character as its line in the raw file"
        problems.append(file.problem(("title",), "no-title", f"the raw file has no line «{meta.title}»", hint))
    for k, entry in enumerate(meta.boilerplate):
        place: Place = ("boilerplate", k)
        if entry.line is not None:
            at = next((i for i, line in enumerate(lines) if line == entry.line and i != title_at), None)
            if at is None:
                message = f"the raw file has no (further) line «{entry.line}»"
                problems.append(file.problem(place, "no-boilerplate", message, "write the whole line, or remove it"))
            else:
                lines[at] = None
        elif entry.inside is not None:
            holders = [i for i, line in enumerate(lines) if line and entry.inside in line]
            if len(holders) != 1 or (lines[holders[0]] or "").count(entry.inside) != 1:
                message = f"the raw file does not hold «{entry.inside}» exactly once"
                problems.append(file.problem(place, "no-boilerplate", message, "write more or less of it"))
            else:
                lines[holders[0]] = (lines[holders[0]] or "").replace(entry.inside, "")
    return "\n".join(line for line in lines if line is not None), problems


def _body(text: str, title: str) -> str:
    """Mark the title, the headings, and the end of a section where two blank lines close it without a heading."""
    lines = text.strip("\n").split("\n")
    marked: list[str] = []
    in_section = False
    for i, line in enumerate(lines):
        alone = (i == 0 or not lines[i - 1]) and (i + 1 == len(lines) or not lines[i + 1])
        if line == title and "# " + title not in marked:
            marked.append("# " + line)
            # A heading stands alone: text that follows at once is a paragraph of its own.
            if i + 1 < len(lines) and lines[i + 1]:
                marked.append("")
        elif alone and _HEADING.match(line):
            marked.append("## " + line)
            in_section = True
        else:
            if line and in_section and i > 1 and not lines[i - 1] and not lines[i - 2]:
                marked[-1:] = [END_OF_SECTION, ""]
                in_section = False
            marked.append(line)
    return "\n".join(marked) + "\n"


def _front_matter(document_id: str, meta: MetaFormat, digest: str) -> str:
    described = meta.model_dump(exclude_none=True, exclude_defaults=True)
    if meta.boilerplate:
        described["boilerplate"] = list(described["boilerplate"])
    ordered = {"id": document_id, **described, "sha256": digest}
    text = yaml.safe_dump(ordered, sort_keys=False, allow_unicode=True, width=110)
    return f"---\n{text}---\n"
