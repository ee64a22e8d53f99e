"""Bots as processes of their own, and what the kernel says of them: time and resident memory."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.bench.lean import TOKEN
from tests.conftest import ROOT

RUN = (
    "import sys; from tests.bench.rivals import point_library_at; point_library_at(sys.argv[1]); "
    "import runpy; sys.argv = ['bot', 'run']; runpy.run_module('bot', run_name='__main__', alter_sys=True)"
)
"""`python -m bot run`, but for where Discord is. The sandbox, which could say so as well, is no part of that process."""
TICKS = os.sysconf("SC_CLK_TCK")
STOP_SECONDS = 10
SHOWN = 3


@asynccontextmanager
async def briefbot(url: str, folder: Path, **settings: str) -> AsyncIterator[int]:
    """`python -m bot run` against a Discord at an address, with its store in a folder; its process id."""
    given = {
        "BRIEFBOT_ASKLOG_URL": f"sqlite+aiosqlite:///{folder}/asks.sqlite3",
        "BRIEFBOT_SPOOL": f"{folder}/spool",
        "BRIEFBOT_ASKS_PER_MINUTE": "0",
        "BRIEFBOT_LOG_LEVEL": "WARNING",
        "DISCORD_TOKEN": TOKEN,
        **settings,
    }
    async with _running([sys.executable, "-c", RUN, url], given) as process:
        yield process


@asynccontextmanager
async def rival(kind: str, url: str) -> AsyncIterator[int]:
    """One of `tests.bench.rivals`; its process id."""
    async with _running([sys.executable, "-m", "tests.bench.rivals", kind, url, TOKEN], {}) as process:
        yield process


@asynccontextmanager
async def _running(command: list[str], given: dict[str, str]) -> AsyncIterator[int]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **given}
    with tempfile.TemporaryFile() as said:
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stderr=said)
        try:
            yield process.pid
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()
            said.seek(0)
            _report(said.read().decode(errors="replace").splitlines())


def _report(lines: list[str]) -> None:
    """A few of the lines that a process wrote to standard error: a bot that is well writes none."""
    for line in lines[:SHOWN]:
        print(f"  it said: {line[:160]}", flush=True)
    if len(lines) > SHOWN:
        print(f"  and {len(lines) - SHOWN} lines more", flush=True)


def cpu_seconds(process: int) -> float:
    """Processor time of a process and its threads so far; that of its children apart."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def busy_seconds() -> float:
    """Processor time that everything on this machine took so far."""
    user, nice, system, _idle, _waiting, *more = map(int, Path("/proc/stat").read_text(encoding="utf-8").split()[1:9])
    return (user + nice + system + sum(more[:2])) / TICKS


def resident(process: int) -> float:
    """Resident memory in MB (2**20 bytes), what it shares with others too: VmRSS of /proc/PID/status."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1_024
