from hypothesis import given
from hypothesis import strategies as st

from bot.matching.alignment import lay_over
from bot.model import Difference

TEXT = "one two three four five six seven eight nine ten".split()


def differences(typed: str) -> list[tuple[str, str]]:
    return [(one.typed, one.stands) for one in lay_over(typed.split(), TEXT).differences]


def test_words_in_a_row_lie_where_they_stand() -> None:
    laid = lay_over(TEXT[3:7], TEXT)
    assert (laid.start, laid.end, laid.kept, laid.left_out, laid.differences) == (3, 7, 4, 0, ())


def test_changed_added_and_left_out_words_are_told_apart() -> None:
    assert differences("two three fore five") == [("fore", "four")]
    assert differences("two three and four") == [("and", "")]
    assert differences("two three five six") == [("", "four")]
    assert differences("one two three eight nine ten") == [("", "four five six seven")]


def test_words_exchanged_at_the_edges_show_what_stands_there() -> None:
    assert differences("zwei three four five") == [("zwei", "two")]
    assert differences("two three four fuenf") == [("fuenf", "five")]


def test_neighbouring_changes_are_one_difference() -> None:
    assert lay_over("two drei vier five".split(), TEXT).differences == (
        Difference(typed="drei vier", stands="three four"),
    )


words = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=8)


@given(words, words)
def test_what_is_kept_and_what_differs_make_up_both_sides(typed: list[str], stands: list[str]) -> None:
    laid = lay_over(typed, stands)
    changed = [word for one in laid.differences for word in one.typed.split()]
    other = [word for one in laid.differences for word in one.stands.split()]
    assert laid.kept + len(changed) == len(typed)
    assert laid.kept + len(other) == laid.end - laid.start
    assert laid.left_out <= len(other)
