"""Running the bot in the sandbox: the unmodified client against a Discord of this process, until it is told to stop."""

import asyncio
import os
import signal
import sys
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import watchfiles

from bot.asklog import MemoryAskLog
from bot.config import Config
from bot.desk import BriefingDesk, ContentError, Deck, load_deck, reload_when_edited
from bot.interactions import BriefbotClient, log_to_stderr
from bot.model import Problem
from bot.sandbox.errors import Misuse, NoAnswer
from bot.sandbox.messages import Message
from bot.sandbox.places import MEMBER, Permission
from bot.sandbox.server import HOST, TOKEN, Sandbox, point_library_at
from bot.sandbox.world import Person, World

PORT = 8765
WELCOME = (
    "A sandbox: the real bot, and a Discord that is only on this machine. Nothing you type leaves it or is kept. "
    "Type / to begin, for instance /brief nato expantion."
)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`port` None: the usual one, or a free one where that is taken. `card`: whose preview the page opens on."""

    host: str = HOST
    port: int | None = None
    card: str | None = None
    browser: bool = True


class NoSuchCard(Exception):
    """The card that the page was to open on is not in the deck."""


def run_sandbox(config: Config, options: Options, say: Say) -> int:
    """Run until SIGINT or SIGTERM and return 0. `say` prints a line.

    Raises ContentError, NoSuchCard, NotLoopback, OSError where the port is taken.
    """
    log_to_stderr("DEBUG" if config.log_level == "DEBUG" else "WARNING", TOKEN)
    return asyncio.run(_until_told(config, options, say))


async def _until_told(config: Config, options: Options, say: Say) -> int:
    this = asyncio.current_task()
    assert this is not None  # noqa: S101  # there is one inside asyncio.run
    for ending in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(ending, this.cancel)
    try:
        async with _listening(options) as sandbox:
            await _run(sandbox, config, options, say)
    except asyncio.CancelledError:
        say("Stopped.")
    return 0


@asynccontextmanager
async def _listening(options: Options) -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(host=options.host, port=PORT if options.port is None else options.port)
    try:
        await sandbox.__aenter__()
    except OSError:
        if options.port is not None:
            raise
        sandbox = Sandbox(host=options.host)
        await sandbox.__aenter__()
    try:
        yield sandbox
    finally:
        await sandbox.__aexit__()


async def _run(sandbox: Sandbox, config: Config, options: Options, say: Say) -> None:
    point_library_at(sandbox.url)
    me = populate(sandbox.world)
    sandbox.page.notice({"kind": "info", "text": WELCOME})
    deck = await _first_deck(sandbox, config, options, say)
    desk = BriefingDesk(deck, MemoryAskLog())
    if options.card and desk.card(options.card) is None:
        raise NoSuchCard(options.card)
    preview = Preview(sandbox, me.at("briefings"), desk, options.card)
    edited: asyncio.Queue[list[Problem]] = asyncio.Queue()
    async with BriefbotClient(desk) as client, asyncio.TaskGroup() as tasks:
        tasks.create_task(client.start(TOKEN))
        tasks.create_task(reload_when_edited(config, desk, edited.put_nowait, drafts=options.card is not None))
        await sandbox.gateway.connected()
        if trouble := await preview.show():
            sandbox.page.notice({"kind": "error", "text": trouble})
        say(f"Briefbot is at {sandbox.url} (Ctrl-C ends it)")
        if options.browser and _has_browser():
            webbrowser.open(sandbox.url)
        while True:
            problems = await edited.get()
            trouble = None if problems else await preview.show()
            _tell_of_edit(sandbox, problems, say)
            if trouble:
                sandbox.page.notice({"kind": "error", "text": trouble})


def populate(world: World) -> Person:
    """Servers and people to try the bot with; returns the first of them."""
    ada, ben, chloe = (world.add_person(name) for name in ("Ada", "Ben", "Chloe"))
    seminar = world.add_server("Security seminar", "general", "briefings", roles=("Tutors",))
    newsroom = world.add_server("The newsroom", "desk")
    elsewhere = world.add_server("A server without the bot", "lobby", installed=False)
    for user in (ada, ben, chloe):
        world.join(user, seminar, MEMBER | Permission.MANAGE_GUILD if user is ben else MEMBER)
    for user in (ben, chloe):
        world.join(user, newsroom, MEMBER | Permission.MANAGE_GUILD if user is chloe else MEMBER)
    world.join(ada, elsewhere)
    return world.person("Ada")


class Preview:
    """The card that a curator is writing, as the bot shows it: asked for again after each edit."""

    def __init__(self, sandbox: Sandbox, me: Person, desk: BriefingDesk, card: str | None) -> None:
        self._sandbox, self._me, self._desk, self._card = sandbox, me, desk, card
        self._shown: Message | None = None

    async def show(self) -> str | None:
        """Bring every page to the card as it is now; returns what kept it from that."""
        if self._card is None:
            return None
        found = self._desk.card(self._card)
        if found is None:
            return f"The card «{self._card}» is no longer in the deck."
        try:
            asked = await self._me.slash("brief", topic=found.title)
        except (NoAnswer, Misuse) as error:
            return str(error)
        if self._shown is not None:
            self._sandbox.world.board.delete(self._shown)
        self._shown = asked.message
        self._sandbox.page.show(asked.message)
        return None


async def _first_deck(sandbox: Sandbox, config: Config, options: Options, say: Say) -> Deck:
    """The deck; for a curator at work on a card, as soon as it is in order."""
    drafts = options.card is not None
    while True:
        try:
            return await asyncio.to_thread(load_deck, config, drafts=drafts)
        except ContentError as error:
            if not drafts or not (config.briefs.is_dir() and config.corpus.is_dir()):
                raise
            _tell_of_edit(sandbox, error.problems, say)
            say(f"Waiting for it to be mended. The page is at {sandbox.url}")
        async for _ in watchfiles.awatch(config.briefs, config.corpus):
            break


def _tell_of_edit(sandbox: Sandbox, problems: list[Problem], say: Say) -> None:
    if not problems:
        say("The edit is live.")
        sandbox.page.notice({"kind": "info", "text": "The last edit is live."})
        return
    lines = "\n".join(map(str, problems))
    say(f"{lines}\nThe edit is not live; the last good deck still answers.")
    sandbox.page.notice({"kind": "error", "text": f"The last edit is not live:\n{lines}"})


def _has_browser() -> bool:
    """Whether a window can be opened: a browser in the terminal would take the place of what is said there."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    with suppress(webbrowser.Error):
        return bool(webbrowser.get())
    return False
