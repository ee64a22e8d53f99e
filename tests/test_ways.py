"""What members do with an answer: turn its tabs, ask why, say what is wrong, come back days later."""

import asyncio
import json

import pytest

from bot.asklog import MemoryAskLog
from bot.desk import BriefingDesk, Deck
from bot.interactions import BriefbotClient
from bot.interactions.forms import report_in
from bot.model import Voice
from bot.sandbox.payloads import Callback
from bot.sandbox.rest import Request
from tests.conftest import Running, connected, discord_here, press, sees

# ---------------------------------------------------------------- tabs


async def test_tabs_turn_one_message(bot: Running) -> None:
    asked = await bot.ada.slash("brief", topic="new start")
    assert asked.message.labels[:5] == ["Overview", "Quotes", "Positions", "Timeline", "Notes"]
    for tab in ("Quotes", "Positions", "Timeline", "Notes", "Overview"):
        turned = await bot.ada.click(asked.message, tab)
        assert turned.answered is Callback.UPDATE
        assert turned.message is asked.message
        assert "New START" in turned.text.split("\n")[0]
    assert asked.text.startswith("## New START")
    assert len(bot.ada.sees()) == 1


async def test_the_reasons_stay_with_a_card_through_its_tabs(bot: Running) -> None:
    asked = await bot.ada.slash("brief", topic="nato expantion")
    await bot.ada.click(asked.message, "Notes")
    why = await bot.ada.click(asked.message, "Why this card?")
    assert "Read as: “expantion” → “expansion”" in why.text
    assert "“nato”" in why.text
    assert why.private


async def test_the_reasons_do_not_show_a_name_that_is_only_for_matching(bot: Running, deck: Deck) -> None:
    misspelt = await bot.ada.slash("brief", topic="russia stoe crimea")
    assert "“stole”" not in (await bot.ada.click(misspelt.message, "Why this card?")).text
    for card in list(deck.cards.values())[::7]:
        asked = await bot.ada.slash("brief", topic=card.title)
        why = (await bot.ada.click(asked.message, "Why this card?")).text.casefold()
        assert "one of the names" in why
        for name in card.aliases:
            assert name.casefold() not in why or name.casefold() in card.title.casefold()


async def test_others_turn_the_tabs_of_a_shared_card_for_themselves(bot: Running) -> None:
    shared = await bot.ada.slash("brief", topic="new start", share=True)
    before = shared.text
    ben = bot.sandbox.world.person("Ben")
    turned = await ben.click(shared.message, "Quotes")
    assert turned.private
    assert turned.message is not shared.message
    assert shared.message.text == before
    assert not sees(bot.ada, turned.message)


async def test_what_is_in_context_is_one_press_from_every_quote(bot: Running) -> None:
    asked = await bot.ada.slash("quote", topic="new start")
    contexts = [custom_id for custom_id in asked.custom_ids if ":context:" in custom_id]
    assert len(contexts) == 3
    for custom_id in contexts:
        shown = await bot.ada.click(asked.message, custom_id)
        assert shown.text.startswith("## In context")
        assert "**Building American Diplomacy Back Better** · Paragraph" in shown.text
        assert "c. February 2021 (inferred)" in shown.text


# ---------------------------------------------------------------- what members say


async def test_please_cover_this_counts_the_topic_once_and_not_the_person(bot: Running) -> None:
    asked = await bot.ada.slash("brief", topic="weather in boston")
    assert "Thank you" in (await bot.ada.click(asked.message, "Please cover this")).text
    assert "already" in (await bot.ada.click(asked.message, "Please cover this")).text
    (request,) = bot.log.feedback_given
    assert request.voice is Voice.REQUEST
    assert request.ask is not None
    assert request.ask in asked.custom_ids[0]
    assert bot.ada.user.id not in repr(bot.log.feedback_given) + repr(bot.log.asks)


async def test_each_has_one_voice_on_a_card_and_it_is_not_kept_whose(bot: Running, deck: Deck) -> None:
    ben = bot.sandbox.world.person("Ben")
    shared = await bot.ada.slash("brief", topic="new start", share=True)
    assert "Thank you" in (await bot.ada.click(shared.message, "Helpful")).text
    assert "already" in (await bot.ada.click(shared.message, "Not helpful")).text
    assert "Thank you" in (await ben.click(shared.message, "Not helpful")).text
    version = deck.cards["new-start"].version
    assert [(said.voice, said.card, said.version) for said in bot.log.feedback_given] == [
        (Voice.HELPFUL, "new-start", version),
        (Voice.NOT_HELPFUL, "new-start", version),
    ]
    assert bot.ada.user.id not in repr(bot.log.feedback_given)


async def test_an_error_is_reported_on_a_part_of_a_card(bot: Running) -> None:
    asked = await bot.ada.slash("brief", topic="new start")
    opened = await bot.ada.click(asked.message, "Report an error")
    assert opened.modal is not None
    assert "Quote 2: This is undoubtedly a step" in json.dumps(opened.modal)
    sent = await bot.ada.submit(opened, part=["quote 2"], words="It says ada@example.org and <@123456789012345678>")
    assert "Thank you" in sent.text
    assert sent.private
    (report,) = bot.log.feedback_given
    assert (report.voice, report.card, report.part) == (Voice.ERROR, "new-start", "quote 2")
    assert report.text == "It says [e-mail] and [mention]"


async def test_one_report_for_each_person_and_card_and_of_nothing_but_its_parts(bot: Running) -> None:
    asked = await bot.ada.slash("brief", topic="new start")
    for word in ("Thank you", "already"):
        opened = await bot.ada.click(asked.message, "Report an error")
        assert word in (await bot.ada.submit(opened, part=["note 1"], words="x")).text
    data = {"components": [{"component": {"custom_id": "part", "values": ["ask jo@example.org"]}}, None, "x"]}
    assert report_in(data, bot.client.desk.deck.cards["new-start"]) == (None, "")
    assert report_in(
        {"components": [{"custom_id": "part", "values": [{"a": 1}]}]}, bot.client.desk.deck.cards["nato-enlargement"]
    ) == (None, "")
    assert len(bot.log.feedback_given) == 1


async def test_a_form_that_was_opened_before_a_restart_can_still_be_sent(deck: Deck) -> None:
    async with discord_here() as sandbox:
        log = MemoryAskLog()
        async with connected(sandbox, BriefbotClient(BriefingDesk(deck, log))):
            ada = sandbox.world.person("Ada")
            opened = await ada.click((await ada.slash("brief", topic="new start")).message, "Report an error")
        await sandbox.gateway.disconnected()
        async with connected(sandbox, BriefbotClient(BriefingDesk(deck, log))):
            assert "Thank you" in (await ada.submit(opened, part=["note 1"], words="")).text
        assert [report.part for report in log.feedback_given] == ["note 1"]


# ---------------------------------------------------------------- buttons never die


async def test_every_button_works_after_a_restart(deck: Deck) -> None:
    async with discord_here() as sandbox:
        ada = sandbox.world.person("Ada")
        async with connected(sandbox, BriefbotClient(BriefingDesk(deck, MemoryAskLog()))):
            card = await ada.slash("brief", topic="nato expantion")
            choice = await ada.slash("brief", topic="south korea sanctions")
            miss = await ada.slash("brief", topic="weather in boston")
        await sandbox.gateway.disconnected()
        heard = []
        async with connected(sandbox, BriefbotClient(BriefingDesk(deck, MemoryAskLog()))):
            for asked in (card, choice, miss):
                for label in asked.message.labels:
                    part = asked.message.part(label) or {}
                    if label != "Dismiss" and not part.get("disabled"):
                        pressed = await ada.click(asked.message, label)
                        assert pressed.answered
                        heard.append(pressed)
            assert len(heard) > 12
            words = " ".join(pressed.text for pressed in heard if pressed.original)
            assert "went wrong" not in words
            assert "not one that I know" not in words
            await ada.click(card.message, "Dismiss")


@pytest.mark.parametrize(
    "custom_id",
    [
        "briefbot:show:card:no-such-card::o:0",
        "briefbot:turn:card:no-such-card:00000000:q:7",
        "briefbot:share:card:no-such-card::o:0",
        "briefbot:pick:no-such-card:0123456789abcdef:b",
        "briefbot:rate:yes:no-such-card:00000000",
        "briefbot:report:no-such-card:00000000",
        "briefbot:show:compare:no-such-card:0",
        "briefbot:show:dates:no-such-card:0",
    ],
)
async def test_a_button_of_a_withdrawn_card_says_so(bot: Running, custom_id: str) -> None:
    pressed = await press(bot, custom_id)
    assert "was withdrawn" in pressed.text
    assert pressed.private
    assert bot.log.feedback_given == []


@pytest.mark.parametrize(
    "custom_id",
    [
        "briefbot",
        "briefbot:",
        "briefbot:show:",
        "briefbot:show:card:x",
        "briefbot:show:card:x:y:z:0",
        "briefbot:show:card:x::o:-",
        "briefbot:why:",
        "briefbot:why:y999999:nato",
        "briefbot:why:y10:<@1>",
        "briefbot:cover:nonsense",
        "briefbot:set:everything",
        "briefbot:plain:explode",
        "briefbot:pick:New Start:0123456789abcdef:b",
        "somebody-else:7",
        "💥",
        "x" * 100,
    ],
)
async def test_a_forged_button_gets_a_polite_answer(bot: Running, custom_id: str) -> None:
    pressed = await press(bot, custom_id)
    assert "not one that I know" in pressed.text
    assert pressed.private


async def test_a_forged_place_in_a_document_shows_nothing_that_is_not_there(bot: Running) -> None:
    for place in ("blueprint-2008:520582:0:9999999", "blueprint-2008:520582:5:5", "blueprint-2008:000000:52:106"):
        assert "was changed" in (await press(bot, f"briefbot:show:context:{place}")).text
    assert "not one that I know" in (await press(bot, "briefbot:show:source:../../etc:0")).text
    assert "no longer here" in (await press(bot, "briefbot:show:source:no-such-source:0")).text
    far = await press(bot, "briefbot:show:sources:999999")
    assert far.text.startswith("## Sources")


async def test_a_button_of_a_card_that_was_changed_shows_it_as_it_stands_and_says_so(bot: Running) -> None:
    for custom_id in ("briefbot:turn:card:new-start:00000000:q:0", "briefbot:show:card:new-start:00000000:o:0"):
        assert "was changed since" in (await press(bot, custom_id)).text


@pytest.mark.parametrize(
    ("custom_id", "shown"),
    [
        ("briefbot:open:new-start", "## New START"),
        ("briefbot:pick:new-start:0123abcd", "## New START"),
        ("briefbot:quotes:new-start", "## New START: the extension and after: Quotes"),
        ("briefbot:notes:new-start", "## New START: the extension and after: Notes"),
    ],
)
async def test_buttons_of_the_first_release_work(bot: Running, custom_id: str, shown: str) -> None:
    assert (await press(bot, custom_id)).text.startswith(shown)


# ---------------------------------------------------------------- when Discord has a bad day


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_broken_discord_costs_no_answer(bot: Running, status: int) -> None:
    bot.sandbox.faults.fail(status, where="callback")
    assert (await bot.ada.slash("brief", topic="new start")).text.startswith("## New START")
    bot.sandbox.faults.fail(status, where="POST .*/messages")
    mention = bot.ada.mention("new start")
    assert (await bot.ada.reads(mention)).text.startswith("## New START")


async def test_a_busy_discord_costs_no_answer(bot: Running) -> None:
    bot.sandbox.faults.limit(0.05, where="callback")
    asked = await bot.ada.slash("brief", topic="new start")
    bot.sandbox.faults.limit(0.05, where="callback")
    assert (await bot.ada.click(asked.message, "Notes")).text.startswith("## New START")
    bot.sandbox.faults.limit(0.05, where="POST .*/messages")
    mention = bot.ada.mention("new start")
    assert (await bot.ada.reads(mention)).text.startswith("## New START")


async def test_a_picture_that_cannot_be_sent_leaves_the_text(bot: Running, caplog: pytest.LogCaptureFixture) -> None:
    tried = asyncio.Event()

    def heard(request: Request) -> None:
        if request.status == 403:
            tried.set()

    bot.sandbox.rest.listeners.append(heard)
    bot.sandbox.faults.fail(403, where="PATCH .*@original")
    asked = await bot.ada.slash("timeline", topic="cold war")
    await asyncio.wait_for(tried.wait(), 20)
    assert asked.text.startswith("## Timeline: The Cold War")
    assert "went wrong" not in " ".join(message.text for message in bot.ada.sees())


async def test_a_picture_that_comes_late_does_not_turn_a_page_back(bot: Running) -> None:
    first = await bot.ada.slash("timeline")
    turned = await bot.ada.click(first.message, "Next")
    assert "Page 2 of" in turned.text
    await bot.ada.reads(until=lambda message: bool(message.attachments))
    assert "Page 2 of" in first.message.text


async def test_each_page_of_a_timeline_has_its_picture(bot: Running) -> None:
    asked = await bot.ada.slash("timeline")
    await bot.ada.reads(until=lambda message: bool(message.attachments))
    turned = await bot.ada.click(asked.message, "Next")
    assert "Page 2 of" in turned.text
    drawn = await bot.ada.reads(until=lambda message: "Page 2" in message.text and bool(message.attachments))
    assert drawn is asked.message
    back = await bot.ada.click(asked.message, "Previous")
    assert back.message.attachments


async def test_a_dropped_gateway_in_the_middle_is_taken_up_again(bot: Running) -> None:
    asked = await bot.ada.slash("brief", topic="new start")
    bot.sandbox.gateway.drop()
    await bot.sandbox.gateway.connected()
    assert (await bot.ada.click(asked.message, "Notes")).text.startswith("## New START")
