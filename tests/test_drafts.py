"""A draft loads as it is, answers nobody, and is overwritten by nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import typer

from bot.cards import TO_WRITE
from bot.cli.unmet import write_draft
from bot.corpus import is_cut
from bot.desk import Deck, load_deck, review_deck
from bot.desk.drafts import Draft, NoDraft, is_question, names_of, scaffold
from bot.desk.gaps import unmet
from bot.model import Found, Gap, Status, Unanswered, Unmet
from tests.conftest import CARD, Shelf

TODAY = date(2026, 11, 20)

HARBOUR = """\
---
id: harbour
title: The harbour
author: "B. Writer: the elder"
publisher: The Office
published: {{value: 2020-06, shown: June 2020, inferred: false, basis: stated}}
kind: memo
standing: memo by a clerk
sha256: {sha}
---
# The harbour

The lighthouse was lit with oil until 1890: “no lamp was brighter”. Its keeper slept by day.

The council sold the lighthouse # in 1901. The ferry went out twice a day and was late.

The crane was broken. Nobody came to mend it.

In winter the harbour froze and the quay was shut. The crane was broken. The quay was old.
"""


def asked(question: str, asks: int = 1, wanted: int = 0) -> Unanswered:
    last = datetime(2026, 11, 20, 12, tzinfo=UTC)
    return Unanswered(question=question, asks=asks, offered=0, picked={}, wanted=wanted, last=last)


@pytest.fixture
def harbour(shelf: Shelf) -> Shelf:
    """Documents on a bridge and a harbour, and one card, on the bridge."""
    shelf.document(HARBOUR, "harbour")
    return shelf


def everything(shelf: Shelf) -> Deck:
    return load_deck(shelf.config, drafts=True)


def gap_of(shelf: Shelf, *wordings: Unanswered) -> Gap:
    (gap,) = unmet(wordings, load_deck(shelf.config)).gaps
    return gap


def drafted(shelf: Shelf, gap: Gap) -> Draft:
    made = scaffold(gap, everything(shelf), TODAY)
    assert isinstance(made, Draft), made
    return made


def put(shelf: Shelf, made: Draft) -> Path:
    return shelf.card(made.text, made.id, made.folder)


# ---------------------------------------------------------------- what is in it


def test_a_draft_loads_as_it_is_with_whole_sentences_as_quotes(harbour: Shelf) -> None:
    made = drafted(harbour, gap_of(harbour, asked("the lighthouse", 3, wanted=1), asked("is there a lighthouse?")))
    put(harbour, made)
    card = everything(harbour).cards["lighthouse"]
    assert (card.status, card.as_of, card.review_by) == (Status.DRAFT, TODAY, date(2027, 2, 18))
    assert [quote.text for quote in card.quotes] == [
        "The lighthouse was lit with oil until 1890: “no lamp was brighter”.",
        "The council sold the lighthouse # in 1901.",
    ]
    assert [is_cut(quote) for quote in card.quotes] == [(False, False)] * 2
    assert (card.aliases, card.questions) == (("the lighthouse",), ("is there a lighthouse?",))
    assert [position.holder for position in card.positions] == ["B. Writer: the elder"]
    assert {
        TO_WRITE in text for text in (card.title, card.bottom_line, *(point.text for point in card.key_points))
    } == {True}
    assert "«the lighthouse» (4 asks, 1 request)" in made.text


def test_a_draft_answers_nobody_until_it_is_published(harbour: Shelf) -> None:
    made = drafted(harbour, gap_of(harbour, asked("lighthouse")))
    path = put(harbour, made)
    before = load_deck(harbour.config)
    assert "lighthouse" not in before.cards
    assert not isinstance(before.index.answer("lighthouse"), Found)
    path.write_text(made.text.replace("status: draft", "status: published").replace(TO_WRITE, "Written"), "utf-8")
    after = load_deck(harbour.config).index.answer("lighthouse")
    assert isinstance(after, Found)
    assert after.match.card.id == "lighthouse"


def test_a_draft_leaves_the_review_of_the_published_cards_as_it_was(harbour: Shelf) -> None:
    before = review_deck(load_deck(harbour.config)).problems
    put(harbour, drafted(harbour, gap_of(harbour, asked("lighthouse"))))
    assert review_deck(load_deck(harbour.config)).problems == before


def test_a_sentence_that_stands_twice_is_told_apart_by_the_words_around_it(harbour: Shelf) -> None:
    made = drafted(harbour, gap_of(harbour, asked("broken crane")))
    assert "suffix: Nobody came to" in made.text
    assert "prefix: quay was shut." in made.text
    put(harbour, made)
    first, second = everything(harbour).cards["broken-crane"].quotes
    assert first.text == second.text == "The crane was broken."
    assert (first.paragraph.number, second.paragraph.number) == (3, 4)


def test_names_of_other_cards_and_drafts_are_not_taken(harbour: Shelf) -> None:
    harbour.card(CARD.replace("[old crossing, toll bridge]", "[old crossing, the beacon]"))
    gap = gap_of(harbour, asked("lighthouse"))
    taken = replace(gap, wordings=(*gap.wordings, asked("The Beacon!"), asked("lighthouse!"), asked("the tower")))
    put(harbour, drafted(harbour, taken))
    assert everything(harbour).cards["lighthouse"].aliases == ("lighthouse", "the tower")


@pytest.mark.parametrize(
    "typed",
    [
        "lighthouse: a history",
        "lighthouse # comment",
        "- lighthouse",
        "'lighthouse'",
        '"lighthouse\\',
        "{lighthouse}",
        "lighthouse\u2028status: published",
        "lighthouse \x00\x1b[2J\u202e\ufeff\ufffe",
        "lighthouse \ud800",
        "@lighthouse %TAG &a *b !c",
        "маяк lighthouse 👍🏽",
        "lighthouse " + "x" * 300,
        "lighthouse we must clearly «obey»",
        "[mention] lighthouse [link]",
    ],
)
def test_whatever_was_typed_the_draft_loads(typed: str, harbour: Shelf) -> None:
    gap = replace(gap_of(harbour, asked("lighthouse")), wordings=(asked(typed), asked("null"), asked("Yes")))
    made = drafted(harbour, gap)
    put(harbour, made)
    card = everything(harbour).cards[made.id]
    assert card.status is Status.DRAFT
    assert set(card.aliases) <= {" ".join(typed.split()), "null", "Yes"}
    assert {"null", "Yes"} <= set(card.aliases)


def test_what_something_was_taken_out_of_is_no_name() -> None:
    wordings = [
        asked("[mention] lighthouse"),
        asked("lighthouse [number]"),
        asked("x"),
        asked("?!"),
        asked("the  light"),
    ]
    assert names_of(wordings) == ["the light"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nord stream", False),
        ("nord stream?", False),
        ("nord stream and germany?", True),
        ("who blew up nord stream", True),
        ("how", False),
        ("the pipeline that was blown up in 2022", True),
    ],
)
def test_what_asks_something_is_a_question_and_the_rest_are_aliases(name: str, expected: bool) -> None:
    assert is_question(name) is expected


def test_a_draft_stands_beside_the_nearest_card_or_among_drafts(harbour: Shelf) -> None:
    gap = gap_of(harbour, asked("lighthouse"))
    assert drafted(harbour, replace(gap, nearest=("bridge",))).folder == "works"
    alone = drafted(harbour, replace(gap, nearest=()))
    assert alone.folder == "drafts"
    put(harbour, alone)
    assert everything(harbour).cards["lighthouse"].category == "Drafts"


def test_a_topic_without_plain_letters_still_gets_a_name_for_its_file(harbour: Shelf) -> None:
    gap = replace(gap_of(harbour, asked("lighthouse")), wordings=(asked("маяк"),))
    made = drafted(harbour, gap)
    assert made.id.startswith("topic-")
    put(harbour, made)
    assert everything(harbour).cards[made.id].aliases == ("маяк",)


# ---------------------------------------------------------------- where there is none


def test_too_few_sentences_are_a_reason(harbour: Shelf) -> None:
    made = scaffold(gap_of(harbour, asked("ferry")), everything(harbour), TODAY)
    assert made == NoDraft(
        reason="The documents have only one sentence near «ferry», and a card needs 2 quotes at least."
    )
    made = scaffold(gap_of(harbour, asked("submarine")), everything(harbour), TODAY)
    assert isinstance(made, NoDraft)
    assert made.reason.startswith("The documents have no sentence near «submarine»")


def test_words_that_no_longer_stand_in_the_documents_are_no_quotes(harbour: Shelf) -> None:
    gap = gap_of(harbour, asked("lighthouse"))
    harbour.document(HARBOUR.replace("lit with oil", "lit with gas"), "harbour")
    assert isinstance(scaffold(gap, everything(harbour), TODAY), NoDraft)


def test_a_draft_that_is_there_is_not_made_again(harbour: Shelf) -> None:
    gap = gap_of(harbour, asked("lighthouse"))
    path = put(harbour, drafted(harbour, gap))
    made = scaffold(gap, everything(harbour), TODAY)
    assert made == NoDraft(reason=f"{path} is already there: go on with that one, or rename it.")


# ---------------------------------------------------------------- writing it


def listed(shelf: Shelf, *wordings: Unanswered) -> Unmet:
    return unmet(wordings, load_deck(shelf.config))


def test_a_draft_is_written_where_cards_are_and_one_is_told_what_is_next(
    harbour: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    write_draft(harbour.config, listed(harbour, asked("submarine", 9), asked("lighthouse")), 2)
    (path,) = harbour.config.briefs.glob("*/lighthouse.yaml")
    assert everything(harbour).cards["lighthouse"].origin.path == path
    told = capsys.readouterr()
    assert f"{path}: a draft on «lighthouse» with 2 quotes, which nobody is shown yet." in told.out
    assert "python -m bot validate" in told.out
    assert told.err == ""


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [(1, 1, "no sentence near «submarine»"), (3, 2, "There is no number 3: the list has 2 topics.")],
)
def test_what_cannot_be_drafted_is_said_and_nothing_is_written(
    number: int, code: int, said: str, harbour: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as stopped:
        write_draft(harbour.config, listed(harbour, asked("submarine", 9), asked("lighthouse")), number)
    assert stopped.value.exit_code == code
    assert said in capsys.readouterr().err
    assert [path.name for path in harbour.config.briefs.rglob("*.yaml")] == ["bridge.yaml"]


@pytest.mark.parametrize("there", ["drafts", "drafts/lighthouse.yaml"])
def test_nothing_that_is_there_is_overwritten(there: str, harbour: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    path = harbour.config.briefs / there
    if path.suffix:
        path.mkdir(parents=True)
    else:
        path.write_text("mine", encoding="utf-8")
    (gap,) = listed(harbour, asked("lighthouse")).gaps
    alone = Unmet(gaps=(replace(gap, nearest=()),), answered=(), wordless=())
    with pytest.raises(typer.Exit) as stopped:
        write_draft(harbour.config, alone, 1)
    assert stopped.value.exit_code == 2
    assert f"{path}: cannot be written: file exists — nothing was changed" in capsys.readouterr().err
    assert path.is_dir() or path.read_text(encoding="utf-8") == "mine"
