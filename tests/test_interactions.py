"""The real bot, the real library, a real socket: only Discord itself is the sandbox."""

import asyncio
import json
import logging
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot import limits
from bot.asklog.sql import SqlAskLog
from bot.desk import BriefingDesk, Deck
from bot.interactions import replies
from bot.interactions.pages import failed
from bot.interactions.redaction import Redacted
from bot.interactions.replies import view
from bot.sandbox import Interaction, NoAnswer
from tests.conftest import Running

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


async def press(bot: Running, custom_id: str) -> Interaction:
    """Press a button of a message that this process never sent."""
    button = {"type": 2, "style": 2, "label": "Old", "custom_id": custom_id}
    row = {"type": 1, "components": [button]}
    old = bot.sandbox.world.bot_message(bot.ada.channel, [{"type": 17, "components": [row]}])
    return await bot.ada.click(old, custom_id)


def shows_nothing_of(typed: str, reply: Interaction) -> bool:
    return typed.strip() == "" or typed.strip() not in json.dumps(reply.message.components, ensure_ascii=False)


async def test_the_commands_are_registered_for_servers_and_users_everywhere(bot: Running) -> None:
    assert [command["name"] for command in bot.sandbox.world.commands.all()] == ["brief", "quote", "topics", "sources"]
    for command in bot.sandbox.world.commands.all():
        assert command["integration_types"] == [0, 1]
        assert command["contexts"] == [0, 1, 2]
        assert len(command["description"]) <= 100
    by_name = {command["name"]: command["options"] for command in bot.sandbox.world.commands.all()}
    assert [option["autocomplete"] for name in ("brief", "quote") for option in by_name[name]] == [True, True]


async def test_a_topic_gets_its_card(bot: Running) -> None:
    guild = bot.ada.channel.server.id if bot.ada.channel.server else 0
    reply = await bot.ada.slash("brief", topic="nato expantion")
    assert reply.text.startswith("## NATO enlargement")
    assert "Blueprint for a New Russian-American Partnership" in reply.text
    assert not reply.private
    assert [(ask.card, ask.guild, ask.locale) for ask in bot.log.asks] == [("nato-enlargement", int(guild), "en-US")]


async def test_it_answers_in_direct_messages_too(bot: Running) -> None:
    reply = await bot.ada.in_direct_messages().slash("brief", topic="new start")
    assert reply.text.startswith("## New START")
    assert bot.log.asks[0].guild is None


async def test_an_unclear_topic_is_a_choice_for_the_asker_and_the_pick_is_for_all(bot: Running) -> None:
    choice = await bot.ada.slash("brief", topic="south korea sanctions")
    assert choice.private
    assert not choice.text.startswith("##")
    card = await bot.ada.click(choice.message, choice.custom_ids[0])
    assert card.text.startswith("## ")
    assert not card.private
    assert [(ask.outcome, ask.picked) for ask in bot.log.asks] == [("suggested", False), ("found", True)]


async def test_a_choice_pressed_twice_counts_once(bot: Running) -> None:
    choice = await bot.ada.slash("brief", topic="crimea and ukraine")
    for custom_id in (choice.custom_ids[0], choice.custom_ids[0], choice.custom_ids[1]):
        assert (await bot.ada.click(choice.message, custom_id)).text.startswith("## ")
    assert [ask.card for ask in bot.log.asks] == [None, "crimea", "ukraine-conflict"]
    again = await bot.ada.slash("brief", topic="crimea and ukraine")
    assert set(again.custom_ids).isdisjoint(choice.custom_ids)


async def test_a_locked_database_does_not_hold_up_an_answer(deck: Deck, bot: Running, tmp_path: Path) -> None:
    path = tmp_path / "asks.sqlite3"
    log = SqlAskLog(f"sqlite+aiosqlite:///{path}", retention=timedelta(days=1))
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
    again = SqlAskLog(f"sqlite+aiosqlite:///{path}", retention=timedelta(days=1))
    assert await again.counts() == {"new-start": 2}
    await again.close()


async def test_a_topic_that_is_not_there_is_not_guessed(bot: Running) -> None:
    reply = await bot.ada.slash("brief", topic="weather in boston")
    assert reply.private
    assert "no briefing on that" in reply.text
    assert reply.custom_ids == []


async def test_a_half_remembered_quote_is_answered_from_the_document(bot: Running) -> None:
    reply = await bot.ada.slash("quote", words="hand of freindship to the united states")
    assert "Extending that hand of friendship to the United States marked" in reply.text
    assert "¶3" in reply.text
    missing = await bot.ada.slash("quote", words="lorem ipsum dolor")
    assert missing.private


async def test_every_keystroke_gets_choices_that_discord_takes(bot: Running) -> None:
    for typed in ("", "s", "st", "strategic c", "sanct", "zzzz", "x" * 1_000):
        choices = await bot.ada.type_ahead("brief", "topic", typed)
        assert len(choices) <= limits.CHOICES
    named = (await bot.ada.type_ahead("brief", "topic", "strategic c"))[0]
    reply = await bot.ada.slash("brief", topic=named["value"])
    assert reply.text.startswith(f"## {named['name']}")


async def test_a_choice_of_a_quote_leads_to_that_very_sentence(bot: Running) -> None:
    choice = (await bot.ada.type_ahead("quote", "words", "hand of fr"))[0]
    reply = await bot.ada.slash("quote", words=choice["value"])
    assert reply.text.startswith("### In the documents")
    assert choice["name"] in reply.text


async def test_topics_and_sources_are_listed(bot: Running, deck: Deck) -> None:
    topics = await bot.ada.slash("topics")
    assert all(card.title in topics.text for card in deck.cards.values())
    sources = await bot.ada.slash("sources")
    assert all(document.title in sources.text for document in deck.corpus.values())
    assert "None argues the other side" in sources.text


async def test_a_button_from_a_message_of_another_process_works(bot: Running) -> None:
    for action, shown in (("open", "## New START"), ("quotes", "### New START"), ("notes", "### New START")):
        reply = await press(bot, f"briefbot:{action}:new-start")
        assert reply.text.startswith(shown)
        assert reply.private


async def test_a_button_of_a_card_that_is_gone_says_so(bot: Running) -> None:
    for action in ("pick", "open", "quotes", "notes"):
        reply = await press(bot, f"briefbot:{action}:no-such-card")
        assert "no longer in the deck" in reply.text


@pytest.mark.parametrize("typed", HOSTILE)
async def test_nothing_typed_comes_back(bot: Running, typed: str) -> None:
    for name, option in (("brief", "topic"), ("quote", "words")):
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
    pressed = await press(bot, "briefbot:open:new-start")
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


def test_no_secret_gets_into_a_log_line() -> None:
    formatter = Redacted("the-bots-token", "%(message)s")
    url = "https://discord.com/api/v10/webhooks/1000/aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1/messages/@original"
    try:
        raise RuntimeError(f"POST {url} with Bot the-bots-token")
    except RuntimeError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "x", 1, "failed: %s", (error,), (RuntimeError, error, error.__traceback__)
        )
    line = formatter.format(record)
    assert "webhooks/1000/[token]" in line
    assert "Bot [token]" in line
    assert "Traceback" in line
    assert "the-bots-token" not in line
    assert "aW50" not in line


async def test_a_message_never_expires(bot: Running) -> None:
    assert view(failed()).timeout is None


async def test_the_bot_sees_no_messages_members_or_presences(bot: Running) -> None:
    assert bot.client.intents.value == 0
