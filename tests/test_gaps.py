"""What was asked in vain, as a curator reads it: by topic, ranked, each with what can be done; and what members say."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import typer
from rich.console import Console, RenderableType

from bot.asklog import MemoryAskLog, scrub
from bot.cli import unmet_show
from bot.cli.periods import EARLIEST, period_since
from bot.cli.unmet import feedback_json, gaps_json
from bot.desk import BriefingDesk, Deck, load_deck
from bot.desk.gaps import unmet, without_marks
from bot.desk.voices import Since, Voices, voices
from bot.model import Advice, Feedback, Gap, Period, Suggested, Unanswered, Unmet, Voice
from tests.conftest import Shelf

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = NOW.date()
QUARTER = Period.ending(TODAY, 90)

HARBOUR = """\
---
id: harbour
title: The harbour
author: B. Writer
publisher: The Office
published: {{value: 2020-06, shown: June 2020, inferred: false, basis: stated}}
kind: memo
standing: memo by a clerk
sha256: {sha}
---
# The harbour

The lighthouse was lit with oil until 1890. Its lamp was seen from the open sea.

The council sold the lighthouse to a keeper. The ferry went out twice a day and was late.

A crane stands on the quay, and the quay is old. The ferry stops at the quay.
"""


def asked(
    question: str, asks: int = 1, *, offered: int = 0, wanted: int = 0, age: int = 0, **picked: int
) -> Unanswered:
    """Words that were asked in vain. Cards come by their ids with _ for -."""
    return Unanswered(
        question=question,
        asks=asks,
        offered=offered,
        picked={card.replace("_", "-"): times for card, times in picked.items()},
        wanted=wanted,
        last=NOW - timedelta(days=age),
    )


@pytest.fixture
def harbour(shelf: Shelf) -> Deck:
    """One card, on the bridge, and two documents."""
    shelf.document(HARBOUR, "harbour")
    return load_deck(shelf.config)


def only(found: Unmet) -> Gap:
    (gap,) = found.gaps
    return gap


def text(shown: RenderableType) -> str:
    """As it is printed into a file, line breaks apart."""
    out = StringIO()
    Console(file=out, width=100, no_color=True, highlight=False, markup=False).print(shown)
    return " ".join(out.getvalue().split())


# ---------------------------------------------------------------- topics and advice


def test_what_most_people_chose_is_an_alias_of_that_card(deck: Deck) -> None:
    gap = only(unmet([asked("golden dome", 4, offered=4, missile_defense_europe=3)], deck))
    assert (gap.advice, gap.alias_of) == (Advice.ADD_ALIAS, "missile-defense-europe")
    assert gap.nearest[0] == "missile-defense-europe"
    assert gap.picked == {"missile-defense-europe": 3}


@pytest.mark.parametrize(
    "wording",
    [
        asked("golden dome", 1, offered=1, missile_defense_europe=1),
        asked("golden dome", 4, offered=4, missile_defense_europe=2, nuclear_arsenals=2),
        asked("golden dome", 9, offered=9, missile_defense_europe=3),
        asked("golden dome", 4, offered=4, no_such_card=4),
    ],
    ids=["once", "no majority", "most chose nothing", "withdrawn"],
)
def test_a_choice_that_few_made_is_no_alias(wording: Unanswered, deck: Deck) -> None:
    assert only(unmet([wording], deck)).alias_of is None


def test_choices_are_counted_over_all_wordings_of_a_topic(deck: Deck) -> None:
    wordings = [
        asked("golden dome", 1, offered=1, missile_defense_europe=1),
        asked("golden dome shield", 1, offered=1, missile_defense_europe=1),
    ]
    assert only(unmet(wordings, deck)).alias_of == "missile-defense-europe"


def test_what_two_sentences_are_about_is_worth_a_card(harbour: Deck) -> None:
    gap = only(unmet([asked("the lighthouse")], harbour))
    assert gap.advice is Advice.WRITE_CARD
    assert gap.shared == ("lighthouse",)
    assert [match.passage.paragraph.number for match in gap.passages] == [1, 2]


def test_one_sentence_is_too_little_for_a_card_and_still_shown(harbour: Deck) -> None:
    gap = only(unmet([asked("a crane")], harbour))
    assert (gap.advice, len(gap.passages), gap.shared) == (Advice.OUT_OF_SCOPE, 1, ())


def test_what_no_document_speaks_of_is_out_of_scope(harbour: Deck) -> None:
    gap = only(unmet([asked("submarine drones", 30, wanted=9)], harbour))
    assert (gap.advice, gap.passages) == (Advice.OUT_OF_SCOPE, ())


def test_words_that_every_sentence_has_make_no_card(deck: Deck) -> None:
    for question in ("putin health", "south korea sanctions", "north korea troops in ukraine", "vaccine passports"):
        assert only(unmet([asked(question)], deck)).advice is Advice.OUT_OF_SCOPE, question


def test_a_request_needs_no_rare_words(deck: Deck) -> None:
    assert only(unmet([asked("mutual benefit")], deck)).advice is Advice.OUT_OF_SCOPE
    assert only(unmet([asked("mutual benefit", wanted=1)], deck)).advice is Advice.WRITE_CARD


def test_what_the_deck_answers_by_now_is_no_gap_but_is_counted(deck: Deck) -> None:
    found = unmet([asked("nato expantion", 5), asked("Arms control", 2), asked("pizza")], deck)
    assert [wording.question for wording in found.answered] == ["nato expantion", "Arms control"]
    assert only(found).topic == "pizza"


def test_what_names_no_topic_is_left_out(deck: Deck) -> None:
    found = unmet([asked("hello??", 9), asked("[mention] what is this"), asked("")], deck)
    assert (found.gaps, len(found.wordless)) == ((), 3)


def test_requests_count_for_more_than_asks_and_the_latest_breaks_a_tie(deck: Deck) -> None:
    found = unmet(
        [asked("pizza", 4, age=9), asked("wagner", 2, wanted=1), asked("navalny", 4, age=1), asked("bucha", 1)], deck
    )
    assert [gap.topic for gap in found.gaps] == ["wagner", "navalny", "pizza", "bucha"]


def test_a_topic_is_called_what_most_people_typed_and_sums_its_wordings(deck: Deck) -> None:
    gap = only(unmet([asked("northstream 2", 3, wanted=2), asked("nord stream", 7, age=4)], deck))
    assert [wording.question for wording in gap.wordings] == ["nord stream", "northstream 2"]
    assert (gap.topic, gap.asks, gap.wanted, gap.last) == ("nord stream", 10, 2, NOW)


def test_marks_of_what_was_taken_out_are_not_read_as_words() -> None:
    typed = scrub("<@12345> ask ada@example.org or https://example.org 555 123 4567 about wagner")
    assert without_marks(typed) == "ask or about wagner"


async def test_the_log_of_a_desk_becomes_gaps(deck: Deck) -> None:
    desk = BriefingDesk(deck, MemoryAskLog())
    for number in range(2):
        answer = await desk.ask("crimea and ukraine", ask_id=f"offer{number}", guild=7)
        assert isinstance(answer, Suggested)
        await desk.pick("crimea", f"offer{number}", guild=7)
    await desk.ask("wagner", ask_id="miss", guild=8)
    await desk.request("miss", guild=8)
    period = Period.ending(datetime.now(UTC).date(), 1)
    first, second = unmet(await desk.reports.unanswered(period), deck).gaps
    assert (first.topic, first.wanted) == ("wagner", 1)
    assert (second.topic, second.alias_of) == ("crimea and ukraine", "crimea")
    assert only(unmet(await desk.reports.unanswered(period, 8), deck)).topic == "wagner"


# ---------------------------------------------------------------- what is printed


def test_the_list_says_what_to_do_and_why(deck: Deck) -> None:
    found = unmet(
        [
            asked("golden dome", 4, offered=4, missile_defense_europe=3),
            asked("why do we need a golden dome?", 1, offered=1, missile_defense_europe=1),
            asked("wagner", 2, wanted=1),
            asked("great power competition", 1),
            asked("nato expantion"),
            asked("hello"),
        ],
        deck,
    )
    printed = text(unmet_show.gaps(found, deck, QUARTER))
    path = deck.cards["missile-defense-europe"].origin.path
    for expected in (
        "3 topics in 4 wordings, asked in vain from 2026-08-23 to 2026-11-20. 1 more wording is answered by now.",
        "1. golden dome · asked 5 times, last on 2026-11-20",
        "4 of 5 who were offered a choice chose missile-defense-europe: "
        f"add the alias «golden dome» and the question «why do we need a golden dome?» to {path}",
        "typed: «golden dome» 4, «why do we need a golden dome?» 1",
        "2. wagner · asked twice, wanted once",
        "out of scope: no passage has enough of its words",
        "write a card: 2 sentences of the documents share «great», «power», «competition»",
        "“The interplay of cooperation and competition defines their relationship",
    ):
        assert expected in printed


def test_nothing_asked_in_vain_is_said_to_be_so(deck: Deck) -> None:
    assert text(unmet_show.gaps(unmet([], deck), deck, QUARTER)) == (
        "Nothing was asked in vain from 2026-08-23 to 2026-11-20."
    )


def test_a_long_list_ends_somewhere(deck: Deck) -> None:
    gap = only(unmet([asked("pizza")], deck))
    printed = text(unmet_show.gaps(Unmet(gaps=(gap,) * 60, answered=(), wordless=()), deck, QUARTER))
    assert "50. pizza" in printed
    assert "51. pizza" not in printed
    assert "10 more topics, each asked less: --json lists them all." in printed


def test_what_was_typed_cannot_act_on_a_terminal(deck: Deck) -> None:
    typed = asked("wagner \x1b[2J\u202e")
    printed = text(unmet_show.gaps(unmet([typed], deck), deck, QUARTER))
    assert "wagner �[2J�" in printed
    error = said(Voice.ERROR, card="new-start", part="quote\x1b 2", text="\x1b]0;wrong")
    printed = text(unmet_show.feedback(voices([error], [typed], deck), deck, QUARTER))
    assert "quote� 2: «�]0;wrong»" in printed


def test_programs_get_the_same_list_with_stable_keys(deck: Deck) -> None:
    found = unmet([asked("golden dome", 4, offered=4, missile_defense_europe=3), asked("hello")], deck)
    data = json.loads(json.dumps(gaps_json(found, deck, QUARTER)))
    assert list(data) == ["first", "last", "gaps", "answered", "wordless"]
    assert (data["first"], data["last"], data["wordless"]) == ("2026-08-23", "2026-11-20", ["hello"])
    (gap,) = data["gaps"]
    assert (gap["number"], gap["topic"], gap["advice"]) == (1, "golden dome", "add an alias")
    assert gap["wordings"] == [{"question": "golden dome", "asks": 4, "wanted": 0, "last": "2026-11-20T12:00:00+00:00"}]
    assert (gap["alias_of"], gap["picked"]) == ("missile-defense-europe", {"missile-defense-europe": 3})


# ---------------------------------------------------------------- what members say


def said(
    voice: Voice,
    *,
    card: str | None = None,
    version: str = "0000aaaa",
    part: str | None = None,
    text: str | None = None,
) -> Feedback:
    return Feedback(
        at=NOW,
        voice=voice,
        card=card,
        version=version if card else None,
        part=part,
        text=text,
        ask=None if card else "k",
        guild=None,
        locale=None,
    )


@pytest.fixture
def heard(deck: Deck) -> Voices:
    now = deck.cards["new-start"].version
    given = [
        *[said(Voice.HELPFUL, card="new-start", version=now)] * 3,
        said(Voice.NOT_HELPFUL, card="new-start", version=now),
        said(Voice.ERROR, card="new-start", part="quote 2", text="it was 2010"),
        said(Voice.NOT_HELPFUL, card="no-such-card"),
        *[said(Voice.REQUEST)] * 3,
    ]
    return voices(given, [asked("wagner", 4, wanted=1), asked("pizza", 9), asked("nato expantion", wanted=1)], deck)


def test_what_is_said_of_a_card_stands_by_its_version(heard: Voices, deck: Deck) -> None:
    now = deck.cards["new-start"].version
    assert [(card.card, card.version, card.since) for card in heard.cards] == [
        ("new-start", now, Since.THE_SAME),
        ("new-start", "0000aaaa", Since.CHANGED),
        ("no-such-card", "0000aaaa", Since.WITHDRAWN),
    ]
    assert [(card.helpful, card.not_helpful, len(card.errors)) for card in heard.cards] == [
        (3, 1, 0),
        (0, 0, 1),
        (0, 1, 0),
    ]


def test_requests_come_with_their_words_as_long_as_they_are_known(heard: Voices) -> None:
    assert [(one.wording.question, one.answered_by) for one in heard.requests] == [
        ("wagner", None),
        ("nato expantion", "nato-enlargement"),
    ]
    assert heard.wordless == 1


def test_feedback_is_printed_with_what_a_curator_needs_to_find_it(heard: Voices, deck: Deck) -> None:
    printed = text(unmet_show.feedback(heard, deck, QUARTER))
    for expected in (
        "1 error report and 3 requests from 2026-08-23 to 2026-11-20.",
        "(new-start, version 0000aaaa, changed since) helpful 0 · not helpful 0 • 2026-11-20, quote 2: «it was 2010» "
        f"{deck.cards['new-start'].origin.path}",
        "no-such-card (no-such-card, version 0000aaaa, withdrawn since)",
        "«wagner» — wanted once, asked 4 times, last on 2026-11-20",
        "«nato expantion» — wanted once, asked once, last on 2026-11-20; by now it finds nato-enlargement",
        "1 more request whose words are no longer known",
    ):
        assert expected in printed


def test_feedback_for_programs_has_the_same(heard: Voices) -> None:
    data = json.loads(json.dumps(feedback_json(heard, QUARTER)))
    assert list(data) == ["first", "last", "cards", "requests", "wordless"]
    assert data["cards"][1]["errors"] == [{"at": "2026-11-20T12:00:00+00:00", "part": "quote 2", "text": "it was 2010"}]
    assert data["requests"][1]["answered_by"] == "nato-enlargement"


def test_nothing_said_is_said_to_be_so(deck: Deck) -> None:
    printed = text(unmet_show.feedback(voices([], [asked("pizza")], deck), deck, QUARTER))
    assert printed == "Nobody said anything of cards, or asked for one, from 2026-08-23 to 2026-11-20."


# ---------------------------------------------------------------- since when


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        (None, date(2026, 8, 23)),
        ("2026-05-01", date(2026, 5, 1)),
        (" 30d ", date(2026, 10, 22)),
        ("1d", TODAY),
        ("2W", date(2026, 11, 7)),
        ("99999w", EARLIEST),
        ("0001-01-01", EARLIEST),
    ],
)
def test_a_period_begins_where_it_is_said_to(typed: str | None, first: date) -> None:
    assert period_since(typed, TODAY, 90) == Period(first=first, last=TODAY)


@pytest.mark.parametrize(
    "typed", ["", "0d", "yesterday", "30", "-3d", "2026-11-21", "2026-02-30", "9" * 400 + "d", "٣d"]
)
def test_what_is_no_period_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(typer.BadParameter, match="2026-05-01, 30d, 12w"):
        period_since(typed, TODAY, 90)
