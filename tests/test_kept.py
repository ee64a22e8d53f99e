"""A page that is shown again is the page that was made, for its deck, its day and its language."""

from dataclasses import replace
from datetime import date
from itertools import product

from bot.asklog import MemoryAskLog
from bot.desk import BriefingDesk, Deck
from bot.interactions.audience import Audience, dressed
from bot.interactions.components import Page, Row
from bot.interactions.kept import KeptPages
from bot.interactions.presses import Reasons
from bot.interactions.showing import page_of
from bot.interactions.subjects import CardTab, SourceList, Subject, Tab, TopicList
from bot.interactions.views import Component, component, view
from bot.translation import LANGUAGES, speaking

TODAY, LATER = date(2026, 11, 22), date(2027, 11, 22)


def desk_of(deck: Deck) -> BriefingDesk:
    return BriefingDesk(deck, MemoryAskLog())


def written(page: Page, kept: KeptPages | None = None) -> list[Component]:
    """What Discord is told of a page, block by block."""
    (container,) = view(page, kept.component if kept else component).to_components()  # type: ignore[no-untyped-call]
    return list(container["components"])


def test_what_is_kept_is_what_would_be_made_in_each_language_and_on_each_day(deck: Deck) -> None:
    desk, kept = desk_of(deck), KeptPages()
    subjects: list[Subject] = [CardTab(card=card, tab=tab) for card in list(deck.cards)[:3] for tab in Tab]
    subjects += [SourceList(), TopicList()]
    for _ in range(2):
        for subject, language, day in product(subjects, LANGUAGES, (TODAY, LATER)):
            with speaking(language):
                page = kept.of(subject, desk, day)
                assert page == page_of(subject, desk, day)
                assert written(page, kept) == written(page)


def test_a_page_is_made_once_and_what_is_put_below_it_each_time(deck: Deck) -> None:
    desk, kept = desk_of(deck), KeptPages()
    subject = CardTab(card=next(iter(deck.cards)))
    first = kept.of(subject, desk, TODAY)
    assert kept.of(subject, desk, TODAY) is first
    for word in ("expansion", "treaty"):
        reasons = Reasons(exact=False, lead=1, words=(word,), corrected=())
        page = dressed(first, Audience.ASKER, subject=subject, reasons=reasons)
        assert written(page, kept) == written(page)
        assert word in str(written(page, kept))
    assert isinstance(first.blocks[-1], Row)


def test_another_edition_of_the_deck_has_pages_of_its_own(deck: Deck) -> None:
    kept, card = KeptPages(), next(iter(deck.cards))
    before = kept.of(CardTab(card=card), desk_of(deck), TODAY)
    renamed = replace(deck.cards[card], title="Another title")
    # Even where what is hashed of it is the same.
    edited = replace(deck, cards={**deck.cards, card: renamed})
    after = kept.of(CardTab(card=card), desk_of(edited), TODAY)
    assert "Another title" in after.text
    assert "Another title" not in before.text


def test_only_so_many_pages_are_kept_those_that_were_shown_last(deck: Deck) -> None:
    desk, kept = desk_of(deck), KeptPages(2)
    one, other, third = (CardTab(card=card) for card in list(deck.cards)[:3])
    first = kept.of(one, desk, TODAY)
    second = kept.of(other, desk, TODAY)
    assert kept.of(one, desk, TODAY) is first
    kept.of(third, desk, TODAY)
    assert kept.of(one, desk, TODAY) is first
    again = kept.of(other, desk, TODAY)
    assert again is not second
    assert again == second
    blocks = [*first.blocks, *second.blocks, *again.blocks]
    assert [kept.component(block) for block in blocks] == [
        component for page in (first, second, again) for component in written(page)
    ]
