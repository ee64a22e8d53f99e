import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import limits
from bot.desk import Deck
from bot.model import Difference, Verdict
from bot.text import located_words, sentences, words


@pytest.mark.parametrize(
    ("typed", "document", "paragraph", "verdict"),
    [
        ("hand of freindship to the united states", "blueprint-2008", 3, Verdict.ALTERED),
        ("we are with you", "blueprint-2008", 2, Verdict.VERBATIM),
        ("US & Russia have a unique opportunity", "partnership-2021", 1, Verdict.ALTERED),
        ("none would be isolated the same rules", "blueprint-2008", 8, Verdict.VERBATIM),
        ("zero sum mentality", "shifts-2025", 23, Verdict.VERBATIM),
    ],
)
def test_half_remembered_words_find_their_passage(
    deck: Deck, typed: str, document: str, paragraph: int, verdict: Verdict
) -> None:
    best = deck.passages.search(typed)[0]
    assert (best.passage.document.id, best.passage.paragraph.number, best.verdict) == (document, paragraph, verdict)


def test_a_passage_is_whole_sentences_of_the_document(deck: Deck) -> None:
    for match in deck.passages.search("nato"):
        passage = match.passage
        assert passage.text == passage.document.text[passage.position.start : passage.position.end]
        assert passage.text[-1] in '.?!”"'


@pytest.mark.parametrize("typed", ["", "weather in boston", "👍🏽", "the", "lorem ipsum dolor sit amet", "2019 treaty"])
def test_words_that_no_document_has_find_nothing(deck: Deck, typed: str) -> None:
    assert deck.passages.search(typed) == ()


def test_one_word_is_found_as_it_stands_and_says_little(deck: Deck) -> None:
    found = deck.passages.search("nato")
    assert {match.verdict for match in found} == {Verdict.VERBATIM}
    assert all(match.score < 0.6 for match in found)
    assert {match.verdict for match in deck.passages.search("unipolarty")} == {Verdict.NOT_FOUND}


# ---------------------------------------------------------------- verify

SENTENCE = "Russia and the US have agreed to extend the New START, which was due to expire on 5 February of this year."


def test_the_words_of_a_document_are_verbatim_whatever_marks_they_carry(deck: Deck) -> None:
    for pasted in (SENTENCE, SENTENCE.upper(), SENTENCE[:-35], f"“{SENTENCE}”", SENTENCE.replace(" ", "  \n")):
        found = deck.passages.verify(pasted)
        assert found is not None
        assert (found.verdict, found.differences) == (Verdict.VERBATIM, ())
        assert found.passage.text == SENTENCE


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ("extend", "renew", Difference(typed="renew", stands="extend")),
        ("5 February", "6 February", Difference(typed="6", stands="5")),
        ("have agreed", "have not agreed", Difference(typed="not", stands="")),
        ("which was due to", "which was to", Difference(typed="", stands="due")),
        ("New START", "START", Difference(typed="", stands="New")),
    ],
)
def test_each_changed_word_of_a_quotation_is_told(deck: Deck, old: str, new: str, difference: Difference) -> None:
    found = deck.passages.verify(SENTENCE.replace(old, new))
    assert found is not None
    assert (found.verdict, found.differences) == (Verdict.ALTERED, (difference,))


def test_words_left_out_are_one_difference_and_nothing_else(deck: Deck) -> None:
    for document in deck.corpus.values():
        for paragraph in document.paragraphs:
            text = document.text[paragraph.start : paragraph.end]
            for start, end in sentences(text):
                typed = words(text[start:end])
                if len(typed) < 16 or len(set(typed[4:12])) < 8:
                    continue
                for left_out in (1, 3, 5):
                    found = deck.passages.verify(" ".join((*typed[:6], *typed[6 + left_out :])))
                    assert found is not None
                    assert all(not difference.typed for difference in found.differences), typed
                    assert sum(len(words(difference.stands)) for difference in found.differences) == left_out


@pytest.mark.parametrize(
    ("pasted", "differences"),
    [
        ("Moscow and the US have agreed to extend the New START", [("Moscow", "Russia")]),
        ("have agreed to extend the New START, which was due to expire on 5 March", [("March", "February")]),
        ("Russia and the US have finally agreed to extend the New START", [("finally", "")]),
    ],
)
def test_a_difference_at_the_edge_shows_what_stands_there(
    deck: Deck, pasted: str, differences: list[tuple[str, str]]
) -> None:
    found = deck.passages.verify(pasted)
    assert found is not None
    assert [(one.typed, one.stands) for one in found.differences] == differences


def test_a_quotation_may_run_over_two_paragraphs(deck: Deck) -> None:
    document = deck.corpus["blueprint-2008"]
    one, other = document.paragraphs[4:6]
    before, after = words(document.text[one.start : one.end]), words(document.text[other.start : other.end])
    found = deck.passages.verify(" ".join((*before[-10:], *after[:10])))
    assert found is not None
    assert found.verdict is Verdict.VERBATIM
    assert found.passage.position.start < other.start < found.passage.position.end


def test_a_wrong_number_in_many_words_does_not_hide_the_sentence(deck: Deck) -> None:
    wrong = SENTENCE.replace("5 February", "7 February")
    assert deck.passages.search(wrong)[0].passage.text == SENTENCE
    assert deck.passages.search(wrong)[0].differences == (Difference(typed="7", stands="5"),)


def test_a_text_longer_than_what_is_looked_at_is_not_called_verbatim(deck: Deck) -> None:
    assert deck.passages.verify(SENTENCE + " " * limits.PASTED + "which is a lie") is None


def test_a_quotation_may_run_over_two_sentences(deck: Deck) -> None:
    document = deck.corpus["partnership-2021"]
    paragraph = document.paragraphs[0]
    whole = document.text[paragraph.start : paragraph.end]
    found = deck.passages.verify(whole)
    assert found is not None
    assert found.verdict is Verdict.VERBATIM
    assert found.passage.text == whole.strip()


@pytest.mark.parametrize("pasted", ["", "👍", "the treaty", "To be, or not to be, that is the question.", "lorem ipsum dolor sit amet"])  # fmt: skip
def test_words_of_no_document_are_not_verified(deck: Deck, pasted: str) -> None:
    assert deck.passages.verify(pasted) is None


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=600))
def test_any_pasted_text_gets_a_verdict(deck: Deck, pasted: str) -> None:
    found = deck.passages.verify(pasted)
    if found:
        text = found.passage.document.text
        assert found.passage.text == text[found.passage.position.start : found.passage.position.end]
        assert bool(found.differences) == (found.verdict is Verdict.ALTERED)


def test_a_clause_that_is_left_out_is_told_as_one_and_in_the_letters_of_the_document(deck: Deck) -> None:
    found = deck.passages.verify("efforts to expand NATO have underlined just how dated the NATO construct is")
    assert found is not None
    assert found.differences == (Difference(typed="", stands="to Russia's borders despite our well-known concerns"),)


def test_differences_keep_the_letters_that_were_typed(deck: Deck) -> None:
    found = deck.passages.verify("efforts to EXPAND Nato to China's borders despite our well-known Fears")
    assert found is not None
    assert found.differences == (
        Difference(typed="China", stands="Russia"),
        Difference(typed="Fears", stands="concerns"),
    )


@given(st.text() | st.text("U.S.'’ -ﬁé\u200d\x00aB1 ").map(lambda text: text * 2))
def test_words_are_where_they_are_said_to_be(text: str) -> None:
    located = located_words(text)
    assert tuple(found.word for found in located) == words(text)
    assert all(0 <= found.start <= found.end <= len(text) for found in located)
    assert [found.start for found in located] == sorted(found.start for found in located)
