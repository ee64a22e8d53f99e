"""What a word that was typed may stand for, and which words look alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.letters import Letters, ngrams
from bot.matching.lexicon import Lexicon, Term
from bot.text import tokens

TEXTS = [
    "counterterrorism cooperation", "the missile shield in Europe", "S.Res.122", "nine elevens and 9/11",
    "new start treaty", "grain exports to Prussia", "a pact about ru pac", "russophobia in the press",
]  # fmt: skip


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon([tokens(text) for text in TEXTS])


def read(lexicon: Lexicon, text: str) -> tuple[Term, ...]:
    return lexicon.terms(tokens(text))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("counter terrorism", ["counterterrorism"]),
        ("newstart", ["new", "start"]),
        ("sres 122", ["s", "res", "122"]),
        ("911", ["9", "11"]),
        ("ru pca", ["ru", "pac"]),
        ("1911", ["1911"]),
        ("exports treaty", ["exports", "treaty"]),
    ],
)
def test_words_run_together_or_torn_apart_are_read_as_the_deck_has_them(
    lexicon: Lexicon, typed: str, words: list[str]
) -> None:
    assert [term.word for term in read(lexicon, typed)] == words


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("misile", "missile"),
        ("coperation", "cooperation"),
        ("traety", "treaty"),
        ("expotrs", "exports"),
        ("missile", None),
    ],
)
def test_a_slip_is_read_as_a_word_of_the_deck(lexicon: Lexicon, typed: str, meant: str | None) -> None:
    (term,) = read(lexicon, typed)
    assert term.meant == meant
    assert term.known == (meant is None)
    assert term.sure


@pytest.mark.parametrize("typed", ["russia", "hotel", "the", "xylophone", "и", "12", "wife"])
def test_places_plain_words_and_strangers_are_never_taken_for_a_slip(lexicon: Lexicon, typed: str) -> None:
    (term,) = read(lexicon, typed)
    assert term.meant is None
    assert not term.known or typed == "the"


def test_the_beginning_of_a_word_may_be_any_that_goes_on_from_it(lexicon: Lexicon) -> None:
    (term,) = read(lexicon, "russoph")
    assert set(term.stems) == lexicon.stems_of(["russophobia"])
    assert 0 < min(term.stems.values()) < 1


def test_a_word_of_the_deck_weighs_more_the_fewer_texts_have_it() -> None:
    lexicon = Lexicon([("grain", "coal"), ("grain", "tin"), ("grain", "tin")])
    grain, tin, coal, stranger = (lexicon.terms((word,))[0].weight for word in ("grain", "tin", "coal", "qqq"))
    assert grain < tin < coal < stranger


def test_words_of_like_letters_are_found_among_many() -> None:
    words = [f"{first}{second}ation" for first in "bcdfgm" for second in "aeiou"] + ["enlargement", "sanctions"]
    letters = Letters(words)
    assert words[letters.alike("sanctoins", 1)[0]] == "sanctions"
    assert words[letters.alike("enlargment", 1)[0]] == "enlargement"
    assert letters.alike("zzzz", 5).size == 0


@given(st.text(min_size=1, max_size=12))
def test_a_word_has_all_its_letters_in_its_ngrams(word: str) -> None:
    found = ngrams(word)
    assert all(2 <= len(gram) <= 4 for gram in found)
    assert set("".join(found)) == set(word) | {" "}
