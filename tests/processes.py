"""`python -m bot run` as processes of their own, against a sandbox."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.conftest import ROOT

RUN = (
    "import sys; from bot.sandbox import point_library_at; point_library_at(sys.argv[1]); "
    "from bot.cli import main; sys.argv = ['bot', *sys.argv[2:]]; main()"
)


class Process:
    """One process of the bot; what it says on standard error is read line by line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said: list[str] = []
        self._heard = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.said.append(line.decode().rstrip("\n"))
            heard, self._heard = self._heard, asyncio.Event()
            heard.set()

    async def says(self, words: str, times: int = 1) -> str:
        """The line with these words, once it is there."""
        async with asyncio.timeout(60):
            while True:
                found = [line for line in self.said if words in line]
                if len(found) >= times:
                    return found[-1]
                if self._reading.done():
                    raise AssertionError(f"it ended without saying «{words}»:\n" + "\n".join(self.said))
                heard = asyncio.create_task(self._heard.wait())
                await asyncio.wait({heard, self._reading}, return_when=asyncio.FIRST_COMPLETED)
                heard.cancel()

    async def ended(self) -> int:
        """Its exit code, once it has ended."""
        async with asyncio.timeout(20):
            await self._reading
            return await self.process.wait()

    async def stop(self) -> int:
        self.process.terminate()
        return await self.ended()


async def start(
    url: str, *arguments: str, token: str | None, folder: Path, settings: Mapping[str, object] | None = None
) -> asyncio.subprocess.Process:
    """A process that talks to the sandbox at `url`, with a configuration of the environment and nobody else's."""
    given = {"ASKLOG_URL": f"sqlite+aiosqlite:///{folder}/asks.sqlite3", "SPOOL": folder / "spool"} | dict(
        settings or {}
    )
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("BRIEFBOT_", "DISCORD_"))},
        **{f"BRIEFBOT_{name}": str(value) for name, value in given.items()},
        "PYTHONPATH": str(ROOT),
        **({} if token is None else {"DISCORD_TOKEN": token}),
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", RUN, url, "run", *arguments,
        cwd=ROOT, env=environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


@asynccontextmanager
async def running(
    url: str, *arguments: str, token: str, folder: Path, settings: Mapping[str, object] | None = None
) -> AsyncIterator[Process]:
    """The same, read as it goes; killed at the end."""
    process = await start(url, *arguments, token=token, folder=folder, settings=settings)
    made = Process(process)
    try:
        yield made
    finally:
        if process.returncode is None:
            process.kill()
        await made.ended()
