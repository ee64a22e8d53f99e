"""What the ask log costs: an answer, at 200 and 2,000 asks a second; and a manager, after a year of a busy bot.

    python -m tests.bench.asks [--rows 5000000] [--seconds 20] [--no-postgres] [--keep FOLDER]

Beside it, in the same run, each ask in a transaction of its own, and the same counts taken from the asks themselves.
Bounded: it ends by
itself; --keep leaves the SQLite file of the year in a folder. A full run takes about a quarter of an hour.
"""

import argparse
import asyncio
import contextlib
import logging
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.asklog import AskLog, MemoryAskLog, sql
from bot.asklog.database import HEAD, VERSIONS, Database
from bot.asklog.migrations import upgrade
from bot.asklog.spool import Spool
from bot.asklog.sql import SqlAskLog
from bot.asklog.tables import asks
from bot.config import Config
from bot.desk import BriefingDesk, Deck, load_deck
from bot.desk.reports import Reports
from bot.model import Ask, Outcome, Period, Surface
from tests.conftest import ROOT
from tests.databases import PostgresServer, run_sql

QUIET, BUSY = 200, 2_000
"""Asks a second."""
ANSWERS = 50
"""Questions a second that are answered from the deck beside a busy log."""
CARDS, SERVERS = 60, 2_500
LARGEST, MIDDLING = 10**18, 10**18 + SERVERS // 2
"""Servers: one that has half of all asks, and one of the others that is neither large nor small."""
MISSED, OFFERED, PICKED = 0.12, 0.08, 0.05
WORDINGS = 20_000
LAST = date(2026, 5, 31)
DAYS, KEPT_DAYS = 365, 90
TIMES, RIVAL_TIMES = 20, 3

Keep = Callable[[Ask], Awaitable[None]]


def main(rows: int, seconds: float, postgres: bool, keep: Path | None) -> None:
    logging.getLogger("bot").setLevel(logging.ERROR)
    server = server_here() if postgres else None
    folder = Path(tempfile.mkdtemp(prefix="asks-bench-"))
    try:
        deck = load_deck(Config(briefs=ROOT / "briefs", corpus=ROOT / "corpus"))
        asyncio.run(asking(folder, seconds, deck, server))
        asyncio.run(reading(rows, deck, (keep or folder) / "year.sqlite3", server))
    finally:
        shutil.rmtree(folder)
        if server:
            server.remove()


class DurableServer(PostgresServer):
    """As people run one: what is committed is on the disk."""

    def start(self) -> None:
        options = f"-c listen_addresses= -c unix_socket_directories={self._folder}"
        self._run("pg_ctl", "-w", "-o", options, "-l", str(self._folder / "log"), "start")


def server_here() -> PostgresServer | None:
    try:
        return DurableServer()
    except pytest.skip.Exception:
        say("PostgreSQL is not installed: it is left out")
        return None


def say(progress: str) -> None:
    print(progress, file=sys.stderr, flush=True)


async def made(server: PostgresServer, name: str) -> str:
    engine = create_async_engine(server.url(), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.exec_driver_sql(f"create database {name}")
    await engine.dispose()
    return server.url(name)


# ---------------------------------------------------------------- asking


class CountedSpool(Spool):
    """Knows how many rows took the way over the disk, of all spools."""

    taken = 0

    def append(self, lines: Any) -> None:
        CountedSpool.taken += len(lines)
        super().append(lines)


async def asking(folder: Path, seconds: float, deck: Deck, server: PostgresServer | None) -> None:
    sql.Spool = CountedSpool  # type: ignore[attr-defined]  # the log makes its own
    urls = {"SQLite": f"sqlite+aiosqlite:///{folder}/asks.sqlite3"}
    if server:
        urls["PostgreSQL"] = await made(server, "asking")
    for rate in (QUIET, BUSY):
        print(f"\n{f'record, ms, at {rate:,} asks a second':44} {'p50':>8} {'p99':>8} {'most':>8} {'p50 ×':>7}")
        for name, url in urls.items():
            say(f"{name}, {rate:,} asks a second for {seconds:g} s, twice")
            rival = await own_transactions(folder, url, rate, seconds)
            before = CountedSpool.taken
            async with opened(url, folder) as log:
                took = await under_load(rate, seconds, log.record)
            line(f"{name}: one writer", took, rival)
            line(f"{name}: a transaction each, not counted by day", rival, rival)
            await report_kept(url, len(took), CountedSpool.taken - before)
        line("in memory", await under_load(rate, seconds, MemoryAskLog().record))
    await answering(urls, folder, seconds, deck)


@contextlib.asynccontextmanager
async def opened(url: str, folder: Path) -> AsyncIterator[SqlAskLog]:
    log = SqlAskLog(Database(url), retention=timedelta(days=KEPT_DAYS), spool=folder / "spool")
    await log.open()
    try:
        yield log
    finally:
        await log.close()


async def report_kept(url: str, asked: int, spooled: int) -> None:
    """What was asked, beside what is there; then make room for the next."""
    ((kept,),) = await run_sql(url, "select count(*) from asks")
    ((counted,),) = await run_sql(url, "select sum(asks) from daily where guild = 0")
    await run_sql(url, "delete from asks", "delete from daily")
    print(f"  {asked:,} asked, {kept:,} kept, {counted:,} counted, {spooled:,} of them by way of the disk")


async def under_load(rate: float, seconds: float, keep: Keep, *, delayed: bool = False) -> list[float]:
    """Milliseconds of each, the shortest first. They come as from many people: by chance, whatever became of others.

    `delayed`: from when it was due, so that what holds up the whole process counts too, and a millisecond of the clock.
    """
    dice, loop = random.Random(7), asyncio.get_running_loop()
    entries = list(islice(entries_of_a_year(dice, 10_000), 1_000))
    took: list[float] = []
    running: set[asyncio.Task[None]] = set()

    async def one(began: float, number: int) -> None:
        await keep(replace(entries[number % len(entries)], at=datetime.now(UTC)))
        took.append((loop.time() - began) * 1_000)

    due = loop.time()
    end = due + seconds
    while (due := due + dice.expovariate(rate)) < end:
        await asyncio.sleep(max(due - loop.time(), 0))
        began = due if delayed else loop.time()
        task = asyncio.create_task(one(began, len(took) + len(running)))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    return sorted(took)


def line(name: str, took: list[float], rival: list[float] | None = None) -> None:
    ratio = f"{median(took) / median(rival):7.2f}" if rival else ""
    print(f"{name:44} {median(took):8.2f} {at(took, 0.99):8.2f} {took[-1]:8.1f} {ratio}", flush=True)


def at(took: list[float], share: float) -> float:
    return took[min(int(share * len(took)), len(took) - 1)]


async def own_transactions(folder: Path, url: str, rate: float, seconds: float) -> list[float]:
    """The rival: the driver alone, a commit for each ask, and as durable; it counts nothing."""
    await up_to(url, HEAD)
    insert = f"insert into asks ({', '.join(COLUMNS)}) values "
    if url.startswith("postgresql"):
        pool = await asyncpg.create_pool(url.replace("+asyncpg", ""), max_size=10)
        statement = insert + f"({', '.join(f'${number + 1}' for number in range(len(COLUMNS)))})"

        async def keep(ask: Ask) -> None:
            await pool.execute(statement, *next(rows_of([ask])))

        took = await under_load(rate, seconds, keep)
        await pool.close()
    else:
        with ThreadPoolExecutor(1) as thread:
            loop = asyncio.get_running_loop()
            connection = await loop.run_in_executor(thread, connected, folder / "asks.sqlite3")
            statement = insert + f"({', '.join('?' * len(COLUMNS))})"

            def commit(values: tuple[object, ...]) -> None:
                connection.execute(statement, values)

            async def keep(ask: Ask) -> None:
                await loop.run_in_executor(thread, commit, as_text(next(rows_of([ask]))))

            took = await under_load(rate, seconds, keep)
            await loop.run_in_executor(thread, connection.close)
    await run_sql(url, "delete from asks")
    return took


def connected(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=full")
    return connection


async def answering(urls: dict[str, str], folder: Path, seconds: float, deck: Deck) -> None:
    print(f"\n{f'an answer, ms, while {BUSY:,} asks a second come':44} {'p50':>8} {'p99':>8} {'most':>8} {'p50 ×':>7}")
    memory, _ = await answered(MemoryAskLog(), seconds, deck)
    line("its asks in memory", memory, memory)
    for name, url in urls.items():
        say(f"{name}, answers beside {BUSY:,} asks a second for {seconds:g} s")
        before = CountedSpool.taken
        async with opened(url, folder) as log:
            took, asked = await answered(log, seconds, deck)
        line(f"its asks in {name}", took, memory)
        await report_kept(url, asked, CountedSpool.taken - before)


async def answered(log: AskLog, seconds: float, deck: Deck) -> tuple[list[float], int]:
    """How long answers take whose asks are some of those that come, and how many came in all."""
    desk, titles = BriefingDesk(deck, log), [card.title for card in deck.cards.values()]
    questions = iter([title[:3] + title[4:] for title in titles] * BUSY)

    async def ask(_: Ask) -> None:
        await desk.ask(next(questions))

    load = asyncio.create_task(under_load(BUSY - ANSWERS, seconds, log.record))
    took = await under_load(ANSWERS, seconds, ask, delayed=True)
    return took, len(took) + len(await load)


# ---------------------------------------------------------------- a year

COLUMNS = ("key", "at", "surface", "outcome", "card", "picked", "score", "guild", "locale", "question")


def entries_of_a_year(dice: random.Random, count: int) -> Iterator[Ask]:
    """Asks of a year, oldest first: few cards and servers have most, and words stand only where they are still kept."""
    surfaces, locales = list(Surface), ["en-US", "en-GB", "de", "ru", "fr", "uk"]
    cards, servers, wordings = zipf(CARDS), zipf(SERVERS), zipf(WORDINGS)
    begin = datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC) - timedelta(days=DAYS - 1)
    step = timedelta(days=DAYS) / count
    for number in range(count):
        when = begin + step * number
        kind = dice.random()
        clear = kind >= MISSED + OFFERED
        kept = not clear and number > count * (1 - KEPT_DAYS / DAYS)
        yield Ask(
            at=when,
            surface=dice.choices(surfaces, (8, 2, 2, 2, 1, 1, 1, 4, 1))[0],
            outcome=Outcome.FOUND if clear else Outcome.SUGGESTED if kind >= MISSED else Outcome.ABSTAINED,
            card=f"a-card-of-some-length-{drawn(dice, cards)}" if clear else None,
            picked=kind >= 1 - PICKED,
            score=kind if kind >= MISSED else None,
            guild=LARGEST if dice.random() < 0.5 else LARGEST + 1 + drawn(dice, servers),
            locale=dice.choice(locales),
            question=f"what do they say of topic {drawn(dice, wordings)}" if kept else None,
        )


def zipf(count: int) -> list[float]:
    return list(accumulate(1 / (place + 1) for place in range(count)))


def drawn(dice: random.Random, cumulated: list[float]) -> int:
    return dice.choices(range(len(cumulated)), cum_weights=cumulated)[0]


def rows_of(entries: Iterable[Ask]) -> Iterator[tuple[object, ...]]:
    """With random keys; that of a choice begins with that of the last ask that was offered one."""
    offer = ""
    for ask in entries:
        key = f"{random.getrandbits(128):032x}"
        if ask.outcome is Outcome.SUGGESTED:
            offer = key
        yield (f"{offer}:{key[:16]}" if ask.picked else key, *(getattr(ask, name) for name in COLUMNS[1:]))


def as_text(values: tuple[object, ...]) -> tuple[object, ...]:
    """With the time as SQLAlchemy keeps it in SQLite."""
    key, when, *rest = values
    assert isinstance(when, datetime)
    return (key, when.replace(tzinfo=None).isoformat(" ", "microseconds"), *rest)


async def up_to(url: str, version: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade, version)
    await engine.dispose()


async def reading(rows: int, deck: Deck, file: Path, server: PostgresServer | None) -> None:
    urls = {"SQLite": f"sqlite+aiosqlite:///{file}"}
    if server:
        urls["PostgreSQL"] = await made(server, "reading")
    for name, url in urls.items():
        print(f"\n{name}, {rows:,} asks of {DAYS} days, {CARDS} cards and {SERVERS + 1:,} servers")
        await up_to(url, VERSIONS[-2])
        await fill(url, file, rows)
        began = time.perf_counter()
        database = Database(url)
        await database.open()
        print(f"  from the version before to this one         {time.perf_counter() - began:8.1f} s")
        if not database.is_sqlite:
            # As PostgreSQL does by itself within minutes.
            await run_sql(url, "analyze")
        await sizes(url, database, rows)
        log = SqlAskLog(database, retention=timedelta(days=36_500), spool=file.parent / "spool")
        try:
            await statistics_of(log, database, deck)
            await others(log, deck)
        finally:
            await log.close()


async def fill(url: str, file: Path, rows: int) -> None:
    """Insert as fast as it goes, half a million at a time."""
    entries = rows_of(entries_of_a_year(random.Random(11), rows))
    done = 0
    if url.startswith("postgresql"):
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        while batch := list(islice(entries, 500_000)):
            await connection.copy_records_to_table("asks", records=batch, columns=COLUMNS)
            done += len(batch)
            say(f"{done:,} asks are in PostgreSQL")
        await connection.execute("vacuum analyze asks")
        await connection.close()
        return
    insert = f"insert into asks ({', '.join(COLUMNS)}) values ({', '.join('?' * len(COLUMNS))})"
    with closing(sqlite3.connect(file)) as filling:
        filling.execute("pragma synchronous=off")
        filling.execute("pragma cache_size=-1000000")
        while batch := list(islice(entries, 500_000)):
            filling.executemany(insert, map(as_text, batch))
            filling.commit()
            done += len(batch)
            say(f"{done:,} asks are in SQLite")


async def sizes(url: str, database: Database, rows: int) -> None:
    if database.is_sqlite:
        pages = ((await run_sql(url, f"pragma {name}"))[0][0] for name in ("page_count", "freelist_count", "page_size"))
        count, free, size = [int(str(value)) async for value in pages]
        total = (count - free) * size
    else:
        total = int(str((await run_sql(url, "select pg_database_size(current_database())"))[0][0]))
    ((cells,),) = await run_sql(url, "select count(*) from daily")
    print(f"  with indexes {total / 1e6:,.0f} MB: {total / rows:.0f} bytes an ask; {cells:,} counts by day")


async def statistics_of(log: SqlAskLog, database: Database, deck: Deck) -> None:
    """Of the last month and the one before it: everything, the largest server, one in the middle."""
    reports, period = Reports(lambda: deck, log, fewest=3), Period.ending(LAST, 30)
    places = {"everything": None, "the largest server": LARGEST, "a middling one": MIDDLING}
    own = {name: await timed(TIMES, lambda at=place: reports.statistics(period, at)) for name, place in places.items()}  # type: ignore[misc]
    say("an index on the time, for counting from the asks themselves")
    await database.run(lambda connection: connection.exec_driver_sql("create index ix_rival on asks (at)"))
    print(f"  {'statistics of a month, ms':42} {'median':>8} {'worst':>8} {'from asks':>10} {'times faster':>13}")
    for name, place in places.items():
        rival = await timed(RIVAL_TIMES, lambda at=place: from_asks(database, period, at))  # type: ignore[misc]
        once = await from_asks(database, period, place)
        told = await reports.statistics(period, place)
        assert once == told.asks, f"{once} from the asks, {told.asks} from the counts"
        faster = median(rival) / median(own[name])
        print(f"  {name:42} {median(own[name]):8.1f} {own[name][-1]:8.1f} {median(rival):10.0f} {faster:13.0f}")
    await database.run(lambda connection: connection.exec_driver_sql("drop index ix_rival"))


async def from_asks(database: Database, period: Period, guild: int | None) -> int:
    """The rival: what statistics need, counted from the asks; how many questions that were."""
    by = (asks.c.card, asks.c.surface, asks.c.outcome, asks.c.picked)
    day = sa.func.date(asks.c.at) if database.is_sqlite else sa.func.date(sa.func.timezone("UTC", asks.c.at))
    asked = 0
    for columns, of in ((by, period.before), (by, period), ((day, asks.c.picked), period)):
        within = [asks.c.at >= of.since, asks.c.at < of.until, *([asks.c.guild == guild] if guild else [])]
        found = await database.read(
            sa.select(*columns, sa.func.count().label("asks")).where(*within).group_by(*columns)
        )
        asked = sum(each["asks"] for each in found if not each["picked"])
    return asked


async def others(log: SqlAskLog, deck: Deck) -> None:
    reports, last = Reports(lambda: deck, log, fewest=3), Period.ending(LAST, KEPT_DAYS)
    entries = list(islice(entries_of_a_year(random.Random(3), 10_000), 200))
    numbers = iter(range(10_000))

    async def record() -> None:
        await log.record(replace(entries[next(numbers) % len(entries)], at=datetime.now(UTC)))

    print(f"  {'other things, ms':42} {'median':>8} {'worst':>8} {'others wait':>12}")
    for name, times, work in (
        ("record", 200, record),
        (f"unanswered words of {KEPT_DAYS} days: everything", RIVAL_TIMES, lambda: reports.unanswered(last)),
        (f"unanswered words of {KEPT_DAYS} days: the largest", RIVAL_TIMES, lambda: reports.unanswered(last, LARGEST)),
        ("which servers there are", RIVAL_TIMES, log.guilds),
        ("erase a middling server", 1, lambda: log.erase(MIDDLING)),
        ("erase the largest server", 1, lambda: log.erase(LARGEST)),
    ):
        say(name)
        async with longest_wait() as waits:
            took = await timed(times, work)
        print(f"  {name:42} {median(took):8.1f} {took[-1]:8.1f} {max(waits):12.1f}", flush=True)


@contextlib.asynccontextmanager
async def longest_wait() -> AsyncIterator[list[float]]:
    """Milliseconds for which nothing else could run in the process meanwhile."""
    waits = [0.0]

    async def tick() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            waits.append((time.perf_counter() - began) * 1_000 - 1)

    ticking = asyncio.create_task(tick())
    yield waits
    ticking.cancel()
    await asyncio.gather(ticking, return_exceptions=True)


async def timed(times: int, work: Callable[[], Awaitable[object]]) -> list[float]:
    """Milliseconds of each, the shortest first."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        await work()
        took.append((time.perf_counter() - began) * 1_000)
    return sorted(took)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--postgres", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    if given.keep and (given.keep / "year.sqlite3").exists():
        parser.error(f"{given.keep / 'year.sqlite3'} is there already: name another folder")
    main(given.rows, given.seconds, given.postgres, given.keep)
