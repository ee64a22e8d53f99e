"""corpus/<id>.md → Document: front matter, then the text with its headings, paragraphs and numbers.

A document's `text` is everything after the front matter, so a position in it can be checked with any editor.
"""

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from bot.model import Corpus, Document, Origin, Paragraph, Problem, Published, Section
from bot.yamlfile import Address, FileModel, YamlFile, leads_out, parse_model, parse_yaml, read_text

FRONT_MATTER_END = "\n---\n"
MAX_DOCUMENTS = 1_000
END_OF_SECTION = "<!-- end of section -->"
"""Markdown has no way to close a section; where a text goes on without a new heading, this line says so."""

Words = Annotated[str, StringConstraints(min_length=1)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=100)]
"""Text that stands beside every quote: a message has room for so much of it."""


class PublishedFormat(FileModel):
    value: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
    """ISO 8601, cut to what is known: 2021, 2021-03 or 2021-03-18."""
    shown: Short
    """The date as readers see it, with «inferred» where the text does not state it."""
    inferred: bool
    """true where the text does not state the date."""
    basis: Words
    """What the date rests on."""


class BoilerplateFormat(FileModel):
    """Text of the raw file that is not the document's: a whole line, or a stretch inside one."""

    line: str | None = None
    """A whole line, exactly; the first one not yet taken."""
    inside: str | None = None
    """A stretch inside a line, exactly; it must stand in the file once."""

    @model_validator(mode="after")
    def _one_of_both(self) -> "BoilerplateFormat":
        if bool(self.line) == bool(self.inside):
            raise ValueError("give either line or inside")
        return self


class MetaFormat(FileModel):
    """What an editor says of a document. The same keys open a document's file and META.yaml."""

    title: Short
    """The title, as the document has it."""
    author: Short
    """Who signs, in the words used to attribute a claim; «Unsigned …» where nobody does."""
    publisher: Words
    """Who published it, and on what that rests where the text does not say."""
    published: PublishedFormat
    """value, shown, inferred and basis."""
    kind: Short
    """advocacy, opinion, explainer, report, law, …"""
    standing: Short
    """What kind of voice this is, in a few words: it stands beside the title wherever it is quoted."""
    leans: Short | None = None
    """What the document argues for; left out where it takes no side."""
    side: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")] | None = None
    """The question and the side it argues, as question/side; the same in documents that argue alike. With leans."""
    url: Address | None = None
    """Where it was published, if known: the whole address, with http:// or https://."""
    boilerplate: Annotated[tuple[BoilerplateFormat, ...], Field(max_length=500)] = ()
    """What was taken out of the raw file, exactly."""

    @model_validator(mode="after")
    def _leans_to_a_side(self) -> "MetaFormat":
        if (self.leans is None) != (self.side is None):
            raise ValueError("leans and side go together: give both or neither")
        return self


class FrontMatterFormat(MetaFormat):
    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
    """The name of the file without .md."""
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """SHA-256 of the raw file, in hexadecimal."""


def load_corpus(folder: Path) -> tuple[Corpus, list[Problem]]:
    """Every document of a folder, by id, and every problem met on the way."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".md" and not path.name.startswith("."))
    except (OSError, ValueError) as error:
        return {}, [_problem(folder, "no-corpus", _reason(error), "name the corpus folder in the configuration")]
    if len(paths) > MAX_DOCUMENTS:
        message, hint = f"holds more than {MAX_DOCUMENTS:,} documents", "check that it is the right folder"
        return {}, [_problem(folder, "too-many", message, hint)]
    corpus: Corpus = {}
    problems: list[Problem] = []
    if not paths:
        problems.append(
            _problem(folder, "no-corpus", "holds no documents (*.md)", "add one: python -m bot import --help")
        )
    for path in paths:
        document, found = _load_document(path, folder)
        problems.extend(found)
        if document:
            corpus[document.id] = document
    return corpus, problems


def _problem(path: Path, code: str, message: str, hint: str, line: int = 1) -> Problem:
    return Problem(code=code, message=message, hint=hint, origin=Origin(path=path, line=line))


def _reason(error: OSError | ValueError) -> str:
    return "is not a folder" if isinstance(error, FileNotFoundError | NotADirectoryError) else "cannot be read"


def _load_document(path: Path, folder: Path) -> tuple[Document | None, list[Problem]]:
    text = leads_out(path, folder) or read_text(path)
    return (None, [text]) if isinstance(text, Problem) else parse_document(text, path)


def parse_document(content: str, path: Path) -> tuple[Document | None, list[Problem]]:
    """A document's file, already read. `path` names it in problems and must carry its id."""
    if not content.startswith("---\n") or FRONT_MATTER_END not in content:
        message = "does not open with front matter between two «---» lines"
        return None, [_problem(path, "no-front-matter", message, "make the file with: python -m bot import")]
    file, front, problems = front_matter(content, path)
    if file is None or front is None:
        return None, problems
    head, _, body = content.removeprefix("---").partition(FRONT_MATTER_END)
    if front.id != path.stem:
        message = f"id is «{front.id}», the file is «{path.name}»"
        problems.append(file.problem(("id",), "wrong-id", message, "give both the same name"))
    document = _document(front, body, Origin(path=path, line=head.count("\n") + 3))
    problems += _body_problems(document)
    return (None if problems else document), problems


def front_matter(content: str, path: Path) -> tuple[YamlFile | None, FrontMatterFormat | None, list[Problem]]:
    """What stands between the two marks at the top of a document's file, as it stands and as it is read."""
    # The first line end is shared by both marks where nothing stands between them.
    head = content.removeprefix("---").partition(FRONT_MATTER_END)[0]
    file, problems = parse_yaml(head.removeprefix("\n") + "\n", path, first_line=2)
    if file is None:
        return None, None, problems
    front, found = parse_model(file, FrontMatterFormat, "document")
    return file, front, problems + found


def _document(front: FrontMatterFormat, body: str, origin: Origin) -> Document:
    return Document(
        id=front.id,
        title=front.title,
        author=front.author,
        publisher=front.publisher,
        published=Published(**front.published.model_dump()),
        kind=front.kind,
        standing=front.standing,
        leans=front.leans,
        side=front.side,
        url=front.url,
        sha256=front.sha256,
        sections=_sections(front.id, body),
        text=body,
        origin=origin,
    )


_BLOCK = re.compile(r"^[^\S\n]*+\S.*(?:\n[^\S\n]*+\S.*)*", re.MULTILINE)
_BULLET = re.compile(r"\s*(?:[•*-]\s+(?=\S))?")


def _sections(document_id: str, body: str) -> tuple[Section, ...]:
    """Blocks between blank lines are paragraphs, «## » opens a section; a bullet's sign is not its text."""
    sections: list[tuple[str | None, list[Paragraph]]] = [(None, [])]
    number = 0
    for i, block in enumerate(_BLOCK.finditer(body)):
        text = block.group()
        if i == 0 and text.startswith("# "):
            continue
        if text.startswith("## "):
            sections.append((text[3:].strip(), []))
        elif text.strip() == END_OF_SECTION:
            sections.append((None, []))
        else:
            number += 1
            heading, paragraphs = sections[-1]
            mark = _BULLET.match(text)
            start = block.start() + (mark.end() if mark else 0)
            end = block.start() + len(text.rstrip())
            paragraphs.append(Paragraph(document=document_id, number=number, section=heading, start=start, end=end))
    return tuple(Section(heading=heading, paragraphs=tuple(found)) for heading, found in sections if found or heading)


def _body_problems(document: Document) -> list[Problem]:
    path, first = document.origin.path, document.origin.line
    problems: list[Problem] = []
    title = document.text.lstrip().split("\n", 1)[0]
    if title != f"# {document.title}":
        hint = f"begin it with «# {document.title}»"
        problems.append(_problem(path, "no-title", "the text does not open with the title", hint, first))
    if not document.paragraphs:
        problems.append(_problem(path, "no-text", "has no paragraphs", "import the raw file again", first))
    blocks = [(block.start(), block.group()) for block in _BLOCK.finditer(document.text)]
    line, counted = first, 0
    for i, (start, text) in enumerate(blocks):
        line, counted = line + document.text.count("\n", counted, start), start
        if "\n" in text and text.startswith("# " if i == 0 else "## "):
            hint = "put a blank line after it"
            problems.append(_problem(path, "heading-runs-on", "a heading runs on into the text below it", hint, line))
        elif text.startswith("## ") and _opens_nothing([following for _, following in blocks[i + 1 : i + 2]]):
            message = f"section «{text[3:].strip()}» has no paragraph"
            problems.append(_problem(path, "empty-section", message, "remove the heading or give it text", line))
    return problems


def _opens_nothing(following: list[str]) -> bool:
    return not following or following[0].startswith("## ") or following[0].strip() == END_OF_SECTION
