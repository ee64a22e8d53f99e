"""Reading decks and catalogues in a child process, with which all goes that is left over from reading them.

That is more than what was read. In a process that is to last it would stay for good.
"""

import os
import pickle
import signal
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from bot import translation
from bot.config import Config
from bot.desk.decks import ContentError, Deck, load_deck


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What the child tells."""

    deck: Deck | ContentError
    catalogues: dict[str, bytes]


def load_apart(config: Config, *, drafts: bool = False) -> Deck:
    """`load_deck` in a copy of this process, or here where none can be made. Raises ContentError."""
    # A copy has one thread: a lock that another one held just then would stay locked in it.
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return load_deck(config, drafts=drafts)
    read = _from_copy(config, drafts)
    if read is None:
        return load_deck(config, drafts=drafts)
    if isinstance(read.deck, ContentError):
        raise read.deck
    translation.take_over(read.catalogues)
    return read.deck


def _from_copy(config: Config, drafts: bool) -> _Read | None:
    """What a copy of this process tells; None where there is none, or where it ends before it has told all."""
    reading, writing = os.pipe()
    try:
        copy = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        return None
    if copy == 0:
        _tell(config, drafts, writing)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as pipe, suppress(EOFError, pickle.UnpicklingError):
            read: _Read = pickle.load(pipe)  # noqa: S301  # from this very program
            return read
        return None
    finally:
        # It is done, or nobody waits for it any more.
        os.kill(copy, signal.SIGKILL)
        os.waitpid(copy, 0)


def _tell(config: Config, drafts: bool, writing: int) -> NoReturn:
    """In the copy: write what is read, and end without what a process does at its end."""
    try:
        # Whoever ends the process ends this one too, which has nothing to finish and nothing to say.
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, signal.SIG_DFL)
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(_read(config, drafts), pipe, pickle.HIGHEST_PROTOCOL)
    finally:
        # Even before a traceback: whoever waits loads by itself then, and meets the same error.
        os._exit(0)


def _read(config: Config, drafts: bool) -> _Read:
    try:
        deck: Deck | ContentError = load_deck(config, drafts=drafts)
    except ContentError as error:
        deck = error
    return _Read(deck=deck, catalogues=translation.compiled())
