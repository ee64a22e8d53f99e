"""Wordings that are about one thing stand together, and those that only look like it do not."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.clusters import clusters


def together(*wordings: str, known: frozenset[str] = frozenset()) -> set[frozenset[str]]:
    found = clusters(wordings, [1] * len(wordings), known)
    return {frozenset(wordings[number] for number in numbers) for numbers in found}


@pytest.mark.parametrize(
    "wordings",
    [
        ("nord stream", "northstream 2", "what about the nord stream 2 pipeline?"),
        ("nord stream", "north stream", "nordstream"),
        ("nato growth", "nato grwoth", "the growth of nato?"),
        ("arctic", "artic drilling", "Arctic council"),
        ("ukrainian neutrality", "neutrality of ukraine"),
        ("tell me about the wagner group", "wagner group", "Wagner"),
        ("frozen assets", "frozen russian assets in belgium"),
        ("START II ratification", "start 2 ratification"),
        ("hello?", "thanks!", "what is the latest news", "👍🏽"),
        ("северный поток", "Северный поток"),
    ],
)
def test_one_topic_in_other_words_or_with_slips_is_one_cluster(wordings: tuple[str, ...]) -> None:
    assert together(*wordings) == {frozenset(wordings)}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("north korea sanctions", "south korea sanctions"),
        ("iran sanctions", "iraq sanctions"),
        ("start 1", "start 2"),
        ("russia", "russia sanctions"),
        ("russia sanctions", "russia economy"),
        ("north stream", "south stream"),
        ("biden speech on russia", "trump speech on russia"),
        ("war crimes", "war crimea"),
        ("1984", "2026"),
        ("hello", "weather"),
    ],
)
def test_what_only_looks_alike_stays_apart(first: str, second: str) -> None:
    assert together(first, second) == {frozenset({first}), frozenset({second})}


def test_a_number_is_kept_out_though_somebody_left_it_away() -> None:
    found = clusters(["nord stream", "nord stream 2", "nord stream 1"], [5, 3, 1])
    assert found == ((0, 1), (2,))


def test_a_country_does_not_gather_whatever_is_asked_about_it() -> None:
    asked = ("russia", "russia sanctions", "russia economy", "us russia relations", "russia and china")
    assert together(*asked) == {frozenset({wording}) for wording in asked}


def test_a_word_that_the_deck_knows_gathers_less_than_one_that_it_does_not() -> None:
    asked = ("drones", "turkish drones for kyiv")
    assert together(*asked) == {frozenset(asked)}
    assert together(*asked, known=frozenset({"drones"})) == {frozenset({wording}) for wording in asked}


def test_words_that_are_spelled_as_they_should_be_are_no_slips_of_each_other() -> None:
    asked = ("baltic ferries", "baltic berries")
    assert together(*asked) == {frozenset(asked)}
    assert together(*asked, known=frozenset({"ferries", "berries"})) == {frozenset({wording}) for wording in asked}


def test_the_weightiest_comes_first_among_clusters_and_in_them() -> None:
    wordings = ["pizza", "wagner", "wagner group", "wagner mutiny"]
    assert clusters(wordings, [4, 1, 9, 2]) == ((2, 3, 1), (0,))


def test_nothing_asked_is_no_cluster() -> None:
    assert clusters([], []) == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=20), st.text("abn2 é", max_size=9)), max_size=12), st.randoms())
def test_every_wording_is_in_one_cluster_whatever_the_order(wordings: list[str], shuffling: random.Random) -> None:
    wordings = list(dict.fromkeys(wordings))
    weights = [len(wording) % 3 + 1 for wording in wordings]
    found = clusters(wordings, weights)
    assert sorted(number for numbers in found for number in numbers) == list(range(len(wordings)))
    order = list(range(len(wordings)))
    shuffling.shuffle(order)
    again = clusters([wordings[number] for number in order], [weights[number] for number in order])
    assert [[wordings[n] for n in numbers] for numbers in found] == [
        [wordings[order[n]] for n in numbers] for numbers in again
    ]
