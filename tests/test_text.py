import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import canonical, fold, printable, sentences, stem, tokens, words


@given(st.text())
def test_canonical_text_points_back_to_the_same_characters(text: str) -> None:
    folded = canonical(text)
    assert len(folded.text) == len(folded.offsets)
    for i, (character, at) in enumerate(zip(folded.text, folded.offsets, strict=True)):
        assert text[at] == character or (character == " " and text[at].isspace()), i


@given(st.text())
def test_canonical_text_changes_white_space_and_nothing_else(text: str) -> None:
    assert "".join(canonical(text).text.split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Putin’s", "PUTIN'S"),
        ("US–Russia", "us-russia"),
        ("“aggression”", '"Aggression"'),
        ("na\u200bto", "NATO"),
        ("\u202enato\u202c", "nato"),
        ("café", "cafe"),
        ("ﬁnal", "final"),
        ("a\x00b", "a b"),
    ],
)
def test_folding_makes_the_same_text_equal(left: str, right: str) -> None:
    assert fold(left) == fold(right)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("U.S. policy", ("us", "policy")),
        ("S.Res.122", ("s", "res", "122")),
        ("~~INF~~ treaty", ("inf", "treaty")),
        ("covid19", ("covid", "19")),
        ("Putin’s call", ("putin", "call")),
        ("👍🏽", ()),
        ("../../etc/passwd", ("etc", "passwd")),
        ("1; SELECT * FROM users", ("1", "select", "from", "users")),
    ],
)
def test_tokens_are_words_and_numbers(typed: str, expected: tuple[str, ...]) -> None:
    assert tokens(typed) == expected


@pytest.mark.parametrize(
    ("british", "american"),
    [("defence", "defense"), ("normalisation", "normalization"), ("behaviour", "behavior"), ("recognised", "recognized"), ("centre", "center")],
)  # fmt: skip
def test_british_and_american_spelling_have_one_stem(british: str, american: str) -> None:
    assert stem(british) == stem(american)


def test_sentences_do_not_end_after_an_abbreviation() -> None:
    text = 'He called U.S. President Bush. "We are with you." Was it Sen. Risch?'
    assert [text[start:end] for start, end in sentences(text)] == [
        "He called U.S. President Bush.",
        '"We are with you."',
        "Was it Sen. Risch?",
    ]


@given(st.text())
def test_sentences_lose_only_white_space(text: str) -> None:
    kept = "".join(text[start:end] for start, end in sentences(text))
    assert "".join(kept.split()) == "".join(text.split())


@given(st.text())
def test_printable_text_has_no_control_characters(text: str) -> None:
    assert not set(printable(text)) & set("\x1b\x07\x9b\u202e\x00\r")


@pytest.mark.parametrize(
    ("left", "right"),
    [("US", "USA"), ("U.S.A.", "the United States of America"), ("START II", "start 2"), ("SALT I", "salt 1")],
)
def test_spellings_of_one_name_are_the_same_to_the_matcher_and_not_in_a_quotation(left: str, right: str) -> None:
    assert tokens(left) == tuple(word for word in tokens(right) if word != "the")
    assert words(left) != words(right)


@pytest.mark.parametrize(
    ("left", "right"), [("“Don’t”", "don't"), ("zero-sum", "Zero sum"), ("U.S.", "us"), ("a—b", "a, b")]
)
def test_marks_and_case_make_no_other_quotation(left: str, right: str) -> None:
    assert words(left) == words(right)
