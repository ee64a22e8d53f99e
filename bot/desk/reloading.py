"""Reloading: cards and documents that are edited answer from the next question on, or the last good deck stays."""

import asyncio
import os
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path

import watchfiles

from bot.config import Config
from bot.corpus import load_corpus
from bot.desk.briefing import BriefingDesk
from bot.desk.decks import ContentError, load_deck
from bot.desk.touching import Touched, touched
from bot.model import Problem

DEBOUNCE_MS = 200
"""Editors write a file in several steps; what is written within this time is one edit."""
LOOK_MS = 1_000
"""How often the folders are looked at although nothing was heard of them: one that was replaced says nothing more."""

State = frozenset[tuple[str, int, int, int]]


def state(config: Config) -> State:
    """What the folders hold, to be compared: each path with its inode, size and time of change."""
    found = set()
    for top in (config.briefs, config.corpus):
        # Unlike rglob this passes over a folder that goes while it is looked at.
        for folder, _, names in os.walk(top):
            for path in (folder, *(os.path.join(folder, name) for name in names)):  # noqa: PTH118  # thousands of them
                if status := _status(path):
                    found.add((path, status.st_ino, status.st_size, status.st_mtime_ns))
    return frozenset(found)


def _status(path: str | Path) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116  # of a string too
    except OSError:
        return None


async def edits(config: Config, since: State) -> AsyncGenerator[None, None]:
    """Yield after each edit of the folders, from the one after `since` on; follow folders that are replaced."""
    while True:
        inodes = _inodes(config)
        folders = [folder for folder in (config.briefs, config.corpus) if folder.is_dir()]
        async with aclosing(_stirs(folders)) as stirs:
            async for _ in stirs:
                if (now := await asyncio.to_thread(state, config)) != since:
                    since = now
                    yield
                if inodes != _inodes(config):
                    break


def _inodes(config: Config) -> list[int]:
    return [status.st_ino if (status := _status(folder)) else 0 for folder in (config.briefs, config.corpus)]


async def _stirs(folders: list[Path]) -> AsyncGenerator[None, None]:
    """Yield when something happens in the folders, and once in a while although nothing does."""
    over = threading.Event()
    # Not awatch: it brings a second library for what asyncio does, two megabytes.
    stirs = watchfiles.watch(
        *folders, debounce=DEBOUNCE_MS, step=50, rust_timeout=LOOK_MS, yield_on_timeout=True, stop_event=over
    )
    try:
        with suppress(OSError):
            while await asyncio.to_thread(next, stirs, None) is not None:
                yield
    finally:
        over.set()
    # There is none, or it went just now.
    await asyncio.sleep(LOOK_MS / 1000)
    yield


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What became of an edit: its problems, or none where it is live now; and the documents that it changed."""

    problems: tuple[Problem, ...]
    touched: tuple[Touched, ...]


async def reload_when_edited(
    config: Config, desk: BriefingDesk, since: State, told: Callable[[Edit], None], *, drafts: bool = False
) -> None:
    """Follow the folders until cancelled, from the state that the desk's deck was loaded from.

    A deck is loaded as a whole and takes the place of the one before as a whole, or not at all; then the desk knows
    what is wrong with it. `told` hears of each edit.
    """
    async for _ in edits(config, since):
        problems, changed = await asyncio.to_thread(_reload, config, desk, drafts)
        desk.not_live = problems
        told(Edit(problems=problems, touched=changed))


def _reload(config: Config, desk: BriefingDesk, drafts: bool) -> tuple[tuple[Problem, ...], tuple[Touched, ...]]:
    before = desk.deck
    try:
        deck = load_deck(config, drafts=drafts, before=before)
    except ContentError as error:
        after, _ = load_corpus(config.corpus)
        # A document that cannot be read is not gone: its problem says what it is.
        unread = {problem.origin.path.stem for problem in error.problems} - after.keys()
        return tuple(error.problems), tuple(each for each in touched(before, after) if each.document not in unread)
    desk.replace(deck)
    return (), touched(before, deck.corpus)
