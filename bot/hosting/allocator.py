"""Memory of the C library (glibc; elsewhere nothing is done): kept together, and given back to the system."""

import ctypes
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


def give_back() -> None:
    """Give back what is free, which by itself happens only at one end of the memory. Takes some milliseconds."""
    if trim := _function("malloc_trim"):
        trim(0)


def _function(name: str) -> Callable[..., Any] | None:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
