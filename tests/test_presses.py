"""What a button means stands in its custom_id, whole and within Discord's limit; what means nothing is nothing."""

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import limits
from bot.interactions import presses, subjects
from bot.interactions.presses import (
    Change,
    Choose,
    Pick,
    Plain,
    Press,
    Rate,
    Reasons,
    Report,
    Request,
    Setting,
    Share,
    Show,
    Turn,
    Want,
    custom_id,
    parse,
    reasons,
    wanted,
)
from bot.interactions.subjects import (
    CardTab,
    Chronology,
    Comparison,
    Context,
    Source,
    SourceList,
    SourceQuotes,
    Subject,
    Tab,
    Term,
    TopicList,
    decode,
    encode,
    slug,
)
from bot.model import Voice, Why

hexadecimal = "0123456789abcdef"
card_ids = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True).filter(lambda text: len(text) <= limits.CARD_ID)
document_ids = card_ids.map(lambda text: text[:40].strip("-"))
versions = st.text(hexadecimal, min_size=8, max_size=8)
pages = st.integers(0, 99)
places = st.integers(0, 999_999)
ALL_SUBJECTS = st.one_of(
    st.builds(CardTab, card=card_ids, version=versions | st.just(""), tab=st.sampled_from(Tab), page=pages),
    st.builds(
        Context, document=document_ids, version=st.text(hexadecimal, min_size=6, max_size=6), start=places, end=places
    ),
    st.builds(Comparison, card=card_ids, page=pages),
    st.builds(Chronology, card=card_ids | st.just(""), page=pages),
    st.builds(Term, slug=card_ids),
    st.builds(Source, document=document_ids, page=pages),
    st.builds(SourceQuotes, document=document_ids, page=pages),
    st.builds(SourceList, page=pages),
    st.builds(TopicList, category=card_ids | st.just(""), page=pages),
)
asks = st.text(hexadecimal, min_size=16, max_size=16)
ALL_PRESSES = st.one_of(
    st.builds(Show, subject=ALL_SUBJECTS),
    st.builds(Turn, subject=ALL_SUBJECTS),
    st.builds(Share, subject=ALL_SUBJECTS),
    st.builds(Pick, card=card_ids, ask=asks, want=st.sampled_from(Want)),
    st.builds(Request, ask=asks),
    st.builds(Rate, voice=st.sampled_from([Voice.HELPFUL, Voice.NOT_HELPFUL]), card=card_ids, version=versions),
    st.builds(Report, card=card_ids, version=versions),
    st.builds(Choose, in_place=st.booleans()),
    st.builds(Change, setting=st.sampled_from(Setting)),
    st.sampled_from(Plain),
)
words = st.text(min_size=1, max_size=40)


@given(ALL_PRESSES)
def test_every_press_fits_a_custom_id_and_is_read_back(press: Press) -> None:
    assert len(custom_id(press)) <= limits.CUSTOM_ID
    assert parse(custom_id(press)) == press


@given(ALL_SUBJECTS)
def test_every_subject_fits_an_option_of_a_menu_and_is_read_back(subject: Subject) -> None:
    assert len(encode(subject)) <= limits.SELECT_OPTION
    assert decode(encode(subject)) == subject


@pytest.mark.parametrize(
    "press",
    [
        Share(subject=CardTab(card="c" * limits.CARD_ID, version="0" * 8, tab=Tab.POSITIONS, page=99)),
        Share(subject=Context(document="d" * 40, version="0" * 6, start=999_999, end=999_999)),
        Share(subject=Term(slug="s" * subjects.SLUG)),
        Pick(card="c" * limits.CARD_ID, ask="0" * 16, want=Want.QUOTES),
        Rate(voice=Voice.NOT_HELPFUL, card="c" * limits.CARD_ID, version="0" * 8),
    ],
)
def test_the_longest_names_fit(press: Press) -> None:
    assert len(custom_id(press)) <= limits.CUSTOM_ID
    assert parse(custom_id(press)) == press


@given(
    st.lists(words, max_size=30),
    st.lists(st.tuples(words, words), max_size=30),
    st.floats(0, 1, allow_nan=False),
    st.booleans(),
)
def test_reasons_are_cut_to_whole_plain_words(
    known: list[str], corrected: list[tuple[str, str]], lead: float, exact: bool
) -> None:
    found = reasons(
        Why(words=tuple(known), corrected=tuple(corrected), lead=lead, exact=exact), {meant for _, meant in corrected}
    )
    assert len(custom_id(found)) <= limits.CUSTOM_ID
    assert parse(custom_id(found)) == found
    said = [*found.words, *(word for pair in found.corrected for word in pair)]
    assert all(word.isascii() and word.isalnum() for word in said)


def test_reasons_say_what_was_read_as_what() -> None:
    why = Why(words=("nato", "expantion"), corrected=(("expantion", "expansion"),), lead=0.737, exact=False)
    assert reasons(why, {"expansion"}) == Reasons(
        exact=False, lead=74, words=("nato",), corrected=(("expantion", "expansion"),)
    )
    assert reasons(why, {"nato"}) == Reasons(exact=False, lead=74, words=("nato", "expantion"), corrected=())


@given(st.text(max_size=100) | st.text("briefot:showturnceadgx0159-~ ", max_size=100).map(lambda t: f"briefbot:{t}"))
def test_whatever_is_forged_is_nothing_or_a_press(forged: str) -> None:
    press = parse(forged)
    assert press is None or isinstance(press, presses.Press)


def test_numbers_that_are_too_long_are_nothing() -> None:
    assert decode("sources:" + "9" * 5_000) is None
    assert decode("sources:1:2") is None
    assert decode("sources:one") is None
    assert decode("card:x::nonsense:0") is None


def test_every_kind_of_subject_has_a_code_of_its_own() -> None:
    kinds: tuple[Any, ...] = Subject.__args__
    blank: dict[Any, Any] = {int: 0, str: "", Tab: Tab.OVERVIEW}
    made = {encode(kind(**{field.name: blank[field.type] for field in fields(kind)})) for kind in kinds}
    assert len(made) == len(kinds)


def test_what_was_wanted_leads_to_its_own_kind_of_page() -> None:
    assert {type(wanted(want, "x")) for want in Want} == {CardTab, Comparison, Chronology}
    assert wanted(Want.QUOTES, "x") == CardTab(card="x", tab=Tab.QUOTES)


def test_a_name_becomes_a_slug_whatever_is_in_it() -> None:
    assert slug("ABM Treaty") == "abm-treaty"
    assert slug("U.S. politics: and Congress!") == "us-politics-and-congress"
    assert slug("a:b:c") == "a-b-c"
    assert len(slug("word " * 100)) <= subjects.SLUG
