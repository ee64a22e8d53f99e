"""One function for each parser. It gives the parser something and holds what comes back to what is promised.

A value or problems are fine. Anything else is a crash: an exception, more than `SECONDS`, a promise broken.
"""

import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import yaml
from hypothesis.strategies import SearchStrategy

from bot import limits
from bot.asklog import MemoryAskLog
from bot.cards import load_cards, load_glossary, load_start, load_timeline
from bot.config import Config, load_config, sources
from bot.corpus import END_OF_SECTION, import_document, load_corpus, parse_document
from bot.desk import BriefingDesk, load_deck
from bot.interactions.presses import Share, Show, Turn, custom_id, parse
from bot.interactions.showing import chart_of, is_there, page_of
from bot.interactions.subjects import decode, encode
from bot.model import Corpus, Document, Problem
from bot.text import canonical, fold, located_words, one_spaced, printable, quotations, sentences, stem, tokens
from bot.text import words as words_of
from bot.yamlfile import parse_yaml, read_text
from tests.conftest import CARD, DOCUMENT, ROOT
from tests.fuzz import strategies
from tests.fuzz.promises import TODAY, held_card, held_document, held_passage, held_problems
from tests.fuzz.strategies import Raw, Surroundings, Thing, lay

SECONDS = 20


class Hang(Exception):
    """A parser did not come to an end."""


@contextmanager
def limited(seconds: float = SECONDS) -> Iterator[None]:
    """Raises Hang where what is inside takes longer. In the main thread alone."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise Hang(f"no end after {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@dataclass
class Bench:
    """A folder in which files are laid before a parser, and a place outside that nothing may look into."""

    top: Path
    opened: list[str] = field(default_factory=list)

    @property
    def inside(self) -> Path:
        return self.top / "inside"

    @property
    def outside(self) -> Path:
        return self.top / "outside"

    def cleared(self) -> Path:
        """The folder, empty."""
        shutil.rmtree(self.inside, ignore_errors=True)
        self.inside.mkdir(parents=True)
        return self.inside

    def write(self, name: str, raw: bytes) -> Path:
        path = self.inside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
        return path


@cache
def _real_corpus() -> Corpus:
    corpus, problems = load_corpus(ROOT / "corpus")
    assert problems == []
    memo, problems = parse_document(DOCUMENT.format(sha="0" * 64), Path("memo.md"))
    assert memo is not None, problems
    return {**corpus, "memo": memo}


@cache
def _desk() -> BriefingDesk:
    return BriefingDesk(load_deck(Config(briefs=ROOT / "briefs", corpus=ROOT / "corpus")), MemoryAskLog())


# ---------------------------------------------------------------- one for each parser


def yaml_text(bench: Bench, text: str) -> None:
    path = bench.cleared() / "any.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    read = read_text(path)
    if isinstance(read, Problem):
        held_problems([read], bench.inside)
        return
    file, problems = parse_yaml(read, path)
    held_problems(problems, bench.inside)
    assert file is not None or problems
    if file:
        ends = [file.ends[place] for place in file.values]
        assert all(1 <= end <= len(file.lines) for end in ends)


def card(bench: Bench, raw: bytes) -> None:
    bench.cleared()
    name = re.search(rb"^id: *([a-z0-9-]{1,60})\s*$", raw, re.MULTILINE)
    path = bench.write(f"works/{name[1].decode() if name else 'bridge'}.yaml", raw)
    cards, problems = load_cards(bench.inside, _real_corpus())
    held_problems(problems, bench.inside)
    assert len(cards) == (not problems)
    for found in cards:
        text = read_text(path)
        assert isinstance(text, str)
        held_card(found, text)


def companion(bench: Bench, given: tuple[str, bytes]) -> None:
    name, raw = given
    folder = bench.cleared()
    bench.write(name, raw)
    ids = dict.fromkeys(strategies.REAL, "Any")
    terms, problems = load_glossary(folder, _real_corpus(), ids)
    events, more = load_timeline(folder, _real_corpus(), ids)
    start, most = load_start(folder, {card_id: card_id for card_id in strategies.REAL})
    problems += more + most
    held_problems(problems, folder)
    for event in events:
        held_passage(event.passage)
    if not problems:
        assert all(term.mentions for term in terms)
        assert set(start) <= set(strategies.REAL)


def document(bench: Bench, raw: bytes) -> None:
    folder = bench.cleared()
    name = re.search(rb"^id: *([a-z0-9-]{1,40})\s*$", raw, re.MULTILINE)
    path = bench.write(f"{name[1].decode() if name else 'memo'}.md", raw)
    corpus, problems = load_corpus(folder)
    held_problems(problems, folder)
    assert len(corpus) == (not problems)
    for found in corpus.values():
        held_document(found)
        path.write_bytes(_as_file(found).encode())
        assert load_corpus(folder) == ({found.id: replace(found, origin=_origin(folder, found))}, [])


def _origin(folder: Path, found: Document) -> Any:
    again, problems = load_corpus(folder)
    assert problems == []
    return again[found.id].origin


def _as_file(found: Document) -> str:
    published = {name: getattr(found.published, name) for name in ("value", "shown", "inferred", "basis")}
    names = ("id", "title", "author", "publisher", "kind", "standing", "leans", "side", "url", "sha256")
    front = {name: value for name in names if (value := getattr(found, name)) is not None} | {"published": published}
    return f"---\n{yaml.safe_dump(front, allow_unicode=True)}---\n{found.text}"


def press(_bench: Bench, given: str) -> None:
    found = parse(given)
    if found is None:
        return
    assert parse(custom_id(found)) == found
    assert len(custom_id(found)) <= max(limits.CUSTOM_ID, len(given))
    if isinstance(found, Show | Turn | Share):
        page_of(found.subject, _desk(), TODAY)
        is_there(found.subject, _desk())
        chart_of(found.subject, _desk())


def subject(_bench: Bench, given: str) -> None:
    found = decode(given)
    if found is not None:
        assert decode(encode(found)) == found
        page_of(found, _desk(), TODAY)


def configuration(bench: Bench, given: Surroundings) -> None:
    folder = bench.cleared()
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("BRIEFBOT_")}
    path = bench.write("config.yaml", given.raw) if given.raw is not None else None
    try:
        os.environ.update({name: value for name, value in given.variables.items() if path or name != "BRIEFBOT_CONFIG"})
        config, problems = load_config(path)
        assert sources(path).keys() == Config.model_fields.keys()
    finally:
        for name in given.variables:
            os.environ.pop(name, None)
        os.environ.update(kept)
    assert (config is None) == bool(problems)
    held_problems(problems, folder)


def importer(bench: Bench, given: Raw) -> None:
    folder = bench.cleared()
    raw, meta = bench.write("raw.txt", given.text), bench.write("raw.yaml", given.meta)
    content, made, problems = import_document(raw, given.document_id, meta)
    # What is wrong with the document itself is told of a file that is not written yet.
    held_problems([problem for problem in problems if problem.origin.path in (raw, meta)], folder)
    assert all(problem.origin.path in (raw, meta, Path(f"{given.document_id}.md")) for problem in problems)
    assert (made is None) == bool(problems)
    if made is None or content is None:
        return
    assert re.fullmatch(r"[a-z0-9-]+", made.id)
    path = bench.write(f"corpus/{made.id}.md", content.encode())
    assert load_corpus(folder / "corpus") == ({made.id: replace(made, origin=replace(made.origin, path=path))}, [])
    text = read_text(raw)
    assert isinstance(text, str)
    assert not _unmarked(made.text) - _unmarked(text) or b"inside" in given.meta


def _unmarked(text: str) -> set[str]:
    lines = (re.sub(r"^(?:##? )+", "", line).strip() for line in text.split("\n"))
    return {line for line in lines if line and line != END_OF_SECTION}


def folder(bench: Bench, things: list[Thing]) -> None:
    """Whatever lies in the folders, and wherever links lead: nothing outside is looked into."""
    inside = bench.cleared()
    (bench.outside / "folder" / "works").mkdir(parents=True, exist_ok=True)
    for place in ("secret.yaml", "secret.md", "folder/memo.md", "folder/works/bridge.yaml"):
        (bench.outside / place).write_text(CARD, encoding="utf-8")
    lay(inside, things, bench.outside, CARD)
    with _watched(bench):
        cards, problems = load_cards(inside, _real_corpus())
        corpus, more = load_corpus(inside)
        ids = {found.id: found.category for found in cards}
        problems += more + load_glossary(inside, corpus, ids)[1] + load_timeline(inside, corpus, ids)[1]
        problems += load_start(inside, ids)[1]
    held_problems(problems, inside)
    assert bench.opened == []


_watching: list[Bench] = []


@contextmanager
def _watched(bench: Bench) -> Iterator[None]:
    """Notes what is opened or listed outside."""
    _listen()
    bench.opened.clear()
    _watching.append(bench)
    try:
        yield
    finally:
        _watching.remove(bench)


@cache
def _listen() -> None:
    def heard(event: str, arguments: tuple[Any, ...]) -> None:
        if _watching and event in ("open", "os.listdir", "os.scandir"):
            path = os.path.realpath(os.fsdecode(arguments[0])) if isinstance(arguments[0], str | bytes | Path) else ""
            bench = _watching[-1]
            if path.startswith("/dev/") or path.startswith(f"{os.path.realpath(bench.outside)}/"):
                bench.opened.append(path)

    # An interpreter keeps its hooks for ever, so there is one, which looks away unless it is asked to watch.
    sys.addaudithook(heard)


def text(_bench: Bench, given: str) -> None:
    folded = canonical(given)
    assert folded.text == one_spaced(given)
    spans = sentences(given)
    assert all(start < end for start, end in spans)
    assert "".join("".join(given[start:end] for start, end in spans).split()) == "".join(given.split())
    for found in located_words(given[: limits.PASTED]):
        assert 0 <= found.start < found.end <= len(given)
    for word in tokens(given[: limits.PASTED]):
        stem(word)
    assert all(word.strip() for word in words_of(fold(given)))
    quotations(given)
    printable(given).encode()


# ---------------------------------------------------------------- all of them


@dataclass(frozen=True, slots=True)
class Target:
    """A parser under a name, what it is given, and how many examples a short run has."""

    name: str
    check: Callable[[Bench, Any], None]
    given: SearchStrategy[Any]
    few: int

    def run(self, bench: Bench, example: object) -> None:
        """Raises what the parser should not, AssertionError for a promise broken, Hang for no end."""
        with limited():
            self.check(bench, example)


TARGETS = (
    Target("yaml", yaml_text, strategies.yaml_texts, 150),
    Target("card", card, strategies.cards, 100),
    Target("glossary, timeline, start", companion, strategies.companions, 25),
    Target("document", document, strategies.documents, 60),
    Target("front matter", document, strategies.front_matter, 60),
    Target("custom_id", press, strategies.custom_ids(), 200),
    Target("subject", subject, strategies.codes, 100),
    Target("configuration", configuration, strategies.surroundings, 100),
    Target("importer", importer, strategies.raws(), 80),
    Target("folder", folder, strategies.folders, 60),
    Target("text", text, strategies.words, 100),
)
