"""Judged questions, written by someone who had not seen the names of the cards. They fail when matching gets worse."""

import pytest

from bot.desk import Deck
from tests.quality import JUDGED, Judged, judge_cards, judge_quotes, read

RIGHT_FIRST, FALSE, QUOTES = 0.92, 0.04, 0.95


@pytest.fixture(scope="module")
def judged(deck: Deck) -> list[Judged]:
    return list(judge_cards(deck, read(JUDGED / "cards.jsonl")))


def share(rows: list[bool]) -> float:
    return sum(rows) / len(rows)


def test_most_questions_get_the_right_card_first(judged: list[Judged]) -> None:
    assert share([one.hit for one in judged if one.right]) >= RIGHT_FIRST


@pytest.mark.parametrize(("kind", "least"), [("exact", 1.0), ("alias", 0.95), ("typo", 0.98), ("abbrev", 0.9), ("prefix", 0.9)])  # fmt: skip
def test_easy_kinds_of_question_are_hardly_ever_missed(judged: list[Judged], kind: str, least: float) -> None:
    assert share([one.hit for one in judged if one.kind == kind]) >= least


def test_where_no_card_is_right_hardly_any_is_given(judged: list[Judged]) -> None:
    assert share([one.false for one in judged if not one.right]) <= FALSE


@pytest.mark.parametrize("kind", ["near_scope", "lookalike", "adversarial"])
def test_what_only_looks_like_a_topic_is_never_answered(judged: list[Judged], kind: str) -> None:
    assert [one.question for one in judged if one.kind == kind and one.false] == []


def test_a_card_given_as_certain_is_hardly_ever_the_wrong_one(judged: list[Judged]) -> None:
    assert share([one.false for one in judged if one.right]) <= 0.02


def test_misremembered_quotes_lead_to_the_sentence(deck: Deck) -> None:
    found = list(judge_quotes(deck, read(JUDGED / "quotes.jsonl")))
    assert share([hit for _, _, hit in found]) >= QUOTES
