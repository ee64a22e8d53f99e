"""Questions that were asked before get the same answers sooner, and not a word of them is kept."""

import json
import pickle

import pytest

from bot.desk import Deck
from bot.matching.remembering import Remembered
from bot.model import BriefingCard, Found, Match, PassageMatch, Suggested
from tests.conftest import ROOT

JUDGED = [json.loads(line)["q"] for line in (ROOT / "tests/judged/cards.jsonl").read_text("utf-8").splitlines()]
QUOTED = [json.loads(line)["q"] for line in (ROOT / "tests/judged/quotes.jsonl").read_text("utf-8").splitlines()]


def test_the_second_time_a_question_has_the_answer_of_the_first(deck: Deck) -> None:
    first = [deck.index.answer(question) for question in JUDGED]
    assert {type(answer) for answer in first} >= {Found, Suggested}
    assert [deck.index.answer(question) for question in JUDGED] == first
    judged = [deck.index.judge(question, 5)[0] for question in JUDGED]
    assert judged == first, "what is remembered is what would be found anew"


def test_the_second_time_a_beginning_is_completed_as_the_first(deck: Deck) -> None:
    beginnings = [question[:length] for question in JUDGED[:80] for length in (1, 3, 6, 12)]
    for k in (3, 25):
        first = [deck.index.complete(beginning, k) for beginning in beginnings]
        assert [deck.index.complete(beginning, k) for beginning in beginnings] == first


def test_what_is_popular_comes_first_though_the_beginning_is_remembered(deck: Deck) -> None:
    usual = deck.index.complete("n", 25)
    assert len(usual) > 3
    favourite = usual[3]
    assert deck.index.complete("n", 25, lambda card: int(card is favourite))[0] is favourite
    assert deck.index.complete("n", 25) == usual


def test_why_a_card_came_up_is_said_in_the_words_of_whoever_asks_now(deck: Deck) -> None:
    for question in ("nato expantion", "nato expanssion", "nato expantion"):
        answer = deck.index.answer(question)
        assert isinstance(answer, Found)
        assert answer.match.why.corrected == ((question.split()[1], "expansion"),)


def test_nothing_that_was_typed_is_kept(deck: Deck) -> None:
    for question in ("zanzibarese nato expantion", "qwertzuiop", "my neighbour mr featherstonehaugh"):
        deck.index.answer(question)
        deck.index.complete(question)
        deck.index.complete(question[:9])
    kept = pickle.dumps(deck.index)
    for word in (b"zanzibarese", b"expantion", b"qwertzuiop", b"featherstonehaugh", b"zanzibar"):
        assert word not in kept
    assert b"expansion" in kept, "a word of the deck is"


def test_only_so_many_are_remembered_those_that_were_used_last() -> None:
    remembered: Remembered[int] = Remembered(3)
    for number, typed in enumerate("abc"):
        remembered.keep(typed, number)
    assert remembered.get("a") == 0
    remembered.keep("d", 3)
    assert [remembered.get(typed) for typed in "abcd"] == [0, None, 2, 3]
    assert remembered.get("\ud800") is None, "whatever can be typed can be looked up"


def test_the_second_time_a_ranking_and_a_search_are_those_of_the_first(
    deck: Deck, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(k: int) -> list[tuple[tuple[Match[BriefingCard], ...], tuple[PassageMatch, ...]]]:
        return [(deck.index.rank(question, k), deck.passages.search(question, k)) for question in (*JUDGED, *QUOTED)]

    for k in (1, 5):
        with monkeypatch.context() as forgetful:
            forgetful.setattr(Remembered, "get", lambda *_: None)
            first = found(k)
        assert found(k) == first
        assert any(ranked and not found for ranked, found in first)
        assert any(match.differences for _, found in first for match in found)
        offered = [deck.passages.complete(question, k) for question in (*JUDGED, *QUOTED)]
        assert offered == [tuple(match.passage for match in found) for _, found in first]


def test_what_differs_in_a_quotation_is_told_in_the_words_that_are_typed_now_and_none_are_kept(deck: Deck) -> None:
    for word in ("featherstonehaugh", "zanzibarese", "featherstonehaugh"):
        (match, *_) = deck.passages.search(f"underlined just how {word} the NATO construct is", 3)
        assert [difference.typed for difference in match.differences] == [word]
    kept = pickle.dumps(deck.passages)
    assert b"featherstonehaugh" not in kept
    assert b"zanzibarese" not in kept


def test_that_nothing_was_found_is_remembered_too(deck: Deck) -> None:
    typed = "purple elephants on parade, once more"
    assert deck.passages.complete(typed, 7) == ()
    kept = len(pickle.dumps(deck.passages))
    with pytest.MonkeyPatch.context() as spoilt:
        spoilt.setattr(type(deck.passages), "_search", None)
        assert deck.passages.complete(typed, 7) == ()
        assert deck.passages.search(typed, 7) == ()
    assert len(pickle.dumps(deck.passages)) == kept
