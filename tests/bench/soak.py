"""Whether the sandbox and the bot stay as they are: two hours idle, 10,000 interactions; memory and what is left open.

    python -m tests.bench.soak                       # two hours of heartbeats, one every half second
    python -m tests.bench.soak --idle 7200           # two real hours

Prints resident memory in MB as it goes, then what it grew by since the warm-up. Bounded: it ends by itself.
"""

import argparse
import asyncio
import contextlib
import gc
import resource
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bot.config import Config
from bot.desk import BriefingDesk, open_desk
from bot.interactions import BriefbotClient
from bot.sandbox import Person, Sandbox, point_library_at
from bot.sandbox.running import populate

ROOT = Path(__file__).parents[2]
TOPICS = ("nato expantion", "new start", "crimea and ukraine", "weather in boston", "sanctions", "missile defence")
INTERVAL = 41.25
"""Seconds between two heartbeats of Discord's."""
QUICK = 0.5
BATCH = 500
WARM_UP = 3_000
PAUSE = timedelta(minutes=5)
"""By which the clock moves with each batch, as if people came over hours: tokens end after fifteen minutes."""


def resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def talk(ada: Person, number: int) -> None:
    """One interaction after another: a command, a keystroke, a press."""
    topic = TOPICS[number % len(TOPICS)]
    match number % 3:
        case 0:
            asked = await ada.slash("brief", topic=topic)
            labels = asked.message.labels
            await ada.click(asked.message, "Notes" if "Notes" in labels else labels[0])
        case 1:
            await ada.type_ahead("brief", "topic", topic[: 1 + number % len(topic)])
        case 2:
            await ada.slash("quote", text="hand of freindship")


async def soak(interactions: int, idle: float | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/asks.sqlite3"
        config = Config(briefs=ROOT / "briefs", corpus=ROOT / "corpus", asklog_url=url)
        async with Sandbox() as sandbox, open_desk(config) as desk:
            await watch(sandbox, desk, interactions, idle)


async def watch(sandbox: Sandbox, desk: BriefingDesk, interactions: int, idle: float | None) -> None:
    populate(sandbox.world)
    point_library_at(sandbox.url)
    if idle is None:
        sandbox.gateway.heartbeat_ms = round(QUICK * 1000)
        sandbox.gateway.events_per_minute = 1_000_000
    async with BriefbotClient(desk, Config(asks_per_minute=0)) as client:
        running = asyncio.create_task(client.start(sandbox.token))
        await sandbox.gateway.connected()
        ada = sandbox.world.person("Ada")
        await many(sandbox, ada, WARM_UP)
        gc.collect()
        files, before = open_files(), resident()
        print(f"warm after {WARM_UP} interactions: {before:.1f} MB, {files} files open")
        await many(sandbox, ada, interactions, progress=True)
        busy = report(f"{interactions} interactions", before)
        await rest(sandbox, idle)
        report("and idle", before)
        left = len(asyncio.all_tasks()) - 2
        print(f"heartbeats {sandbox.gateway.heartbeats}, identified {sandbox.gateway.identified} time(s)")
        print(
            f"left: {len(sandbox.world.interactions)} interactions alive, {open_files() - files} more files, {left} tasks"
        )
        print(f"grown by {resident() - before:+.1f} MB in all, {resident() - busy:+.1f} MB while idle")
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def many(sandbox: Sandbox, ada: Person, count: int, *, progress: bool = False) -> None:
    began = time.perf_counter()
    for done in range(0, count, BATCH):
        for number in range(done, min(done + BATCH, count)):
            await talk(ada, number)
        sandbox.clock.move(PAUSE)
        if progress and (done + BATCH) % 2_000 == 0:
            rate = (done + BATCH) / (time.perf_counter() - began)
            print(f"  {done + BATCH:6} interactions  {resident():6.1f} MB  {rate:4.0f} a second", flush=True)


async def rest(sandbox: Sandbox, idle: float | None) -> None:
    """Nothing but heartbeats: as many as two hours have, or for real."""
    if idle is not None:
        await asyncio.sleep(idle)
        return
    await asyncio.sleep(7_200 / INTERVAL * QUICK)
    sandbox.clock.move(timedelta(hours=2))


def report(what: str, before: float) -> float:
    gc.collect()
    now = resident()
    print(f"{what}: {now:.1f} MB ({now - before:+.1f})", flush=True)
    return now


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interactions", type=int, default=10_000)
    parser.add_argument("--idle", type=float, default=None, help="seconds to be idle for real")
    given = parser.parse_args()
    asyncio.run(soak(given.interactions, given.idle))
