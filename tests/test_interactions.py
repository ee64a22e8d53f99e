"""The real bot, the real library, a real socket: only Discord itself is the sandbox."""

import asyncio
import json
import logging
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot import limits
from bot.asklog.database import Database
from bot.asklog.sql import SqlAskLog
from bot.desk import BriefingDesk, Deck
from bot.interactions import replies
from bot.interactions.pages.outcomes import failed
from bot.interactions.views import view
from bot.sandbox import Interaction, NoAnswer
from tests.conftest import Running, press
from tests.test_asklog import counted
from tests.waiting import until

HOSTILE = [
    " ",
    "x" * 1_000,
    "👍🏽",
    "\u202eمرحبا بالعالم",
    "a\x00\x1b[2Jb",
    "@everyone <@4000> <@&1> <#3000>",
    "**bold** [link](https://example.org) ||spoiler|| `code` # title",
    "'; DROP TABLE asks; --",
    "../../../etc/passwd",
    "{topic} %s ${HOME}",
]


def shows_nothing_of(typed: str, reply: Interaction) -> bool:
    return typed.strip() == "" or typed.strip() not in json.dumps(reply.message.components, ensure_ascii=False)


COMMANDS = "brief quote search verify compare timeline glossary topics sources about privacy settings stats".split()


async def test_the_commands_are_registered_for_servers_and_users_everywhere(bot: Running) -> None:
    registered = {command["name"]: command for command in bot.sandbox.world.commands.all()}
    assert list(registered) == [*COMMANDS, "Brief this", "Check quote"]
    for name, command in registered.items():
        where = {"settings": ([0], [0]), "stats": ([0], [0, 1])}.get(name, ([0, 1], [0, 1, 2]))
        assert (command["integration_types"], command["contexts"]) == where
        assert len(command["description"]) <= limits.COMMAND_DESCRIPTION
    for name in ("settings", "stats"):
        assert registered[name]["default_member_permissions"] == 1 << 5
    completed = {
        (name, option["name"])
        for name, command in registered.items()
        for option in command.get("options") or []
        if option.get("autocomplete")
    }
    topics = {(name, "topic") for name in ("brief", "compare", "timeline", "quote")}
    others = {
        ("quote", "source"),
        ("quote", "text"),
        ("sources", "source"),
        ("topics", "category"),
        ("glossary", "term"),
    }
    assert completed == topics | others


async def test_a_topic_gets_its_card_for_the_asker_alone(bot: Running) -> None:
    guild = bot.ada.channel.server.id if bot.ada.channel.server else 0
    reply = await bot.ada.slash("brief", topic="nato expantion")
    assert reply.text.startswith("## NATO enlargement")
    assert "Blueprint for a New Russian-American Partnership" in reply.text
    assert reply.private
    assert [(ask.card, ask.guild, ask.locale) for ask in bot.log.asks] == [("nato-enlargement", int(guild), "en-US")]


async def test_it_answers_in_direct_messages_too(bot: Running) -> None:
    reply = await bot.ada.in_direct_messages().slash("brief", topic="new start")
    assert reply.text.startswith("## New START")
    assert not reply.private
    assert "Share" not in reply.message.labels
    assert bot.log.asks[0].guild is None


async def test_an_unclear_topic_is_a_choice_and_the_pick_is_recorded(bot: Running) -> None:
    choice = await bot.ada.slash("brief", topic="south korea sanctions")
    assert choice.private
    assert not choice.text.startswith("##")
    card = await bot.ada.click(choice.message, choice.custom_ids[0])
    assert card.text.startswith("## ")
    assert card.private
    assert [(ask.outcome, ask.picked) for ask in bot.log.asks] == [("suggested", False), ("found", True)]


async def test_a_choice_pressed_twice_counts_once(bot: Running) -> None:
    choice = await bot.ada.slash("brief", topic="crimea and ukraine")
    for custom_id in (choice.custom_ids[0], choice.custom_ids[0], choice.custom_ids[1]):
        assert (await bot.ada.click(choice.message, custom_id)).text.startswith("## ")
    assert [ask.card for ask in bot.log.asks] == [None, "crimea", "ukraine-conflict"]
    again = await bot.ada.slash("brief", topic="crimea and ukraine")
    assert set(again.custom_ids) & set(choice.custom_ids) == {"briefbot:plain:dismiss"}


async def test_what_was_asked_for_is_kept_through_a_choice(bot: Running) -> None:
    for command, shown in (("compare", "Who says what"), ("timeline", "Timeline: "), ("quote", "Quotes")):
        choice = await bot.ada.slash(command, topic="crimea and ukraine")
        picked = await bot.ada.click(choice.message, choice.custom_ids[0])
        assert shown in picked.text.split("\n")[0]


async def test_a_locked_database_does_not_hold_up_an_answer(deck: Deck, bot: Running, tmp_path: Path) -> None:
    path = tmp_path / "asks.sqlite3"
    log = SqlAskLog(Database(f"sqlite+aiosqlite:///{path}"), retention=timedelta(days=1), spool=tmp_path / "spool")
    await log.open()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("begin exclusive")
    bot.client.desk = BriefingDesk(deck, log)
    # The sandbox waits as long as Discord does, and no longer.
    for _ in range(2):
        assert (await bot.ada.slash("brief", topic="new start")).text.startswith("## New START")
    holder.execute("commit")
    holder.close()
    await log.close()
    again = SqlAskLog(Database(f"sqlite+aiosqlite:///{path}"), retention=timedelta(days=1), spool=tmp_path / "spool")
    assert await counted(again) == {"new-start": 2}
    await again.close()


async def test_a_topic_that_is_not_there_is_not_guessed(bot: Running) -> None:
    reply = await bot.ada.slash("brief", topic="weather in boston")
    assert reply.private
    assert "no briefing on that" in reply.text
    assert reply.message.labels == ["Please cover this", "Dismiss"]


async def test_what_is_nearest_to_a_miss_is_said_to_be_no_answer(bot: Running) -> None:
    reply = await bot.ada.slash("brief", topic="kremlin baking recipes")
    assert "no briefing on that" in reply.text
    assert "Nearest topics, not an answer" in reply.text
    assert "The Kremlin's view of the new U.S. National Security Strategy" in reply.message.labels


async def test_quotes_come_from_a_topic_a_source_or_words(bot: Running, deck: Deck) -> None:
    card = deck.cards["new-start"]
    topic = await bot.ada.slash("quote", topic="new start")
    assert all(" ".join(passage.text.split()) in topic.text for passage in card.quotes)
    assert topic.message.labels.count("In context") == len(card.quotes)
    source = await bot.ada.slash("quote", source="blueprint-2008")
    assert source.text.startswith("## Blueprint for a New Russian-American Partnership: Quotes")
    words = await bot.ada.slash("quote", text="hand of freindship to the united states")
    assert "Extending that hand of friendship to the United States marked" in words.text
    assert "¶3" in words.text
    assert "Name one of them" in (await bot.ada.slash("quote")).text
    assert "No document here has words like that" in (await bot.ada.slash("quote", text="lorem ipsum dolor")).text


async def test_the_pages_of_a_source_hold_every_quote_of_the_cards_once(bot: Running, deck: Deck) -> None:
    shown: list[str] = []
    page = await bot.ada.slash("quote", source="blueprint-2008")
    while True:
        shown += [custom_id for custom_id in page.custom_ids if ":context:" in custom_id]
        if "Next" not in page.message.labels:
            break
        page = await bot.ada.click(page.message, "Next")
    assert len(shown) == len(set(shown)) == len(deck.quotes_from(deck.corpus["blueprint-2008"]))


async def test_a_search_finds_passages_with_a_slip_in_the_words(bot: Running) -> None:
    found = await bot.ada.slash("search", text="missle defence")
    assert "proposed a truly collective effort at missile defense for Europe" in found.text
    assert found.message.labels.count("In context") >= 2


async def test_a_quotation_is_held_against_the_documents(bot: Running) -> None:
    verbatim = "have underlined just how dated the NATO construct is"
    assert (await bot.ada.slash("verify", text=verbatim)).text.startswith("## Verbatim")
    altered = (await bot.ada.slash("verify", text=verbatim.replace("underlined", "shown"))).text
    assert "Altered: 1 difference" in altered
    assert "quoted as “shown”, the document has “underlined”" in altered
    assert "Not in these documents" in (await bot.ada.slash("verify", text="the moon is made of cheese")).text
    assert [(ask.surface, ask.outcome, ask.question) for ask in bot.log.asks] == [
        ("verify", "found", None),
        ("verify", "found", None),
        ("verify", "abstained", None),
    ]


async def test_positions_stand_side_by_side_and_silence_is_a_state_of_its_own(bot: Running, deck: Deck) -> None:
    text = (await bot.ada.slash("compare", topic="nato enlargement")).text
    card = deck.cards["nato-enlargement"]
    for position in card.positions:
        assert position.holder in text
        assert " ".join(position.passages[0].text.split()) in text
        assert position.passages[0].document.published.shown in text
    silent = [document for document in deck.corpus.values() if document not in card.documents]
    assert silent
    assert text.count("No position found in this corpus.") == len(silent)


async def test_a_timeline_comes_as_text_at_once_and_as_a_picture_as_soon_as_it_is_drawn(bot: Running) -> None:
    asked = await bot.ada.slash("timeline", topic="cold war")
    assert asked.text.startswith("## Timeline: The Cold War")
    drawn = await bot.ada.reads(until=lambda message: bool(message.attachments))
    assert drawn is asked.message
    gallery = next(part for part in drawn.components[0]["components"] if part["type"] == 12)
    assert gallery["items"][0]["description"].startswith("Timeline of ")
    again = await bot.ada.slash("timeline", topic="cold war")
    assert again.message.attachments
    single = await bot.ada.slash("timeline", topic="new start")
    assert not any(part["type"] == 12 for part in single.message.components[0]["components"])
    everything = await bot.ada.slash("timeline")
    assert everything.text.startswith("## Timeline of the documents")


async def test_a_term_is_explained_with_where_it_stands(bot: Running) -> None:
    term = await bot.ada.slash("glossary", term="antiballistic misile treaty")
    assert term.text.startswith("## ABM Treaty")
    assert "¶4" in term.text
    assert "no such term" in (await bot.ada.slash("glossary", term="quantum chromodynamics")).text
    assert [(ask.surface, ask.question) for ask in bot.log.asks] == [
        ("glossary", None),
        ("glossary", "quantum chromodynamics"),
    ]


async def test_topics_and_sources_lead_to_cards(bot: Running, deck: Deck) -> None:
    topics = await bot.ada.slash("topics")
    assert all(category in topics.text for category in bot.client.desk.topics())
    category = await bot.ada.choose(topics.message, "briefbot:choose:turn", "topics:history:0")
    assert category.message is topics.message
    assert "The Cold War" in category.text
    card = await bot.ada.choose(category.message, "briefbot:choose:show", "card:cold-war::o:0")
    assert card.text.startswith("## The Cold War")
    sources = await bot.ada.slash("sources")
    assert all(document.title in sources.text for document in deck.corpus.values())
    assert "None argues the other side" in sources.text
    source = await bot.ada.slash("sources", source="shifts")
    document = deck.corpus["shifts-2025"]
    for known in (document.author, document.publisher, document.published.shown, document.published.basis, "no side"):
        assert known in source.text
    assert "34 cards quote it" in source.text


async def test_it_says_what_it_is_and_what_it_keeps(bot: Running, deck: Deck) -> None:
    about = (await bot.ada.slash("about")).text
    assert deck.version in about
    assert "None argues the other side" in about
    assert "no language model" in about
    privacy = (await bot.ada.slash("privacy")).text
    assert f"erased after {bot.client.config.retention_days} days" in privacy
    assert bot.log.asks == []


async def test_every_keystroke_gets_choices_that_discord_takes(bot: Running) -> None:
    for typed in ("", "s", "st", "strategic c", "sanct", "zzzz", "x" * 1_000):
        for command, option in (
            ("brief", "topic"),
            ("compare", "topic"),
            ("quote", "source"),
            ("quote", "text"),
            ("topics", "category"),
            ("glossary", "term"),
        ):
            assert len(await bot.ada.type_ahead(command, option, typed)) <= limits.CHOICES
    named = (await bot.ada.type_ahead("brief", "topic", "strategic c"))[0]
    reply = await bot.ada.slash("brief", topic=named["value"])
    assert reply.text.startswith(f"## {named['name']}")


async def test_a_choice_leads_to_what_it_says(bot: Running) -> None:
    quote = (await bot.ada.type_ahead("quote", "text", "hand of fr"))[0]
    reply = await bot.ada.slash("quote", text=quote["value"])
    assert reply.text.startswith("## In the documents")
    assert quote["name"] in reply.text
    source = (await bot.ada.type_ahead("sources", "source", "shifts"))[0]
    assert (await bot.ada.slash("sources", source=source["value"])).text.startswith(f"## {source['name']}")
    category = (await bot.ada.type_ahead("topics", "category", "arms"))[0]
    assert (await bot.ada.slash("topics", category=category["value"])).text.startswith("## Arms control")
    term = (await bot.ada.type_ahead("glossary", "term", "bli"))[0]
    assert (await bot.ada.slash("glossary", term=term["value"])).text.startswith(f"## {term['name']}")


@pytest.mark.parametrize("typed", HOSTILE)
async def test_nothing_typed_comes_back(bot: Running, typed: str) -> None:
    for name, option in (("brief", "topic"), ("quote", "text"), ("search", "text"), ("glossary", "term")):
        reply = await bot.ada.slash(name, **{option: typed})
        assert reply.text
        assert shows_nothing_of(typed, reply)
        assert "@everyone" not in json.dumps(reply.message.components)


async def test_no_message_can_ping(bot: Running) -> None:
    await bot.ada.slash("brief", topic="new start")
    assert bot.sandbox.rest.requests[-1].body["data"]["allowed_mentions"] == {"parse": []}


async def test_a_failure_is_told_to_the_user_and_logged_once(bot: Running, caplog: pytest.LogCaptureFixture) -> None:
    bot.client.desk = None  # type: ignore[assignment]  # whatever is broken inside, the net is the same
    reply = await bot.ada.slash("brief", topic="new start")
    assert "went wrong on our side" in reply.text
    assert reply.private
    pressed = await press(bot, "briefbot:show:card:new-start::o:0")
    assert "went wrong on our side" in pressed.text
    failures = [record for record in caplog.records if record.message == "an interaction failed"]
    assert len(failures) == 2


async def test_an_answer_that_comes_too_late_is_only_logged(
    bot: Running, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = asyncio.Event()

    def warned(*said: object) -> None:
        logging.warning(*said)
        heard.set()

    monkeypatch.setattr(replies.logger, "warning", warned)
    bot.sandbox.faults.slow(0.3, where="callback")
    asking = asyncio.create_task(bot.ada.slash("brief", topic="new start"))
    await asyncio.sleep(0)
    bot.sandbox.clock.move(timedelta(seconds=4))
    with pytest.raises(NoAnswer, match="did not respond"):
        await asking
    await asyncio.wait_for(heard.wait(), 5)
    assert "too late to answer an interaction (code 10062)" in caplog.text
    assert "an interaction failed" not in caplog.text


async def test_a_message_never_expires(bot: Running) -> None:
    assert view(failed()).timeout is None


async def test_the_bot_needs_no_privileged_intent_and_sees_no_members_or_presences(bot: Running) -> None:
    asked_for = {name for name, wanted in bot.client.intents if wanted}
    assert asked_for == {"guild_messages", "dm_messages"}


# ---------------------------------------------------------------- when there is too much to do


async def test_what_is_too_late_to_be_answered_is_not_begun(
    bot: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    old = await bot.ada.slash("brief", topic="new start")
    monkeypatch.setattr("bot.interactions.replies.ANSWER_SECONDS", 0.0)
    for act in (bot.ada.slash("brief", topic="new start"), bot.ada.click(old.message, "Quotes")):
        acting = asyncio.ensure_future(act)
        await until(lambda: "there is more to answer than there is time for" in caplog.text)
        bot.sandbox.world.clock.move(timedelta(seconds=4))
        with pytest.raises(NoAnswer):
            await acting
        caplog.clear()
    assert len(bot.log.asks) == 1, "only what was answered is counted"
    monkeypatch.undo()
    assert (await bot.ada.slash("brief", topic="new start")).text.startswith("## New START")


async def test_choices_that_do_not_reach_discord_are_no_news(bot: Running, caplog: pytest.LogCaptureFixture) -> None:
    bot.sandbox.faults.fail(500, where="POST .*callback", times=None)
    with pytest.raises(NoAnswer):
        await bot.ada.type_ahead("brief", "topic", "nato")
    bot.sandbox.faults.clear()
    assert await bot.ada.type_ahead("brief", "topic", "nato")
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
