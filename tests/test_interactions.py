"""The real bot, the real library, a real socket: only Discord itself is the sandbox."""

import asyncio
import json
import logging
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import discord
import jsonschema
import pytest

from bot import limits
from bot.asklog import MemoryAskLog
from bot.asklog.sql import SqlAskLog
from bot.desk import BriefingDesk, Deck
from bot.interactions import BriefbotClient
from bot.interactions.pages import failed
from bot.interactions.redaction import Redacted
from bot.interactions.replies import view
from bot.sandbox import Reply, Sandbox, point_library_at
from bot.sandbox.server import TOKEN
from tests.conftest import ROOT

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


@dataclass
class Running:
    discord: Sandbox
    client: BriefbotClient
    log: MemoryAskLog


@pytest.fixture
async def bot(deck: Deck) -> AsyncIterator[Running]:
    """The bot, connected and ready."""
    base, gateway = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    log = MemoryAskLog()
    async with Sandbox() as sandbox:
        point_library_at(sandbox.url)
        async with BriefbotClient(BriefingDesk(deck, log)) as client:
            running = asyncio.create_task(client.start(TOKEN))
            await asyncio.wait_for(sandbox.ready.wait(), 10)
            yield Running(sandbox, client, log)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    assert sandbox.refused == []
    discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


def shows_nothing_of(typed: str, reply: Reply) -> bool:
    return typed.strip() == "" or typed.strip() not in json.dumps(reply.data, ensure_ascii=False)


async def test_the_commands_are_registered_for_servers_and_users_everywhere(bot: Running) -> None:
    assert [command["name"] for command in bot.discord.commands] == ["brief", "quote", "topics", "sources"]
    for command in bot.discord.commands:
        assert command["integration_types"] == [0, 1]
        assert command["contexts"] == [0, 1, 2]
        assert len(command["description"]) <= 100
    by_name = {command["name"]: command["options"] for command in bot.discord.commands}
    assert [option["autocomplete"] for name in ("brief", "quote") for option in by_name[name]] == [True, True]


async def test_a_topic_gets_its_card(bot: Running) -> None:
    reply = await bot.discord.command("brief", {"topic": "nato expantion"})
    assert reply.text.startswith("## NATO enlargement")
    assert "Blueprint for a New Russian-American Partnership" in reply.text
    assert not reply.private
    assert [(ask.card, ask.guild, ask.locale) for ask in bot.log.asks] == [("nato-enlargement", 2000, "en-GB")]


async def test_it_answers_in_direct_messages_too(bot: Running) -> None:
    reply = await bot.discord.command("brief", {"topic": "new start"}, guild=False)
    assert reply.text.startswith("## New START")
    assert bot.log.asks[0].guild is None


async def test_an_unclear_topic_is_a_choice_for_the_asker_and_the_pick_is_for_all(bot: Running) -> None:
    choice = await bot.discord.command("brief", {"topic": "south korea sanctions"})
    assert choice.private
    assert not choice.text.startswith("##")
    card = await bot.discord.press(choice.custom_ids[0])
    assert card.text.startswith("## ")
    assert not card.private
    assert [(ask.outcome, ask.picked) for ask in bot.log.asks] == [("suggested", False), ("found", True)]


async def test_a_choice_pressed_twice_counts_once(bot: Running) -> None:
    choice = await bot.discord.command("brief", {"topic": "crimea and ukraine"})
    for custom_id in (choice.custom_ids[0], choice.custom_ids[0], choice.custom_ids[1]):
        assert (await bot.discord.press(custom_id)).text.startswith("## ")
    assert [ask.card for ask in bot.log.asks] == [None, "crimea", "ukraine-conflict"]
    again = await bot.discord.command("brief", {"topic": "crimea and ukraine"})
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
        assert (await bot.discord.command("brief", {"topic": "new start"})).text.startswith("## New START")
    holder.execute("commit")
    holder.close()
    await log.close()
    again = SqlAskLog(f"sqlite+aiosqlite:///{path}", retention=timedelta(days=1))
    assert await again.counts() == {"new-start": 2}
    await again.close()


async def test_a_topic_that_is_not_there_is_not_guessed(bot: Running) -> None:
    reply = await bot.discord.command("brief", {"topic": "weather in boston"})
    assert reply.private
    assert "no briefing on that" in reply.text
    assert reply.custom_ids == []


async def test_a_half_remembered_quote_is_answered_from_the_document(bot: Running) -> None:
    reply = await bot.discord.command("quote", {"words": "hand of freindship to the united states"})
    assert "Extending that hand of friendship to the United States marked" in reply.text
    assert "¶3" in reply.text
    missing = await bot.discord.command("quote", {"words": "lorem ipsum dolor"})
    assert missing.private


async def test_every_keystroke_gets_choices_that_discord_takes(bot: Running) -> None:
    for typed in ("", "s", "st", "strategic c", "sanct", "zzzz", "x" * 1_000):
        choices = (await bot.discord.typing("brief", "topic", typed)).choices
        assert len(choices) <= limits.CHOICES
    named = (await bot.discord.typing("brief", "topic", "strategic c")).choices[0]
    reply = await bot.discord.command("brief", {"topic": named["value"]})
    assert reply.text.startswith(f"## {named['name']}")


async def test_a_choice_of_a_quote_leads_to_that_very_sentence(bot: Running) -> None:
    choice = (await bot.discord.typing("quote", "words", "hand of fr")).choices[0]
    reply = await bot.discord.command("quote", {"words": choice["value"]})
    assert reply.text.startswith("### In the documents")
    assert choice["name"] in reply.text


async def test_topics_and_sources_are_listed(bot: Running, deck: Deck) -> None:
    topics = await bot.discord.command("topics")
    assert all(card.title in topics.text for card in deck.cards.values())
    sources = await bot.discord.command("sources")
    assert all(document.title in sources.text for document in deck.corpus.values())
    assert "None argues the other side" in sources.text


async def test_a_button_from_a_message_of_another_process_works(bot: Running) -> None:
    for action, shown in (("open", "## New START"), ("quotes", "### New START"), ("notes", "### New START")):
        reply = await bot.discord.press(f"briefbot:{action}:new-start")
        assert reply.text.startswith(shown)
        assert reply.private


async def test_a_button_of_a_card_that_is_gone_says_so(bot: Running) -> None:
    for action in ("pick", "open", "quotes", "notes"):
        reply = await bot.discord.press(f"briefbot:{action}:no-such-card")
        assert "no longer in the deck" in reply.text


@pytest.mark.parametrize("typed", HOSTILE)
async def test_nothing_typed_comes_back(bot: Running, typed: str) -> None:
    for name, option in (("brief", "topic"), ("quote", "words")):
        reply = await bot.discord.command(name, {option: typed})
        assert reply.text
        assert shows_nothing_of(typed, reply)
        assert "@everyone" not in json.dumps(reply.data)


async def test_no_message_can_ping(bot: Running) -> None:
    reply = await bot.discord.command("brief", {"topic": "new start"})
    assert reply.data["allowed_mentions"] == {"parse": []}


async def test_a_failure_is_told_to_the_user_and_logged_once(bot: Running, caplog: pytest.LogCaptureFixture) -> None:
    bot.client.desk = None  # type: ignore[assignment]  # whatever is broken inside, the net is the same
    reply = await bot.discord.command("brief", {"topic": "new start"})
    assert "went wrong on our side" in reply.text
    assert reply.private
    pressed = await bot.discord.press("briefbot:open:new-start")
    assert "went wrong on our side" in pressed.text
    failures = [record for record in caplog.records if record.message == "an interaction failed"]
    assert len(failures) == 2


async def test_an_answer_that_comes_too_late_is_only_logged(bot: Running, caplog: pytest.LogCaptureFixture) -> None:
    bot.discord.forget_interactions = True
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(bot.discord.command("brief", {"topic": "new start"}), 1)
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


async def test_what_is_sent_is_what_discords_own_description_takes(bot: Running, shared: Callable[[str], Path]) -> None:
    described = json.loads(shared("discord-api-spec/openapi.json").read_text(encoding="utf-8"))

    def check(name: str, data: object) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
        found = [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(data)]
        assert found == [], name

    sent = ("name", "description", "options", "contexts", "integration_types", "type")
    for command in bot.discord.commands:
        check("ApplicationCommandUpdateRequest", {key: command[key] for key in sent if key in command})
    for reply in (
        await bot.discord.command("brief", {"topic": "new start"}),
        await bot.discord.command("brief", {"topic": "crimea and ukraine"}),
        await bot.discord.command("quote", {"words": "hand of freindship"}),
        await bot.discord.command("topics"),
        await bot.discord.command("sources"),
        await bot.discord.press("briefbot:notes:new-start"),
    ):
        check("CreateMessageInteractionCallbackRequest", {"type": reply.type, "data": reply.data})
    choices = await bot.discord.typing("brief", "topic", "nato")
    check("ApplicationCommandAutocompleteCallbackRequest", {"type": choices.type, "data": choices.data})


# ---------------------------------------------------------------- the process

RUN = (
    "import sys; from bot.sandbox import point_library_at; point_library_at(sys.argv[1]); "
    "from bot.cli import main; sys.argv = ['bot', 'run']; main()"
)


async def start(url: str, folder: Path, token: str | None = TOKEN) -> asyncio.subprocess.Process:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "BRIEFBOT_ASKLOG_URL": f"sqlite+aiosqlite:///{folder}/asks.sqlite3",
    }
    environment.pop("DISCORD_TOKEN", None)
    if token is not None:
        environment["DISCORD_TOKEN"] = token
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        RUN,
        url,
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
async def test_the_process_answers_and_ends_cleanly_when_told_to(tmp_path: Path, ending: signal.Signals) -> None:
    async with Sandbox() as sandbox:
        process = await start(sandbox.url, tmp_path)
        await asyncio.wait_for(sandbox.ready.wait(), 20)
        reply = await sandbox.command("brief", {"topic": "nato expantion"})
        assert reply.text.startswith("## NATO enlargement")
        process.send_signal(ending)
        _, errors = await asyncio.wait_for(process.communicate(), 10)
        assert process.returncode == 0
        assert await sandbox.closed_with == 1000
    assert b"Traceback" not in errors
    assert TOKEN.encode() not in errors
    with sqlite3.connect(tmp_path / "asks.sqlite3") as connection:
        assert connection.execute("select surface, outcome, card from asks").fetchall() == [
            ("brief", "found", "nato-enlargement")
        ]
    connection.close()


async def test_without_a_token_there_is_one_clear_line(tmp_path: Path) -> None:
    for token in (None, "", "  "):
        process = await start("http://127.0.0.1:9", tmp_path, token)
        _, errors = await process.communicate()
        assert process.returncode == 2
        assert errors.decode().startswith("There is no token: set DISCORD_TOKEN")
        assert errors.count(b"\n") == 1


async def test_a_wrong_token_is_named_and_not_shown(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        process = await start(sandbox.url, tmp_path, "wrong-token")
        _, errors = await process.communicate()
    assert process.returncode == 2
    assert errors.decode().splitlines()[-1].startswith("Discord does not accept the token in DISCORD_TOKEN")
    assert b"Traceback" not in errors
    assert b"wrong-token" not in errors


async def test_a_token_that_is_reset_while_the_bot_runs_is_one_clear_line(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        process = await start(sandbox.url, tmp_path)
        await asyncio.wait_for(sandbox.ready.wait(), 20)
        await sandbox.hang_up(4004)
        _, errors = await asyncio.wait_for(process.communicate(), 15)
    assert process.returncode == 2
    assert "it was reset while the bot was running" in errors.decode().splitlines()[-1]
    assert b"Traceback" not in errors


async def test_it_ends_cleanly_while_it_is_still_starting(tmp_path: Path) -> None:
    """Told to stop before Discord has answered: still code 0."""
    async with Sandbox() as sandbox:
        sandbox.slow = True
        process = await start(sandbox.url, tmp_path)
        await asyncio.wait_for(sandbox.asked.wait(), 20)
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
    assert b"Traceback" not in errors


async def test_without_a_network_there_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        process = await start(f"http://127.0.0.1:{closed.getsockname()[1]}", tmp_path)
        _, errors = await process.communicate()
    assert process.returncode == 2
    assert errors.decode().splitlines()[-1].startswith("Discord cannot be reached")
    assert b"Traceback" not in errors


async def test_the_sandbox_refuses_what_discord_refuses() -> None:
    async with Sandbox() as sandbox, aiohttp.ClientSession() as http:
        async with http.get(f"{sandbox.url}/api/v10/users/@me", headers={"Authorization": "Bot other"}) as response:
            assert response.status == 401
            assert response.headers["Content-Type"] == "application/json"
        async with http.post(f"{sandbox.url}/api/v10/interactions/1/unknown/callback", json={"type": 4}) as response:
            assert (await response.json())["code"] == 10062
