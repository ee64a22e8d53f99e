import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import limits
from bot.desk import Deck
from bot.matching import CardIndex, Entry
from bot.model import Abstained, Answer, BriefingCard, Found, Suggested

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
        "peach cobbler",
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
    assert index.rank("hit the banks")[0].why.words == ("hit", "banks")


def test_a_phrase_does_not_run_from_one_part_of_a_card_into_the_next() -> None:
    apart = Entry("apart", ("Harvest",), "They sold the grain.\nExports fell that year.")
    together = Entry("together", ("Markets",), "Sales of grain exports rose, and the grain was good. Exports fell.")
    assert certain(CardIndex([apart, together]).answer("of grain exports rose")) == "together"


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


# ---------------------------------------------------------------- why


def test_a_match_says_which_words_counted_and_what_was_corrected(index: CardIndex[str]) -> None:
    first, second, *_ = index.rank("nato expantion")
    assert first.why.words == ("nato", "expantion")
    assert first.why.corrected == (("expantion", "expansion"),)
    assert not first.why.exact
    assert 0 < first.why.lead < 1
    assert second.why.words == ("nato",)
    assert index.rank("NATO expansion?")[0].why.exact


# ---------------------------------------------------------------- spellings and look-alikes, on the deck itself


@pytest.mark.parametrize(
    ("spellings", "card"),
    [
        (("S.Res.122", "S. Res. 122", "s res 122", "sres122", "sres 122", "S.RES.122", "who wrote s. res. 122"), "s-res-122"),
        (("9/11", "9-11", "911", "9 11"), "september-11-outreach"),
        (("counterterrorism", "counter-terrorism", "counter terrorism", "counterterorism"), "counterterrorism"),
        (("missile defence in europe", "missile defense in europe", "European missile defense"), "missile-defense-europe"),
        (("START I", "START 1", "start i", "START-1"), "start-i-replacement"),
        (("U.S. Russia trade", "US-Russia trade", "USA Russia trade", "United States Russia trade"), "trade-and-dialogue"),
        (("Article 5", "article five", "ARTICLE V of the Washington Treaty"), "nato-deterrence"),
        (("COVID-19", "covid19", "covid 19"), "covid-vaccines"),
    ],
)  # fmt: skip
def test_a_topic_is_found_however_it_is_spelled(deck: Deck, spellings: tuple[str, ...], card: str) -> None:
    assert {
        spelling: answer.match.card.id if isinstance(answer := deck.index.answer(spelling), Found) else None
        for spelling in spellings
    } == dict.fromkeys(spellings, card)


@pytest.mark.parametrize(
    "question",
    [
        "s.res.123", "s res 221", "h.res.122", "article 6", "article 4 nato", "start iii treaty 2030", "salt iv", "9/12",
        "wagner group", "nord stream", "nord stream sabotage", "navalny", "navalny poisoning", "open skies treaty",
        "open skies", "magnitsky act", "skripal", "minsk agreements", "budapest memorandum", "aukus", "jcpoa",
        "finland sanctions", "north korea alliance", "crimea war 1853", "1991 coup",
        "no sanctions", "nato without russia", "uk security strategy", "belarus sanctions", "baghdad pact",
    ],
)  # fmt: skip
def test_what_is_one_word_off_is_never_given_as_certain(deck: Deck, question: str) -> None:
    answer = deck.index.answer(question)
    assert certain_id(answer) is None, certain_id(answer)


def certain_id(answer: Answer[BriefingCard]) -> str | None:
    return answer.match.card.id if isinstance(answer, Found) else None


EVERYDAY = "hotels tickets school coffee football recipes wedding university salary movie beer insurance weather password".split()
TOPICS = "crimea sanctions syria ukraine georgia warsaw putin trump china japan medvedev covid cyber salt inf cuba trade".split()


def test_a_topic_beside_an_everyday_word_is_another_topic(deck: Deck) -> None:
    pairs = [f"{topic} {word}" for topic in TOPICS for word in EVERYDAY]
    pairs += [f"{word} in {topic}" for topic in TOPICS for word in EVERYDAY]
    assert [pair for pair in pairs if isinstance(deck.index.answer(pair), Found)] == []


@pytest.mark.parametrize(
    "question",
    [
        "who do i call at the council", "climate control in the car", "how much salt goes in bread dough",
        "can my dog get covid", "china cabinet needs a new door", "trade my old phone in", "salt the pasta water",
        "sanctions on late students", "writing dialogue for two angry teenagers", "dialogue box as popup",
        "bull in a china shop", "what is the outlook for skiing this winter", "can i trust my plumber with the keys",
    ],
)  # fmt: skip
def test_an_everyday_sentence_with_a_topic_in_it_is_another_topic(deck: Deck, question: str) -> None:
    assert not isinstance(deck.index.answer(question), Found)


@pytest.mark.parametrize("question", ["new start was never extended", "nato did not expand eastward", "trump never left the inf"])  # fmt: skip
def test_a_negation_that_no_name_has_makes_a_choice(deck: Deck, question: str) -> None:
    assert isinstance(deck.index.answer(question), Suggested)


# ---------------------------------------------------------------- decks of every shape


def test_cards_that_are_level_are_a_choice() -> None:
    index = CardIndex([Entry("a", ("Grain exports",)), Entry("b", ("Grain exports",)), Entry("c", ("Coal mines",))])
    for question in ("grain expo", "grain exprots", "exports of grain"):
        assert isinstance(index.answer(question), Suggested), question
    assert certain(index.answer("coal mnies")) == "c"


def test_how_much_of_a_question_a_card_must_know_is_measured_on_the_deck_itself() -> None:
    talkative = [
        Entry(str(n), tuple(f"topic{n} {word}" for word in "price size colour weight".split())) for n in range(9)
    ]
    terse = [Entry(str(n), (f"alpha{n} beta{n} gamma{n}",)) for n in range(9)]
    question = "please tell topic3 size and something of mangos or bananas or papayas"
    assert not isinstance(CardIndex(talkative).answer(question), Found)
    assert certain(CardIndex(terse).answer("alpha3 beta3 gamma3 of my cousin")) == "3"


def test_alike_names_of_a_small_deck_make_nobody_certain() -> None:
    index = CardIndex([Entry(key, (f"{key} zzzz",)) for key in ("ab", "cd", "ef")])
    assert not isinstance(index.answer("zzzz"), Found)


def test_an_entry_without_a_name_is_found_by_its_text_or_not_at_all() -> None:
    index = CardIndex([Entry("a", ("Grain exports",)), Entry("b", ()), Entry("c", (), "They mined coal by hand.")])
    assert certain(index.answer("grain exports")) == "a"
    assert certain(index.answer("mined coal by hand")) == "c"
    assert CardIndex([Entry("b", ())]).answer("grain") == Abstained()


def test_a_name_is_found_word_for_word_in_a_large_deck() -> None:
    dice = random.Random(3)
    words = [f"w{number}x" for number in range(60)]
    names = [" ".join(["the", "plan", "for", *dice.sample(words, 4)]) for _ in range(21_000)]
    index = CardIndex(Entry(str(place), (name,)) for place, name in enumerate(names))
    for place in range(0, len(names), 3_000):
        if names.count(names[place]) == 1:
            assert certain(index.answer(names[place])) == str(place)


def test_words_that_run_over_a_full_stop_are_no_phrase() -> None:
    index = CardIndex([Entry("x", ("Winter war",), "Troops moved north. Korea was quiet.")])
    assert certain(index.answer("north korea")) is None


def test_as_many_matches_as_asked_for_and_no_more(index: CardIndex[str]) -> None:
    assert [len(index.rank("nato expansion", k)) for k in (-1, 0, 1, 2)] == [0, 0, 1, 2]
    assert [len(index.complete("nato", k)) for k in (-1, 0, 1)] == [0, 0, 1]


def test_one_card_is_found_or_not_at_all() -> None:
    index = CardIndex([Entry("only", ("Grain exports",))])
    assert certain(index.answer("grain exports")) == "only"
    assert index.answer("weather") == Abstained()
    assert index.complete("gr") == ("only",)
    assert index.complete("") == ("only",)


def test_cards_with_a_title_alone_are_told_apart() -> None:
    index = CardIndex([Entry("grain", ("Grain exports",)), Entry("oil", ("Oil exports",)), Entry("bare", ("🙂",))])
    assert certain(index.answer("oil exprots")) == "oil"
    assert isinstance(index.answer("exports"), Suggested)


def test_a_name_of_several_cards_is_a_choice() -> None:
    index = CardIndex([Entry("a", ("Grain", "exports")), Entry("b", ("Oil", "exports"))])
    answer = index.answer("exports")
    assert isinstance(answer, Suggested)
    assert set(listed(answer)) == {"a", "b"}


def test_a_hundred_thousand_identical_names_are_a_choice_and_no_certainty() -> None:
    index = CardIndex(Entry(str(number), ("Grain exports",) * 100) for number in range(1_000))
    answer = index.answer("grain exports")
    assert isinstance(answer, Suggested)
    assert len(set(listed(answer))) == 5
    assert len(set(index.complete("grain"))) == 25
    assert len(set(index.complete("grian e"))) == 25


@pytest.mark.parametrize(
    "text",
    ["и" * 6_000, "制裁 " * 1_500, "العقوبات " * 600, "nato " * 1_200, "a b " * 1_500, "\u0301" * 6_000, "x" * 6_000, "9" * 6_000, "\x00\ud800 nato"],
    ids=["cyrillic", "han", "arabic", "nato", "letters", "accents", "one word", "digits", "surrogate"],
)  # fmt: skip
def test_long_text_in_any_script_gets_some_answer(deck: Deck, text: str) -> None:
    assert isinstance(deck.index.answer(text), Found | Suggested | Abstained)
    assert len(deck.index.complete(text)) <= limits.CHOICES
    assert len(deck.passages.search(text)) <= 5
    deck.passages.verify(text)


# ---------------------------------------------------------------- while typing


def test_what_begins_so_comes_before_what_has_it_somewhere(deck: Deck) -> None:
    found = [card.id for card in deck.index.complete("sanctions")]
    assert set(found[:2]) == {"sanctions", "sanctions-easing"}


@pytest.mark.parametrize(
    ("typed", "card"),
    [("nato enlarg", "nato-enlargement"), ("natoenl", "nato-enlargement"), ("ossetia", "georgia-war-2008"), ("crmea", "crimea"), ("cirmea", "crimea"),
     ("climte cha", "climate-change"), ("s.res", "s-res-122"), ("strategic c", "nato-strategic-concept"), ("medv", "dmitry-medvedev")],
)  # fmt: skip
def test_a_slip_while_typing_still_finds_the_card(deck: Deck, typed: str, card: str) -> None:
    assert card in [found.id for found in deck.index.complete(typed)[:5]]


def test_a_card_that_was_offered_stays_while_its_name_is_typed_on(deck: Deck) -> None:
    for name in ("nato enlargement", "south ossetia", "election meddling", "missile defence in europe"):
        target = certain_id(deck.index.answer(name))
        seen = False
        for end in range(1, len(name) + 1):
            offered = target in [card.id for card in deck.index.complete(name[:end])]
            assert offered or not seen, name[:end]
            seen = offered
        assert seen


def test_among_equals_the_popular_come_first() -> None:
    index = CardIndex([Entry("a", ("Grain exports",)), Entry("b", ("Grain imports",))])
    assert index.complete("grain") == ("a", "b")
    assert index.complete("grain", popularity={"a": 1, "b": 5}.__getitem__) == ("b", "a")
