"""`python -m bot run` as a process: it answers, ends when told to, and says in one line what is wrong."""

import asyncio
import json
import signal
import socket
import sqlite3
from pathlib import Path

import pytest

from tests.conftest import discord_here
from tests.processes import start


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
async def test_the_process_answers_and_ends_cleanly_when_told_to(tmp_path: Path, ending: signal.Signals) -> None:
    async with discord_here() as sandbox:
        process = await start(sandbox.url, token=sandbox.token, folder=tmp_path)
        await asyncio.wait_for(sandbox.gateway.connected(), 20)
        reply = await sandbox.world.person("Ada").slash("brief", topic="nato expantion")
        assert reply.text.startswith("## NATO enlargement")
        process.send_signal(ending)
        _, errors = await asyncio.wait_for(process.communicate(), 10)
        assert process.returncode == 0
        assert list(sandbox.gateway.closed_with) == [1000]
    assert b"Traceback" not in errors
    assert sandbox.token.encode() not in errors
    with sqlite3.connect(tmp_path / "asks.sqlite3") as connection:
        assert connection.execute("select surface, outcome, card from asks").fetchall() == [
            ("brief", "found", "nato-enlargement")
        ]
    connection.close()


async def test_without_a_token_there_is_one_clear_line(tmp_path: Path) -> None:
    for token in (None, "", "  "):
        process = await start("http://127.0.0.1:9", token=token, folder=tmp_path)
        _, errors = await process.communicate()
        assert process.returncode == 2
        assert errors.decode().startswith("There is no token: set DISCORD_TOKEN")
        assert errors.count(b"\n") == 1


async def test_where_logs_are_json_the_line_that_ends_it_is_json_too(tmp_path: Path) -> None:
    process = await start("http://127.0.0.1:9", token="two words", folder=tmp_path, settings={"LOG_FORMAT": "json"})
    _, errors = await process.communicate()
    assert process.returncode == 2
    line = json.loads(errors)
    assert line["level"] == "CRITICAL"
    assert line["message"].startswith("The token in DISCORD_TOKEN holds a blank")


async def test_where_logs_are_json_what_is_wrong_with_the_deck_is_json_too(tmp_path: Path) -> None:
    settings = {"LOG_FORMAT": "json", "CORPUS": tmp_path / "nowhere"}
    process = await start("http://127.0.0.1:9", token="a-token", folder=tmp_path, settings=settings)
    _, errors = await process.communicate()
    assert process.returncode == 2
    lines = [json.loads(line) for line in errors.splitlines()]
    assert any(line["level"] == "CRITICAL" and f"{tmp_path}/nowhere" in line["message"] for line in lines)


async def test_a_wrong_token_is_named_and_not_shown(tmp_path: Path) -> None:
    async with discord_here() as sandbox:
        process = await start(sandbox.url, token="wrong-token", folder=tmp_path)
        _, errors = await process.communicate()
    assert process.returncode == 2
    assert errors.decode().splitlines()[-1].startswith("Discord does not accept the token in DISCORD_TOKEN")
    assert b"Traceback" not in errors
    assert b"wrong-token" not in errors


async def test_a_token_that_is_reset_while_the_bot_runs_is_one_clear_line(tmp_path: Path) -> None:
    async with discord_here() as sandbox:
        process = await start(sandbox.url, token=sandbox.token, folder=tmp_path)
        await asyncio.wait_for(sandbox.gateway.connected(), 20)
        await sandbox.gateway.close(4004)
        _, errors = await asyncio.wait_for(process.communicate(), 15)
    assert process.returncode == 2
    assert "it was reset while the bot was running" in errors.decode().splitlines()[-1]
    assert b"Traceback" not in errors


async def test_it_ends_cleanly_while_it_is_still_starting(tmp_path: Path) -> None:
    """Told to stop before Discord has answered: still code 0."""
    async with discord_here() as sandbox:
        sandbox.faults.slow(60, where="users/@me")
        process = await start(sandbox.url, token=sandbox.token, folder=tmp_path)
        await asyncio.wait_for(sandbox.rest.asked.wait(), 20)
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
    assert b"Traceback" not in errors


async def test_without_a_network_it_says_so_in_a_line_and_goes_on_trying(tmp_path: Path) -> None:
    """A machine that boots is ahead of its network, and a supervisor does not start again what says it is no use."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        process = await start(f"http://127.0.0.1:{closed.getsockname()[1]}", token="any-token", folder=tmp_path)
        assert process.stderr is not None
        async with asyncio.timeout(20):
            while b"Discord cannot be reached" not in (line := await process.stderr.readline()):
                assert line
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), 10)
    assert b"trying again in 1 seconds" in line
    assert process.returncode == 0
    assert b"Traceback" not in errors


async def test_it_starts_as_soon_as_discord_is_there(tmp_path: Path) -> None:
    async with discord_here() as sandbox:
        sandbox.faults.fail(503, where="users/@me", times=1)
        # The client library by itself asks for it a second time.
        sandbox.faults.reset(where="PUT .*/commands", times=2)
        process = await start(sandbox.url, token=sandbox.token, folder=tmp_path)
        await asyncio.wait_for(sandbox.gateway.connected(), 30)
        reply = await sandbox.world.person("Ada").slash("brief", topic="nato expantion")
        assert reply.text.startswith("## NATO enlargement")
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
    assert errors.count(b"Discord cannot be reached") == 2
    assert b"Unclosed" not in errors
    assert b"Traceback" not in errors
