"""Who sees an answer: private, shared, put away, taken back; and what is in nothing that others see."""

import asyncio
import json

import pytest

from bot.interactions.once import Shares
from bot.model import ServerSettings, Visibility
from bot.sandbox.places import MEMBER, Permission
from bot.sandbox.rest import Request
from tests.conftest import Running, sees, seminar, taken_away

SHARE = "Share"


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


async def test_what_was_typed_is_in_nothing_that_others_see(bot: Running) -> None:
    """Neither on the page nor in the codes of its buttons, whichever way it came there."""
    await bot.ada.slash("brief", topic="expantion of nato", share=True)
    asked = await bot.ada.slash("brief", topic="cuban misile crisis")
    await bot.ada.click(asked.message, SHARE)
    await bot.ada.reads(bot.ada.mention("syria conflickt"))
    await bot.client.desk.change_settings(seminar(bot), lambda _: ServerSettings(visibility=Visibility.SHARED))
    await bot.ada.slash("compare", topic="nato enlargment")
    seen = bot.sandbox.world.person("Chloe").sees()
    by_bot = [message for message in seen if message.author.bot]
    assert len(by_bot) == 4
    for message in by_bot:
        assert "Why this card?" not in message.labels
        shown = json.dumps(message.components)
        assert not any(word in shown for word in ("expantion", "misile", "conflickt", "enlargment"))


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


async def test_sharing_has_a_limit_of_its_own(bot: Running) -> None:
    answers = [await bot.ada.slash("brief", topic=topic) for topic in list(bot.client.desk.deck.cards)[:8]]
    shared = [await bot.ada.click(answer.message, SHARE) for answer in answers]
    assert [one.private for one in shared] == [False] * 6 + [True] * 2
    assert "a lot in a short time" in shared[-1].text


async def test_who_may_not_write_in_a_channel_shares_nothing_there(bot: Running) -> None:
    server = bot.ada.channel.server
    assert server is not None
    asked = await bot.ada.slash("brief", topic="new start")
    server.members[bot.ada.user.id] = MEMBER & ~Permission.SEND_MESSAGES
    assert (await bot.ada.click(asked.message, SHARE)).private
    assert (await bot.ada.slash("brief", topic="crimea", share=True)).private
    assert not bot.sandbox.world.person("Ben").sees()


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


async def test_two_presses_at_once_take_a_message_away_once(bot: Running, caplog: pytest.LogCaptureFixture) -> None:
    asked = await bot.ada.slash("brief", topic="new start")
    deleted = asyncio.Event()

    def heard(request: Request) -> None:
        if request.method == "DELETE" and len([r for r in bot.sandbox.rest.requests if r.method == "DELETE"]) > 1:
            deleted.set()

    bot.sandbox.rest.listeners.append(heard)
    await asyncio.gather(*(bot.ada.click(asked.message, "Dismiss") for _ in range(2)))
    await asyncio.wait_for(deleted.wait(), 5)
    assert bot.ada.sees() == []
    assert "failed" not in caplog.text


async def test_a_forged_dismiss_takes_nothing_away_that_others_read(bot: Running) -> None:
    shared = await bot.ada.slash("brief", topic="new start", share=True)
    world = bot.sandbox.world
    button = {"type": 2, "style": 2, "label": "x", "custom_id": "briefbot:plain:dismiss"}
    forged = world.bot_message(bot.ada.channel, [{"type": 1, "components": [button]}])
    pressed = await world.person("Chloe").click(forged, "x")
    assert "can remove this" in pressed.text
    assert {forged, shared.message} <= set(bot.ada.sees())


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
    # Nobody manages the bot there, so nobody could have it forgotten.
    assert bot.log.asks[-1].guild is None
    assert not (await elsewhere.click(asked.message, SHARE)).private
    server.members[bot.ada.user.id] = MEMBER & ~Permission.USE_EXTERNAL_APPS
    kept = await elsewhere.slash("brief", topic="crimea", share=True)
    assert kept.private
    told = await elsewhere.reads(kept.message)
    assert "showed this to you alone" in told.text
    again = await elsewhere.slash("brief", topic="crimea", share=True)
    assert again.text.startswith("## ")


async def test_in_a_group_conversation_it_answers_whoever_asks_and_shares_with_the_group(bot: Running) -> None:
    world = bot.sandbox.world
    ben = world.person("Ben")
    group = world.direct(bot.ada.user, ben.user)
    asked = await bot.ada.at(group).slash("brief", topic="new start")
    assert asked.private
    shared = await bot.ada.at(group).click(asked.message, SHARE)
    assert sees(ben.at(group), shared.message)
    turned = await ben.at(group).click(shared.message, "Quotes")
    assert turned.private
    await taken_away(bot, bot.ada.at(group), shared.message, "Remove")


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
