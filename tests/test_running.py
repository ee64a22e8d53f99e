"""`python -m bot sandbox` as a process: it starts by itself, follows edits, previews a card, ends when told to."""

import asyncio
import os
import re
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.conftest import CARD, ROOT, Shelf


class Process:
    """The command, what it prints line by line, and its page."""

    def __init__(self, process: asyncio.subprocess.Process, http: aiohttp.ClientSession) -> None:
        self.process = process
        self.http = http
        self.said: list[str] = []
        self.url = ""

    async def says(self, wanted: str) -> str:
        """Read on until a line has this in it."""
        assert self.process.stdout is not None
        async with asyncio.timeout(30):
            while line := (await self.process.stdout.readline()).decode():
                self.said.append(line.rstrip())
                if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                    self.url = found[0]
                if wanted in line:
                    return line.rstrip()
        raise AssertionError(f"never said «{wanted}»: {self.said}")

    async def get(self, path: str, **query: str) -> Any:
        async with self.http.get(f"{self.url}/sandbox/{path}", params=query) as answer:
            return await answer.json()

    async def shown(self) -> str:
        """What is to be read in the channel that the page opens on."""
        place = (await self.get("state"))["open"]["channel"]
        return str(await self.get("messages", channel=place))

    async def notices(self) -> str:
        return "\n".join(notice["text"] for notice in (await self.get("state"))["notices"])


@asynccontextmanager
async def started(*arguments: str, folder: Path = ROOT, shelf: Shelf | None = None) -> AsyncIterator[Process]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("DISCORD_TOKEN", None)
    if shelf:
        environment |= {"BRIEFBOT_BRIEFS": str(shelf.config.briefs), "BRIEFBOT_CORPUS": str(shelf.config.corpus)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "sandbox", "--headless", "--port", "0", *arguments,
        cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with aiohttp.ClientSession() as http:
        try:
            yield Process(process, http)
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
async def test_it_says_where_it_is_answers_and_ends_cleanly(shelf: Shelf, ending: signal.Signals) -> None:
    async with started(folder=shelf.folder, shelf=shelf) as bot:
        await bot.says("Briefbot is at http://127.0.0.1:")
        state = await bot.get("state")
        assert state["bot"]["online"]
        command = next(command for command in state["commands"] if command["name"] == "brief")
        act = {
            "as": state["me"]["id"], "do": "slash", "channel": state["servers"][0]["channels"][0]["id"],
            "command": command["id"], "options": [{"name": "topic", "type": 3, "value": "toll brige"}],
        }  # fmt: skip
        async with bot.http.post(f"{bot.url}/sandbox/act", json=act) as answer:
            assert (await answer.json())["outcome"] == "message"
        bot.process.send_signal(ending)
        out, errors = await asyncio.wait_for(bot.process.communicate(), 10)
        assert bot.process.returncode == 0
        assert out.decode() == "Stopped.\n"
        assert errors == b""
    assert names_in(shelf.folder) == ["briefs", "corpus"], "nothing of it is kept"


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_it_ends_while_a_page_is_open(shelf: Shelf) -> None:
    async with started(shelf=shelf) as bot:
        await bot.says("Briefbot is at")
        async with bot.http.get(f"{bot.url}/sandbox/events") as events:
            assert await events.content.readline() == b": open\n"
            bot.process.send_signal(signal.SIGINT)
            await asyncio.wait_for(bot.process.wait(), 10)
    assert bot.process.returncode == 0


async def test_an_edit_is_live_and_a_broken_one_changes_nothing(shelf: Shelf) -> None:
    async with started("--card", "bridge", shelf=shelf) as bot:
        await bot.says("Briefbot is at")
        assert "fell down twice" in await bot.shown()
        assert "A preview of «bridge», which follows its file." in await bot.notices()
        shelf.card(CARD.replace("fell down twice and", "collapsed and"))
        await bot.says("The edit is live.")
        assert "collapsed and" in await bot.shown()
        path = shelf.card(CARD.replace("in the end it was left alone", "in the end it was painted"))
        problem = await bot.says(path.name)
        assert re.search(r"bridge\.yaml:\d+:\d+: ", problem)
        await bot.says("The edit is not live; the last good deck still answers.")
        assert problem.split(": ", 1)[1] in await bot.notices()
        assert "collapsed and" in await bot.shown()
        shelf.card(CARD)
        await bot.says("The edit is live.")
        shown = await bot.shown()
        assert "fell down twice" in shown
        assert shown.count("## The bridge") == 1, "one preview, not one for each edit"
        assert "not live" not in await bot.notices()


async def test_a_draft_and_a_card_that_is_still_broken_can_be_previewed(shelf: Shelf) -> None:
    shelf.card(CARD.replace("status: published", "status: draft").replace("bottom_line:", "bottom:"))
    async with started("--card", "bridge", shelf=shelf) as bot:
        await bot.says("Waiting for it to be mended. The page is at http://127.0.0.1:")
        assert "bridge.yaml:" in await bot.notices()
        shelf.card(CARD.replace("status: published", "status: draft"))
        await bot.says("Briefbot is at")
        assert "fell down twice" in await bot.shown()


async def test_a_card_that_is_yet_to_be_written_is_shown_once_it_is_there(shelf: Shelf) -> None:
    async with started("--card", "bridges", shelf=shelf) as bot:
        assert "Did you mean bridge?" in await bot.says("There is no card «bridges»")
        await bot.says("Briefbot is at")
        written = CARD.replace("id: bridge", "id: bridges").replace("title: The bridge", "title: Bridges")
        written = written.replace("[old crossing, toll bridge]", "[]").replace('["when was the bridge built?"]', "[]")
        shelf.card(written.replace("status: published", "status: draft"), name="bridges")
        assert "It is a draft" in await bot.says("The edit is live.")
        assert "## Bridges" in await bot.shown()
        (shelf.config.briefs / "works" / "bridges.yaml").unlink()
        assert "There is no card «bridges»" in await bot.says("The edit is live.")


async def test_folders_that_are_replaced_are_followed_on(shelf: Shelf) -> None:
    async with started(shelf=shelf) as bot:
        await bot.says("Briefbot is at")
        shelf.config.briefs.rename(shelf.folder / "gone")
        await bot.says("The edit is not live")
        (shelf.folder / "gone").rename(shelf.config.briefs)
        await bot.says("The edit is live.")
        shelf.card(CARD.replace("bottom_line:", "bottom:"))
        await bot.says("bridge.yaml:")


async def test_what_a_finished_deck_owes_is_told_beside_a_live_edit(shelf: Shelf) -> None:
    async with started(shelf=shelf) as bot:
        await bot.says("Briefbot is at")
        shelf.card(CARD.replace("covers: {memo: [3]}\n", ""))
        await bot.says("Still to do before `validate` is content")
        assert "memo.md:" in await bot.notices()


async def test_what_it_cannot_do_is_one_clear_line(shelf: Shelf) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        table = {
            ("--port", port): (2, f"The sandbox cannot listen on 127.0.0.1:{port}: "),
            ("--host", "0.0.0.0"): (2, "The sandbox listens on this machine alone (127.0.0.1), not on 0.0.0.0"),
            ("--host", "example.org"): (2, "The sandbox listens on this machine alone (127.0.0.1), not on example.org"),
        }
        for arguments, (code, line) in table.items():
            async with started(*arguments, shelf=shelf) as bot:
                _, errors = await asyncio.wait_for(bot.process.communicate(), 30)
            assert bot.process.returncode == code, arguments
            assert errors.decode().startswith(line)
            assert errors.count(b"\n") == 1


async def test_a_deck_that_is_broken_from_the_start_is_told_and_not_run(shelf: Shelf) -> None:
    shelf.card(CARD.replace("bottom_line:", "bottom:"))
    async with started(shelf=shelf) as bot:
        out, errors = await asyncio.wait_for(bot.process.communicate(), 30)
    assert bot.process.returncode == 2
    assert b"bridge.yaml:" in errors
    assert out == b""


async def test_it_needs_no_folder_of_its_own(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "briefs", tmp_path / "briefs")
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    async with started(folder=tmp_path) as bot:
        await bot.says("Briefbot is at")
    assert names_in(tmp_path) == ["briefs", "corpus"]
