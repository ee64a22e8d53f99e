import asyncio
import logging
import sqlite3
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.asklog import MemoryAskLog, MemoryServerBook
from bot.asklog.database import Database
from bot.asklog.sql import SqlAskLog
from bot.asklog.sql_servers import SqlServerBook
from bot.desk import BriefingDesk, ContentError, Deck, load_deck, open_desk, stores
from bot.model import (
    Abstained,
    Ask,
    Feedback,
    Found,
    Outcome,
    ServerSettings,
    Suggested,
    Surface,
    Verdict,
    Visibility,
    Voice,
)
from tests.conftest import CARD, Shelf
from tests.databases import in_folder, run_sql

SHARED = ServerSettings(visibility=Visibility.SHARED, language="de")


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


async def test_an_ask_is_kept_under_the_surface_it_came_in_by(desk: BriefingDesk, log: MemoryAskLog) -> None:
    await desk.ask("nato expantion", surface=Surface.MENTION)
    assert await desk.quote("hand of freindship", surface=Surface.SEARCH)
    assert await desk.verify("a step in the right direction", surface=Surface.MENU)
    assert [ask.surface for ask in log.asks] == [Surface.MENTION, Surface.SEARCH, Surface.MENU]


async def test_an_ask_with_an_id_is_kept_once(desk: BriefingDesk, log: MemoryAskLog) -> None:
    for _ in range(2):
        await desk.ask("weather in boston", ask_id="8f14")
        await desk.quote("lorem ipsum", ask_id="e45f")
    assert [ask.question for ask in log.asks] == ["weather in boston", "lorem ipsum"]


async def test_words_that_somebody_else_wrote_are_not_kept(desk: BriefingDesk, log: MemoryAskLog) -> None:
    for question in ("weather in boston", "crimea and ukraine"):
        await desk.ask(question, surface=Surface.MENU, keep_words=False)
    assert [(ask.outcome, ask.question) for ask in log.asks] == [(Outcome.ABSTAINED, None), (Outcome.SUGGESTED, None)]


async def test_a_search_gives_as_many_passages_as_it_is_asked_for(desk: BriefingDesk) -> None:
    usual = await desk.quote("nuclear weapons")
    assert len(usual) == 5
    more = await desk.quote("nuclear weapons", k=10)
    assert len(more) > 5
    assert more[:5] == usual


async def test_a_check_of_a_quotation_is_an_ask_without_what_was_pasted(desk: BriefingDesk, log: MemoryAskLog) -> None:
    found = await desk.verify("a step in the right direction", guild=7, locale="de")
    assert found is not None
    assert found.verdict is Verdict.VERBATIM
    assert await desk.verify("to be or not to be that is the question") is None
    assert [(ask.surface, ask.outcome, ask.card, ask.question) for ask in log.asks] == [
        (Surface.VERIFY, Outcome.FOUND, None, None),
        (Surface.VERIFY, Outcome.ABSTAINED, None, None),
    ]
    assert (log.asks[0].score, log.asks[0].guild, log.asks[0].locale) == (found.score, 7, "de")


STANDS = "have underlined just how dated the NATO construct is"


@pytest.mark.parametrize(
    "pasted",
    [
        f"“{STANDS}” — Joe Biden",
        f'Lavrov, 2008: "{STANDS}"',
        f"«{STANDS}» (Ru-PAC)",
        f"> {STANDS}\nJoe Biden",
        "> have underlined just\n> how dated the NATO construct is\nJoe Biden",
    ],
)
async def test_who_is_named_beside_a_quotation_is_no_word_too_many_in_it(desk: BriefingDesk, pasted: str) -> None:
    (checked,) = await desk.check(pasted)
    assert checked.match is not None
    assert (checked.match.verdict, checked.part) == (Verdict.VERBATIM, True), "it is said that only this was checked"
    assert checked.quotation.split() == STANDS.split()


@pytest.mark.parametrize(
    "pasted",
    [
        f"“{STANDS}, and Biden knows it”",
        f"{STANDS} — Joe Biden",
        f"“{STANDS.replace('dated', 'old')}” — Joe Biden",
        f"efforts to expand NATO never “{STANDS}”",
    ],
)
async def test_a_word_too_many_in_the_quotation_is_told_whoever_is_named_beside_it(
    desk: BriefingDesk, pasted: str
) -> None:
    (checked,) = await desk.check(pasted)
    assert checked.match is not None
    assert checked.match.verdict is Verdict.ALTERED


async def test_a_keystroke_is_no_ask(desk: BriefingDesk, log: MemoryAskLog) -> None:
    assert desk.complete("nato e")
    assert desk.complete_quote("hand of fr")
    assert log.asks == []


# ---------------------------------------------------------------- what members say


async def test_a_verdict_on_a_card_is_kept_with_the_version_that_was_shown(
    desk: BriefingDesk, log: MemoryAskLog
) -> None:
    assert await desk.rate("new-start", "0f1e2d3c", Voice.NOT_HELPFUL, guild=7, locale="de")
    (kept,) = log.feedback_given
    assert (kept.voice, kept.card, kept.version) == (Voice.NOT_HELPFUL, "new-start", "0f1e2d3c")
    assert (kept.guild, kept.locale) == (7, "de")
    assert (kept.part, kept.text, kept.ask) == (None, None, None)


async def test_a_verdict_on_a_card_that_is_gone_is_not_kept(desk: BriefingDesk, log: MemoryAskLog) -> None:
    assert not await desk.rate("no-such-card", "0f1e2d3c", Voice.HELPFUL)
    assert log.feedback_given == []


async def test_an_error_report_is_kept_with_its_words_scrubbed(desk: BriefingDesk, log: MemoryAskLog) -> None:
    await desk.report("new-start", "0f1e2d3c", "quote 3", "@someone said it was 2004 " + "x" * 400, guild=7)
    await desk.report("new-start", "0f1e2d3c", None, "  ")
    first, second = log.feedback_given
    assert (first.voice, first.card, first.part, first.guild) == (Voice.ERROR, "new-start", "quote 3", 7)
    assert first.text is not None
    assert first.text.startswith("[mention] said it was 2004 xxx")
    assert len(first.text) == 300
    assert (second.part, second.text) == (None, None)


async def test_a_request_names_the_ask_that_found_nothing(desk: BriefingDesk, log: MemoryAskLog) -> None:
    await desk.ask("weather in boston", ask_id="8f14")
    await desk.request("8f14", guild=7, locale="de")
    (kept,) = log.feedback_given
    assert (kept.voice, kept.ask, kept.guild, kept.locale) == (Voice.REQUEST, "8f14", 7, "de")
    assert (kept.card, kept.version, kept.part, kept.text) == (None, None, None, None)


# ---------------------------------------------------------------- what servers decide


@dataclass
class Book(MemoryServerBook):
    """A store that counts how often it is read, fails while it is away, and takes its time."""

    away: bool = False
    seconds: float = 0
    """How long it takes to read; to change, unless that is said by itself."""
    changing: float | None = None
    read: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    async def settings(self, guild: int) -> ServerSettings:
        self.read += 1
        found = await super().settings(guild)
        await asyncio.sleep(self.seconds)
        if self.away:
            raise OSError("disk full")
        return found

    async def change(self, guild: int, settings: ServerSettings) -> None:
        if self.away:
            raise OSError("disk full")
        await super().change(guild, settings)
        await asyncio.sleep(self.seconds if self.changing is None else self.changing)


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings are asked for anew each time, as if a minute had gone by."""
    monkeypatch.setattr(stores, "AWAY_SECONDS", 0)
    monkeypatch.setattr(stores, "FRESH_SECONDS", 0)


async def test_outside_of_servers_the_defaults_hold(deck: Deck, log: MemoryAskLog, book: Book) -> None:
    assert await BriefingDesk(deck, log, book).settings(None) == ServerSettings()
    assert book.read == 0


async def test_a_desk_without_a_book_keeps_settings_while_it_runs(desk: BriefingDesk) -> None:
    assert await desk.settings(7) == ServerSettings()
    await desk.change_settings(7, lambda _: SHARED)
    assert (await desk.settings(7), await desk.settings(8)) == (SHARED, ServerSettings())


async def test_settings_are_read_once_a_minute(
    deck: Deck, log: MemoryAskLog, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = BriefingDesk(deck, log, book)
    for _ in range(3):
        await desk.settings(7)
    assert book.read == 1
    monkeypatch.setattr(stores, "AWAY_SECONDS", 0)
    monkeypatch.setattr(stores, "FRESH_SECONDS", 0)
    await desk.settings(7)
    assert book.read == 2


@pytest.mark.usefixtures("at_once")
async def test_what_another_process_changed_is_seen_after_a_minute(deck: Deck, log: MemoryAskLog, book: Book) -> None:
    desk, other = BriefingDesk(deck, log, book), BriefingDesk(deck, log, book)
    assert await desk.settings(7) == ServerSettings()
    await other.change_settings(7, lambda _: SHARED)
    assert await desk.settings(7) == SHARED


@pytest.mark.usefixtures("at_once")
async def test_a_book_that_fails_leaves_what_was_last_known_else_the_defaults(
    deck: Deck, log: MemoryAskLog, book: Book, caplog: pytest.LogCaptureFixture
) -> None:
    desk = BriefingDesk(deck, log, book)
    await desk.change_settings(7, lambda _: SHARED)
    book.away = True
    with caplog.at_level(logging.WARNING):
        assert await desk.settings(7) == SHARED
        assert await desk.settings(8) == ServerSettings()
    assert [record.message for record in caplog.records] == ["the settings of a server cannot be read: disk full"] * 2
    book.away = False
    await book.change(8, SHARED)
    assert await desk.settings(8) == SHARED


@pytest.mark.usefixtures("at_once")
async def test_a_book_that_hangs_holds_up_nobody(
    deck: Deck, log: MemoryAskLog, book: Book, caplog: pytest.LogCaptureFixture
) -> None:
    desk = BriefingDesk(deck, log, book)
    await desk.change_settings(7, lambda _: SHARED)
    book.seconds = 60
    began = time.monotonic()
    with caplog.at_level(logging.WARNING):
        assert [*await asyncio.gather(desk.settings(7), desk.settings(8))] == [SHARED, ServerSettings()]
    assert 0.2 < time.monotonic() - began < 1
    assert len(caplog.records) == 2


async def test_a_change_that_fails_is_said_and_changes_nothing(deck: Deck, log: MemoryAskLog, book: Book) -> None:
    desk = BriefingDesk(deck, log, book)
    await desk.change_settings(7, lambda _: SHARED)
    book.away = True
    with pytest.raises(OSError, match="disk full"):
        await desk.change_settings(7, lambda _: ServerSettings())
    assert await desk.settings(7) == SHARED


async def test_a_change_that_hangs_is_said_in_time_and_seen_once_it_is_made(
    deck: Deck, log: MemoryAskLog, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "CHANGE_SECONDS", 0.05)
    desk = BriefingDesk(deck, log, book)
    await desk.change_settings(7, lambda _: ServerSettings(language="fr"))
    book.changing = 60
    with pytest.raises(TimeoutError):
        await desk.change_settings(7, lambda _: SHARED)
    assert await desk.settings(7) == SHARED


@pytest.mark.usefixtures("at_once")
async def test_a_change_wins_over_what_was_read_before_it(deck: Deck, log: MemoryAskLog, book: Book) -> None:
    desk = BriefingDesk(deck, log, book)
    book.seconds = 0.05
    reading = asyncio.create_task(desk.settings(7))
    await asyncio.sleep(0.01)
    book.seconds = 0
    await desk.change_settings(7, lambda _: SHARED)
    assert await reading == SHARED
    book.away = True
    assert await desk.settings(7) == SHARED


# ---------------------------------------------------------------- stores that fail


@dataclass
class BrokenLog(MemoryAskLog):
    """A store whose disk is full."""

    async def record(self, ask: Ask, key: str | None = None) -> None:
        raise OSError("disk full")

    async def note(self, feedback: Feedback, key: str | None = None) -> None:
        raise OSError("disk full")


@dataclass
class HangingLog(MemoryAskLog):
    """A store that says nothing."""

    async def note(self, feedback: Feedback, key: str | None = None) -> None:
        await asyncio.Event().wait()


async def test_a_log_that_fails_is_noted_and_costs_no_answer(deck: Deck, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        answer = await BriefingDesk(deck, BrokenLog()).ask("nato expantion")
    assert isinstance(answer, Found)
    assert "not recorded yet: disk full" in caplog.text


async def test_a_log_that_fails_costs_no_check_and_no_feedback(deck: Deck, caplog: pytest.LogCaptureFixture) -> None:
    desk = BriefingDesk(deck, BrokenLog())
    with caplog.at_level(logging.WARNING):
        assert await desk.verify("a step in the right direction")
        assert await desk.rate("new-start", "0f1e2d3c", Voice.HELPFUL)
        await desk.report("new-start", "0f1e2d3c", "quote 3", "it was 2004")
        await desk.request("8f14")
    assert caplog.text.count("feedback is not recorded yet: disk full") == 3
    assert "2004" not in caplog.text


async def test_a_log_that_hangs_holds_feedback_up_for_a_moment_at_most(deck: Deck) -> None:
    async with asyncio.timeout(1.5):
        assert await BriefingDesk(deck, HangingLog()).rate("new-start", "0f1e2d3c", Voice.HELPFUL)


async def test_a_locked_database_holds_up_nobody_and_loses_nothing(deck: Deck, tmp_path: Path) -> None:
    database = Database(in_folder(tmp_path))
    log = SqlAskLog(database, retention=timedelta(days=1), spool=tmp_path / "spool")
    await log.open()
    desk = BriefingDesk(deck, log, SqlServerBook(database))
    await desk.change_settings(7, lambda _: SHARED)
    holder = sqlite3.connect(tmp_path / "asks.sqlite3", isolation_level=None)
    holder.execute("begin exclusive")
    began = time.monotonic()
    # One server is known and the other is not.
    assert [await desk.settings(guild) for guild in (7, 8)] == [SHARED, ServerSettings()]
    await asyncio.gather(desk.ask("new start"), desk.rate("new-start", "0f1e2d3c", Voice.HELPFUL), desk.request("8f14"))
    assert time.monotonic() - began < 2
    holder.execute("commit")
    holder.close()
    await log.close()
    counted = "select (select count(*) from asks), (select count(*) from feedback)"
    assert await run_sql(in_folder(tmp_path), counted) == [(1, 2)]


async def test_settings_outlive_a_restart_of_the_desk(shelf: Shelf, tmp_path: Path) -> None:
    config = shelf.config.model_copy(update={"asklog_url": in_folder(tmp_path)})
    async with open_desk(config) as desk:
        await desk.change_settings(7, lambda _: SHARED)
    async with open_desk(config) as desk:
        assert await desk.settings(7) == SHARED


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
    for _ in range(9):
        await desk.pick(later.id)
    assert desk.complete("s") == before
    await desk.pick(later.id)
    assert desk.complete("s")[0] is later


async def test_what_was_asked_for_before_a_restart_is_remembered(shelf: Shelf, tmp_path: Path) -> None:
    shelf.card(second("bridle", "The bridle"), "bridle")
    config = shelf.config.model_copy(update={"asklog_url": f"sqlite+aiosqlite:///{tmp_path / 'log.sqlite3'}"})
    async with open_desk(config) as desk:
        assert [card.id for card in desk.complete("the brid")] == ["bridge", "bridle"]
        for _ in range(10):
            await desk.pick("bridle")
    async with open_desk(config) as desk:
        assert [card.id for card in desk.complete("the brid")] == ["bridle", "bridge"]


async def test_the_name_of_a_category_is_a_choice_and_no_card(desk: BriefingDesk) -> None:
    answer = await desk.ask("arms control")
    assert isinstance(answer, Suggested)
    assert len(answer.matches) > 1


async def test_two_settings_that_are_changed_at_once_are_both_kept(deck: Deck, log: MemoryAskLog, book: Book) -> None:
    desk = BriefingDesk(deck, log, book)
    book.seconds = 0.01
    await asyncio.gather(
        desk.change_settings(7, lambda current: replace(current, visibility=Visibility.SHARED)),
        desk.change_settings(7, lambda current: replace(current, language="de")),
    )
    assert await desk.settings(7) == ServerSettings(visibility=Visibility.SHARED, language="de")


async def test_a_store_that_is_away_is_not_asked_by_every_answer(deck: Deck, log: MemoryAskLog, book: Book) -> None:
    book.away = True
    desk = BriefingDesk(deck, log, book)
    for _ in range(5):
        assert await desk.settings(7) == ServerSettings()
    assert book.read == 1
