import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import limits
from bot.desk import Deck
from bot.matching import CardIndex, Entry
from bot.model import Abstained, Answer, Found, Suggested, Verdict

CARDS = [
    Entry("georgia", ("The war in Georgia", "south ossetia"), "The war began in August 2008."),
    Entry("enlargement", ("NATO enlargement", "nato expansion", "is nato growing?"), "Members joined in 2004."),
    Entry("council", ("NATO-Russia Council", "nrc"), "They met in Rome."),
    Entry("sanctions", ("Sanctions on Russia", "sanctions"), "The measures hit the banks."),
    Entry("korea", ("The alliance with South Korea", "south korea"), "Troops are stationed in the north, near Seoul."),
    Entry("start", ("New START",), "It did not renew itself.\nThe limit is 1550 warheads."),
    Entry("salt", ("SALT I", "salt 1"), "Signed in 1972."),
    Entry("terror", ("Counterterrorism",), "Against terror."),
    Entry("defence", ("Missile defence in Europe",), ""),
]


@pytest.fixture(scope="module")
def index() -> CardIndex[str]:
    return CardIndex(CARDS)


def certain(answer: Answer[str]) -> str | None:
    return answer.match.card if isinstance(answer, Found) else None


def listed(answer: Answer[str]) -> list[str]:
    return [] if isinstance(answer, Abstained) else [match.card for match in answer.matches]


@pytest.mark.parametrize(
    ("question", "card"),
    [
        ("NATO enlargement", "enlargement"),
        ("nato EXPANSION!", "enlargement"),
        ("nato expantion", "enlargement"),
        ("expansion of nato", "enlargement"),
        ("is nato growing", "enlargement"),
        ("sout ossetia", "georgia"),
        ("sanctinos", "sanctions"),
        ("counter-terrorism", "terror"),
        ("counter terrorism", "terror"),
        ("missile defense europe", "defence"),
        ("what is the nrc?", "council"),
        ("salt 1", "salt"),
    ],
)
def test_a_clear_question_is_answered(index: CardIndex[str], question: str, card: str) -> None:
    assert certain(index.answer(question)) == card


@pytest.mark.parametrize(
    "question",
    [
        "",
        " ",
        "👍🏽",
        "?!",
        "weather in boston",
        "georgia peach cobbler",
        "restart my router",
        "xxxxxxxx",
        "the of and",
    ],
)
def test_what_is_not_there_is_not_answered(index: CardIndex[str], question: str) -> None:
    assert index.answer(question) == Abstained()


@pytest.mark.parametrize(
    "question",
    [
        "south korea sanctions",
        "north korea",
        "nato",
        "salt 2",
        "new start 2010",
        "sanctions on japan and china",
        "not new start",
    ],
)
def test_a_word_that_the_card_does_not_know_is_never_passed_over(index: CardIndex[str], question: str) -> None:
    assert not isinstance(index.answer(question), Found)


def test_two_topics_at_once_are_a_choice(index: CardIndex[str]) -> None:
    answer = index.answer("georgia war and sanctions")
    assert isinstance(answer, Suggested)
    assert {"georgia", "sanctions"} <= set(listed(answer))


def test_words_in_a_row_find_the_card_that_says_them(index: CardIndex[str]) -> None:
    assert certain(index.answer("hit the banks")) == "sanctions"
    assert index.rank("hit the banks")[0].why == "words of the card"


def test_a_phrase_does_not_run_from_one_part_of_a_card_into_the_next(index: CardIndex[str]) -> None:
    assert index.rank("renew itself the limit")[0].why == "words"


@pytest.mark.parametrize(
    ("typed", "first"),
    [("nato e", "enlargement"), ("NATO-R", "council"), ("ossetia", "georgia"), ("enlarg", "enlargement"), ("sanctoins", "sanctions")],
)  # fmt: skip
def test_unfinished_words_are_completed(index: CardIndex[str], typed: str, first: str) -> None:
    assert index.complete(typed)[0] == first


def test_nothing_typed_yet_lists_the_first_cards(index: CardIndex[str]) -> None:
    assert index.complete("", 3) == ("georgia", "enlargement", "council")


def test_choices_are_never_more_than_asked_for_and_never_double(index: CardIndex[str]) -> None:
    for typed in ("n", "nato", "s", "in"):
        found = index.complete(typed, 2)
        assert len(found) <= 2
        assert len(set(found)) == len(found)


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=600))
def test_any_text_gets_some_answer(question: str) -> None:
    index = CardIndex(CARDS)
    answer = index.answer(question)
    scores = [match.score for match in index.rank(question)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert isinstance(answer, Found | Suggested | Abstained)
    assert len(index.complete(question)) <= 25


def test_a_card_is_found_by_each_of_its_names(deck: Deck) -> None:
    missed = [
        (card.id, name)
        for card in deck.cards.values()
        for name in card.names
        if not (isinstance(answer := deck.index.answer(name), Found) and answer.match.card is card)
    ]
    assert missed == []


@pytest.mark.parametrize(
    "question",
    [
        "what should we do", "we", "start", "start ii", "war in iran", "iran war", "austria", "liberia", "texas", "niger",
        "turkey sanctions", "south korea sanctions", "north korea", "abm treaty iv", "INF iv", "chinese sanctions",
        "crimea and ukraine", "salt 3",
    ],
)  # fmt: skip
def test_no_card_is_certain_where_a_place_a_number_or_a_name_is_another(deck: Deck, question: str) -> None:
    assert not isinstance(deck.index.answer(question), Found)


@pytest.mark.parametrize(
    ("question", "card"),
    [
        ("nato expantion", "nato-enlargement"), ("sanctinos", "sanctions"), ("ukrian conflict", "ukraine-conflict"),
        ("START I", "start-i-replacement"), ("start 1", "start-i-replacement"), ("new start", "new-start"),
        ("SALT II", "salt-talks"), ("ru-pca", "about-ru-pac"), ("we are with you", "september-11-outreach"),
        ("u.n.", "un-multilateralism"), ("S.Res.122", "s-res-122"), ("~~INF~~ treaty", "inf-treaty"),
    ],
)  # fmt: skip
def test_what_people_type_for_a_topic_of_the_deck_is_answered(deck: Deck, question: str, card: str) -> None:
    answer = deck.index.answer(question)
    assert isinstance(answer, Found)
    assert answer.match.card.id == card


def test_an_index_without_entries_abstains() -> None:
    empty: CardIndex[str] = CardIndex([])
    assert empty.answer("nato") == Abstained()
    assert empty.complete("nato") == ()


def test_of_a_very_long_question_the_beginning_counts(index: CardIndex[str]) -> None:
    typed = "nato expansion " * 1_000
    assert index.rank(typed) == index.rank(typed[: limits.QUESTION])
    assert index.answer("x" * limits.QUESTION + " nato expansion") == Abstained()


# ---------------------------------------------------------------- passages


@pytest.mark.parametrize(
    ("typed", "document", "paragraph", "verdict"),
    [
        ("hand of freindship to the united states", "blueprint-2008", 3, Verdict.CLOSE),
        ("we are with you", "blueprint-2008", 2, Verdict.EXACT),
        ("US & Russia have a unique opportunity", "partnership-2021", 1, Verdict.CLOSE),
        ("none would be isolated the same rules", "blueprint-2008", 8, Verdict.EXACT),
        ("zero sum mentality", "shifts-2025", 23, Verdict.EXACT),
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
    assert {match.verdict for match in found} == {Verdict.EXACT}
    assert all(match.score < 0.6 for match in found)
    assert {match.verdict for match in deck.passages.search("unipolarty")} == {Verdict.LOOSE}
