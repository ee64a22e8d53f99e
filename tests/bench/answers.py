"""How long members wait for the first response: python -m tests.bench.answers [TIMES]

Every command through the real library and the sandbox, beside a bot that does nothing but answer «pong». Discord gives
three seconds; what is measured here is without the network.
"""

import asyncio
import functools
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.config import Config
from bot.desk import open_desk
from bot.interactions import BriefbotClient
from bot.sandbox import Person, Sandbox, point_library_at
from bot.sandbox.running import populate
from tests.bench.rivals import Pong
from tests.conftest import ROOT

QUOTE = "efforts to expand NATO to Russia's border have shown just how dated the NATO construct is"
ASKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("brief", {"topic": "nato expantion"}),
    ("brief", {"topic": "weather in boston"}),
    ("quote", {"text": "hand of freindship to the united states"}),
    ("search", {"text": "missle defence"}),
    ("verify", {"text": QUOTE}),
    ("verify", {"text": QUOTE * 60}),
    ("compare", {"topic": "nato enlargement"}),
    ("timeline", {}),
    ("glossary", {"term": "antiballistic misile"}),
    ("topics", {}),
    ("sources", {"source": "shifts-2025"}),
    ("about", {}),
)


async def timed(times: int, ask: Callable[[], Awaitable[object]]) -> list[float]:
    """Milliseconds of each, sorted; the first few are not counted."""
    taken = []
    for number in range(times + 3):
        began = time.perf_counter()
        await ask()
        if number >= 3:
            taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)


def line(name: str, taken: list[float], floor: float) -> None:
    p50, p99 = statistics.median(taken), taken[int(len(taken) * 0.99)]
    print(f"{name:44} {p50:7.1f} {p99:7.1f} {taken[-1]:7.1f} {p50 / floor:7.1f}")


async def ada_with(client: discord.Client, sandbox: Sandbox) -> Person:
    await sandbox.gateway.connected()
    return sandbox.world.person("Ada")


async def main(times: int) -> None:
    print(f"{'first response, ms':44} {'p50':>7} {'p99':>7} {'most':>7} {'× pong':>7}")
    floor = await pong(times)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/asks.sqlite3"
        config = Config(briefs=ROOT / "briefs", corpus=ROOT / "corpus", asklog_url=url, asks_per_minute=0)
        async with Sandbox() as sandbox, open_desk(config) as desk:
            populate(sandbox.world)
            point_library_at(sandbox.url)
            async with BriefbotClient(desk, config) as client:
                running = asyncio.create_task(client.start(sandbox.token))
                ada = await ada_with(client, sandbox)
                await briefbot(ada, times, floor)
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)


async def pong(times: int) -> float:
    async with Sandbox() as sandbox:
        populate(sandbox.world)
        point_library_at(sandbox.url)
        async with Pong() as client:
            running = asyncio.create_task(client.start(sandbox.token))
            ada = await ada_with(client, sandbox)
            taken = await timed(times, lambda: ada.slash("ping"))
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    floor = statistics.median(taken)
    line("a bot that answers «pong»", taken, floor)
    return floor


async def briefbot(ada: Person, times: int, floor: float) -> None:
    for name, options in ASKS:
        shown = " ".join(f"{key}:{value[:24]}" for key, value in options.items())
        line(f"/{name} {shown}", await timed(times, functools.partial(ada.slash, name, **options)), floor)
    card = (await ada.slash("brief", topic="nato expansion")).message
    tabs = ["Overview", "Quotes"]

    async def turn() -> None:
        tabs.reverse()
        await ada.click(card, tabs[0])

    line("a tab", await timed(times, turn), floor)
    line("a keystroke", await timed(times, lambda: ada.type_ahead("brief", "topic", "missle def")), floor)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
