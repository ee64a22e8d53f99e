"""The real deck, loaded once, small folders of a document and a card made for one test, and a Discord to talk to."""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import discord
import pytest

from bot.asklog import MemoryAskLog
from bot.cards import load_cards
from bot.config import Config
from bot.corpus import load_corpus
from bot.desk import BriefingDesk, Deck, load_deck
from bot.interactions import BriefbotClient
from bot.model import BriefingCard, Corpus, Problem
from bot.sandbox import Interaction, Person, Sandbox, point_library_at
from bot.sandbox.messages import Change, Message
from bot.sandbox.places import User
from bot.sandbox.rest import Request
from bot.sandbox.running import populate
from tests.databases import own_postgres, postgres  # noqa: F401  # fixtures for all tests
from tests.disks import small_disk  # noqa: F401  # likewise
from tests.openapi import Description, find_description

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

DOCUMENT = """\
---
id: memo
title: A memo
author: A. Writer
publisher: The Office
published: {{value: 2020-05, shown: May 2020, inferred: false, basis: stated}}
kind: memo
standing: memo by a clerk
sha256: {sha}
---
# A memo

The bridge was built in 1901. It fell down twice.

## Repairs

The bridge was mended, and mended again, and in the end it was left alone.

The council said that it “had no money” for a third bridge.
"""

CARD = """\
id: bridge
title: The bridge
category: Works
status: published
as_of: 2026-01-01
review_by: 2027-01-01
aliases: [old crossing, toll bridge]
questions: ["when was the bridge built?"]
bottom_line: The memo says the bridge fell down twice and was left alone.
key_points:
  - text: The memo dates the bridge to 1901.
    cites: [built]
  - text: It says the bridge was left alone in the end.
    cites: [alone]
quotes:
  - id: built
    document: memo
    exact: The bridge was built in 1901.
  - id: alone
    document: memo
    exact: in the end it was left alone
positions:
  - holder: A. Writer
    stance: says that the bridge was left alone.
    cites: [alone]
covers: {memo: [3]}
"""


@dataclass
class Shelf:
    """Folders of documents and cards on disk, and what loading them gives."""

    folder: Path

    @property
    def config(self) -> Config:
        return Config(briefs=self.folder / "briefs", corpus=self.folder / "corpus")

    def document(self, text: str, name: str = "memo") -> None:
        self._write(self.folder / "corpus" / f"{name}.md", text.format(sha="0" * 64))

    def card(self, text: str, name: str = "bridge", category: str = "works") -> Path:
        return self._write(self.folder / "briefs" / category / f"{name}.yaml", text)

    def load(self) -> tuple[tuple[BriefingCard, ...], list[Problem]]:
        corpus, problems = load_corpus(self.config.corpus)
        cards, found = load_cards(self.config.briefs, corpus)
        return cards, problems + found

    @staticmethod
    def _write(path: Path, text: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """One memo and one card about it, both in order."""
    made = Shelf(tmp_path)
    made.document(DOCUMENT)
    made.card(CARD)
    return made


@pytest.fixture(scope="session")
def deck() -> Deck:
    """The deck of this repository."""
    return load_deck(Config(briefs=ROOT / "briefs", corpus=ROOT / "corpus"))


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    found, problems = load_corpus(ROOT / "corpus")
    assert problems == []
    return found


@pytest.fixture
def shared() -> Callable[[str], Path]:
    """A file beside the repository; the test is skipped where it is not there."""

    def find(name: str) -> Path:
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"{name} is not beside this repository")
        return path

    return find


# ---------------------------------------------------------------- a Discord to talk to


@dataclass
class Watch:
    """What a bot sent, held against Discord's own description where that is at hand."""

    refused: list[str] = field(default_factory=list)
    undescribed: list[str] = field(default_factory=list)

    def hear(self, request: Request) -> None:
        if request.errors and request.errors.get("code") == 50035:
            self.refused.append(f"{request.method} {request.path}: {request.errors['errors']}")
        elif request.status < 300 and (description := described()):
            found = description.problems(request.method, request.path, request.body, multipart=request.multipart)
            self.undescribed.extend(found)


@functools.cache
def described() -> Description | None:
    path = find_description()
    return Description(path) if path else None


@asynccontextmanager
async def discord_here(watch: Watch | None = None) -> AsyncIterator[Sandbox]:
    """A sandbox with people in it, which the library in this process talks to."""
    base, gateway = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    watch = watch or Watch()
    try:
        async with Sandbox() as sandbox:
            populate(sandbox.world)
            sandbox.rest.listeners.append(watch.hear)
            point_library_at(sandbox.url)
            yield sandbox
    finally:
        discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = base, gateway
    assert watch.undescribed == []
    assert watch.refused == []


@asynccontextmanager
async def connected(sandbox: Sandbox, client: discord.Client) -> AsyncIterator[None]:
    """A client of this process, connected with its commands registered."""
    async with client:
        running = asyncio.create_task(client.start(sandbox.token))
        try:
            async with asyncio.timeout(15):
                await sandbox.gateway.connected(
                    len(getattr(client, "shard_ids", None) or range(client.shard_count or 1))
                )
            yield
        finally:
            running.cancel()
            # Two seconds after it connected the library says that it is ready, to a loop that may be gone by then.
            ready = getattr(client._connection, "_ready_task", None) or running
            ready.cancel()
            await asyncio.gather(running, ready, return_exceptions=True)


@pytest.fixture
def watch() -> Watch:
    """For tests in which the bot is to be refused: they empty it of what they expect."""
    return Watch()


@pytest.fixture
async def sandbox(watch: Watch) -> AsyncIterator[Sandbox]:
    async with discord_here(watch) as made:
        yield made


@dataclass
class Running:
    """Briefbot, connected to a sandbox, and somebody to talk to it."""

    sandbox: Sandbox
    client: BriefbotClient
    log: MemoryAskLog

    @property
    def ada(self) -> Person:
        return self.sandbox.world.person("Ada")


async def press(bot: Running, custom_id: str, *, visible_to: User | None = None) -> Interaction:
    """Press a button of a message that this process never sent."""
    button = {"type": 2, "style": 2, "label": "Old", "custom_id": custom_id}
    row = {"type": 1, "components": [button]}
    old = bot.sandbox.world.bot_message(bot.ada.channel, [{"type": 17, "components": [row]}], visible_to)
    return await bot.ada.click(old, custom_id)


@pytest.fixture
async def bot(deck: Deck, sandbox: Sandbox) -> AsyncIterator[Running]:
    log = MemoryAskLog()
    client = BriefbotClient(BriefingDesk(deck, log))
    async with connected(sandbox, client):
        yield Running(sandbox, client, log)


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


def seminar(bot: Running) -> int:
    assert bot.ada.channel.server is not None
    return int(bot.ada.channel.server.id)


def sees(person: Person, message: Message) -> bool:
    return message in person.sees()
