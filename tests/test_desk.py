import logging
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.asklog import MemoryAskLog
from bot.desk import BriefingDesk, ContentError, Deck, load_deck, open_desk
from bot.model import Abstained, Ask, Found, Outcome, Suggested, Surface
from tests.conftest import CARD, Shelf


@pytest.fixture
def log() -> MemoryAskLog:
    return MemoryAskLog()


@pytest.fixture
def desk(deck: Deck, log: MemoryAskLog) -> BriefingDesk:
    return BriefingDesk(deck, log)


async def test_an_answered_ask_is_in_the_log_without_its_words(desk: BriefingDesk, log: MemoryAskLog) -> None:
    answer = await desk.ask("nato expantion", guild=7, locale="de")
    assert isinstance(answer, Found)
    (kept,) = log.asks
    assert (kept.surface, kept.outcome, kept.card) == (Surface.BRIEF, Outcome.FOUND, "nato-enlargement")
    assert (kept.guild, kept.locale, kept.picked, kept.question) == (7, "de", False, None)
    assert kept.score == answer.match.score


async def test_a_miss_is_kept_with_its_words_scrubbed(desk: BriefingDesk, log: MemoryAskLog) -> None:
    assert await desk.ask("@someone weather in boston") == Abstained()
    assert [(ask.outcome, ask.card, ask.question) for ask in log.asks] == [
        (Outcome.ABSTAINED, None, "[mention] weather in boston")
    ]


async def test_a_choice_and_then_the_pick_are_both_kept(desk: BriefingDesk, log: MemoryAskLog) -> None:
    answer = await desk.ask("crimea and ukraine")
    assert isinstance(answer, Suggested)
    picked = await desk.pick(answer.matches[0].card.id)
    assert picked is answer.matches[0].card
    assert [(ask.outcome, ask.card, ask.picked) for ask in log.asks] == [
        (Outcome.SUGGESTED, None, False),
        (Outcome.FOUND, picked.id, True),
    ]


async def test_a_pick_that_is_gone_is_no_card_and_no_ask(desk: BriefingDesk, log: MemoryAskLog) -> None:
    assert await desk.pick("no-such-card") is None
    assert log.asks == []


async def test_a_quote_is_an_ask_on_its_own_surface(desk: BriefingDesk, log: MemoryAskLog) -> None:
    assert await desk.quote("hand of freindship")
    assert not await desk.quote("lorem ipsum")
    assert [(ask.surface, ask.outcome, ask.question) for ask in log.asks] == [
        (Surface.QUOTE, Outcome.FOUND, None),
        (Surface.QUOTE, Outcome.ABSTAINED, "lorem ipsum"),
    ]


async def test_a_keystroke_is_no_ask(desk: BriefingDesk, log: MemoryAskLog) -> None:
    assert desk.complete("nato e")
    assert desk.complete_quote("hand of fr")
    assert log.asks == []


@dataclass
class BrokenLog(MemoryAskLog):
    """A store whose disk is full."""

    async def record(self, ask: Ask, key: str | None = None) -> None:
        raise OSError("disk full")


async def test_a_log_that_fails_is_noted_and_costs_no_answer(deck: Deck, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        answer = await BriefingDesk(deck, BrokenLog()).ask("nato expantion")
    assert isinstance(answer, Found)
    assert "not recorded yet: OSError: disk full" in caplog.text


async def test_a_desk_opens_though_its_log_cannot(shelf: Shelf, caplog: pytest.LogCaptureFixture) -> None:
    (shelf.folder / "folder").mkdir()
    config = shelf.config.model_copy(update={"asklog_url": f"sqlite+aiosqlite:///{shelf.folder}/folder"})
    with caplog.at_level(logging.WARNING):
        async with open_desk(config) as desk:
            assert isinstance(await desk.ask("the bridge"), Found)
    assert "the ask log cannot be opened" in caplog.text


def test_broken_content_is_not_half_loaded(shelf: Shelf) -> None:
    shelf.card(CARD.replace("id: bridge", "id: other").replace("title: The bridge", "title: Other"), "other")
    with pytest.raises(ContentError) as raised:
        load_deck(shelf.config)
    assert {problem.code for problem in raised.value.problems} == {"shared-name"}


def test_a_draft_is_checked_and_not_shown(shelf: Shelf) -> None:
    draft = CARD.replace("id: bridge", "id: tunnel").replace("status: published", "status: draft")
    names = "title: The tunnel\naliases: []\nquestions: []\n"
    start, end = draft.index("title:"), draft.index("category:")
    draft = draft[:start] + names + draft[end:]
    shelf.card(
        draft.replace("aliases: [old crossing, toll bridge]\n", "").replace(
            'questions: ["when was the bridge built?"]\n', ""
        ),
        "tunnel",
    )
    assert list(load_deck(shelf.config).cards) == ["bridge"]


def test_topics_are_grouped_and_sources_stand_in_order_of_time(desk: BriefingDesk) -> None:
    grouped = desk.topics()
    assert list(grouped) == sorted(grouped)
    dates = [document.published.value for document in desk.sources()]
    assert dates == sorted(dates)
    assert dates


def test_related_cards_are_those_of_the_deck(desk: BriefingDesk) -> None:
    card = desk.card("new-start")
    assert card is not None
    assert [other.id for other in desk.related(card)] == list(card.related)


def second(card_id: str, title: str) -> str:
    """A card like the first, under other names."""
    card = CARD.replace("id: bridge", f"id: {card_id}").replace("title: The bridge", f"title: {title}")
    return card.replace("[old crossing, toll bridge]", "[]").replace('["when was the bridge built?"]', "[]")


def test_an_empty_box_offers_one_card_of_each_category(desk: BriefingDesk) -> None:
    offered = desk.complete("")
    assert [card.category for card in offered] == list(dict.fromkeys(card.category for card in offered))
    assert {card.category for card in offered} == set(desk.topics())
    assert offered == desk.complete("  ?")


def test_without_a_list_the_first_card_of_each_category_is_offered(shelf: Shelf) -> None:
    shelf.card(second("arch", "An arch"), "arch")
    deck = load_deck(shelf.config)
    assert [card.id for card in BriefingDesk(deck, MemoryAskLog()).complete("")] == ["arch"]


async def test_what_is_asked_for_moves_up_among_what_fits_alike(desk: BriefingDesk) -> None:
    before = desk.complete("s")
    later = before[5]
    for _ in range(3):
        await desk.pick(later.id)
    assert desk.complete("s")[0] is later


async def test_what_was_asked_for_before_a_restart_is_remembered(shelf: Shelf, tmp_path: Path) -> None:
    shelf.card(second("bridle", "The bridle"), "bridle")
    config = shelf.config.model_copy(update={"asklog_url": f"sqlite+aiosqlite:///{tmp_path / 'log.sqlite3'}"})
    async with open_desk(config) as desk:
        assert [card.id for card in desk.complete("the brid")] == ["bridge", "bridle"]
        await desk.pick("bridle")
    async with open_desk(config) as desk:
        assert [card.id for card in desk.complete("the brid")] == ["bridle", "bridge"]
