"""Every page that the deck can make fits a message, by the rules of the sandbox, and shows what it owes its reader."""

import re
from datetime import date
from typing import Any

import pytest

from bot import limits
from bot.asklog import MemoryAskLog
from bot.cards.format import CardFormat
from bot.corpus import voice
from bot.desk import BriefingDesk, Deck
from bot.interactions import pages
from bot.interactions.pages import Action, CardButton, Page
from bot.interactions.replies import TEMPLATE, view
from bot.model import Found, Suggested
from bot.sandbox.messages import Flag
from bot.sandbox.payloads import Refusal, message_refusals
from tests.conftest import CARD, Shelf

TODAY = date(2026, 11, 22)


def components(page: Page) -> Any:
    """What the library would send."""
    return view(page).to_components()  # type: ignore[no-untyped-call]


def sent(page: Page) -> list[Refusal]:
    """What Discord would have against a page."""
    return message_refusals({"components": components(page), "flags": int(Flag.COMPONENTS_V2)})


async def test_every_page_of_every_card_fits_a_message(deck: Deck) -> None:
    desk = BriefingDesk(deck, MemoryAskLog())
    for card in deck.cards.values():
        made = [pages.card(card, TODAY, desk.related(card), desk.unlike(card)), pages.whole_sentences(card)]
        made += [pages.notes(card)] if card.editors_notes else []
        for page in made:
            assert sent(page) == [], card.id


async def test_every_other_page_fits_a_message(deck: Deck) -> None:
    desk = BriefingDesk(deck, MemoryAskLog())
    suggested = await desk.ask("nato")
    assert isinstance(suggested, Suggested)
    for page in (
        pages.suggestions(suggested.matches, "0123abcd"),
        pages.nothing(),
        pages.gone(),
        pages.failed(),
        pages.no_passage(),
        pages.passages(await desk.quote("russia and the united states")),
        pages.topics(desk.topics()),
        pages.sources(desk.sources()),
    ):
        assert sent(page) == []


def test_a_card_shows_bottom_line_points_holders_quotes_notes_and_dates(deck: Deck) -> None:
    card = deck.cards["new-start"]
    text = "\n".join(pages.card(card, TODAY).texts)
    assert card.bottom_line in text
    for point in card.key_points:
        assert point.text in text
    for passage in card.quotes:
        assert " ".join(passage.text.split()) in text
        assert f"¶{passage.paragraph.number}" in text
        assert voice(passage.document) in text
    for position in card.positions:
        assert position.holder in text
    for note in card.editors_notes:
        assert note.text in text
        assert f"checked {note.checked}" in text
    assert card.balance is not None
    assert card.balance in text
    assert f"Reviewed {card.as_of}" in text
    assert str(card.review_by) in text


def test_names_for_matching_are_never_shown(deck: Deck) -> None:
    for card in deck.cards.values():
        shown = " ".join(pages.card(card, TODAY).texts + pages.whole_sentences(card).texts).casefold()
        for question in card.questions:
            assert question.casefold() not in shown


def test_a_card_names_those_it_is_easily_taken_for(deck: Deck) -> None:
    desk = BriefingDesk(deck, MemoryAskLog())
    card = deck.cards["new-start"]
    text = pages.card(card, TODAY, unlike=desk.unlike(card)).texts[-1]
    assert "Not the same as: A successor to the START treaty expiring in 2009" in text


def test_an_overdue_card_says_so(deck: Deck) -> None:
    card = deck.cards["new-start"]
    assert "(overdue)" not in pages.card(card, card.review_by).texts[-1]
    assert "(overdue)" in pages.card(card, date(2099, 1, 1)).texts[-1]


def test_a_quote_that_was_cut_shows_it_and_its_sentence_is_a_button_away(shelf: Shelf) -> None:
    card = shelf.load()[0][0]
    assert "“[…] in the end it was left alone”" in "\n".join(pages.card(card, TODAY).texts)
    assert "and in the end it was left alone." in "\n".join(pages.whole_sentences(card).texts)
    assert any(button.action is Action.QUOTES for row in pages.card(card, TODAY).rows for button in row)


def test_the_largest_card_that_loads_still_fits(shelf: Shelf) -> None:
    """Text up to the limit, with as many parts as the format allows, each with a long address."""
    notes = "editors_notes:\n"
    for kind in ("wrong", "outdated", "contested", "context"):
        notes += f"  - kind: {kind}\n    text: {'n' * 300}\n    checked: 2026-01-01\n    references:\n"
        notes += (
            f"      - {{title: {'t' * 80}, publisher: {'p' * 80}, url: 'https://example.org/{'u' * 300}', supports: {'s' * 80}}}\n"
            * 3
        )
    positions = f"  - holder: A. Writer\n    stance: {'x' * 150}\n    cites: [alone]\n" * 6
    text = CARD.replace("covers: {memo: [3]}\n", notes)
    start = text.index("  - holder")
    text = text[:start] + positions + text[text.index("editors_notes") :]
    text = text.replace("dates the bridge to 1901.", f"dates the bridge to 1901 {'y' * 240}.")
    shelf.card(text)
    (card,), problems = shelf.load()
    assert problems == []
    page = pages.card(card, TODAY, [card] * 5, [card] * 5)
    assert sum(map(len, page.texts)) <= limits.MESSAGE_TEXT
    assert card.editors_notes[-1].text in "\n".join(page.texts)


def test_what_does_not_fit_is_counted(deck: Deck) -> None:
    many = {f"Category {number}": tuple(deck.cards.values()) for number in range(5)}
    page = pages.topics(many)
    assert sum(map(len, page.texts)) <= limits.MESSAGE_TEXT
    assert page.texts[-1] == "-# 4 more would not fit into one message."


def test_mark_up_in_our_texts_is_shown_and_not_obeyed(shelf: Shelf) -> None:
    shelf.card(CARD.replace("title: The bridge", "title: The *old* _bridge_ || `x`"))
    card = shelf.load()[0][0]
    assert r"The \*old\* \_bridge\_ \|\| \`x\`" in pages.card(card, TODAY).texts[0]


@pytest.mark.parametrize("texts", [(), ("",), ("x" * 4001,), ("x" * 2001, "y" * 2000)])
def test_a_page_that_no_message_could_hold_cannot_be_made(texts: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Page(texts=texts)


async def test_a_button_is_found_again_by_its_custom_id_alone(deck: Deck) -> None:
    longest = "x" * limits.CARD_ID
    for action in Action:
        button = CardButton(label="y" * 200, action=action, card=longest)
        (container,) = components(Page(texts=("x",), rows=((button,),)))
        made = container["components"][1]["components"][0]
        assert len(made["custom_id"]) <= limits.CUSTOM_ID
        assert len(made["label"]) == limits.BUTTON_LABEL
        assert re.fullmatch(TEMPLATE, made["custom_id"])


def test_titles_fit_everywhere_they_are_offered() -> None:
    title = CardFormat.model_json_schema()["properties"]["title"]
    assert title["maxLength"] <= min(limits.BUTTON_LABEL, limits.CHOICE)


async def test_the_answer_to_a_found_question_is_its_card(deck: Deck) -> None:
    answer = await BriefingDesk(deck, MemoryAskLog()).ask("nato expantion")
    assert isinstance(answer, Found)
    assert pages.card(answer.match.card, TODAY).texts[0].startswith("## NATO enlargement")
