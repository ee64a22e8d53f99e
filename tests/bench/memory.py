"""What the bot takes of memory: python -m tests.bench.memory

Resident (VmRSS of /proc/PID/status, shared pages included), of a process of its own with its SQLite store, the deck and
one shard: at rest, and after so many answers. Then the same in 2,500 servers, of which Discord tells at the start, and
beside it a bare client of the library's with its default intents.
"""

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from itertools import cycle, islice
from pathlib import Path

from tests.bench.lean import LeanDiscord
from tests.bench.people import acts
from tests.bench.processes import briefbot, resident, rival

ANSWERS, COMMANDS = 500, 120
AT_ONCE = 4
FEW, MANY = 4, 2_500
REST_SECONDS = 5.0
"""For what is done once after the start, or after the last answer, to be over."""
MOST, MOST_FOR_SERVERS = 110.0, 5.0
"""MB that are promised."""

Bot = Callable[[str, Path], AbstractAsyncContextManager[int]]


def bare(url: str, folder: Path) -> AbstractAsyncContextManager[int]:
    return rival("bare", url)


async def measured(bot: Bot, servers: int, folder: Path, answers: int) -> tuple[float, float]:
    """MB at rest after the start, and after so many answers."""
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    async with LeanDiscord(servers) as discord, bot(discord.url, folder) as process:
        await discord.connected()
        await asyncio.sleep(REST_SECONDS)
        began = resident(process)
        todo = islice(cycle(acts(discord, COMMANDS)), answers) if answers else iter(())

        async def person(number: int) -> None:
            for _, act in todo:
                await act(number)

        await asyncio.gather(*(person(number) for number in range(AT_ONCE)))
        await asyncio.sleep(REST_SECONDS)
        return began, resident(process)


async def main() -> bool:
    print(f"{'resident, MB':34} {'at rest':>9} {f'after {ANSWERS}':>10} {f'in {MANY:,} servers':>16} {'more':>6}")
    with tempfile.TemporaryDirectory() as folder:
        few, after = await measured(briefbot, FEW, Path(folder, "few"), ANSWERS)
        many, _ = await measured(briefbot, MANY, Path(folder, "many"), 0)
        print(
            f"{'briefbot, store, deck, one shard':34} {few:9.1f} {after:10.1f} {many:16.1f} {many - few:6.1f}",
            flush=True,
        )
        bare_few, _ = await measured(bare, FEW, Path(folder, "bare-few"), 0)
        bare_many, _ = await measured(bare, MANY, Path(folder, "bare-many"), 0)
        print(
            f"{'bare client, default intents':34} {bare_few:9.1f} {'':>10} {bare_many:16.1f} {bare_many - bare_few:6.1f}"
        )
    return max(few, after) < MOST and many - few < MOST_FOR_SERVERS


if __name__ == "__main__":
    raise SystemExit(0 if asyncio.run(main()) else 1)
