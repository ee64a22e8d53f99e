"""Cards and documents are data: nothing in them is run, unfolded, followed or opened, and their size is bounded."""

import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.asklog import MemoryAskLog
from bot.cards import load_cards, load_glossary, load_start, load_timeline
from bot.cards.format import QUOTE
from bot.cards.loading import MAX_BYTES as MOST_OF_A_CARD
from bot.corpus import documents, import_document, load_corpus
from bot.desk import BriefingDesk, ContentError, load_deck
from bot.interactions.showing import page_of
from bot.interactions.subjects import CardTab
from bot.model import BriefingCard, Corpus, Problem
from bot.yamlfile import read_text
from bot.yamlfile.reading import MAX_BYTES
from tests.conftest import CARD, DOCUMENT, Shelf
from tests.fuzz.targets import limited

REFERENCE = """\
editors_notes:
  - kind: context
    text: The bridge is still there.
    checked: 2026-01-01
    references:
      - title: A guide
        publisher: The Office
        url: {url}
        supports: That it is there.
"""


def places(problems: list[Problem]) -> list[tuple[str, str, int, int]]:
    return [(found.code, found.origin.path.name, found.origin.line, found.origin.column) for found in problems]


def changed(shelf: Shelf, old: str, new: str) -> tuple[tuple[BriefingCard, ...], list[Problem]]:
    assert old in CARD
    shelf.card(CARD.replace(old, new, 1))
    return shelf.load()


# ---------------------------------------------------------------- no code, no templates


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.mkdir [made]",
        "!!python/object/new:os.mkdir [made]",
        "!!python/name:os.system",
        "!!python/module:os",
        "!local bridge",
        "!!binary aGk=",
        "!!set {bridge}",
    ],
)
def test_a_tag_makes_nothing_and_is_refused_where_it_stands(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, tag: str
) -> None:
    monkeypatch.chdir(shelf.folder)
    cards, problems = changed(shelf, "title: The bridge", f"title: {tag}")
    assert cards == ()
    assert ("yaml-tag", "bridge.yaml", 2, 8) in places(problems)
    assert not (shelf.folder / "made").exists()


@pytest.mark.parametrize(
    "typed", ["{{ 7 * 7 }}", "{% include 'x' %}", "${HOME}", "$(id)", "`id`", "%s and %(name)s", "{0} {title} {card.id}", "<%= x %>"]
)  # fmt: skip
def test_what_looks_like_a_template_is_shown_as_it_was_typed(shelf: Shelf, typed: str) -> None:
    shelf.card(CARD.replace("title: The bridge", f"title: '{typed.replace(chr(39), chr(39) * 2)}'"))
    deck = load_deck(shelf.config)
    assert deck.cards["bridge"].title == typed
    page = page_of(CardTab(card="bridge"), BriefingDesk(deck, MemoryAskLog()), date(2026, 6, 1))
    shown = re.sub(r"\\(?=[^\w\s])", "", str(page.blocks[0]).replace("\\\\", "\\").replace("\\'", "'"))
    assert typed in shown


@pytest.mark.parametrize("key", ["status", "as_of", "title", "aliases", "quotes", "covers"])
@pytest.mark.parametrize("width", [2, 9])
def test_a_few_lines_that_unfold_without_end_are_not_unfolded(shelf: Shelf, key: str, width: int) -> None:
    laid = ", ".join(f"&a{i} [{', '.join([f'*a{i - 1}' if i else 'x'] * width)}]" for i in range(40))
    text = CARD.replace(f"{key}:", "was:", 1) + f"bomb: [{laid}]\n{key}: *a39\n"
    shelf.card(text)
    with limited():
        cards, problems = shelf.load()
    assert cards == ()
    assert "yaml-alias" in [problem.code for problem in problems]
    assert all(len(str(problem)) < 2_000 for problem in problems)


def test_a_list_that_holds_itself_is_refused(shelf: Shelf) -> None:
    _, problems = changed(shelf, "aliases: [old crossing, toll bridge]", "aliases: &a [*a, *a]")
    assert ("yaml-alias", "bridge.yaml", 7, 10) in places(problems)


@pytest.mark.parametrize("escape", [r"\0", r"\a", r"\e[31m", r"\x7f", r"\x9b", r"\r"])
def test_no_escape_puts_a_control_character_into_a_card(shelf: Shelf, escape: str) -> None:
    cards, problems = changed(shelf, "title: The bridge", f'title: "The {escape}bridge"')
    assert cards == ()
    assert places(problems) == [("control-character", "bridge.yaml", 2, 8)]


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x9b"])
def test_a_control_character_in_a_document_is_refused_where_it_stands(shelf: Shelf, character: str) -> None:
    shelf.document(DOCUMENT.replace("fell down", f"fell {character}down"))
    assert places(load_corpus(shelf.config.corpus)[1]) == [("control-character", "memo.md", 13, 39)]


# ---------------------------------------------------------------- sizes


@pytest.mark.parametrize(
    ("name", "most"), [("briefs/works/bridge.yaml", MOST_OF_A_CARD), ("corpus/memo.md", MAX_BYTES)]
)
def test_a_file_may_be_so_large_and_no_larger(shelf: Shelf, name: str, most: int) -> None:
    path = shelf.folder / name
    comment = "#" if path.suffix == ".yaml" else "\n"
    raw = path.read_bytes()
    path.write_bytes(raw + comment.encode() * (most - len(raw)))
    assert shelf.load()[1] == []
    path.write_bytes(raw + comment.encode() * (most - len(raw) + 1))
    (problem,) = [found for found in shelf.load()[1] if found.origin.path == path]
    assert (problem.code, f"{most:,}" in problem.message) == ("too-large", True)


def test_a_file_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "sparse.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    found = read_text(path)
    assert isinstance(found, Problem)
    assert found.code == "too-large"


def test_a_quote_that_fills_a_card_is_refused_before_it_is_looked_for(shelf: Shelf) -> None:
    _, problems = changed(shelf, "exact: The bridge was built in 1901.", f"exact: {'x ' * QUOTE}")
    assert ("too-long", "bridge.yaml", 18, 12) in places(problems)
    assert "quote-missing" not in [problem.code for problem in problems]


def test_more_cards_than_a_deck_can_have_are_one_problem(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cards.paths.MAX_CARDS", 2)
    shelf.card(CARD, "tunnel")
    assert [problem.code for problem in shelf.load()[1]] != ["too-many"]
    shelf.card(CARD, "ferry")
    cards, problems = shelf.load()
    assert cards == ()
    assert [(problem.code, problem.origin.path) for problem in problems] == [("too-many", shelf.config.briefs)]


def test_more_documents_than_a_corpus_can_have_are_one_problem(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_DOCUMENTS", 1)
    assert load_corpus(shelf.config.corpus)[1] == []
    shelf.document(DOCUMENT.replace("id: memo", "id: letter"), "letter")
    corpus, problems = load_corpus(shelf.config.corpus)
    assert corpus == {}
    assert [(problem.code, problem.origin.path) for problem in problems] == [("too-many", shelf.config.corpus)]


def test_folders_inside_folders_are_looked_into_for_a_while(shelf: Shelf) -> None:
    (shelf.config.briefs / "/".join("a" * 30)).mkdir(parents=True)
    (problem,) = shelf.load()[1]
    assert problem.code == "misplaced"
    assert len(problem.origin.path.relative_to(shelf.config.briefs).parts) < 10


# ---------------------------------------------------------------- folders

BEYOND = ["../memo", "/memo", "memo/../../memo", "..", ".", "a/b", "a\\b", "a\0b", "C:memo"]


@pytest.mark.parametrize("name", BEYOND)
def test_an_id_is_no_path(shelf: Shelf, name: str) -> None:
    written = name.replace("\0", r"\0").replace("\\", r"\\") if "\0" not in name else r"a\0b"
    cards, problems = changed(shelf, "id: bridge", f'id: "{written}"')
    assert cards == ()
    assert ("bridge.yaml", 1, 5) in [place[1:] for place in places(problems)]
    shelf.document(DOCUMENT.replace("id: memo", f'id: "{written}"'))
    corpus, problems = load_corpus(shelf.config.corpus)
    assert corpus == {}
    assert ("memo.md", 2, 5) in [place[1:] for place in places(problems)]


@pytest.mark.parametrize("name", BEYOND)
def test_a_document_is_not_imported_under_a_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "raw.txt").write_text("A memo\n\nThe bridge.\n")
    (tmp_path / "raw.yaml").write_text(
        "title: A memo\nauthor: A\npublisher: B\nkind: memo\nstanding: memo\n"
        "published: {value: '2020', shown: '2020', inferred: false, basis: stated}\n"
    )
    _, document, problems = import_document(tmp_path / "raw.txt", name, tmp_path / "raw.yaml")
    assert document is None
    assert problems != []


def linked(shelf: Shelf, link: Path, text: str) -> Path:
    """A file outside, with a link to it inside."""
    secret = shelf.folder / "outside" / "secret"
    secret.parent.mkdir()
    secret.write_text(text, encoding="utf-8")
    link.unlink(missing_ok=True)
    link.symlink_to(secret)
    return link


@pytest.mark.parametrize("name", ["briefs/works/bridge.yaml", "corpus/memo.md", "briefs/glossary.yaml", "briefs/timeline.yaml", "briefs/start.yaml"])  # fmt: skip
def test_a_link_out_of_its_folder_is_not_followed(shelf: Shelf, name: str) -> None:
    link = linked(shelf, shelf.folder / name, "root:x:0:0")
    with pytest.raises(ContentError) as raised:
        load_deck(shelf.config)
    (problem,) = [found for found in raised.value.problems if found.origin.path == link]
    assert problem.code == "outside"
    assert "remove the link" in problem.hint
    assert "x:0:0" not in str(raised.value)


def test_a_folder_that_is_linked_from_outside_is_not_walked(shelf: Shelf) -> None:
    other = shelf.folder / "outside" / "works"
    other.mkdir(parents=True)
    (other / "tunnel.yaml").write_text(CARD.replace("id: bridge", "id: tunnel"), encoding="utf-8")
    (shelf.config.briefs / "more").symlink_to(other)
    assert [(found.code, found.origin.path.name) for found in shelf.load()[1]] == [("outside", "more")]


def test_links_inside_a_folder_are_followed_and_the_folder_may_be_one(shelf: Shelf) -> None:
    """As volumes of a cluster are laid out: names that lead to a hidden folder beside them."""
    for folder, place in ((shelf.config.briefs, "works"), (shelf.config.corpus, "memo.md")):
        hidden = folder / "..data"
        hidden.mkdir()
        (folder / place).rename(hidden / place)
        (folder / place).symlink_to(Path("..data") / place)
        folder.rename(folder.with_suffix(".real"))
        folder.symlink_to(folder.with_suffix(".real"))
    cards, problems = shelf.load()
    assert problems == []
    assert [card.id for card in cards] == ["bridge"]


def test_links_that_lead_round_and_round_come_to_an_end(shelf: Shelf) -> None:
    for i in range(12):
        (shelf.config.briefs / "works" / f"loop{i}").symlink_to("..")
    with limited():
        assert {problem.code for problem in shelf.load()[1]} == {"linked-twice"}


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/dev/zero")], ids=["folder", "fifo", "device"])  # fmt: skip
@pytest.mark.parametrize("name", ["briefs/works/tunnel.yaml", "briefs/glossary.yaml", "corpus/letter.md"])
def test_what_is_no_file_is_named_and_not_opened(shelf: Shelf, make: Callable[[Path], None], name: str) -> None:
    path = shelf.folder / name
    make(path)
    with limited():
        corpus, problems = load_corpus(shelf.config.corpus)
        problems += companions(shelf, corpus)
    cards, found = load_cards(shelf.config.briefs, corpus)
    assert [card.id for card in cards] == ["bridge"]
    named = [problem for problem in problems + found if problem.origin.path == path]
    # A folder named like a card is where cards could be.
    assert bool(named) != (path.is_dir() and "works" in name)
    assert {problem.code for problem in named} <= {"not-a-file", "outside"}


def companions(shelf: Shelf, corpus: Corpus) -> list[Problem]:
    briefs = shelf.config.briefs
    glossary, timeline = load_glossary(briefs, corpus, ["bridge"]), load_timeline(briefs, corpus, ["bridge"])
    return [*glossary[1], *timeline[1], *load_start(briefs, {"bridge": "Works"})[1]]


@pytest.mark.parametrize("name", ["briefs", "corpus"])
def test_a_name_that_no_folder_can_have_is_a_problem(shelf: Shelf, name: str) -> None:
    config = shelf.config.model_copy(update={name: Path("a\0b")})
    with pytest.raises(ContentError) as raised:
        load_deck(config)
    assert [problem.code for problem in raised.value.problems] == ["no-cards" if name == "briefs" else "no-corpus"]


# ---------------------------------------------------------------- links

GOOD = [
    "https://example.org/a?b=c#d",
    "http://example.org:8080/",
    "https://[2001:db8::1]/",
    "https://de.wikipedia.org/wiki/Brücke",
]
BAD = [
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "ftp://example.org/",
    "//example.org/",
    "example.org",
    "/etc/passwd",
    "https:example.org",
    "https://",
    "https:///etc/passwd",
    "https://user@example.org/",
    "https://user:secret@example.org/",
    "https://example.org@elsewhere.org/",
    "https://example.org:99999/",
    "https://example.org:0/",
    "https://[::1",
    "https://example.org/a b",
    r"https://example.org/\nx",
    r"https://example.org/\0",
    r"https://example.org/\x1b[31m",
    r"https://example.org/\u202etxt.exe",
    r"https://example.org/\u200b",
    r"https://example.org\\@elsewhere.org/",
    "https://example.org/)[x](javascript:alert(1)",
    "https://example.org/<script>",
    f"https://example.org/{'x' * 2_048}",
]  # fmt: skip


@pytest.mark.parametrize("url", GOOD)
def test_addresses_on_the_web_are_links(shelf: Shelf, url: str) -> None:
    shelf.card(CARD + REFERENCE.format(url=f'"{url}"'))
    shelf.document(DOCUMENT.replace("kind: memo", f'kind: memo\nurl: "{url}"'))
    cards, problems = shelf.load()
    assert problems == []
    assert cards[0].editors_notes[0].references[0].url == url
    assert cards[0].documents[0].url == url


@pytest.mark.parametrize("url", BAD)
def test_nothing_else_is_a_link_neither_on_a_card_nor_of_a_document(shelf: Shelf, url: str) -> None:
    shelf.card(CARD + REFERENCE.format(url=f'"{url}"'))
    cards, problems = shelf.load()
    assert cards == ()
    assert {place[1:] for place in places(problems)} == {("bridge.yaml", 34, 14)}
    shelf.document(DOCUMENT.replace("kind: memo", f'kind: memo\nurl: "{url}"'))
    corpus, problems = load_corpus(shelf.config.corpus)
    assert corpus == {}
    assert {place[1:] for place in places(problems)} == {("memo.md", 8, 6)}


def test_a_raw_text_is_not_imported_with_another_link(tmp_path: Path) -> None:
    (tmp_path / "raw.txt").write_text("A memo\n\nThe bridge.\n")
    (tmp_path / "raw.yaml").write_text(
        "title: A memo\nauthor: A\npublisher: B\nkind: memo\nstanding: memo\nurl: javascript:alert(1)\n"
        "published: {value: '2020', shown: '2020', inferred: false, basis: stated}\n"
    )
    _, document, problems = import_document(tmp_path / "raw.txt", "memo", tmp_path / "raw.yaml")
    assert document is None
    assert places(problems) == [("bad-value", "raw.yaml", 6, 6)]
