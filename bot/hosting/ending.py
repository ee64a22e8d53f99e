"""How a process is told to end."""

import asyncio
import signal

ENDINGS = (signal.SIGTERM, signal.SIGINT)


def cancel_when_told() -> None:
    """Cancel the task at hand at the first SIGTERM or SIGINT. To be called in an event loop's task."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None  # noqa: S101  # see above

    def end() -> None:
        # A second signal would end the process in the middle of its goodbye, which takes a few seconds at most.
        for ending in ENDINGS:
            loop.remove_signal_handler(ending)
            signal.signal(ending, signal.SIG_IGN)
        task.cancel()

    for ending in ENDINGS:
        loop.add_signal_handler(ending, end)
