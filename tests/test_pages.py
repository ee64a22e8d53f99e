"""Every page that the deck can make fits a message, by the rules of the sandbox, and shows what it owes its reader."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot import limits
from bot.asklog import MemoryAskLog
from bot.asklog.tables import stored
from bot.cards import balance_text
from bot.cards.format import CardFormat
from bot.corpus import voice
from bot.desk import BriefingDesk, Deck
from bot.interactions.audience import Audience, dressed
from bot.interactions.components import PICTURE, Beside, Button, Menu, Option, Page, Row, Text, clip, defused
from bot.interactions.pages import about, browsing, comparing, outcomes, passages, privacy, settings
from bot.interactions.pages.about import Edition
from bot.interactions.pages.card import card
from bot.interactions.presses import Choose, Plain, Reasons, Want, custom_id
from bot.interactions.showing import page_of
from bot.interactions.subjects import (
    CardTab,
    Chronology,
    Comparison,
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
from bot.interactions.views import view
from bot.model import Checked, Found, Origin, PassageMatch, Problem, ServerSettings, Suggested, Verdict
from bot.sandbox.messages import Flag
from bot.sandbox.payloads import Refusal, message_refusals
from tests.conftest import CARD, Shelf

TODAY = date(2026, 11, 22)
LONGEST = Reasons(exact=False, lead=100, words=("x" * 30, "y" * 30), corrected=())
SHARER = 2**63
WRONG = Problem(code="x", message="m" * 900, hint="h" * 900, origin=Origin(path=Path("p" * 400)))


def components(page: Page) -> Any:
    """What the library would send."""
    return view(page).to_components()  # type: ignore[no-untyped-call]


def sent(page: Page) -> list[Refusal]:
    """What Discord would have against a page."""
    files = [PICTURE]
    return message_refusals({"components": components(page), "flags": int(Flag.COMPONENTS_V2)}, files=files)


def fully_dressed(page: Page, subject: Subject | None) -> Iterator[Page]:
    """The page as each audience gets it, with all that may stand around it."""
    for audience in Audience:
        sharer = SHARER if audience is Audience.CHANNEL else None
        yield dressed(page, audience, subject=subject, reasons=LONGEST, sharer=sharer)


def subjects(deck: Deck) -> Iterator[Subject]:
    """Everything that a message can show of a deck, on its first page."""
    for found in deck.cards.values():
        for tab in Tab:
            yield CardTab(card=found.id, version="0" * 8, tab=tab)
        yield from (Comparison(card=found.id), Chronology(card=found.id))
        yield from (passages.context_of(passage) for passage in found.quotes)
    for document in deck.corpus.values():
        yield from (Source(document=document.id), SourceQuotes(document=document.id))
    yield from (Term(slug=slug(term.term)) for term in deck.glossary)
    yield from (Chronology(), SourceList(), TopicList())
    yield from (TopicList(category=slug(found.category)) for found in deck.cards.values())


async def test_every_page_of_everything_in_the_deck_fits_a_message_for_every_audience(deck: Deck) -> None:
    desk = BriefingDesk(deck, MemoryAskLog())
    for subject in subjects(deck):
        page = page_of(subject, desk, TODAY, picture=isinstance(subject, Chronology))
        for done in fully_dressed(page, subject):
            assert sent(done) == [], subject
        for number in range(1, 9):
            if turned := decode(re.sub(r":0$", f":{number}", encode(subject))):
                assert sent(page_of(turned, desk, TODAY)) == [], turned


async def test_every_other_page_fits_a_message(deck: Deck) -> None:
    desk = BriefingDesk(deck, MemoryAskLog())
    suggested = await desk.ask("nato")
    assert isinstance(suggested, Suggested)
    cards, quotes = list(deck.cards.values()), list(deck.quotes_from(deck.corpus["blueprint-2008"]))
    found = await desk.quote("russia and the united states", k=8)
    for page in (
        outcomes.suggestions(suggested.matches, "0" * 16, Want.COMPARE),
        outcomes.nothing("0" * 16, cards, quotes),
        outcomes.why(LONGEST),
        outcomes.gone(),
        outcomes.failed(),
        outcomes.shared_before("https://discord.com/channels/1/2/3"),
        passages.found(found, cards),
        passages.verified([Checked(quotation="x" * 6_000, match=None)]),
        passages.verified([Checked(quotation=str(n) * 900, match=match) for n, match in enumerate(found)], cards),
        browsing.terms(deck.glossary),
        about.about(Edition(bot="0.1.0", deck="0" * 8, cards=60), desk.sources()),
        about.about(Edition(bot="0.1.0", deck="0" * 8, cards=60), desk.sources(), [WRONG] * 50),
        privacy.privacy(stored(), 90, 30),
        about.hello(),
        settings.settings(ServerSettings()),
    ):
        for done in fully_dressed(page, None):
            assert sent(done) == []


def test_the_face_of_a_card_shows_all_that_one_must_know_before_believing_it(deck: Deck) -> None:
    for found in deck.cards.values():
        text = card(found, CardTab(card=found.id), TODAY).text
        assert found.bottom_line in text
        for point in found.key_points:
            assert point.text in text
        for document in found.documents:
            assert document.title in text
            assert voice(document) in text
        for note in found.editors_notes:
            assert note.text in text
            assert f"checked {note.checked}" in text
        if found.balance:
            assert balance_text(found.balance) in text
        assert f"Reviewed {found.as_of}" in text
        assert str(found.review_by) in text


def test_the_other_tabs_show_quotes_holders_dates_and_references(deck: Deck) -> None:
    found = deck.cards["new-start"]
    tabs = {tab: card(found, CardTab(card=found.id, tab=tab), TODAY).text for tab in Tab}
    for passage in found.quotes:
        assert " ".join(passage.text.split()) in tabs[Tab.QUOTES]
        assert f"¶{passage.paragraph.number} · {voice(passage.document)}" in tabs[Tab.QUOTES]
    for position in found.positions:
        assert f"**{position.holder}** {position.stance}" in tabs[Tab.POSITIONS]
    for event in found.timeline:
        assert f"**{event.date}**: {event.text}" in tabs[Tab.TIMELINE]
    for note in found.editors_notes:
        assert note.text in tabs[Tab.NOTES]
        for reference in note.references:
            assert reference.supports in tabs[Tab.NOTES]


async def test_names_for_matching_are_never_shown(deck: Deck) -> None:
    desk = BriefingDesk(deck, MemoryAskLog())
    for found in deck.cards.values():
        shown = " ".join(page_of(CardTab(card=found.id, tab=tab), desk, TODAY).text for tab in Tab).casefold()
        for question in found.questions:
            assert question.casefold() not in shown


async def test_a_card_names_those_it_is_easily_taken_for_and_leads_to_them(deck: Deck) -> None:
    desk = BriefingDesk(deck, MemoryAskLog())
    page = page_of(CardTab(card="new-start"), desk, TODAY)
    assert "Not the same as: A successor to the START treaty expiring in 2009" in page.text
    (menu,) = (block for block in page.blocks if isinstance(block, Menu))
    described = {option.label: option.description for option in menu.options}
    assert described["A successor to the START treaty expiring in 2009"] == "Not the same topic"


def test_an_overdue_card_says_so_on_its_face(deck: Deck) -> None:
    found = deck.cards["new-start"]
    assert "overdue" not in card(found, CardTab(card=found.id), found.review_by).text
    late = card(found, CardTab(card=found.id), date(2099, 1, 1)).text
    assert f"**Review overdue: it was due on {found.review_by}.**" in late


def test_a_card_that_was_changed_since_says_so_and_shows_how_it_stands(deck: Deck) -> None:
    found = deck.cards["new-start"]
    for tab in Tab:
        assert "was changed since" in card(found, CardTab(card=found.id, version="0" * 8, tab=tab), TODAY).text
        assert "was changed" not in card(found, CardTab(card=found.id, version=found.version, tab=tab), TODAY).text


def test_a_tab_with_nothing_in_it_cannot_be_pressed(shelf: Shelf) -> None:
    found = shelf.load()[0][0]
    labels = {b.label: b.enabled for b in card(found, CardTab(card=found.id), TODAY).buttons if isinstance(b, Button)}
    assert labels == {"Overview": False, "Quotes": True, "Positions": True, "Timeline": False, "Notes": False}


def test_a_quote_that_was_cut_shows_it(shelf: Shelf) -> None:
    found = shelf.load()[0][0]
    assert "“[…] in the end it was left alone”" in card(found, CardTab(card=found.id, tab=Tab.QUOTES), TODAY).text


async def test_a_passage_in_context_stands_between_its_neighbours(deck: Deck) -> None:
    desk = BriefingDesk(deck, MemoryAskLog())
    document = deck.corpus["blueprint-2008"]
    quote = next(passage for passage in deck.quotes_from(document) if passage.text.startswith("Moreover, efforts"))
    text = page_of(passages.context_of(quote), desk, TODAY).text
    before, at, after = (
        text.index(words) for words in ("Last summer's attack", "Moreover, efforts", "Proponents think")
    )
    assert before < at < after
    for known in (document.author, document.publisher, document.standing, document.published.shown, "Paragraph 9"):
        assert known in text
    first = deck.quotes_from(document)[0]
    assert "the document begins here" in page_of(passages.context_of(first), desk, TODAY).text


def test_a_passage_of_a_document_with_an_address_is_linked_by_its_words(deck: Deck) -> None:
    linked = deck.corpus["partnership-2021"]
    for passage in deck.quotes_from(linked):
        link = passages.fragment_link(passage)
        assert link is not None
        assert link.startswith(f"{linked.url}#:~:text=")
        assert "-" not in link.split("#:~:text=")[1]
        assert len(link) <= limits.LINK
    assert passages.fragment_link(deck.quotes_from(deck.corpus["blueprint-2008"])[0]) is None


async def test_a_passage_of_a_document_that_was_changed_says_so(deck: Deck) -> None:
    desk = BriefingDesk(deck, MemoryAskLog())
    subject = passages.context_of(deck.cards["new-start"].quotes[0])
    for stale in (replace(subject, version="0" * 6), replace(subject, end=10**6), replace(subject, document="gone")):
        assert "was changed" in page_of(stale, desk, TODAY).text


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
    (found,), problems = shelf.load()
    assert problems == []
    titled = [replace(found, id=f"{'c' * 58}{number:02}", title="T" * limits.CARD_TITLE) for number in range(30)]
    for tab in Tab:
        page = card(found, CardTab(card=found.id, tab=tab), TODAY, related=titled[:5], unlike=titled, dated=True)
        for done in fully_dressed(page, CardTab(card=found.id, version=found.version, tab=tab)):
            assert sent(done) == []
    assert found.editors_notes[-1].text in card(found, CardTab(card=found.id), TODAY, unlike=titled).text
    assert len(found.positions) > 1
    compared = comparing.comparison(found, [found.quotes[0].document], Comparison(card=found.id))
    for done in fully_dressed(compared, Comparison(card=found.id)):
        assert sent(done) == []
    twice = replace(found, quotes=(found.quotes[0], found.quotes[0]))
    assert sent(card(twice, CardTab(card=found.id, tab=Tab.QUOTES), TODAY)) == []


async def test_names_that_a_code_cannot_tell_apart_do_not_break_a_menu(deck: Deck) -> None:
    cards = tuple(deck.cards.values())[:2]
    page = browsing.topics({"Arms control": cards, "Arms-control": cards}, TopicList())
    assert sent(page) == []
    terms = [replace(deck.glossary[0], term=name) for name in ("!!", "??", "a b", "a-b")]
    assert sent(browsing.terms(terms[2:])) == []


def test_an_edit_of_the_text_alone_makes_old_places_in_it_say_so(deck: Deck) -> None:
    document = deck.corpus["diplomacy-2021"]
    edited = replace(document, text=document.text.replace("agreed", "concurred", 1))
    assert edited.sha256 == document.sha256
    assert edited.version != document.version


async def test_what_does_not_fit_is_on_further_pages_or_counted(deck: Deck) -> None:
    many = {f"Category {number}": tuple(deck.cards.values()) for number in range(60)}
    first = browsing.topics(many, TopicList())
    assert "Page 1 of 3" in first.text
    assert "more would not fit into one message" in first.text
    assert [button.label for button in first.buttons if isinstance(button, Button)] == ["Next"]
    last = browsing.topics(many, TopicList(page=99))
    assert "Page 3 of 3" in last.text
    (menu,) = (block for block in last.blocks if isinstance(block, Menu))
    assert len(menu.options) == 10
    longest = {"C": tuple(replace(found, title="T" * 80) for found in deck.cards.values())}
    assert sent(browsing.topics(longest, TopicList(category="c", page=2))) == []


async def test_an_altered_quotation_of_any_length_fits(deck: Deck) -> None:
    sentence = deck.corpus["blueprint-2008"].text[108:900]
    words = sentence.split()
    words[::3] = ["@everyone" * 9] * len(words[::3])
    for pasted in (sentence, " ".join(words), "x " * 3_000):
        checked = Checked(quotation=pasted, match=deck.passages.verify(pasted))
        assert sent(passages.verified([checked])) == []
    made = PassageMatch(
        passage=deck.quotes_from(deck.corpus["blueprint-2008"])[0], score=1.0, verdict=Verdict.ALTERED, differences=()
    )
    assert "Altered: 0 differences" in passages.verified([Checked(quotation="x", match=made)]).text


def test_mark_up_in_our_texts_is_shown_and_not_obeyed(shelf: Shelf) -> None:
    shelf.card(CARD.replace("title: The bridge", "title: The *old* _bridge_ || `x`"))
    found = shelf.load()[0][0]
    assert r"The \*old\* \_bridge\_ \|\| \`x\`" in card(found, CardTab(card=found.id), TODAY).texts[0]


@pytest.mark.parametrize(
    "typed",
    ["@everyone", "<@4000>", "<#1>", "https://example.org/x", "discord.gg/abc", "**x** ||y||", "\u202ex", "# x"],
)
def test_typed_words_are_harmless_where_they_are_shown(typed: str) -> None:
    shown = defused(typed, 100)
    assert not re.search(r"@\w|<|://|\w\.\w|(?<!\\)[*|`]|\u202e|^#\s", shown)
    assert len(defused(typed * 100, 100).replace("\u200b", "").replace("\\", "")) <= 101


@pytest.mark.parametrize("texts", [(), ("",), ("x" * 4001,), ("x" * 2001, "y" * 2000)])
def test_a_page_whose_text_no_message_could_hold_cannot_be_made(texts: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Page(tuple(map(Text, texts)))


def test_a_page_at_the_limits_can_be_made_and_one_beyond_cannot() -> None:
    text = Text("x" * 100)
    assert sent(Page((text,) * 39)) == []
    with pytest.raises(ValueError, match="41 components"):
        Page((text,) * 40)
    option = Option(label="l" * 100, value="v")
    options = tuple(replace(option, value=str(number)) for number in range(25))
    menu = Menu(placeholder="p" * 500, press=Choose(in_place=True), options=options)
    assert sent(Page((text, menu))) == []
    with pytest.raises(ValueError, match="menu"):
        Page((text, replace(menu, options=(*options, option))))
    button = Button(label="b" * 200, press=Plain.DISMISS)
    assert sent(Page((text, Row((button,))))) == []
    with pytest.raises(ValueError, match="twice"):
        Page((text, Row((button, button))))
    with pytest.raises(ValueError, match="row"):
        Page((text, Row(())))
    assert sent(Page((Beside("x" * 4_000, button),))) == []


def test_a_text_is_cut_between_words_where_there_is_a_place() -> None:
    assert clip("one two three", 13) == "one two three"
    assert clip("one two three", 12) == "one two…"
    assert clip("x" * 50, 10) == f"{'x' * 9}…"


def test_titles_fit_everywhere_they_are_offered() -> None:
    title = CardFormat.model_json_schema()["properties"]["title"]
    assert title["maxLength"] <= min(limits.BUTTON_LABEL, limits.CHOICE, limits.SELECT_OPTION)


async def test_the_answer_to_a_found_question_is_its_card(deck: Deck) -> None:
    desk = BriefingDesk(deck, MemoryAskLog())
    answer = await desk.ask("nato expantion")
    assert isinstance(answer, Found)
    page = page_of(CardTab(card=answer.match.card.id), desk, TODAY)
    assert page.texts[0].startswith("## NATO enlargement")
    assert all(len(custom_id(press)) <= limits.CUSTOM_ID for press in page.presses)
