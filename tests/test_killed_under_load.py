"""`python -m bot run` told to stop and killed while people use it: with counts, before, after, and on old buttons."""

import asyncio
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from bot.desk import Deck
from bot.sandbox import Sandbox
from tests.conftest import discord_here
from tests.load import Counted, Load
from tests.processes import start

PEOPLE = 6


async def begun(sandbox: Sandbox, folder: Path) -> asyncio.subprocess.Process:
    """The bot as a process, connected."""
    process = await start(sandbox.url, token=sandbox.token, folder=folder)
    await asyncio.wait_for(sandbox.gateway.connected(), 30)
    return process


def load_on(sandbox: Sandbox, deck: Deck, *, mentions: bool = True) -> Load:
    installed = [server for server in sandbox.world.servers.values() if server.installed]
    return Load(sandbox.world, deck, PEOPLE, installed, mentions=mentions)


def recorded(folder: Path) -> Counted:
    """What the database of the process has, which is closed by then or killed."""
    with closing(sqlite3.connect(folder / "asks.sqlite3")) as database:
        asks = database.execute("select surface, outcome, card, picked from asks").fetchall()
        keys = database.execute("select count(*), count(distinct key) from asks").fetchone()
    assert keys[0] == keys[1]
    return Counter((surface, outcome, card, bool(picked)) for surface, outcome, card, picked in asks)


def accounted(load: Load, log: Counted) -> None:
    """Nobody had a wrong answer or two, and what was answered is in the log, once."""
    assert load.wrong == []
    assert load.twice == []
    assert load.counts(answered=True) <= log
    assert log - load.counts(answered=True) <= load.counts(answered=False)


async def test_told_to_stop_under_load_it_answers_what_it_began_and_goes(tmp_path: Path, deck: Deck) -> None:
    async with discord_here() as sandbox:
        process = await begun(sandbox, tmp_path)
        load = load_on(sandbox, deck)
        enough = asyncio.Event()
        going = asyncio.create_task(load.go_on(turns=100, until=enough))
        await load.more(60)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), 10)
        enough.set()
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)
        assert process.returncode == 0
        assert list(sandbox.gateway.closed_with) == [1000]
    assert b"Traceback" not in errors
    assert b"ERROR" not in errors
    assert sandbox.token.encode() not in errors
    accounted(load, recorded(tmp_path))
    assert recorded(tmp_path) == load.counts(answered=True), "nothing was begun and left"


async def test_killed_under_load_and_begun_anew_it_has_lost_nothing_that_was_answered(
    tmp_path: Path, deck: Deck
) -> None:
    async with discord_here() as sandbox:
        load = load_on(sandbox, deck)
        process = await begun(sandbox, tmp_path)
        enough = asyncio.Event()
        going = asyncio.create_task(load.go_on(turns=100, until=enough))
        await load.more(60)
        process.send_signal(signal.SIGKILL)
        await asyncio.wait_for(process.wait(), 10)
        enough.set()
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)
        assert process.returncode == -signal.SIGKILL
        process = await begun(sandbox, tmp_path)
        await load.go_on(turns=1)
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), 10)
        assert process.returncode == 0
    # What was under way when it was killed: one act of each.
    assert len(load.unanswered) <= PEOPLE
    accounted(load, recorded(tmp_path))


async def test_buttons_of_a_process_that_was_killed_work_and_a_choice_counts_once(tmp_path: Path) -> None:
    async with discord_here() as sandbox:
        ada, ben = sandbox.world.person("Ada"), sandbox.world.person("Ben")
        process = await begun(sandbox, tmp_path)
        card = await ada.slash("brief", topic="nato expantion")
        choice = await ada.slash("brief", topic="south korea sanctions")
        put_away = await ada.slash("brief", topic="new start")
        missed = await ada.slash("brief", topic="my cat is called mittens")
        shared = await ada.click(card.message, "Share")
        process.send_signal(signal.SIGKILL)
        await process.wait()
        process = await begun(sandbox, tmp_path)
        assert "Quotes" in card.message.labels
        turned = await ada.click(card.message, "Quotes")
        assert turned.message is card.message
        assert turned.text.startswith("## NATO enlargement")
        assert (await ada.click(card.message, "Why this card?")).text.startswith("## Why this card?")
        again = await ada.click(card.message, "Share")
        assert not again.private, "what was shared before it was killed is forgotten"
        assert (await ada.click(shared.message, "Quotes")).private
        pick = next(label for label in choice.message.labels if "alliances" in label)
        for _ in range(2):
            assert (await ada.click(choice.message, pick)).text.startswith(f"## {pick}")
        for person in (ada, ben):
            for _ in range(2):
                await person.click(shared.message, "Helpful")
        for _ in range(2):
            await ada.click(missed.message, "Please cover this")
        await ada.click(put_away.message, "Dismiss")
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), 10)
        assert put_away.message not in ada.sees()
    with closing(sqlite3.connect(tmp_path / "asks.sqlite3")) as database:
        picked = database.execute("select count(*) from asks where picked").fetchone()[0]
        said = Counter(database.execute("select voice, card from feedback").fetchall())
    assert picked == 1
    assert sorted(said.values()) == [1, 2]
