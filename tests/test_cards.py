"""What the loader says to a curator. Each case changes one thing in a card that is in order."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot import limits
from bot.cards import balance_text, coverage, json_schema, one_sided
from bot.cards.gates import FIRST_PERSON, IMPERATIVES, JUDGEMENTS
from bot.config import Config
from bot.desk import ContentError, Deck, load_deck, review_deck
from bot.model import Problem
from tests.conftest import CARD, DOCUMENT, ROOT, Shelf


def problems_with(shelf: Shelf, *changes: tuple[str, str]) -> list[Problem]:
    text = CARD
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    shelf.card(text)
    return shelf.load()[1]


def test_a_card_in_order_loads(shelf: Shelf) -> None:
    cards, problems = shelf.load()
    assert problems == []
    assert [card.id for card in cards] == ["bridge"]
    assert [passage.text for passage in cards[0].quotes] == [
        "The bridge was built in 1901.",
        "in the end it was left alone",
    ]
    assert cards[0].positions[0].passages == (cards[0].quotes[1],)
    assert [paragraph.number for paragraph in cards[0].covers] == [3]


@pytest.mark.parametrize(
    ("change", "code", "place", "says"),
    [
        (("built in 1901.", "bilt in 1901."), "quote-missing", "18:27", "«bilt» should be «built»; the document has: The bridge was built in 1901."),
        (("The bridge was built in 1901.\n", "Nothing of the sort was ever said\n"), "quote-missing", "18:12", "copy it from the document"),
        (("exact: in the end it was left alone", "exact: mended"), "quote-twice", "21:12", "add a prefix or a suffix"),
        (("exact: in the end it was left alone", "exact: The bridge was built […] it was left alone"), "quote-stitched", "21:12", "make it two quotes"),
        (("exact: in the end it was left alone", "exact: It fell down twice. The council said that it"), "quote-stitched", "21:12", "make it two quotes"),
        (("    document: memo\n", "    document: mem\n"), "unknown-document", "17:15", "use one of: memo"),
        (("exact: in the end", "prefix: on the\n    exact: in the end"), "quote-context", "22:12", "correct them, or leave them out"),
        (("aliases:", "alias:"), "unknown-key", "7:1", "did you mean «aliases»?"),
        (("    exact: The bridge was", "    exakt: The bridge was"), "unknown-key", "18:5", "did you mean «exact»?"),
        (("review_by: 2027-01-01\n", ""), "missing-key", "1:1", "the next review is due"),
        (("review_by: 2027-01-01", "review_by: soon"), "bad-date", "6:12", "YYYY-MM-DD"),
        (("review_by: 2027-01-01", "review_by: 2025-01-01"), "bad-value", "1:1", ""),
        (("status: published", "status: ready"), "unknown-value", "4:9", "use 'draft' or 'published'"),
        (("id: bridge", "id: brigde"), "wrong-id", "1:5", "give both the same name"),
        (("    cites: [built]\n", ""), "missing-key", "11:5", "The ids of the quotes that support it."),
        (("    cites: [built]", "    cites: []"), "empty", "12:12", "The ids of the quotes that support it."),
        (("    cites: [built]", "    cites: [bilt]"), "unknown-quote", "12:13", "did you mean «built»?"),
        (("    cites: [built]", "    cites: [alone]"), "unused-quote", "16:5", "cite it or remove it"),
        (("  - id: alone", "  - id: built"), "duplicate-id", "19:9", "give each quote its own"),
        (("exact: The bridge was built in 1901.", "exact: ridge was built in 1901."), "quote-missing", "18:12", "«ridge» should be «bridge»"),
        (("exact: The bridge was built in 1901.", "exact: The was built in 1901."), "quote-missing", "18:12", "add «bridge»"),
        (("exact: The bridge was built in 1901.", "exact: The old bridge was built in 1901."), "quote-missing", "18:16", "remove «old»"),
        (("exact: The bridge was built in 1901.", "exact: [The bridge, was built]"), "not-text", "18:12", "write it as text"),
        (("title: The bridge", "title: [The, bridge]"), "not-text", "2:8", "write it as text"),
        (("covers: {memo: [3]}", "covers: [memo, 3]"), "not-keys", "26:9", "document id → numbers"),
        (("    cites: [built]", "    cites: built"), "not-a-list", "12:12", "write a list"),
        (("    cites: [built]", "    cites: [built, built]"), "repeated", "12:20", "keep one"),
        (("covers: {memo: [3]}", "covers: {memo: [3, 3]}"), "repeated", "26:20", "keep one"),
        (("The memo says the bridge", "The council «had no money and the bridge"), "quotation-mark", "9:26", "quote with «»"),
        (("The memo says the bridge", "The memo says it’s time, the bridge"), "stance", "9:14", "attribute it"),
        (("The memo says the bridge", "Russia tells us the bridge"), "stance", "9:27", "attribute it"),
        (("The memo says the bridge", "The council «ad no money» and the bridge"), "misquoted", "9:27", "quote it as the document has it"),
        (("title: The bridge", "title: " + "[" * 50_000), "yaml-depth", "2:19", "check the indentation and the brackets"),
        (("title: The bridge\n", "title: The bridge\ntitle: The bridge\n"), "duplicate-key", "3:1", "keep one (the first is in line 2)"),
        (("toll bridge]", "Old Crossing]"), "duplicate-name", "7:25", "remove one"),
        (("toll bridge]", "'!?']"), "empty-name", "7:25", "remove it"),
        (("covers: {memo: [3]}", "covers: {memo: [4]}"), "unknown-paragraph", "26:17", "it has 1 to 3"),
        (("covers: {memo: [3]}", "related: [tunnel]"), "dangling", "26:11", "write that card, or remove the id"),
        (("covers: {memo: [3]}", "related: [bridge]"), "self-related", "26:11", "remove it"),
        (("title: The bridge", f"title: {'x' * 81}"), "too-long", "2:8", "at most 80"),
        (("bottom_line: The", f"bottom_line: {'x' * 280} The"), "too-long", "9:14", "at most 280"),
        (("The memo says the bridge", "We say the bridge"), "stance", "9:14", "attribute it"),
        (("The memo says the bridge", "It is clearly the bridge"), "stance", "9:20", "attribute it"),
        (("The memo says the bridge", "The council «had no many» and the bridge"), "misquoted", "9:27", "quote it as the document has it"),
        (("The memo says the bridge", "The 'memo' says \"the bridge\""), "quotation-mark", "9:30", "quote with «»"),
        (("text: The memo dates", "text: *memo The memo dates"), "yaml-syntax", "11:17", "check the indentation"),
        (("title: The bridge", "title: &name The bridge\ncategory: *name"), "yaml-alias", "2:8", "write the value out"),
    ],
)  # fmt: skip
def test_a_problem_is_named_at_its_place_with_what_to_do(
    shelf: Shelf, change: tuple[str, str], code: str, place: str, says: str
) -> None:
    found = problems_with(shelf, change)
    assert (code, place) in [(problem.code, f"{problem.origin.line}:{problem.origin.column}") for problem in found], [
        str(problem) for problem in found
    ]
    hint = next(problem.hint for problem in found if problem.code == code)
    assert says in hint


def test_all_problems_of_all_cards_come_at_once(shelf: Shelf) -> None:
    shelf.card(CARD.replace("id: bridge", "id: tunnel").replace("built in 1901.", "dug in 1901."), "tunnel")
    found = problems_with(
        shelf,
        ("review_by: 2027-01-01\n", ""),
        ("built in 1901.", "bilt in 1901."),
        ("category: Works", "kategory: Works"),
    )
    assert {(problem.origin.path.stem, problem.code) for problem in found} >= {
        ("bridge", "missing-key"),
        ("bridge", "unknown-key"),
        ("bridge", "quote-missing"),
        ("tunnel", "quote-missing"),
        ("tunnel", "shared-name"),
    }  # fmt: skip
    assert shelf.load()[0] == ()


def test_a_quote_in_another_document_is_sent_there(shelf: Shelf) -> None:
    other = DOCUMENT.replace("id: memo", "id: letter").replace(
        "The bridge was built in 1901.", "The tunnel was dug in 1910."
    )
    shelf.document(other, "letter")
    found = problems_with(shelf, ("The bridge was built in 1901.", "The tunnel was dug in 1910."))
    assert [(problem.code, problem.hint) for problem in found] == [("quote-elsewhere", "write document: letter")]


def test_an_id_or_an_alias_belongs_to_one_card(shelf: Shelf) -> None:
    shelf.card(CARD.replace("title: The bridge", "title: The tunnel"), category="other")
    codes = [problem.code for problem in shelf.load()[1]]
    # A copy is one mistake, not one for every name in it.
    assert codes == ["duplicate-id"]
    shelf.card(
        CARD.replace("id: bridge", "id: tunnel").replace("title: The bridge", "title: The tunnel"),
        "tunnel",
        category="other",
    )
    assert [problem.code for problem in shelf.load()[1]].count("shared-name") == 4


def test_white_space_in_a_quote_may_differ(shelf: Shelf) -> None:
    assert (
        problems_with(
            shelf, ("exact: The bridge was built in 1901.", "exact: >-\n      The bridge was\n      built in 1901.")
        )
        == []
    )


def test_a_position_stands_on_one_document(shelf: Shelf) -> None:
    shelf.document(
        DOCUMENT.replace("id: memo", "id: letter").replace("It fell down twice.", "It never fell."), "letter"
    )
    change = ("exact: The bridge was built in 1901.\n", "exact: It never fell.\n")
    found = problems_with(shelf, ("    document: memo\n", "    document: letter\n"), change, ("    cites: [alone]\ncovers", "    cites: [built, alone]\ncovers"))  # fmt: skip
    assert [problem.code for problem in found] == ["mixed-position"]


def test_a_card_that_no_message_could_hold_is_refused(shelf: Shelf) -> None:
    notes = "editors_notes:\n" + "".join(
        f"  - {{kind: context, text: '{number}{'x' * 499}', checked: 2026-01-01, references: [{{title: T, publisher: P, supports: S}}]}}\n"
        for number in range(4)
    )
    long_points = "key_points:\n" + "".join(
        f"  - {{text: '{'y' * 300}', cites: [built]}}\n  - {{text: '{'y' * 299}', cites: [alone]}}\n" for _ in range(2)
    )
    text = CARD.replace("covers: {memo: [3]}", notes)
    start, end = text.index("key_points:"), text.index("quotes:")
    shelf.card(text[:start] + long_points + text[end:])
    found = shelf.load()[1]
    assert [problem.code for problem in found] == ["card-too-long"]
    assert f"{limits.CARD_TEXT:,}" in found[0].message


@pytest.mark.parametrize("text", ["", "just words\n", "- a\n- list\n", "\x00", "a: [1, 2\n"])
def test_a_file_that_is_no_card_is_a_problem_and_not_a_crash(shelf: Shelf, text: str) -> None:
    shelf.card(text, "other")
    cards, problems = shelf.load()
    assert problems
    assert all(problem.origin.path.stem == "other" for problem in problems)
    assert [card.id for card in cards] == ["bridge"]


@pytest.mark.parametrize("name", ["stray.yaml", "works/deep/stray.yaml", "works/stray.yml", "works/STRAY.YAML"])
def test_a_card_in_the_wrong_place_is_not_passed_over(shelf: Shelf, name: str) -> None:
    path = shelf.config.briefs / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(CARD)
    assert [(problem.code, problem.origin.path) for problem in shelf.load()[1]] == [("misplaced", path)]


def test_a_misspelt_companion_is_named(shelf: Shelf) -> None:
    (shelf.config.briefs / "timelne.yaml").write_text("events: []\n")
    assert [problem.hint for problem in shelf.load()[1]] == ["rename it to timeline.yaml"]


def test_what_editors_leave_beside_a_file_is_no_card(shelf: Shelf) -> None:
    (shelf.config.briefs / "works" / ".#bridge.yaml").symlink_to("nobody@nowhere")
    (shelf.config.briefs / "works" / "bridge.yaml~").write_text("old")
    assert shelf.load()[1] == []


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(shelf: Shelf) -> None:
    before = shelf.load()
    for path in (*shelf.config.briefs.rglob("*.yaml"), *shelf.config.corpus.glob("*.md")):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert shelf.load() == before


def test_a_card_that_cannot_be_read_as_yaml_is_not_called_missing(shelf: Shelf) -> None:
    shelf.card(CARD.replace("covers: {memo: [3]}", "related: [tunnel]"))
    shelf.card("id: [", "tunnel")
    assert [problem.code for problem in shelf.load()[1]] == ["yaml-syntax"]


def test_a_document_that_is_missing_is_named_once(shelf: Shelf) -> None:
    shelf.document(DOCUMENT.replace("id: memo", "id: letter"), "letter")
    shelf.card(CARD.replace("document: memo", "document: lost").replace("memo: [3]", "lost: [3]"))
    with pytest.raises(ContentError) as raised:
        load_deck(shelf.config)
    assert [problem.code for problem in raised.value.problems] == ["unknown-document"]


def test_a_deck_without_documents_is_one_problem(shelf: Shelf) -> None:
    config = shelf.config.model_copy(update={"corpus": shelf.folder / "nowhere"})
    with pytest.raises(ContentError) as raised:
        load_deck(config)
    assert [problem.code for problem in raised.value.problems] == ["no-corpus"]


def test_dates_and_answers_stay_what_was_typed(shelf: Shelf) -> None:
    cards, problems = (
        shelf.load(),
        problems_with(shelf, ("title: The bridge", "title: yes"), ("aliases: [old", "aliases: [2001-09-11, old")),
    )
    assert cards[1] == problems == []
    card = shelf.load()[0][0]
    assert (card.title, card.aliases[0]) == ("yes", "2001-09-11")


def test_every_word_of_the_stance_list_is_caught(shelf: Shelf) -> None:
    for word in (*IMPERATIVES, *FIRST_PERSON, *JUDGEMENTS):
        found = problems_with(shelf, ("The memo says the bridge", f"The memo {word} the bridge"))
        assert {problem.code for problem in found} == {"stance"}, word


def test_words_of_a_document_in_quotation_marks_are_not_the_bots_voice(shelf: Shelf) -> None:
    assert problems_with(shelf, ("The memo says the bridge", "The council «had no money» and the bridge")) == []


def test_a_number_of_a_treaty_is_not_the_first_person(shelf: Shelf) -> None:
    assert problems_with(shelf, ("The memo says the bridge", "The memo says START I and the bridge")) == []


@pytest.mark.parametrize(
    ("holder", "codes"),
    [("A. Writer", []), ("The council", []), ("the council", ["unknown-holder"]), ("A. Nobody", ["unknown-holder"]), ("The council sai", ["unknown-holder"])],
)  # fmt: skip
def test_a_position_is_held_by_the_author_or_by_somebody_named(shelf: Shelf, holder: str, codes: list[str]) -> None:
    found = problems_with(shelf, ("holder: A. Writer", f"holder: {holder}"))
    assert [(problem.code, problem.origin.line) for problem in found] == [(code, 23) for code in codes]


def test_cards_that_are_unlike_each_other_both_say_so(shelf: Shelf) -> None:
    names = ('aliases: [old crossing, toll bridge]\nquestions: ["when was the bridge built?"]\n', "")
    other = CARD.replace("id: bridge", "id: tunnel").replace("title: The bridge", "title: The tunnel").replace(*names)
    shelf.card(other, "tunnel")
    (problem,) = problems_with(shelf, ("covers: {memo: [3]}", "covers: {memo: [3]}\ndistinguish_from: [tunnel]"))
    assert (problem.code, problem.origin.path.stem, problem.origin.line) == ("one-sided", "bridge", 27)
    shelf.card(other + "distinguish_from: [bridge]\n", "tunnel")
    assert shelf.load()[1] == []


# ---------------------------------------------------------------- the deck as a whole


def test_every_paragraph_of_the_corpus_belongs_to_a_card(deck: Deck) -> None:
    uses = coverage(deck.cards.values(), deck.corpus)
    assert len(uses) == sum(len(document.paragraphs) for document in deck.corpus.values())
    assert [use for use in uses if use.gap] == []


def test_a_paragraph_that_no_card_uses_is_named_where_it_stands(shelf: Shelf) -> None:
    shelf.card(CARD.replace("covers: {memo: [3]}\n", ""))
    (problem,) = review_deck(load_deck(shelf.config)).problems
    assert (problem.code, problem.origin.path.name, problem.origin.line, problem.origin.column) == (
        "uncovered",
        "memo.md",
        19,
        1,
    )
    text = (shelf.config.corpus / "memo.md").read_text(encoding="utf-8").split("\n")
    assert text[problem.origin.line - 1].startswith("The council said")


def test_names_that_are_nearly_those_of_another_card_are_listed(shelf: Shelf) -> None:
    names = (
        'aliases: [old crossing, toll bridge]\nquestions: ["when was the bridge built?"]\n',
        "aliases: [the new bridge]\n",
    )
    other = CARD.replace("id: bridge", "id: tunnel").replace("title: The bridge", "title: The tunnel").replace(*names)
    shelf.card(other, "tunnel")
    (problem,) = review_deck(load_deck(shelf.config)).problems
    assert problem.code == "confusable"
    assert "«The bridge» is easily taken for «the new bridge» of the card tunnel" in problem.message


def test_the_deck_is_complete() -> None:
    deck = load_deck(Config(briefs=ROOT / "briefs", corpus=ROOT / "corpus"))
    assert review_deck(deck).problems == []
    assert len(deck.cards) >= 60
    assert len(deck.glossary) >= 75
    assert len(deck.timeline) >= 30
    for card in deck.cards.values():
        assert card.aliases
        assert card.questions
        assert all(note.references for note in card.editors_notes)


def test_the_cards_are_the_topics_they_should_be(deck: Deck, shared: Callable[[str], Path]) -> None:
    topics = json.loads(shared("editorial/topics.json").read_text(encoding="utf-8"))
    wanted = {topic["id"]: topic["title"] for topic in topics}
    assert {card.id: card.title for card in deck.cards.values() if card.id in wanted} == wanted


def test_topics_that_are_easily_confused_name_each_other(deck: Deck) -> None:
    for first, second in [
        ("new-start", "start-i-replacement"),
        ("september-11-outreach", "first-calls-2021"),
        ("sanctions", "sanctions-easing"),
        ("nss-kremlin-view", "nss-international-reactions"),
    ]:
        assert second in deck.cards[first].distinguish_from
        assert first in deck.cards[second].distinguish_from


# ---------------------------------------------------------------- beside the cards

GLOSSARY = """\
terms:
  - term: Bridge
    also: [toll bridge]
    definition: A way across.
    mentions: {memo: [1, 2]}
    cards: [bridge]
"""

TIMELINE = """\
events:
  - date: "1901"
    sort: "1901"
    text: The bridge is built.
    dated_by: stated
    document: memo
    exact: The bridge was built in 1901.
    cards: [bridge]
"""


def beside(shelf: Shelf, name: str, text: str) -> list[Problem]:
    (shelf.config.briefs / name).write_text(text, encoding="utf-8")
    try:
        load_deck(shelf.config)
    except ContentError as error:
        return error.problems
    return []


@pytest.mark.parametrize(
    ("change", "code", "place", "says"),
    [
        (("", ""), None, "", ""),
        (("term: Bridge", "term: fell down"), "not-mentioned", "5:26", "add the document's wording"),
        (("memo: [1, 2]", "memo: [1, 9]"), "unknown-paragraph", "5:26", "it has 1 to 3"),
        (("memo: [1, 2]", "mem: [1]"), "unknown-document", "5:21", "use one of: memo"),
        (("cards: [bridge]", "cards: [brigde]"), "dangling", "6:13", "did you mean «bridge»?"),
        (("cards: [bridge]", "cards: []"), "empty", "6:12", "Ids of the cards"),
        (("definition: A", f"definition: {'x' * 200} A"), "too-long", "4:17", "at most 200"),
        (("    also:", "    olso:"), "unknown-key", "3:5", "did you mean «also»?"),
    ],
)
def test_a_glossary_is_checked_like_a_card(
    shelf: Shelf, change: tuple[str, str], code: str | None, place: str, says: str
) -> None:
    found = beside(shelf, "glossary.yaml", GLOSSARY.replace(*change) if change[0] else GLOSSARY)
    assert [(problem.code, f"{problem.origin.line}:{problem.origin.column}") for problem in found] == (
        [(code, place)] if code else []
    )
    assert all(says in problem.hint for problem in found)


@pytest.mark.parametrize(
    ("change", "code", "place", "says"),
    [
        (("", ""), None, "", ""),
        (("built in 1901.", "bilt in 1901."), "quote-missing", "7:27", "«bilt» should be «built»"),
        (("document: memo", "document: letter"), "unknown-document", "6:15", "use one of: memo"),
        (("cards: [bridge]", "cards: [tunnel]"), "dangling", "8:13", "write that card"),
        (('sort: "1901"', "sort: early"), "bad-value", "3:11", "ISO 8601"),
        (("dated_by: stated", "dated_by: guessed"), "unknown-value", "5:15", "'stated'"),
    ],
)
def test_a_timeline_is_checked_like_a_card(
    shelf: Shelf, change: tuple[str, str], code: str | None, place: str, says: str
) -> None:
    found = beside(shelf, "timeline.yaml", TIMELINE.replace(*change) if change[0] else TIMELINE)
    assert [(problem.code, f"{problem.origin.line}:{problem.origin.column}") for problem in found] == (
        [(code, place)] if code else []
    )
    assert all(says in problem.hint for problem in found)


def test_a_timeline_is_in_order_and_the_event_out_of_it_is_named(shelf: Shelf) -> None:
    later = TIMELINE.replace('"1901"', '"2019"')
    rest = TIMELINE.removeprefix("events:\n") * 3
    (problem,) = beside(shelf, "timeline.yaml", later + rest)
    assert (problem.code, problem.message, problem.origin.line) == ("out-of-order", "2019 stands before 1901", 3)


@pytest.mark.parametrize(
    ("text", "code", "place", "says"),
    [
        ("cards: [bridge]\n", None, "", ""),
        ("cards: [tunnel]\n", "dangling", "1:9", "write that card"),
        ("cards: [bridge, bridge]\n", "duplicate", "1:17", "keep it once"),
        ("cards: []\n", "empty", "1:8", ""),
        ("card: [bridge]\n", "unknown-key", "1:1", "cards"),
    ],
)
def test_the_cards_to_begin_with_are_one_of_each_category(
    shelf: Shelf, text: str, code: str | None, place: str, says: str
) -> None:
    found = beside(shelf, "start.yaml", text)
    assert [(problem.code, f"{problem.origin.line}:{problem.origin.column}") for problem in found][:1] == (
        [(code, place)] if code else []
    )
    assert all(says in problem.hint for problem in found[:1])


def test_one_mistake_in_a_glossary_hides_no_other(shelf: Shelf) -> None:
    found = beside(shelf, "glossary.yaml", GLOSSARY.replace("definition", "definitoin").replace("[1, 2]", "[1, 9]"))
    assert [problem.code for problem in found] == ["unknown-key", "unknown-paragraph"]


def test_a_broken_document_is_not_also_called_unknown(shelf: Shelf) -> None:
    path = shelf.config.corpus / "memo.md"
    path.write_text(path.read_text(encoding="utf-8").replace("kind: memo\n", ""), encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        load_deck(shelf.config)
    assert [problem.code for problem in raised.value.problems] == ["missing-key"]


# ---------------------------------------------------------------- the schema


def test_the_schema_accepts_every_card_of_the_deck() -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    paths = sorted((ROOT / "briefs").glob("*/*.yaml"))
    assert paths
    for path in paths:
        card = json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str))
        assert list(validator.iter_errors(card)) == [], path


def test_the_schema_explains_every_key() -> None:
    def explained(properties: dict[str, Any]) -> bool:
        return all("description" in value for value in properties.values())

    schema = json_schema()
    assert explained({name: value for name, value in schema["properties"].items() if "$ref" not in value})
    cards_own = {name: model for name, model in schema["$defs"].items() if "properties" in model}
    assert len(cards_own) == 6
    for name, model in cards_own.items():
        assert explained({key: value for key, value in model["properties"].items() if key not in ("id", "kind")}), name


def test_a_card_warns_where_its_documents_lean_one_way(deck: Deck) -> None:
    balance = deck.cards["new-start"].balance
    assert balance is not None
    assert "No document in this corpus argues the other side." in balance_text(balance)
    assert deck.cards["sanctions"].balance is None


def test_a_document_on_another_question_is_not_the_other_side(deck: Deck) -> None:
    leaning = [document for document in deck.corpus.values() if document.side]
    elsewhere = replace(leaning[0], side="breakwater/finish")
    against = replace(leaning[0], side=f"{str(leaning[0].side).split('/')[0]}/looser")
    assert one_sided(leaning, [*leaning, elsewhere])
    assert not one_sided(leaning, [*leaning, against])
