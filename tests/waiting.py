"""Waiting for what nobody tells."""

import asyncio
from collections.abc import Callable

PATIENCE = 15.0


async def until(says: Callable[[], bool]) -> None:
    """Return once something is so that nobody tells. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while not says():  # noqa: ASYNC110  # see above
            await asyncio.sleep(0.01)
