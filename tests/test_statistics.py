"""What was asked about: counted, shown to the right people, and small counts to nobody."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.asklog import MemoryAskLog
from bot.desk import BriefingDesk, Deck, told
from bot.desk.statistics import statistics
from bot.interactions.pages import statistics as pages
from bot.model import Ask, AskCount, Fate, Outcome, Period, Statistics, Surface
from bot.sandbox import Misuse
from tests.conftest import Running, press, seminar

TODAY = date(2026, 6, 30)
MONTH = Period.ending(TODAY, 30)
TITLES = {"bridge": "The bridge", "tunnel": "The tunnel", "ferry": "The ferry"}


def counts(
    asks: int, card: str | None = "bridge", *, outcome: Outcome = Outcome.FOUND, picked: bool = False,
    surface: Surface = Surface.BRIEF,
) -> AskCount:  # fmt: skip
    return AskCount(card=card, surface=surface, outcome=outcome, picked=picked, asks=asks)


def made(now: list[AskCount], before: list[AskCount] | None = None, fewest: int = 3) -> Statistics:
    days = tuple(sum(count.asks for count in now if not count.picked) if day == 29 else 0 for day in range(30))
    return statistics(now, before or [], days, TITLES, period=MONTH, guild=7, fewest=fewest)


# ---------------------------------------------------------------- what counts tell


def test_topics_come_most_asked_first_with_what_was_chosen() -> None:
    found = made([counts(4, "tunnel"), counts(3), counts(2, picked=True), counts(9, None, outcome=Outcome.ABSTAINED)])
    assert [(topic.title, topic.asks) for topic in found.topics] == [("The bridge", 5), ("The tunnel", 4)]
    assert found.asks == 16


def test_a_card_that_is_no_longer_in_the_deck_goes_by_its_id() -> None:
    assert made([counts(5, "gone")]).topics[0].title == "gone"


def test_a_question_has_one_fate() -> None:
    found = made([
        counts(6), counts(4, None, outcome=Outcome.SUGGESTED), counts(3, picked=True),
        counts(2, None, outcome=Outcome.ABSTAINED), counts(1, "tunnel", surface=Surface.MENTION),
    ])  # fmt: skip
    assert found.fates == {Fate.ANSWERED: 7, Fate.CHOSEN: 3, Fate.NOT_CHOSEN: 1, Fate.MISSED: 2}
    assert sum(found.fates.values()) == found.asks
    assert found.surfaces == {Surface.BRIEF: 12, Surface.MENTION: 1}


def test_more_choices_than_offers_are_no_more_than_the_offers() -> None:
    found = made([counts(1, None, outcome=Outcome.SUGGESTED), counts(3, picked=True)])
    assert (found.fates[Fate.CHOSEN], found.fates[Fate.NOT_CHOSEN]) == (1, 0)


def test_what_rises_rises_more_than_all_together_and_more_than_by_chance() -> None:
    before = [counts(10, "bridge"), counts(10, "tunnel"), counts(80, None)]
    doubled = made([counts(20, "bridge"), counts(20, "tunnel"), counts(160, None)], before)
    assert doubled.rising == ()
    steep = made([counts(30, "bridge"), counts(11, "tunnel"), counts(60, None)], before)
    assert [(topic.card, topic.before, topic.asks) for topic in steep.rising] == [("bridge", 10, 30)]
    assert made([counts(4, "ferry"), counts(96, None)], before).rising == ()
    assert [topic.card for topic in made([counts(5, "ferry"), counts(95, None)], before).rising] == ["ferry"]


def test_nothing_rises_where_there_is_nothing_to_compare_with() -> None:
    assert made([counts(50)]).rising == ()


def test_small_counts_are_not_told_and_cannot_be_told_from_the_others() -> None:
    assert told({"a": 9, "b": 2, "c": 1, "d": 0}, 3) == {"a": 9, "b": None, "c": None, "d": 0}
    # One alone would be what is left of the sum.
    assert told({"a": 9, "b": 5, "c": 1, "d": 0}, 3) == {"a": 9, "b": None, "c": None, "d": 0}
    assert told({"a": 2}, 3) == {"a": None}
    assert told({"a": 1, "b": 5}, 1) == {"a": 1, "b": 5}
    assert told({}, 3) == {}


# ---------------------------------------------------------------- the page


def test_the_page_tells_no_count_below_the_fewest() -> None:
    now = [counts(50), counts(2, "tunnel"), counts(1, None, outcome=Outcome.ABSTAINED, surface=Surface.MENU)]
    page = pages.statistics(made(now, [counts(2, "bridge"), counts(40, None)]))
    assert "The bridge: 50" in page.text
    assert "The tunnel" not in page.text
    assert "from fewer than 3 to 50" in page.text
    assert "nothing found: fewer than 3" in page.text
    # The only other fate would tell it.
    assert "answered: not told" in page.text
    assert "menus of messages: fewer than 3" in page.text


def test_hardly_any_questions_are_not_told_at_all() -> None:
    page = pages.statistics(made([counts(2)]))
    assert "**Questions**: fewer than 3" in page.text
    assert "%" not in page.text
    assert "The bridge" not in page.text
    assert pages.chart(made([counts(2)])) is None
    assert "Nothing was asked." in pages.statistics(made([])).text


def test_the_picture_tells_no_small_count_either() -> None:
    chart = pages.chart(made([counts(50), counts(2, "tunnel"), counts(1, None, outcome=Outcome.ABSTAINED)]))
    assert chart is not None
    assert [bar.label for bar in chart.groups[0].bars] == ["The bridge"]
    shown = {bar.label: (bar.shown, bar.value, bar.faint) for bar in chart.groups[1].bars}
    assert shown["nothing found"] == ("fewer than 3", 0, True)
    assert chart.columns is not None
    assert chart.columns.top == "53"


# ---------------------------------------------------------------- in Discord


def an_ask(card: str | None, guild: int | None, days_ago: int = 0) -> Ask:
    return Ask(
        at=datetime.now(UTC) - timedelta(days=days_ago),
        surface=Surface.BRIEF,
        outcome=Outcome.FOUND if card else Outcome.ABSTAINED,
        card=card,
        picked=False,
        score=None,
        guild=guild,
        locale=None,
        question=None,
    )


async def asked(log: MemoryAskLog, times: int, card: str | None, guild: int | None, days_ago: int = 1) -> None:
    for _ in range(times):
        await log.record(an_ask(card, guild, days_ago))


async def test_managers_see_what_was_asked_in_their_server_and_nothing_of_others(bot: Running) -> None:
    ben = bot.sandbox.world.person("Ben")
    await asked(bot.log, 5, "new-start", seminar(bot))
    await asked(bot.log, 4, "crimea", 999)
    await asked(bot.log, 6, "crimea", seminar(bot), days_ago=20)
    page = await ben.slash("stats", period=7)
    assert page.private
    assert "Questions of 7 days" in page.text
    assert "This server" in page.text
    assert "New START: the extension and after: 5" in page.text
    assert "The annexation of Crimea" not in page.text
    assert "Share" not in page.message.labels
    await ben.click(page.message, "30 days")
    assert "The annexation of Crimea: 6" in page.text
    assert "Questions of 30 days" in page.text


async def test_members_and_managers_of_other_servers_are_told_nothing(bot: Running) -> None:
    await asked(bot.log, 5, "new-start", seminar(bot))
    with pytest.raises(Misuse):
        await bot.ada.slash("stats")
    refused = await press(bot, "briefbot:count:30:here")
    assert refused.text == "This is for those who manage the server."
    ben = bot.sandbox.world.person("Ben")
    everything = await ben.slash("stats", scope="everything")
    assert everything.text == "What was asked everywhere is for whoever runs this bot."


async def test_whoever_owns_the_bot_sees_everything(bot: Running) -> None:
    await asked(bot.log, 3, "new-start", seminar(bot))
    await asked(bot.log, 4, "new-start", 999)
    await asked(bot.log, 2, "new-start", None)
    page = await bot.ada.in_direct_messages().slash("stats")
    assert "Everywhere" in page.text
    assert "New START: the extension and after: 9" in page.text
    with pytest.raises(Misuse):
        await bot.ada.slash("stats")


async def test_the_counts_come_with_a_picture_that_is_drawn_once(bot: Running) -> None:
    ben = bot.sandbox.world.person("Ben")
    await asked(bot.log, 5, "new-start", seminar(bot))
    first = await ben.slash("stats")
    drawn = await ben.reads(until=lambda message: bool(message.attachments))
    assert drawn is first.message
    again = await ben.slash("stats")
    described = json.dumps(again.message.components)
    assert "picture.png" in described
    assert "New START" in described


async def test_a_log_that_cannot_be_read_is_said(deck: Deck, bot: Running) -> None:
    class Away(MemoryAskLog):
        async def tally(self, period: Period, guild: int | None = None) -> tuple[AskCount, ...]:
            raise OSError("away")

    bot.client.desk = BriefingDesk(deck, Away())
    page = await bot.sandbox.world.person("Ben").slash("stats")
    assert "the database is away" in page.text
