"""Running the bot in the sandbox: the unmodified client against a Discord of this process, until it is told to stop."""

import asyncio
import difflib
import os
import sys
import threading
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, aclosing, suppress
from dataclasses import dataclass

import aiohttp
import discord

from bot.asklog import MemoryAskLog
from bot.cards import card_paths
from bot.config import Config
from bot.desk import BriefingDesk, ContentError, Deck, Edit, edits, load_deck, reload_when_edited, review_deck, state
from bot.desk.reloading import State
from bot.hosting import log_to_stderr
from bot.hosting.ending import cancel_when_told
from bot.interactions import BriefbotClient
from bot.model import Problem, Status
from bot.sandbox.errors import Misuse, NoAnswer
from bot.sandbox.messages import Message
from bot.sandbox.places import MEMBER, Permission
from bot.sandbox.server import HOST, PortTaken, Sandbox, point_library_at
from bot.sandbox.world import Person, World

PORT = 8765
WELCOME = (
    "A sandbox: the real bot, and a Discord that is only on this machine. Nothing leaves it, "
    "and all is gone when it ends. Type / to begin, for instance /brief nato expantion."
)

GUEST = "Briefbot is not in this server. Those who installed it for themselves use it here all the same."

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`port` None: the usual one, or a free one where that is taken. `card`: whose preview the page opens on."""

    host: str = HOST
    port: int | None = None
    card: str | None = None
    browser: bool = True


class BotFailed(Exception):
    """The bot did not start, or ended, although Discord is the sandbox."""


def run_sandbox(config: Config, options: Options, say: Say) -> int:
    """Run until SIGINT or SIGTERM and return 0. `say` prints a line.

    Raises ContentError, NotLoopback, PortTaken, BotFailed.
    """
    return asyncio.run(_until_told(config, options, say))


async def _until_told(config: Config, options: Options, say: Say) -> int:
    cancel_when_told()
    try:
        async with AsyncExitStack() as stack:
            sandbox = await _listening(stack, options, say)
            await _run(sandbox, config, options, say)
    except asyncio.CancelledError:
        say("Stopped.")
    return 0


async def _listening(stack: AsyncExitStack, options: Options, say: Say) -> Sandbox:
    """A sandbox on the port asked for; without a word on the usual one or, where that is taken, a free one."""
    try:
        return await stack.enter_async_context(
            Sandbox(host=options.host, port=PORT if options.port is None else options.port)
        )
    except PortTaken:
        if options.port is not None:
            raise
        say(f"Port {PORT} is taken; this sandbox has another one.")
        return await stack.enter_async_context(Sandbox(host=options.host))


async def _run(sandbox: Sandbox, config: Config, options: Options, say: Say) -> None:
    log_to_stderr("DEBUG" if config.log_level == "DEBUG" else "WARNING", sandbox.token)
    point_library_at(sandbox.url)
    me = populate(sandbox.world)
    told = Told(sandbox, say)
    since, deck = await _first_deck(config, options, told)
    desk = BriefingDesk(deck, MemoryAskLog())
    preview = Preview(sandbox, me.at("briefings"), desk, options.card)
    edited: asyncio.Queue[Edit] = asyncio.Queue()
    try:
        async with BriefbotClient(desk, config) as client, asyncio.TaskGroup() as tasks:
            tasks.create_task(client.start(sandbox.token))
            tasks.create_task(reload_when_edited(config, desk, since, edited.put_nowait, drafts=bool(options.card)))
            await sandbox.gateway.connected()
            told.ready(await preview.show(), opened=told.open_page(options))
            while True:
                edit = await edited.get()
                told.touched(edit)
                if edit.problems:
                    told.broken(edit.problems, gone=options.card and not _file_of(config, options.card))
                else:
                    previewed = await preview.show()
                    told.live(previewed, (await asyncio.to_thread(review_deck, desk.deck)).problems)
    except* (discord.DiscordException, aiohttp.ClientError, OSError) as group:
        raise BotFailed(str(group.exceptions[0])) from group


def _file_of(config: Config, card: str) -> bool:
    return any(path.stem == card for path in card_paths(config.briefs)[0])


class Told:
    """What becomes of the deck, said in the terminal and above the chat."""

    def __init__(self, sandbox: Sandbox, say: Say) -> None:
        self._page, self._url, self._say = sandbox.page, sandbox.url, say
        self._opened = False
        self.waited = False
        self._notice()

    def _notice(self, kind: str = "info", text: str = "") -> None:
        """The word on the sandbox stays; what is new stands below it."""
        news = [{"kind": kind, "text": text}] if text else []
        self._page.notice({"kind": "info", "text": WELCOME}, *news)

    def open_page(self, options: Options) -> bool:
        """Open a browser, once. Returns whether somebody has the page before them."""
        if not self._opened and options.browser and _has_browser():
            self._opened = True
            # Some browsers return only when they are closed.
            threading.Thread(target=webbrowser.open, args=(self._url,), daemon=True).start()
        return self._opened or bool(self._page.readers)

    def waiting(self, problems: list[Problem]) -> None:
        self.waited = True
        self._say(f"{_lines(problems)}\nWaiting for it to be mended. The page is at {self._url}")
        self._notice("error", f"The bot starts once this is mended, {len(problems)} in all:\n{_lines(problems)}")

    def ready(self, previewed: str, *, opened: bool) -> None:
        self._notice("info", previewed)
        if previewed:
            self._say(previewed)
        self._say(
            f"Briefbot is at {self._url} ({'in your browser' if opened else 'open it in a browser'}; Ctrl-C ends it)"
        )

    def touched(self, edit: Edit) -> None:
        for changed in edit.touched:
            self._say(f"{str(changed)[:1].upper()}{str(changed)[1:]}.")

    def broken(self, problems: Sequence[Problem], *, gone: object) -> None:
        lost = "The file of the card on show is gone.\n" if gone else ""
        self._say(f"{lost}{_lines(problems)}\nThe edit is not live; the last good deck still answers.")
        self._notice("error", f"{lost}The last edit is not live, {len(problems)} to mend:\n{_lines(problems)}")

    def live(self, previewed: str, owed: list[Problem]) -> None:
        """`owed`: what a finished deck still owes, which only `validate` refuses."""
        left = f"\nStill to do before `validate` is content, {len(owed)} in all:\n{_lines(owed)}" if owed else ""
        self._say(f"The edit is live. {previewed}".rstrip() + left)
        self._notice("error" if owed else "info", f"The last edit is live. {previewed}".rstrip() + left)


def _lines(problems: Sequence[Problem]) -> str:
    return "\n".join(map(str, problems))


def populate(world: World) -> Person:
    """Servers and people to try the bot with; returns the first of them."""
    ada, ben, chloe = (world.add_person(name) for name in ("Ada", "Ben", "Chloe"))
    seminar = world.add_server("Security seminar", "general", "briefings", roles=("Tutors",))
    newsroom = world.add_server("The newsroom", "desk")
    elsewhere = world.add_server("A server without the bot", "lobby", installed=False, topic=GUEST)
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

    async def show(self) -> str:
        """Show the card as it is now, bring every page to it the first time, and say what is to be seen."""
        if self._card is None:
            return ""
        found = self._desk.card(self._card)
        if found is None:
            near = difflib.get_close_matches(self._card, self._desk.deck.cards)
            meant = f" Did you mean {' or '.join(near)}?" if near else ""
            return f"There is no card «{self._card}»: it is shown once a file of that name is in order.{meant}"
        try:
            message = (await self._me.slash("brief", topic=found.title)).message
        except (NoAnswer, Misuse) as error:
            return str(error)
        before, self._shown = self._shown, message
        if before is None:
            self._sandbox.page.show(message)
        else:
            self._sandbox.world.board.delete(before)
            self._sandbox.page.open_at = {"channel": message.channel.id, "message": message.id}
        hidden = (
            " It is a draft: elsewhere nobody sees it until it is published." if found.status is Status.DRAFT else ""
        )
        return f"A preview of «{self._card}», which follows its file.{hidden}"


async def _first_deck(config: Config, options: Options, told: Told) -> tuple[State, Deck]:
    """The deck and what it was loaded from; for a curator at work on a card, as soon as it is in order."""
    drafts = options.card is not None
    while True:
        since = state(config)
        try:
            return since, await asyncio.to_thread(load_deck, config, drafts=drafts)
        except ContentError as error:
            if not drafts or not (told.waited or (config.briefs.is_dir() and config.corpus.is_dir())):
                raise
            told.waiting(error.problems)
            told.open_page(options)
        async with aclosing(edits(config, since)) as edited:
            await anext(edited)


def _has_browser() -> bool:
    """Whether a window can be opened: a browser in the terminal would take the place of what is said there."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    with suppress(webbrowser.Error):
        return bool(webbrowser.get())
    return False
