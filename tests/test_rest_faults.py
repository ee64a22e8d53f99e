"""Briefbot while Discord's REST API fails: nobody is answered twice or wrongly, an ask counts once, and it goes on."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from bot.asklog import MemoryAskLog
from bot.config import Config
from bot.desk import BriefingDesk, Deck
from bot.hosting import starting
from bot.interactions import BriefbotClient, delivery, mentions, rounds
from bot.interactions.rounds import Rounds
from bot.sandbox import Interaction, NoAnswer, Sandbox
from bot.sandbox.faults import Faults
from bot.sandbox.messages import Message
from bot.sandbox.places import BOT, Permission
from tests.conftest import Running, seminar
from tests.load import Load, logged
from tests.test_digests import MONDAY, WEEKLY, a_week, sent_to
from tests.test_gateway_faults import running, servers_of

CALLBACK, FURTHER, EDIT = "POST .*/callback", "POST .*/webhooks/", "PATCH .*/webhooks/"
REPLY = "POST .*/channels/.*/messages"
BEGINNING = ("users/@me", "oauth2/applications", "GET .*/gateway/bot", "PUT .*/commands")

Fault = Callable[[Faults, str], None]

UNDONE: dict[str, Fault] = {
    "429 on a route": lambda faults, where: faults.limit(0.2, where=where),
    "429 everywhere": lambda faults, where: faults.limit(0.2, everywhere=True, where=where),
    "500": lambda faults, where: faults.fail(500, where=where),
    "502": lambda faults, where: faults.fail(502, where=where),
    "503": lambda faults, where: faults.fail(503, where=where),
    "504": lambda faults, where: faults.fail(504, where=where),
    "reset": lambda faults, where: faults.reset(where=where),
    "stalled": lambda faults, where: faults.stall(where=where),
    "garbled": lambda faults, where: faults.garble(where=where),
}
DONE: dict[str, Fault] = {
    "500, done": lambda faults, where: faults.fail(500, where=where, done=True),
    "503, done": lambda faults, where: faults.fail(503, where=where, done=True),
    "reset, done": lambda faults, where: faults.reset(where=where, done=True),
    "stalled, done": lambda faults, where: faults.stall(where=where, done=True),
    "garbled, done": lambda faults, where: faults.garble(where=where, done=True),
}
"""Failures of which the bot cannot know that what it asked for is done."""
ONCE = UNDONE | DONE
SOME = ("429 everywhere", "500, done", "reset", "garbled, done")


def banned(faults: Faults, where: str) -> None:
    """What the proxy before Discord answers whoever makes too many mistakes."""
    faults.limit(1, banned=True, where=where)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that are long in earnest."""
    monkeypatch.setattr(delivery, "AFTERWARDS_SECONDS", 1.5)
    monkeypatch.setattr(mentions, "TRY_SECONDS", 1.5)
    monkeypatch.setattr(mentions, "AGAIN_SECONDS", 0.1)
    monkeypatch.setattr(rounds, "SEND_SECONDS", 1.5)
    monkeypatch.setattr(starting, "FIRST_WAIT", 0.05)


@pytest.fixture
async def quiet(bot: Running, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Running]:
    """A bot of which nothing stays behind: no stalled request, no task, no line with a token or what was typed."""
    yield bot
    await settled()
    bot.sandbox.faults.clear()
    assert (await bot.ada.slash("brief", topic="new start")).text.startswith("## New START"), "it goes on"
    assert bot.sandbox.token not in caplog.text
    assert "expantion" not in caplog.text


def dealing(*, with_messages: bool = True) -> "list[asyncio.Task[object]]":
    """The tasks in which the bot deals with what it was told of."""
    named = [task for task in asyncio.all_tasks() if task.get_name().startswith(delivery.EVENTS)]
    return [task for task in named if with_messages or "on_message" not in task.get_name()]


async def settled() -> None:
    """Return once all of it is dealt with."""
    async with asyncio.timeout(15):
        while left := dealing():
            await asyncio.wait(left)


def warned(caplog: pytest.LogCaptureFixture, of: str = "bot.") -> list[str]:
    found = [r for r in caplog.records if r.name.startswith(of) and r.levelno >= logging.WARNING]
    assert not any(record.exc_info for record in found), "a line and no traceback"
    return [record.getMessage() for record in found]


def by_bot(bot: Running) -> list[Message]:
    return [message for message in bot.ada.sees() if message.author is BOT]


# ---------------------------------------------------------------- the first response


@pytest.mark.parametrize("fault", ONCE)
async def test_a_first_response_that_met_a_failure_comes_once_and_in_time(quiet: Running, fault: str) -> None:
    ONCE[fault](quiet.sandbox.faults, CALLBACK)
    asked = await quiet.ada.slash("brief", topic="nato expantion")
    assert asked.text.startswith("## NATO enlargement")
    assert by_bot(quiet) == [asked.message]
    assert [ask.card for ask in quiet.log.asks] == ["nato-enlargement"]


@pytest.mark.parametrize("fault", DONE)
async def test_a_press_and_a_form_and_choices_come_once_too(quiet: Running, fault: str) -> None:
    asked = await quiet.ada.slash("brief", topic="nato expantion")
    DONE[fault](quiet.sandbox.faults, CALLBACK)
    turned = await quiet.ada.click(asked.message, "Quotes")
    assert turned.message is asked.message
    DONE[fault](quiet.sandbox.faults, CALLBACK)
    assert (await quiet.ada.type_ahead("brief", "topic", "new start"))[0]["name"].startswith("New START")
    DONE[fault](quiet.sandbox.faults, CALLBACK)
    shared = await quiet.ada.click(asked.message, "Share")
    assert not shared.private
    await settled()
    again = await quiet.ada.click(asked.message, "Share")
    assert again.text.endswith(f"/{quiet.ada.channel.id}/{shared.message.id}"), "it is known where it stands"


@pytest.mark.parametrize("fault", [*(fault for fault in UNDONE if "429" not in fault), "banned"])
async def test_where_discord_takes_no_answer_it_is_a_line_and_nothing_piles_up(
    quiet: Running, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    meet = banned if fault == "banned" else UNDONE[fault]
    for _ in range(30):
        meet(quiet.sandbox.faults, CALLBACK)
    with pytest.raises(NoAnswer):
        await quiet.ada.slash("brief", topic="nato expantion")
    assert by_bot(quiet) == []
    assert len(quiet.log.asks) == 1
    assert [line.split(":")[0] for line in warned(caplog)] == ["an answer was not delivered"]


# ---------------------------------------------------------------- what comes after it


async def told_apart(bot: Running) -> Interaction:
    """An answer that the server keeps from the others, which is told in a further message."""
    elsewhere = bot.ada.at("lobby")
    assert elsewhere.channel.server is not None
    elsewhere.channel.server.members[bot.ada.user.id] &= ~Permission.USE_EXTERNAL_APPS
    return await elsewhere.slash("brief", topic="crimea", share=True)


@pytest.mark.parametrize("fault", [*ONCE, "banned"])
async def test_a_further_message_never_comes_twice(
    quiet: Running, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    ({**ONCE, "banned": banned})[fault](quiet.sandbox.faults, FURTHER)
    asked = await told_apart(quiet)
    await settled()
    further = [m for m in quiet.ada.at("lobby").sees() if m.author is BOT and m is not asked.message]
    assert len(further) == (1 if fault in DONE or fault.startswith("429") else 0)
    assert len(warned(caplog)) == (0 if fault.startswith("429") else 1)


@pytest.mark.parametrize("fault", ["429 on a route", "502", "reset", "stalled", "garbled", *DONE])
async def test_a_picture_is_added_after_all(quiet: Running, fault: str) -> None:
    ONCE[fault](quiet.sandbox.faults, EDIT)
    asked = await quiet.ada.slash("timeline")
    drawn = await quiet.ada.reads(until=lambda message: bool(message.attachments))
    assert drawn is asked.message
    assert by_bot(quiet) == [asked.message]
    assert drawn.attachments[0]["size"] > 1_000, "the picture, and not what was left of it by the try before"


@pytest.mark.parametrize("fault", ONCE)
async def test_a_picture_that_is_there_comes_whole_with_the_answer(quiet: Running, fault: str) -> None:
    await quiet.ada.slash("timeline")
    await quiet.ada.reads(until=lambda message: bool(message.attachments))
    ONCE[fault](quiet.sandbox.faults, CALLBACK)
    asked = await quiet.ada.slash("timeline")
    assert [attached["size"] > 1_000 for attached in asked.message.attachments] == [True]


# ---------------------------------------------------------------- replies


@pytest.mark.parametrize("fault", ONCE)
async def test_a_reply_that_met_a_failure_comes_once(quiet: Running, fault: str) -> None:
    ONCE[fault](quiet.sandbox.faults, REPLY)
    said = quiet.ada.mention("nato expantion")
    reply = await quiet.ada.reads(said)
    await settled()
    assert reply.text.startswith("## NATO enlargement")
    assert by_bot(quiet) == [reply]
    assert [ask.card for ask in quiet.log.asks] == ["nato-enlargement"]


async def test_a_reply_that_discord_does_not_take_is_a_line(quiet: Running, caplog: pytest.LogCaptureFixture) -> None:
    for where, meet in enumerate((banned, UNDONE["garbled"], UNDONE["reset"], UNDONE["503"])):
        for _ in range(2):
            meet(quiet.sandbox.faults, REPLY)
        caplog.clear()
        quiet.ada.mention("nato expantion")
        async with asyncio.timeout(10):
            while len(quiet.log.asks) == where:  # noqa: ASYNC110  # no event tells when an ask is recorded
                await asyncio.sleep(0)
        await settled()
        assert len(warned(caplog)) == 1
        assert "a mention could not be answered" in warned(caplog)[0]
        assert len(quiet.log.asks) == where + 1
        quiet.sandbox.faults.clear()
    assert by_bot(quiet) == []


# ---------------------------------------------------------------- all at once


async def test_under_load_everybody_is_answered_once_through_every_failure(
    deck: Deck, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Replies to many wait for each other in one channel, as Discord wants.
    monkeypatch.setattr(mentions, "TRY_SECONDS", 30)
    async with running(deck, sandbox) as bot:
        load = Load(sandbox.world, deck, 6, servers_of(sandbox, 0, 1))
        enough = asyncio.Event()
        going = asyncio.create_task(load.go_on(turns=100, until=enough))
        for where, faults in ((CALLBACK, ONCE), (REPLY, {name: ONCE[name] for name in SOME})):
            for fault in faults.values():
                fault(sandbox.faults, where)
                while sandbox.faults.waiting:
                    await load.more(1)
                # The next failure is for somebody else: a second try that fails as well is given up.
                await asyncio.gather(*dealing(with_messages=where is REPLY))
        enough.set()
        await going
        assert len(load.ledger) > 100
        assert load.unanswered == []
        assert load.wrong == []
        assert load.twice == []
        assert logged(bot.log.asks) == load.counts(answered=True)
        sandbox.faults.clear()


async def test_one_that_is_stalled_holds_up_nobody_else(quiet: Running) -> None:
    ben = quiet.sandbox.world.person("Ben")
    for _ in range(2):
        quiet.sandbox.faults.stall(where=CALLBACK)
    stalled = asyncio.create_task(quiet.ada.slash("brief", topic="nato expantion"))
    while not quiet.log.asks:  # noqa: ASYNC110  # no event tells when an ask is recorded
        await asyncio.sleep(0)
    quiet.sandbox.faults.stall(where=CALLBACK)
    others = await asyncio.gather(*(ben.slash("brief", topic="new start") for _ in range(5)))
    assert all(other.text.startswith("## New START") for other in others)
    with suppress(NoAnswer):
        await stalled


# ---------------------------------------------------------------- the start, and what is done in silence


@pytest.mark.parametrize("where", BEGINNING)
@pytest.mark.parametrize("fault", ["429 on a route", "503", "reset", "garbled", "banned"])
async def test_it_starts_though_discord_fails_at_first(
    deck: Deck, sandbox: Sandbox, where: str, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = BriefbotClient(BriefingDesk(deck, MemoryAskLog()), Config())
    # The client library asks a second time by itself after some of these.
    for _ in range(2):
        ({**UNDONE, "banned": banned})[fault](sandbox.faults, where)
    async with client:
        running = asyncio.create_task(starting.start(client, sandbox.token))
        await asyncio.wait_for(sandbox.gateway.connected(), 15)
        reply = await sandbox.world.person("Ada").slash("brief", topic="nato expantion")
        assert reply.text.startswith("## NATO enlargement")
        assert sandbox.gateway.identified == 1
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert all("Discord cannot be reached" in line for line in warned(caplog))
    assert sandbox.token not in caplog.text


@pytest.mark.parametrize("fault", [*ONCE, "banned"])
async def test_a_digest_comes_once_through_every_failure(bot: Running, fault: str) -> None:
    await a_week(bot.log, seminar(bot))
    weekly = replace(WEEKLY, digest_channel=int(bot.ada.channel.id))
    await bot.client.desk.change_settings(seminar(bot), lambda _: weekly)
    ({**ONCE, "banned": banned})[fault](bot.sandbox.faults, REPLY)
    each = Rounds(bot.client, lambda: MONDAY)
    for _ in range(3):
        await each.make()
    assert len(sent_to(bot.ada.channel, bot.sandbox)) == 1
    bot.sandbox.faults.clear()


async def test_servers_that_cannot_be_listed_are_looked_for_again(
    bot: Running, caplog: pytest.LogCaptureFixture
) -> None:
    each = Rounds(bot.client, lambda: MONDAY)
    for fault in ("503", "reset", "garbled"):
        for _ in range(2):
            UNDONE[fault](bot.sandbox.faults, "users/@me/guilds")
        caplog.clear()
        await each.make()
        assert len(warned(caplog)) == 1
        bot.sandbox.faults.clear()
    caplog.clear()
    await each.make()
    assert warned(caplog) == []
