"""How many interactions a second the bot answers, and how fast: python -m tests.bench.load [MINUTES]

Beside a bot that only says «pong», in the same run and in turns: first everything once, then as many as each answers,
then half of that for the time to the first response. Then fifty people on four servers for ten minutes, or so many MINUTES: whatever is
unanswered, and whether memory stays as it is. Both bots are processes, ours with its SQLite store; what they talk to
is `tests.bench.lean`, whose share of a processor is printed, since it must not be what is measured.
"""

import argparse
import asyncio
import gc
import os
import random
import sqlite3
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, closing
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

from tests.bench.lean import LeanDiscord
from tests.bench.people import Act, acts, pongs
from tests.bench.processes import briefbot, busy_seconds, cpu_seconds, resident, rival

USERS = (4, 8, 16, 32, 64)
"""People who ask without a pause between, rising until that answers no more of them."""
RISING = 1.03
"""By how much more must be answered with more people for them to go on rising."""
ROUNDS = 3
SECONDS = 6.0
HALF_SECONDS = 15.0
SATURATED, BUSY, IDLE = 0.9, 0.3, 0.1
"""Shares of a processor: from the first a process is saturated, from the second what else runs here disturbs, below the
third it does not."""
AT_FIRST = 3_000
"""Things that are done once, before anything is measured but what they cost."""
DRAWING_SECONDS = 60
"""How long pictures may take that were asked for then."""
COMMANDS = 600
PEOPLE, SERVERS = 50, 4
PAUSE = 1.0
"""Seconds that each of the fifty people waits at the mean between two acts."""
SETTLED = 60.0
"""Seconds in which caches fill."""
ENOUGH = 10
"""Looks at memory from which a slope is told."""
ASKED = ("/brief", "/quote", "/search", "/verify", "/compare", "/glossary")
"""Commands that are asks; of /quote too, for it is asked here with a topic or a text."""

Acts = list[tuple[str, Act]]


@dataclass(slots=True)
class Measured:
    """What came of some seconds: milliseconds to each first response by what was done, and who was busy."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    unanswered: int = 0
    seconds: float = 0.0
    bot: float = 0.0
    """Seconds of a processor that the bot took."""
    discord: float = 0.0
    """The same for this process."""
    machine: float = 0.0
    """The same for everything on the machine, these two among it."""

    @property
    def all(self) -> list[float]:
        return sorted(value for each in self.took.values() for value in each)

    @property
    def answered(self) -> int:
        return sum(map(len, self.took.values()))

    @property
    def rate(self) -> float:
        return self.answered / self.seconds

    @property
    def cost(self) -> float:
        """Milliseconds of a processor that an answer costs the bot."""
        return self.bot / self.answered * 1_000

    async def one(self, what: str, act: Act, person: int, due: float | None = None) -> None:
        began = time.perf_counter() if due is None else due
        response = await act(person)
        if response is None:
            self.unanswered += 1
        else:
            self.took[what].append((response.at - began) * 1_000)


class Clocked:
    """Notes in a `Measured` what time a block and the processors took."""

    def __init__(self, measured: Measured, process: int) -> None:
        self._measured, self._process = measured, process

    def __enter__(self) -> None:
        self._began = (time.perf_counter(), cpu_seconds(self._process), cpu_seconds(os.getpid()), busy_seconds())

    def __exit__(self, *_: object) -> None:
        wall, bot, discord, machine = self._began
        self._measured.seconds += time.perf_counter() - wall
        self._measured.bot += cpu_seconds(self._process) - bot
        self._measured.discord += cpu_seconds(os.getpid()) - discord
        self._measured.machine += busy_seconds() - machine


# ---------------------------------------------------------------- as many as it answers


async def closed_loop(process: int, todo: Iterator[tuple[str, Act]], users: int, seconds: float) -> Measured:
    """So many people, each of whom does the next thing as soon as the last was answered."""
    measured, end = Measured(), time.perf_counter() + seconds

    async def person(number: int) -> None:
        while time.perf_counter() < end:
            what, act = next(todo)
            await measured.one(what, act, number)

    with Clocked(measured, process):
        await asyncio.gather(*(person(number) for number in range(users)))
    return measured


async def open_loop(process: int, todo: Iterator[tuple[str, Act]], rate: float, seconds: float) -> Measured:
    """So many a second, by chance, whatever became of those before. Timed from when each was due."""
    measured, dice, running = Measured(), random.Random(3), set[asyncio.Task[None]]()
    with Clocked(measured, process):
        due = time.perf_counter()
        end = due + seconds
        number = 0
        while (due := due + dice.expovariate(rate)) < end:
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            what, act = next(todo)
            task = asyncio.create_task(measured.one(what, act, number % PEOPLE, due))
            number += 1
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.gather(*running)
    return measured


async def once(process: int, todo: Iterator[tuple[str, Act]], users: int) -> Measured:
    """Everything the first time, then until pictures are drawn that were asked for."""
    measured, left = Measured(), islice(todo, AT_FIRST)

    async def person(number: int) -> None:
        for what, act in left:
            await measured.one(what, act, number)

    with Clocked(measured, process):
        await asyncio.gather(*(person(number) for number in range(users)))
    for _ in range(DRAWING_SECONDS):
        quiet = Measured()
        with Clocked(quiet, process):
            await asyncio.sleep(1)
        if quiet.machine - quiet.discord < IDLE * quiet.seconds:
            break
    return measured


async def saturated(process: int, todo: Iterator[tuple[str, Act]], users: tuple[int, ...]) -> tuple[int, Measured]:
    """How many people it takes, and what is answered then."""
    best, crowd = Measured(), users[0]
    for number in users:
        found = await closed_loop(process, todo, number, SECONDS)
        if best.answered and found.rate < best.rate * RISING:
            return (number, found) if found.rate > best.rate else (crowd, best)
        best, crowd = found, number
    return crowd, best


@dataclass(slots=True)
class Results:
    """Of one bot, a measurement each round."""

    users: int = 0
    first: list[Measured] = field(default_factory=list)
    most: list[Measured] = field(default_factory=list)
    half: list[Measured] = field(default_factory=list)


async def in_turns(folder: Path, rounds: int) -> tuple[Results, Results]:
    """Ours and the rival, one after the other, so that a noisy machine is noisy for both."""
    ours, pong = Results(), Results()
    for number in range(rounds):
        for name, results in (("pong", pong), ("briefbot", ours)):
            async with LeanDiscord(SERVERS, PEOPLE) as discord:
                bot: AbstractAsyncContextManager[int]
                if name == "pong":
                    bot = rival("pong", discord.url)
                else:
                    (own := folder / f"round-{number}").mkdir()
                    bot = briefbot(discord.url, own)
                async with bot as process:
                    await discord.connected()
                    todo = cycle(pongs(discord) if name == "pong" else acts(discord, COMMANDS))
                    users = (results.users,) if results.users else USERS
                    results.first.append(await once(process, todo, USERS[0]))
                    results.users, most = await saturated(process, todo, users)
                    results.most.append(most)
                    results.half.append(await open_loop(process, todo, most.rate / 2, HALF_SECONDS))
                    report_round(number, name, results)
    return ours, pong


def report_round(number: int, name: str, results: Results) -> None:
    most, half = results.most[-1], results.half[-1]
    print(
        f"round {number + 1} {name:9} {results.users:3} users {most.rate:7.0f}/s  {most.cost:6.2f} ms of processor each;"
        f" bot {share(most.bot, most)}, Discord {share(most.discord, most)}, others"
        f" {share(most.machine - most.bot - most.discord, most)} of a processor;"
        f" at half: p50 {at(half.all, 0.5):.1f}, p99 {at(half.all, 0.99):.1f}, most {half.all[-1]:.1f} ms",
        flush=True,
    )


def share(busy: float, measured: Measured) -> str:
    return f"{busy / measured.seconds:4.0%}"


def at(taken: list[float], of: float) -> float:
    return taken[min(int(of * len(taken)), len(taken) - 1)]


def report(ours: Results, pong: Results) -> None:
    print(f"\n{'medians of the rounds':44} {'briefbot':>9} {'pong':>9} {'ratio':>7}")
    rows: dict[str, Callable[[Results], list[float]]] = {
        "answered per second at saturation": lambda r: [m.rate for m in r.most],
        "processor time of an answer at first, ms": lambda r: [m.cost for m in r.first],
        "the same at saturation, ms": lambda r: [m.cost for m in r.most],
        "first response at half load, p50, ms": lambda r: [at(m.all, 0.5) for m in r.half],
        "p99, ms": lambda r: [at(m.all, 0.99) for m in r.half],
        "worst, ms": lambda r: [m.all[-1] for m in r.half],
    }
    for name, values in rows.items():
        mine, theirs = statistics.median(values(ours)), statistics.median(values(pong))
        print(f"{name:44} {mine:9.2f} {theirs:9.2f} {mine / theirs:7.2f}")
    lost = sum(m.unanswered for m in (*ours.first, *ours.most, *ours.half))
    print(f"unanswered by ours: {lost}")
    print(what_saturated([*ours.most, *pong.most]))
    print(f"\n{'first response at half load, ms':34} {'times':>7} {'p50':>7} {'p99':>7} {'worst':>7}")
    for what in sorted({what for m in ours.half for what in m.took}):
        taken = sorted(value for m in ours.half for value in m.took.get(what, ()))
        print(f"{what:34} {len(taken):7} {at(taken, 0.5):7.1f} {at(taken, 0.99):7.1f} {taken[-1]:7.1f}")


def what_saturated(most: list[Measured]) -> str:
    """Whether the figures at saturation are of the bots, or of what they were measured with, or of a busy machine."""
    bot = min(each.bot / each.seconds for each in most)
    discord = max(each.discord / each.seconds for each in most)
    others = max((each.machine - each.bot - each.discord) / each.seconds for each in most)
    shares = f"bots at least {bot:.0%}, this process at most {discord:.0%}, others at most {others:.0%} of a processor"
    if others > BUSY:
        return f"{shares}: others were busy, so believe the processor time of an answer, not the rates"
    if bot < SATURATED or discord > SATURATED:
        return f"{shares}: the bots were not what saturated, so believe none of it"
    return f"{shares}: the bots were what saturated"


# ---------------------------------------------------------------- fifty people for minutes


async def for_minutes(folder: Path, minutes: float) -> bool:
    """Whether all was answered, each ask is in the log once, and memory stayed."""
    print(f"\n{PEOPLE} people on {SERVERS} servers for {minutes:g} minutes, each about {1 / PAUSE:g} acts a second")
    measured, memory = Measured(), list[tuple[float, float]]()
    async with LeanDiscord(SERVERS, PEOPLE) as discord, briefbot(discord.url, folder) as process:
        await discord.connected()
        todo = cycle(acts(discord, COMMANDS))
        began = time.perf_counter()
        end = began + minutes * 60
        with Clocked(measured, process):
            watching = asyncio.create_task(watch(process, began, memory))
            await asyncio.gather(*(one_of_fifty(measured, todo, number, end) for number in range(PEOPLE)))
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
    asked = sum(len(taken) for what, taken in measured.took.items() if what.startswith(ASKED))
    with closing(sqlite3.connect(folder / "asks.sqlite3")) as log:
        (kept,) = log.execute("select count(*) from asks where not picked").fetchone()
        (picked,) = log.execute("select count(*) from asks where picked").fetchone()
    taken = measured.all
    print(f"interactions {measured.answered + measured.unanswered:,}, unanswered {measured.unanswered}")
    print(f"first response: p50 {at(taken, 0.5):.1f}, p99 {at(taken, 0.99):.1f}, worst {taken[-1]:.1f} ms")
    print(f"asks answered {asked:,}, asks in the log {kept:,}; choices from what was offered {picked:,}")
    flat = report_memory(memory)
    return not measured.unanswered and kept == asked and flat


async def one_of_fifty(measured: Measured, todo: Iterator[tuple[str, Act]], number: int, end: float) -> None:
    dice = random.Random(number)
    while (pause := dice.expovariate(1 / PAUSE)) + time.perf_counter() < end:
        await asyncio.sleep(pause)
        what, act = next(todo)
        await measured.one(what, act, number)


async def watch(process: int, began: float, memory: list[tuple[float, float]]) -> None:
    """Note the bot's resident memory every ten seconds, and print it every minute."""
    while True:
        since = time.perf_counter() - began
        memory.append((since, resident(process)))
        if len(memory) % 6 == 1:
            print(f"  minute {since / 60:4.1f}: {memory[-1][1]:6.1f} MB", flush=True)
        await asyncio.sleep(10)


FLAT = 0.25
"""MB a minute, by least squares over the second half, up to which memory is flat: what is bounded has filled by then."""


def report_memory(memory: list[tuple[float, float]]) -> bool:
    if len(memory) < 2 * ENOUGH:
        print("memory: too short to tell")
        return True
    later = [(since, size) for since, size in memory if since >= SETTLED]
    half = memory[len(memory) // 2 :]
    print(
        f"memory {memory[0][1]:.1f} MB at first, {memory[-1][1]:.1f} at last: {slope(later):+.2f} MB a minute after the"
        f" first minute, {slope(half):+.2f} in the second half"
    )
    return slope(half) <= FLAT


def slope(memory: list[tuple[float, float]]) -> float:
    """MB a minute, by least squares."""
    per_second, _ = statistics.linear_regression([since for since, _ in memory], [size for _, size in memory])
    return per_second * 60


async def main(minutes: float, rounds: int) -> int:
    # What this process clears away must not be what people wait for.
    gc.freeze()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before")
    with tempfile.TemporaryDirectory() as folder:
        if rounds:
            report(*await in_turns(Path(folder), rounds))
        (long := Path(folder) / "long").mkdir()
        fine = await for_minutes(long, minutes) if minutes else True
    return 0 if fine else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("minutes", type=float, nargs="?", default=10.0)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    raise SystemExit(asyncio.run(main(given.minutes, given.rounds)))
