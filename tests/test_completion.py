import pytest

from bot.desk import Deck
from bot.matching.completion import Completion

NAMES = ["grain exports", "grain imports", "gravel", "coal mines", "coal"]
CARDS = [0, 0, 1, 2, 2]


@pytest.fixture(scope="module")
def completion() -> Completion:
    return Completion(NAMES, CARDS)


@pytest.mark.parametrize(
    ("typed", "cards"),
    [("gra", [0, 1]), ("grain ", [0]), ("coal", [2]), ("coal mines and", []), ("", [2, 0, 1]), ("z", [])],
)
def test_cards_with_more_names_that_go_on_so_come_first(completion: Completion, typed: str, cards: list[int]) -> None:
    assert completion.going_on(typed) == cards


@pytest.mark.parametrize("typed", ["garin", "grian e", "grrain", "gain ex", "frain", "grainex", "grainn exp"])
def test_one_slip_anywhere_but_in_the_first_letter_is_allowed(completion: Completion, typed: str) -> None:
    found = completion.after_a_slip(typed)
    assert found == ([] if typed == "frain" else [0])


def test_a_letter_or_two_may_be_anything(completion: Completion) -> None:
    assert completion.after_a_slip("gr") == []


def test_the_same_name_ten_thousand_times_is_one_card() -> None:
    many = Completion(["grain"] * 10_000, [7] * 10_000)
    assert many.going_on("gr") == [7]
    assert many.after_a_slip("grian") == [7]


@pytest.mark.parametrize("typed", ["zebra farming in kenya", "how do i cook rice", "best pizza in town", "zebra"])
def test_what_no_card_is_like_gets_no_choices(deck: Deck, typed: str) -> None:
    assert deck.index.complete(typed) == ()
