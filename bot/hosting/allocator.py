"""Memory: that of the C library (glibc; elsewhere nothing is done), and what the collector looks through."""

import ctypes
import gc
import sys
from collections.abc import Callable
from typing import Any

ARENA_MAX = -8
"""M_ARENA_MAX of malloc.h."""


def keep_together() -> None:
    """Have all threads take their memory from one place.

    By itself each thread that is new would take it from a place of its own, and a deck that is loaded in one after
    another would leave its holes in each.
    """
    if set_option := _function("mallopt"):
        set_option(ARENA_MAX, 1)


def settle() -> None:
    """Take what is there now for what stays: the collector would look through a whole deck each time, and nothing is
    answered while it does. Takes a tenth of a second itself.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    give_back()


def give_back() -> None:
    """Give back what is free, which by itself happens only at one end of the memory. Takes some milliseconds."""
    if trim := _function("malloc_trim"):
        trim(0)


def _function(name: str) -> Callable[..., Any] | None:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
