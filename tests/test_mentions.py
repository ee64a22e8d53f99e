"""Menus of messages and mentions: what others wrote, and what is written to the bot."""

import pytest

from bot.asklog import MemoryAskLog
from bot.config import Config
from bot.desk import BriefingDesk, Deck
from bot.interactions import BriefbotClient
from bot.sandbox import Sandbox
from bot.text import sentences
from tests.conftest import Running, connected, taken_away

# ---------------------------------------------------------------- menus of messages, mentions


async def test_the_menu_of_a_message_briefs_on_it_without_keeping_its_words(bot: Running) -> None:
    said = bot.sandbox.world.person("Ben").say("hm, is nato expansion still a thing?")
    asked = await bot.ada.menu("Brief this", said)
    assert asked.text.startswith("## NATO enlargement")
    assert asked.private
    missed = bot.sandbox.world.person("Ben").say("my cat is called Mittens")
    assert "no briefing" in (await bot.ada.menu("Brief this", missed)).text
    assert [(ask.surface, ask.question) for ask in bot.log.asks] == [("menu", None), ("menu", None)]


async def test_the_menu_of_a_message_checks_the_quotation_in_it(bot: Running) -> None:
    words = "have underlined just how dated the NATO construct is"
    ben = bot.sandbox.world.person("Ben")
    for text, verdict in (
        (f"As they said: “{words}” — what do you think of that, everybody?", "Verbatim"),
        (f"> {words.replace('dated', 'old')}\nis what I read", "Altered: 1 difference"),
        ("I had “a very nice holiday in the mountains”", "Not in these documents"),
    ):
        checked = await bot.ada.menu("Check quote", ben.say(text))
        assert checked.text.startswith(f"## {verdict}")
    assert {ask.question for ask in bot.log.asks} == {None}


async def test_each_quotation_of_a_message_gets_a_verdict_and_the_worst_leads(bot: Running) -> None:
    text = "They say “Soon a new U.S. president will take office.” and “we shall invade Poland within the year”"
    for checked in (
        await bot.ada.menu("Check quote", bot.sandbox.world.person("Ben").say(text)),
        await bot.ada.slash("verify", text=text),
    ):
        assert checked.text.startswith("## Not in these documents\nOf “we shall invade Poland")
        assert "## Verbatim\nOf “Soon a new U" in checked.text
    short = await bot.ada.slash("verify", text="the")
    assert short.text.startswith("## Too short to check")


async def test_a_verdict_says_whether_letters_differ_and_whether_omissions_are_marked(bot: Running) -> None:
    exact = "efforts to expand NATO to Russia's borders despite our well-known concerns"
    for pasted, said in (
        (exact, "letter for letter"),
        (exact.upper(), "Capitals or punctuation differ"),
        (
            "efforts to expand NATO […] have underlined just how dated the NATO construct is",
            "left out where the quotation",
        ),
        (
            "efforts to expand NATO have underlined just how dated the NATO construct is",
            "left out: “to Russia's borders",
        ),
    ):
        assert said in (await bot.ada.slash("verify", text=pasted)).text


async def test_a_quotation_over_two_paragraphs_has_its_context(bot: Running, deck: Deck) -> None:
    document = deck.corpus["diplomacy-2021"]
    first, second = document.paragraphs[3:5]
    last, opening = (sentences(document.text[part.start : part.end]) for part in (first, second))
    pasted = document.text[first.start + last[-1][0] : second.start + opening[0][1]]
    checked = await bot.ada.slash("verify", text=pasted)
    assert "## Verbatim" in checked.text
    assert f"¶{first.number}–{second.number}" in checked.text
    assert (await bot.ada.click(checked.message, "In context")).text.startswith("## In context")


async def test_a_mention_that_fails_is_told_so(bot: Running, caplog: pytest.LogCaptureFixture) -> None:
    bot.client.desk = None  # type: ignore[assignment]  # whatever is broken inside, the net is the same
    assert "went wrong on our side" in (await bot.ada.reads(bot.ada.mention("new start"))).text
    assert "a mention failed" in caplog.text


async def test_the_same_mention_again_points_to_the_first_answer(bot: Running) -> None:
    first = await bot.ada.reads(bot.ada.mention("new start"))
    again = await bot.ada.reads(bot.ada.mention("new start"))
    assert again.text.endswith(f"/{first.id}")


async def test_who_mentions_too_fast_is_told_once(deck: Deck, sandbox: Sandbox) -> None:
    client = BriefbotClient(BriefingDesk(deck, MemoryAskLog()), Config(asks_per_minute=1))
    async with connected(sandbox, client):
        ada = sandbox.world.person("Ada")
        await ada.reads(ada.mention("new start"))
        assert "a lot in a short time" in (await ada.reads(ada.mention("crimea"))).text
        ada.mention("syria")
        ben = sandbox.world.person("Ben")
        last = await ben.reads(ben.mention("nato expansion"))
        assert last.text.startswith("## NATO enlargement")
        assert sum("a lot in a short time" in message.text for message in ada.sees()) == 1


async def test_a_mention_is_answered_in_a_reply(bot: Running) -> None:
    said = bot.ada.mention("nato expantion")
    reply = await bot.ada.reads(said)
    assert reply.text.startswith("## NATO enlargement")
    assert reply.answers is said
    assert not reply.mentions
    assert [(ask.surface, ask.card) for ask in bot.log.asks] == [("mention", "nato-enlargement")]
    ben = bot.sandbox.world.person("Ben")
    assert (await ben.click(reply, "Quotes")).private
    assert "can remove this" in (await bot.sandbox.world.person("Chloe").click(reply, "Remove")).text
    await taken_away(bot, bot.ada, reply, "Remove")


async def test_an_unclear_or_unknown_mention_gets_a_choice_or_an_honest_miss(bot: Running) -> None:
    unclear = bot.ada.mention("crimea and ukraine")
    choice = await bot.ada.reads(unclear)
    assert (await bot.ada.click(choice, choice.custom_ids[0])).private
    unknown = bot.ada.mention("weather in boston")
    assert "no briefing" in (await bot.ada.reads(unknown)).text
    empty = bot.ada.mention("")
    assert "Name a topic" in (await bot.ada.reads(empty)).text


async def test_a_direct_message_needs_no_mention(bot: Running) -> None:
    ada = bot.ada.in_direct_messages()
    said = ada.say("new start")
    reply = await ada.reads(said)
    assert reply.text.startswith("## New START")
    assert "Share" not in reply.labels
    await ada.click(reply, "Notes")
    assert reply.text.startswith("## New START: the extension and after: Notes")


async def test_what_is_not_meant_for_the_bot_gets_no_answer(bot: Running) -> None:
    reply = await bot.ada.reads(bot.ada.mention("new start"))
    bot.ada.say("thanks!", answers=reply)
    bot.ada.say("new start, anyone?")
    last = bot.ada.mention("nato expansion")
    answer = await bot.ada.reads(last)
    assert answer.answers is last
    assert [ask.card for ask in bot.log.asks] == ["new-start", "nato-enlargement"]


async def test_mentions_can_be_switched_off(deck: Deck, sandbox: Sandbox) -> None:
    client = BriefbotClient(BriefingDesk(deck, MemoryAskLog()), Config(mentions=False))
    assert client.intents.value == 0
    async with connected(sandbox, client):
        assert (await sandbox.world.person("Ada").slash("brief", topic="new start")).private
