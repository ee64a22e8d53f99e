import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from bot.config import Config
from bot.corpus import END_OF_SECTION, altered, citation, import_document, in_full, load_corpus, locate, shown, unkept
from bot.corpus.locating import Ambiguous, Missing
from bot.desk import ContentError, load_deck
from bot.model import Corpus, Document, Passage, Quote, TextQuoteSelector
from tests.conftest import DOCUMENT, ROOT, Shelf

RAW = ROOT / "corpus" / "raw"
IDS = sorted(path.stem for path in (ROOT / "corpus").glob("*.md"))
SEEDS = {
    "partnership-2021": "000_0c3f4b616cdca44d",
    "blueprint-2008": "002_48c029a1397d3113",
    "shifts-2025": "003_0f52bfd7aa959a92",
    "diplomacy-2021": "004_f054a3be494eccfc",
}

SECTIONS = {
    "partnership-2021": [(None, 1, 2), ("Key Provisions", 3, 6), (None, 7, 10)],
    "blueprint-2008": [(None, 1, 13)],
    "shifts-2025": [
        ("Introduction to US-Russia Relations", 1, 4),
        ("The Kremlin’s Perspective on the New National Security Strategy", 5, 8),
        ("Dmitry Medvedev’s Role and Influence", 9, 12),
        ("The Significance of Dialogue in International Relations", 13, 16),
        ("Implications for NATO and European Security", 17, 20),
        ("Reactions from the International Community", 21, 24),
        ("Sanctions and Economic Considerations", 25, 28),
        ("Potential Challenges and Roadblocks", 29, 31),
        ("Conclusion: A Hopeful Outlook or Cautious Optimism?", 32, 35),
    ],
    "diplomacy-2021": [(None, 1, 9)],
}


def quote(exact: str, document: str = "memo", prefix: str = "", suffix: str = "") -> Quote:
    return Quote(document_id=document, selector=TextQuoteSelector(exact=exact, prefix=prefix, suffix=suffix))


# ---------------------------------------------------------------- import


@pytest.mark.parametrize("document_id", IDS)
def test_importing_the_raw_file_again_gives_the_document_byte_for_byte(document_id: str) -> None:
    content, _, problems = import_document(RAW / f"{document_id}.txt", document_id, RAW / f"{document_id}.yaml")
    assert problems == []
    assert content is not None
    assert content.encode() == (ROOT / "corpus" / f"{document_id}.md").read_bytes()


@pytest.mark.parametrize("document_id", IDS)
def test_a_document_is_its_raw_file_without_the_boilerplate_it_names(document_id: str, corpus: Corpus) -> None:
    raw = (RAW / f"{document_id}.txt").read_text(encoding="utf-8")
    meta = yaml.safe_load((RAW / f"{document_id}.yaml").read_text(encoding="utf-8"))
    title = meta["title"]
    lines: list[str | None] = list(raw.split("\n"))
    kept_title = lines.index(title)
    for entry in meta.get("boilerplate", []):
        if "line" in entry:
            lines[next(i for i, line in enumerate(lines) if line == entry["line"] and i != kept_title)] = None
        else:
            lines = [line.replace(entry["inside"], "") if line else line for line in lines]
    expected = "\n".join(line for line in lines if line is not None).strip("\n")
    body = corpus[document_id].text.replace(f"{END_OF_SECTION}\n", "")
    assert re.sub(r"^##? ", "", body, flags=re.MULTILINE) == expected + "\n"


@pytest.mark.parametrize("document_id", IDS)
def test_a_document_carries_the_checksum_of_its_raw_file(document_id: str, corpus: Corpus) -> None:
    assert corpus[document_id].sha256 == hashlib.sha256((RAW / f"{document_id}.txt").read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("change", "said", "where"),
    [
        (("have underlined", "have shown"), "where its raw file says «", "have underlined"),
        (("have underlined", "have not underlined"), "«", "not underlined"),
        (("\n\nWhat of NATO", "\nWhat of NATO"), "runs on where its raw file begins a paragraph", "What of NATO"),
        (("\nWhat of NATO", "\nA line of mine.\n\nWhat of NATO"), "A line of mine", "A line of mine"),
    ],
)
def test_a_document_that_was_changed_by_hand_is_named_where_it_was(
    change: tuple[str, str], said: str, where: str, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    file = tmp_path / "corpus" / "blueprint-2008.md"
    before = file.read_text(encoding="utf-8")
    assert change[0] in before
    file.write_text(before.replace(*change, 1), encoding="utf-8")
    corpus, problems = load_corpus(tmp_path / "corpus")
    assert problems == []
    (problem,) = altered(corpus)
    assert problem.code == "altered"
    assert said in problem.message
    line = file.read_text(encoding="utf-8").split("\n")[problem.origin.line - 1]
    assert change[1].strip().split("\n")[0] in line
    assert problem.origin.column is not None
    assert problem.origin.column <= line.find(change[1].strip().split("\n")[0]) + len(change[1]) + 1


def test_a_paragraph_that_is_left_out_or_another_raw_file_is_told_and_one_that_was_not_kept_is_not(
    tmp_path: Path,
) -> None:
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    file, raw = tmp_path / "corpus" / "diplomacy-2021.md", tmp_path / "corpus" / "raw" / "diplomacy-2021.txt"
    kept = file.read_text(encoding="utf-8").rstrip("\n").rsplit("\n\n", 1)[0]
    file.write_text(f"{kept}\n", encoding="utf-8")
    (problem,) = altered(load_corpus(tmp_path / "corpus")[0])
    assert problem.message.startswith("ends before its raw file does, which goes on: «")
    raw.write_text(raw.read_text(encoding="utf-8") + "x", encoding="utf-8")
    (problem,) = altered(load_corpus(tmp_path / "corpus")[0])
    assert (problem.code, problem.origin.path) == ("other-raw", file)
    raw.unlink()
    corpus, _ = load_corpus(tmp_path / "corpus")
    assert altered(corpus) == []
    assert unkept(corpus) == ["diplomacy-2021"]


@pytest.mark.parametrize(
    ("change", "instead", "said"),
    [(r"^leans: .*\nside: .*\n", "", "«leans»"), (r"^standing: ", "standing: neutral ", "«standing»")],
)
def test_what_a_document_says_of_itself_is_held_too(change: str, instead: str, said: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    file = tmp_path / "corpus" / "diplomacy-2021.md"
    before = file.read_text(encoding="utf-8")
    changed = re.sub(change, instead, before, count=1, flags=re.MULTILINE)
    assert changed != before
    file.write_text(changed, encoding="utf-8")
    (problem,) = altered(load_corpus(tmp_path / "corpus")[0])
    assert problem.code == "other-facts"
    assert said in problem.message


def test_of_all_that_follows_from_a_changed_document_the_document_is_named_first(tmp_path: Path) -> None:
    for folder in ("corpus", "briefs"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    file = tmp_path / "corpus" / "blueprint-2008.md"
    text = file.read_text(encoding="utf-8")
    config = Config(briefs=tmp_path / "briefs", corpus=tmp_path / "corpus")
    deck = load_deck(config)
    quoted = deck.quotes_from(deck.corpus["blueprint-2008"])[0].text
    file.write_text(text.replace(quoted, f"{quoted[:20]}never {quoted[20:]}"), encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        load_deck(config)
    assert raised.value.problems[0].code == "altered"
    assert len(raised.value.problems) > 1
    file.write_text(text.replace("What of NATO?", "What, then, of NATO?", 1), encoding="utf-8")
    assert [problem.origin.path for problem in load_deck(config).altered] == [file]


@pytest.mark.parametrize("document_id", SEEDS)
def test_the_raw_files_are_the_documents_as_they_were_found(document_id: str, shared: Callable[[str], Path]) -> None:
    assert (RAW / f"{document_id}.txt").read_bytes() == shared(f"seeds/{SEEDS[document_id]}.txt").read_bytes()


@pytest.mark.parametrize("document_id", SECTIONS)
def test_sections_hold_the_paragraphs_they_should(document_id: str, corpus: Corpus) -> None:
    found = [
        (section.heading, section.paragraphs[0].number, section.paragraphs[-1].number)
        for section in corpus[document_id].sections
    ]
    assert found == SECTIONS[document_id]


@pytest.mark.parametrize("document_id", SEEDS)
def test_paragraphs_and_headings_are_those_of_the_numbered_text(
    document_id: str, corpus: Corpus, shared: Callable[[str], Path]
) -> None:
    lines = shared(f"editorial/numbered/{SEEDS[document_id]}.txt").read_text(encoding="utf-8").split("\n")
    expected: list[tuple[int, str | None, str]] = []
    heading: str | None = None
    for line in lines:
        if line.startswith("[H] "):
            heading = line.removeprefix("[H] ")
        elif line == "[/H]":
            heading = None
        elif found := re.match(r"\[(\d+)\] (?:\{[^}]*\} )?(.*)", line):
            expected.append((int(found[1]), heading, found[2]))
    document = corpus[document_id]
    assert [(p.number, p.section, document.text[p.start : p.end]) for p in document.paragraphs] == expected


@pytest.mark.parametrize(
    ("boilerplate", "message"),
    [
        ("[{line: Advertisement}]", "the raw file has no (further) line «Advertisement»"),
        ("[{inside: (more)}]", "the raw file does not hold «(more)» exactly once"),
        ("[{inside: bridge}]", "the raw file does not hold «bridge» exactly once"),
    ],
)
def test_boilerplate_that_is_not_there_stops_the_import(tmp_path: Path, boilerplate: str, message: str) -> None:
    raw, meta = tmp_path / "raw.txt", tmp_path / "raw.yaml"
    raw.write_text("A memo\n\nThe bridge. A bridge.\n")
    meta.write_text(
        "title: A memo\nauthor: A\npublisher: B\nkind: memo\nstanding: memo\n"
        f"published: {{value: '2020', shown: '2020', inferred: false, basis: stated}}\nboilerplate: {boilerplate}\n"
    )
    content, document, problems = import_document(raw, "memo", meta)
    assert (content, document) == (None, None)
    assert [problem.message for problem in problems] == [message]


# ---------------------------------------------------------------- loading


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (("id: memo", "id: other"), "wrong-id", 2),
        (("title: A memo\n", ""), "missing-key", 2),
        (("title: A memo\n", "titel: A memo\n"), "unknown-key", 3),
        (("---\nid", "id"), "no-front-matter", 1),
        (("kind: memo", "kind: [memo"), "yaml-syntax", 8),
        (("kind: memo", "kind: memo\nkind: memo"), "duplicate-key", 8),
        (("# A memo\n", "# Another\n"), "no-title", 11),
        (("The bridge was mended, and mended again, and in the end it was left alone.\n\nThe council said that it “had no money” for a third bridge.\n", ""), "empty-section", 15),
    ],
)  # fmt: skip
def test_a_broken_document_is_reported_at_its_place(
    shelf: Shelf, change: tuple[str, str], code: str, line: int
) -> None:
    text = DOCUMENT.format(sha="0" * 64)
    assert change[0] in text
    path = shelf.config.corpus / "memo.md"
    path.write_text(text.replace(*change), encoding="utf-8")
    found, problems = load_corpus(shelf.config.corpus)
    assert found == {}
    assert (code, line) in [(problem.code, problem.origin.line) for problem in problems]


def test_a_document_that_is_not_text_is_reported_with_line_and_column(shelf: Shelf) -> None:
    (shelf.config.corpus / "memo.md").write_bytes(b"---\nid: m\xff\n---\n")
    _, problems = load_corpus(shelf.config.corpus)
    assert [(problem.code, problem.origin.line, problem.origin.column) for problem in problems] == [("not-utf8", 2, 6)]


def test_a_folder_that_is_missing_is_a_problem(tmp_path: Path) -> None:
    _, problems = load_corpus(tmp_path / "nowhere")
    assert [problem.code for problem in problems] == ["no-corpus"]


# ---------------------------------------------------------------- quotes


@pytest.fixture
def memo(shelf: Shelf) -> Document:
    corpus, problems = load_corpus(shelf.config.corpus)
    assert problems == []
    return corpus["memo"]


def found(wanted: Quote, document: Document) -> Passage:
    passage = locate(wanted, {document.id: document})
    assert isinstance(passage, Passage)
    return passage


def test_a_passage_is_sliced_from_the_document(memo: Document) -> None:
    passage = found(quote("it fell down   twice".replace("it", "It")), memo)
    assert passage.text == "It fell down twice"
    assert memo.text[passage.position.start : passage.position.end] == passage.text
    assert passage.paragraph.number == 1


@pytest.mark.parametrize(
    "exact",
    ["the bridge was built in 1901", "“had no money“", '"had no money"', "built in 1902", "1901. It fell down twice. The", "", " "],
)  # fmt: skip
def test_a_quote_is_found_exactly_or_not_at_all(memo: Document, exact: str) -> None:
    assert isinstance(locate(quote(exact), {"memo": memo}), Missing)


def test_a_quote_that_stands_twice_needs_its_surroundings(memo: Document) -> None:
    assert isinstance(locate(quote("mended"), {"memo": memo}), Ambiguous)
    assert (
        found(quote("mended", prefix="and"), memo).position.start
        > found(quote("mended", prefix="was"), memo).position.start
    )
    assert found(quote("mended", suffix="again"), memo) == found(quote("mended", prefix="and"), memo)


def test_every_slice_of_a_paragraph_is_found_where_it_was_taken(corpus: Corpus) -> None:
    document = corpus["blueprint-2008"]
    for paragraph in document.paragraphs:
        text = document.text[paragraph.start : paragraph.end]
        passage = locate(quote(text, document.id), corpus)
        assert isinstance(passage, Passage)
        assert (passage.position.start, passage.position.end) == (paragraph.start, paragraph.end)


def test_a_cut_is_marked_and_the_whole_sentence_is_at_hand(memo: Document) -> None:
    passage = found(quote("and mended again"), memo)
    assert shown(passage) == "[…] and mended again […]"
    assert in_full(passage).text == "The bridge was mended, and mended again, and in the end it was left alone."


def test_a_whole_sentence_without_its_full_stop_is_not_a_cut(memo: Document) -> None:
    assert shown(found(quote("The bridge was built in 1901"), memo)) == "The bridge was built in 1901"


def test_a_citation_names_document_paragraph_standing_and_date(memo: Document) -> None:
    assert citation(found(quote("It fell down twice."), memo)) == "A memo, ¶1 · memo by a clerk · May 2020"
