"""Charts: one child process a picture, one at a time, and the pictures drawn last are kept."""

import asyncio
import contextlib
import hashlib
import logging
import os
import struct
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bot.charts.chart import Chart, to_json
from bot.text import printable

log = logging.getLogger(__name__)

# -P: what lies in the working directory is not imported by mistake.
DRAWING = (sys.executable, "-P", "-m", "bot.charts.drawing")
PATIENCE = 20.0
"""Seconds for one picture. The first needs about two, or some more where thousands of fonts are installed."""
KEPT = 16
"""Pictures, each of some hundred kB."""
PASSED_ON = """
    PATH HOME USERPROFILE LANG LC_ALL LC_CTYPE TMPDIR TEMP TMP SYSTEMROOT LD_LIBRARY_PATH MPLCONFIGDIR
""".split()
"""Variables that the child gets where they are set: above all not the token, nor the database's password."""


class ChartError(Exception):
    """There is no picture; the message is the reason, in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG of `width` × `height` pixels."""

    png: bytes
    width: int
    height: int


class Charts:
    """Draws charts. To be closed at the end: `async with Charts() as charts`.

    `command` reads a chart as JSON and prints a PNG; `patience` is how many seconds it may take.
    """

    def __init__(self, *, command: Sequence[str] = DRAWING, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._command = tuple(command)
        self._pictures: OrderedDict[str, Picture] = OrderedDict()
        self._under_way: dict[str, asyncio.Task[Picture]] = {}
        self._turn = asyncio.Lock()
        # matplotlib lists the machine's fonts once and reads the list from here the next time.
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """End the child, if there is one, and wait until it is gone. Whoever waits for a picture gets ChartError."""
        self._closed = True
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._folder:
            await asyncio.to_thread(self._folder.cleanup)
            self._folder = None

    def cached(self, chart: Chart) -> Picture | None:
        """The picture, if it was drawn lately."""
        return self._kept(_key(to_json(chart)))

    async def draw(self, chart: Chart) -> Picture:
        """The picture, from the cache or from a child that all who ask for it share. Raises ChartError."""
        request = to_json(chart)
        key = _key(request)
        if kept := self._kept(key):
            return kept
        if self._closed:
            raise ChartError("no more pictures are drawn: the bot is ending")
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.create_task(self._draw(key, request))
            task.add_done_callback(lambda done: self._done(key, done))
        # Unlike awaiting the task this lets it go on for the others when one of them is cancelled.
        await asyncio.wait({task})
        if task.cancelled():
            raise ChartError("the picture was not finished: the bot is ending")
        return task.result()

    def _kept(self, key: str) -> Picture | None:
        if key in self._pictures:
            self._pictures.move_to_end(key)
        return self._pictures.get(key)

    def _done(self, key: str, task: asyncio.Task[Picture]) -> None:
        del self._under_way[key]
        # Looked at, or asyncio would complain where nobody waits any more.
        if not task.cancelled() and (error := task.exception()):
            log.debug("no picture: %s", error)

    async def _draw(self, key: str, request: bytes) -> Picture:
        async with self._turn:
            picture = _picture(await self._run(request))
        self._pictures[key] = picture
        while len(self._pictures) > KEPT:
            self._pictures.popitem(last=False)
        return picture

    async def _run(self, request: bytes) -> bytes:
        """What the child prints."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=self._environment(),
            )
        except OSError as error:
            raise ChartError(f"the drawing cannot be started: {(error.strerror or str(error)).lower()}") from error
        try:
            async with asyncio.timeout(self.patience):
                printed, said = await process.communicate(request)
        except TimeoutError:
            raise ChartError(f"the drawing took longer than {self.patience:g} s") from None
        finally:
            # Too slow, or cancelled: killed and waited for, so that no zombie is left.
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode:
            raise ChartError(_reason(process.returncode, said))
        return printed

    def _environment(self) -> dict[str, str]:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="briefbot-charts-", ignore_cleanup_errors=True)
        passed_on = {name: value for name in PASSED_ON if (value := os.environ.get(name))}
        root = str(Path(__file__).parents[2])
        return {
            "MPLCONFIGDIR": self._folder.name,
            # One picture is no work for as many threads as there are cores.
            "OPENBLAS_NUM_THREADS": "1",
            **passed_on,
            "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH")))),
            "PYTHONIOENCODING": "utf-8",
        }


def _key(request: bytes) -> str:
    return hashlib.sha256(request).hexdigest()


def _reason(code: int, said: bytes) -> str:
    """Why a child failed: the last line that it wrote on standard error."""
    lines = said.decode("utf-8", "replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    how = f"was killed by signal {-code}" if code < 0 else f"failed with code {code}"
    return f"the drawing {how}" + (f": {printable(last)[:200]}" if last else "")


def _picture(png: bytes) -> Picture:
    """The PNG with the size that its header says. Raises ChartError where it is none, or not a whole one."""
    whole = png.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR") and png.endswith(b"IEND\xaeB`\x82")
    if not whole:
        raise ChartError("the drawing printed no picture")
    width, height = struct.unpack(">II", png[16:24])
    return Picture(png=png, width=width, height=height)
