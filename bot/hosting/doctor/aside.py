"""Work that may hang, in a thread that nobody waits for: a disk that is gone, a name server that does not answer."""

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Generic, Self, TypeVar

NAME_SECONDS = 4.0
"""How long a name server may take."""

T = TypeVar("T")


async def aside(work: Callable[[], T], seconds: float) -> T:
    """What some work returns that blocks. Raises TimeoutError when it takes longer, and whatever the work raises.

    Not asyncio's own threads: at its end a process waits for those.
    """
    answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    def run() -> None:
        with _Answering(answer) as answering:
            answering.result = work()

    threading.Thread(target=run, daemon=True).start()
    async with asyncio.timeout(seconds):
        return await answer


async def lookup(host: str, seconds: float = NAME_SECONDS) -> str | None:
    """Why a name cannot be looked up, in a few words; None where it can.

    To be asked before the libraries do so in threads that are waited for.
    """
    try:
        await aside(lambda: socket.getaddrinfo(host, None), seconds)
    except TimeoutError:
        return "no name server answers"
    except OSError as error:
        return error.strerror or str(error)
    return None


class _Answering(Generic[T]):
    """Brings what the work returned or raised to the loop that waits for it, if it still does."""

    result: T

    def __init__(self, answer: "asyncio.Future[T]") -> None:
        self._answer = answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: TracebackType | None) -> bool:
        # The loop is closed where everybody has gone.
        with suppress(RuntimeError):
            self._answer.get_loop().call_soon_threadsafe(self._settle, error)
        return True

    def _settle(self, error: BaseException | None) -> None:
        if self._answer.done():
            return
        if error is None:
            self._answer.set_result(self.result)
        else:
            self._answer.set_exception(error)
