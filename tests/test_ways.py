"""What members do with an answer: share it, put it away, ask why, say what is wrong, choose, come back days later."""

import asyncio
import json

import pytest

from bot.asklog import MemoryAskLog
from bot.config import Config
from bot.desk import BriefingDesk, Deck
from bot.interactions import BriefbotClient
from bot.interactions.cooldown import Cooldown
from bot.interactions.once import Shares, Voices
from bot.model import Voice
from bot.sandbox import Misuse, Person, Sandbox
from bot.sandbox.messages import Change, Message
from bot.sandbox.payloads import Callback
from bot.sandbox.places import MEMBER, Permission
from bot.sandbox.rest import Request
from tests.conftest import Running, connected, discord_here, press

SHARE = "Share"


async def taken_away(bot: Running, person: Person, message: Message, button: str) -> None:
    """Press a button that takes the message away, and wait until it is gone."""
    gone = asyncio.Event()

    def heard(change: Change) -> None:
        if change.kind == "gone" and change.message is message:
            gone.set()

    bot.sandbox.world.board.listeners.append(heard)
    await person.click(message, button)
    await asyncio.wait_for(gone.wait(), 5)
    assert not sees(person, message)


def sees(person: Person, message: Message) -> bool:
    return message in person.sees()


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
        assert shown.text.startswith("### In context")
        assert "**Building American Diplomacy Back Better** · Paragraph" in shown.text
        assert "c. February 2021 (inferred)" in shown.text


# ---------------------------------------------------------------- private and shared


async def test_an_answer_is_private_until_it_is_shared_and_names_who_shared_it_without_a_ping(bot: Running) -> None:
    ben = bot.sandbox.world.person("Ben")
    asked = await bot.ada.slash("brief", topic="new start")
    assert not sees(ben, asked.message)
    shared = await bot.ada.click(asked.message, SHARE)
    assert sees(ben, shared.message)
    assert shared.text.startswith(f"-# Shared by <@{bot.ada.user.id}>")
    body = bot.sandbox.rest.requests[-1].body["data"]
    assert body["allowed_mentions"] == {"parse": []}
    assert not shared.message.mentions
    # The reasons name words that were typed: they are not for everybody.
    assert "Why this card?" not in shared.message.labels


async def test_the_same_card_shared_again_within_a_minute_points_to_the_first(bot: Running) -> None:
    now = 100.0
    bot.client.shares = Shares(lambda: now)
    asked = await bot.ada.slash("brief", topic="new start")
    first = await bot.ada.click(asked.message, SHARE)
    ben = bot.sandbox.world.person("Ben")
    for again in (
        await bot.ada.click(asked.message, SHARE),
        await ben.slash("brief", topic="new start", share=True),
    ):
        assert again.private
        assert again.text.endswith(f"/{bot.ada.channel.id}/{first.message.id}")
    elsewhere = await bot.ada.at("briefings").slash("brief", topic="new start", share=True)
    assert not elsewhere.private
    now += 61
    assert not (await bot.ada.click(asked.message, SHARE)).private


async def test_two_who_share_at_once_share_once(bot: Running) -> None:
    ben = bot.sandbox.world.person("Ben")
    both = await asyncio.gather(*(who.slash("brief", topic="new start", share=True) for who in (bot.ada, ben)))
    assert sorted(shared.private for shared in both) == [False, True]


async def test_what_is_shared_can_be_removed_by_whoever_shared_it_and_by_moderators_alone(bot: Running) -> None:
    world = bot.sandbox.world
    asked = await bot.ada.slash("brief", topic="new start")
    shared = await bot.ada.click(asked.message, SHARE)
    refused = await world.person("Chloe").click(shared.message, "Remove")
    assert "can remove this" in refused.text
    assert sees(bot.ada, shared.message)
    await taken_away(bot, bot.ada, shared.message, "Remove")
    again = await bot.ada.click(asked.message, SHARE)
    assert not again.private
    ben = world.person("Ben")
    server = bot.ada.channel.server
    assert server is not None
    world.join(ben.user, server, MEMBER | Permission.MANAGE_MESSAGES)
    await taken_away(bot, ben, again.message, "Remove")


async def test_an_answer_can_be_put_away(bot: Running) -> None:
    for person in (bot.ada, bot.ada.in_direct_messages()):
        asked = await person.slash("brief", topic="new start")
        await taken_away(bot, person, asked.message, "Dismiss")
        assert person.sees() == []


async def test_an_app_that_only_its_user_installed_answers_and_shares_where_the_server_lets_it(bot: Running) -> None:
    elsewhere = bot.ada.at("lobby")
    server = elsewhere.channel.server
    assert server is not None
    asked = await elsewhere.slash("brief", topic="new start")
    assert asked.text.startswith("## New START")
    assert bot.log.asks[-1].guild == int(server.id)
    assert not (await elsewhere.click(asked.message, SHARE)).private
    server.members[bot.ada.user.id] = MEMBER & ~Permission.USE_EXTERNAL_APPS
    kept = await elsewhere.slash("brief", topic="crimea", share=True)
    assert kept.private
    told = await elsewhere.reads(kept.message)
    assert "showed this to you alone" in told.text
    again = await elsewhere.slash("brief", topic="crimea", share=True)
    assert again.text.startswith("## ")


async def test_what_is_shared_comes_from_every_kind_of_answer(bot: Running) -> None:
    for command, options in (
        ("compare", {"topic": "new start"}),
        ("timeline", {"topic": "new start"}),
        ("glossary", {"term": "abm treaty"}),
        ("sources", {"source": "shifts-2025"}),
        ("topics", {}),
    ):
        asked = await bot.ada.slash(command, **options)
        assert asked.private
        shared = await bot.ada.click(asked.message, SHARE)
        assert not shared.private
        assert asked.text.split("\n")[0] in shared.text


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
    for place in ("blueprint-2008:520582:0:99999999", "blueprint-2008:520582:5:5", "blueprint-2008:000000:52:106"):
        assert "was changed" in (await press(bot, f"briefbot:show:context:{place}")).text
    assert "no longer here" in (await press(bot, "briefbot:show:source:../../etc:0")).text
    far = await press(bot, "briefbot:show:sources:999999")
    assert far.text.startswith("### Sources")


async def test_a_button_of_a_card_that_was_changed_shows_it_as_it_stands_and_says_so(bot: Running) -> None:
    for custom_id in ("briefbot:turn:card:new-start:00000000:q:0", "briefbot:show:card:new-start:00000000:o:0"):
        assert "was changed since" in (await press(bot, custom_id)).text


@pytest.mark.parametrize(
    ("custom_id", "shown"),
    [
        ("briefbot:open:new-start", "## New START"),
        ("briefbot:pick:new-start:0123abcd", "## New START"),
        ("briefbot:quotes:new-start", "### New START: the extension and after: Quotes"),
        ("briefbot:notes:new-start", "### New START: the extension and after: Notes"),
    ],
)
async def test_buttons_of_the_first_release_work(bot: Running, custom_id: str, shown: str) -> None:
    assert (await press(bot, custom_id)).text.startswith(shown)


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
        assert checked.text.startswith(f"### {verdict}")
    assert {ask.question for ask in bot.log.asks} == {None}


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
    assert reply.text.startswith("### New START: the extension and after: Notes")


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


# ---------------------------------------------------------------- settings


async def test_managers_choose_who_sees_answers_and_in_which_language(bot: Running) -> None:
    ben = bot.sandbox.world.person("Ben")
    page = await ben.slash("settings")
    assert page.private
    await ben.choose(page.message, "briefbot:set:visibility", "shared")
    shared = await bot.ada.slash("brief", topic="new start")
    assert not shared.private
    assert (await bot.ada.slash("brief", topic="nato expansion", share=False)).private
    await ben.choose(page.message, "briefbot:set:language", "de")
    assert "Settings of this server" not in page.text
    german = await bot.ada.slash("brief", topic="crimea")
    assert "Key points" not in german.text
    assert "The annexation of Crimea" in german.text
    elsewhere = await bot.ada.in_direct_messages().slash("brief", topic="crimea")
    assert "Key points" in elsewhere.text


async def test_settings_are_for_managers_alone(bot: Running) -> None:
    with pytest.raises(Misuse):
        await bot.ada.slash("settings")
    forged = bot.sandbox.world.bot_message(bot.ada.channel, [
        {"type": 1, "components": [{"type": 3, "custom_id": "briefbot:set:visibility",
                                    "options": [{"label": "x", "value": "shared"}]}]},
    ])  # fmt: skip
    refused = await bot.ada.choose(forged, "briefbot:set:visibility", "shared")
    assert "for those who manage the server" in refused.text
    assert (await bot.ada.slash("brief", topic="new start")).private


async def test_each_reads_the_language_of_their_own_discord(bot: Running) -> None:
    world = bot.sandbox.world
    server = bot.ada.channel.server
    assert server is not None
    for locale, word in (("ru", "Обзор"), ("de", "Überblick"), ("es-419", None), ("pt-BR", "Overview")):
        user = world.add_person(f"Somebody with {locale}", locale=locale)
        world.join(user, server)
        asked = await world.person_of(user).slash("brief", topic="new start")
        label = asked.message.labels[0]
        assert label == word if word else label != "Overview"
        assert "New START: the extension and after" in asked.text


# ---------------------------------------------------------------- too fast, too long


async def test_who_asks_too_fast_is_told_kindly_how_long_to_wait(deck: Deck, sandbox: Sandbox) -> None:
    client = BriefbotClient(BriefingDesk(deck, MemoryAskLog()), Config(asks_per_minute=3))
    now = 100.0
    client.cooldown = Cooldown(3, lambda: now)
    async with connected(sandbox, client):
        ada = sandbox.world.person("Ada")
        for _ in range(3):
            assert (await ada.slash("brief", topic="new start")).text.startswith("## New START")
        slowed = await ada.slash("brief", topic="new start")
        assert slowed.text == "That was a lot in a short time. Please ask again in 20 seconds."
        assert slowed.private
        assert await ada.type_ahead("brief", "topic", "new")
        assert (await sandbox.world.person("Ben").slash("topics")).text.startswith("### Topics")
        now += 20
        assert (await ada.slash("topics")).text.startswith("### Topics")


def test_a_bucket_fills_again_over_a_minute_and_forgets_people() -> None:
    now = 0.0
    cooldown = Cooldown(2, lambda: now)
    assert [cooldown.wait(1) for _ in range(3)] == [0, 0, 30]
    now = 29.5
    assert cooldown.wait(1) == 1
    now = 30.0
    assert cooldown.wait(1) == 0
    for person in range(2, 10_003):
        cooldown.wait(person)
    assert [cooldown.wait(1) for _ in range(2)] == [0, 0]
    assert not any(Cooldown(0).wait(1) for _ in range(1_000))


def test_what_counts_once_is_bounded_and_knows_nobody() -> None:
    voices = Voices()
    assert voices.first(7, "rate", "card")
    assert not voices.first(7, "rate", "card")
    assert voices.first(7, "rate", "other")
    assert voices.first(8, "rate", "card")
    assert b"7" not in vars(voices)["_heard"]


async def test_a_question_is_cut_before_it_is_matched(bot: Running) -> None:
    long = "nato expansion " + "and " * 400 + "new start"
    asked = await bot.ada.slash("brief", topic=long)
    same = await bot.ada.slash("brief", topic=long[:300])
    assert asked.text.split("\n")[0] == same.text.split("\n")[0]


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
    assert (await bot.ada.click(asked.message, "Notes")).text.startswith("### New START")
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
    asked = await bot.ada.slash("timeline", topic="new start")
    await asyncio.wait_for(tried.wait(), 20)
    assert asked.text.startswith("## Timeline: New START")
    assert "went wrong" not in " ".join(message.text for message in bot.ada.sees())


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
    assert (await bot.ada.click(asked.message, "Notes")).text.startswith("### New START")
