"""Every ask counts once: through kills, full disks, locks, and databases that come and go."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.asklog import AskLog
from bot.asklog.database import Database
from bot.asklog.spool import Spool
from bot.asklog.sql import SqlAskLog
from tests.conftest import ROOT
from tests.databases import PostgresServer, in_folder, new_database, run_sql
from tests.disks import fill
from tests.test_asklog import EVER, an_ask, counted, said

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return await new_database(request, tmp_path)


def opened(url: str, spool: Path) -> SqlAskLog:
    return SqlAskLog(Database(url), retention=timedelta(days=3650), spool=spool)


@asynccontextmanager
async def running(url: str, spool: Path) -> AsyncIterator[SqlAskLog]:
    log = opened(url, spool)
    with suppress(OSError):
        # As the desk does: the answers do not depend on it.
        await log.open()
    try:
        yield log
    finally:
        await log.close()


async def ask_in_a_row(log: AskLog, numbers: range) -> float:
    """Record asks one after the other, a second apart in their own time; the longest that one took, in seconds."""
    longest = 0.0
    for number in numbers:
        began = time.monotonic()
        await log.record(replace(an_ask(), at=NOON + timedelta(seconds=number)), f"{number:032x}")
        longest = max(longest, time.monotonic() - began)
    return longest


async def kept(url: str) -> list[int]:
    """The numbers of the asks that the database has, in the order in which they were written."""
    return [int(str(key), 16) for (key,) in await run_sql(url, "select key from asks order by id")]


async def until_all_are_kept(url: str, count: int) -> None:
    """Look until they are there: the database tells nobody outside when it has them."""
    async with asyncio.timeout(30):
        while len(await kept(url)) < count:  # noqa: ASYNC110  # see above
            await asyncio.sleep(0.05)  # see above


# ---------------------------------------------------------------- a database that comes and goes


async def test_asks_made_while_the_database_is_locked_wait_on_the_disk_and_are_written_in_order(tmp_path: Path) -> None:
    url, spool = in_folder(tmp_path), tmp_path / "spool"
    async with running(url, spool) as log:
        await ask_in_a_row(log, range(5))
        holder = sqlite3.connect(tmp_path / "asks.sqlite3", isolation_level=None)
        holder.execute("begin immediate")
        assert await ask_in_a_row(log, range(5, 105)) < 1
        assert await kept(url) == list(range(5))
        holder.execute("commit")
        holder.close()
        await ask_in_a_row(log, range(105, 110))
        await until_all_are_kept(url, 110)
        # Whatever comes when everything is well again goes straight into the database.
        await ask_in_a_row(log, range(110, 120))
        await until_all_are_kept(url, 120)
        assert await kept(url) == list(range(120))
        assert await counted(log) == {"bridge": 120}
    assert not spool.exists()


async def test_after_one_wait_for_a_database_that_hangs_no_ask_waits_for_it(tmp_path: Path) -> None:
    async with running(in_folder(tmp_path), tmp_path / "spool") as log:
        holder = sqlite3.connect(tmp_path / "asks.sqlite3", isolation_level=None)
        holder.execute("begin immediate")
        began = time.monotonic()
        await asyncio.gather(*(log.record(an_ask()) for _ in range(500)))
        await asyncio.gather(*(log.record(an_ask()) for _ in range(500)))
        # Twice the wait of a quarter second would be half a second for the first ones alone.
        assert time.monotonic() - began < 2
        holder.execute("rollback")
        holder.close()
    assert await run_sql(in_folder(tmp_path), "select count(*) from asks") == [(1000,)]


async def test_asks_and_feedback_wait_for_a_database_that_is_not_there_at_all(tmp_path: Path) -> None:
    away = tmp_path / "asks.sqlite3"
    away.mkdir()
    async with running(in_folder(tmp_path), tmp_path / "spool") as log:
        await ask_in_a_row(log, range(20))
        said_once = said()
        await log.note(said_once, "f" * 32)
        away.rmdir()
        # The first to read makes the database.
        assert await log.feedback() in ((), (said_once,))
        await until_all_are_kept(in_folder(tmp_path), 20)
    assert await run_sql(in_folder(tmp_path), "select count(*) from feedback") == [(1,)]
    assert await kept(in_folder(tmp_path)) == list(range(20))


async def test_what_is_asked_while_postgresql_is_stopped_and_started_again_is_kept_once_and_in_order(
    own_postgres: PostgresServer,
    tmp_path: Path,
) -> None:
    url = own_postgres.url()
    async with running(url, tmp_path / "spool") as log:
        await ask_in_a_row(log, range(50))
        for stop in (50, 150):
            await asyncio.to_thread(own_postgres.stop)
            assert await ask_in_a_row(log, range(stop, stop + 100)) < 1
            await asyncio.to_thread(own_postgres.start)
            await until_all_are_kept(url, stop + 100)
        await ask_in_a_row(log, range(250, 260))
        await until_all_are_kept(url, 260)
        assert await counted(log) == {"bridge": 260}
    assert await kept(url) == list(range(260))


async def test_postgresql_that_stops_under_load_loses_nothing_and_counts_nothing_twice(
    own_postgres: PostgresServer,
    tmp_path: Path,
) -> None:
    url = own_postgres.url()
    async with running(url, tmp_path / "spool") as log:
        asking = asyncio.create_task(ask_in_a_row(log, range(3000)))
        for _ in range(3):
            await asyncio.to_thread(own_postgres.stop)
            await asyncio.to_thread(own_postgres.start)
        await asking
        await until_all_are_kept(url, 3000)
        assert await counted(log) == {"bridge": 3000}
    assert sorted(await kept(url)) == list(range(3000))


# ---------------------------------------------------------------- processes that end

ASKING = """
import asyncio, signal, sys
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from bot.asklog.database import Database
from bot.asklog.sql import SqlAskLog
from bot.model import Ask, Outcome, Surface

async def main():
    log = SqlAskLog(Database(sys.argv[1]), retention=timedelta(days=3650), spool=Path(sys.argv[2]))
    try:
        await log.open()
    except OSError:
        pass
    ending = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ending.set)
    begin = int(sys.argv[3])

    async def ask(number):
        at = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(seconds=number)
        await log.record(Ask(at=at, surface=Surface.BRIEF, outcome=Outcome.FOUND, card="bridge", picked=False, score=1.0,
                             guild=7, locale=None, question=None), f"{number:032x}")
        print(number, flush=True)

    async def asker(offset):
        for number in count(begin + offset, 8):
            if ending.is_set():
                return
            await ask(number)

    await asyncio.gather(*map(asker, range(8)))
    await log.close()

asyncio.run(main())
"""


async def answered_until(url: str, spool: Path, ending: signal.Signals, begin: int = 0) -> set[int]:
    """Ask in another process until it is ended in the middle of it; the asks that it had an answer for."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ASKING, url, str(spool), str(begin), cwd=ROOT, stdout=subprocess.PIPE
    )  # fmt: skip
    assert process.stdout is not None
    answered = set()
    async for line in process.stdout:
        answered.add(int(line))
        if len(answered) == 200:
            process.send_signal(ending)
    assert await process.wait() in (0, -ending)
    return answered


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
async def test_no_ask_that_was_answered_is_lost_when_the_process_ends(
    url: str, tmp_path: Path, ending: signal.Signals
) -> None:
    answered = await answered_until(url, tmp_path / "spool", ending)
    async with running(url, tmp_path / "spool") as log:
        there = await kept(url)
        assert len(there) == len(set(there))
        assert answered <= set(there)
        # What was written and never answered is what was under way when it ended.
        assert len(set(there) - answered) <= 8
        assert await counted(log) == {"bridge": len(there)}


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
async def test_no_ask_that_was_answered_is_lost_when_the_process_ends_while_the_database_is_away(
    tmp_path: Path, ending: signal.Signals
) -> None:
    away, spool = tmp_path / "asks.sqlite3", tmp_path / "spool"
    away.mkdir()
    answered = await answered_until(in_folder(tmp_path), spool, ending)
    answered |= await answered_until(in_folder(tmp_path), spool, ending, begin=100_000)
    away.rmdir()
    async with running(in_folder(tmp_path), spool) as log:
        # What two processes left is taken over when the next one opens.
        await until_all_are_kept(in_folder(tmp_path), len(answered))
        there = await kept(in_folder(tmp_path))
        assert answered <= set(there)
        assert len(there) == len(set(there))
        assert await counted(log) == {"bridge": len(there)}
        assert [number < 100_000 for number in there] == sorted((number < 100_000 for number in there), reverse=True)
    assert not spool.exists()


async def test_a_process_that_lives_keeps_what_it_put_on_the_disk(tmp_path: Path) -> None:
    away, spool = tmp_path / "asks.sqlite3", tmp_path / "spool"
    away.mkdir()
    first = opened(in_folder(tmp_path), spool)
    await ask_in_a_row(first, range(3))
    away.rmdir()
    async with running(in_folder(tmp_path), spool) as second:
        await ask_in_a_row(second, range(3, 5))
        assert await kept(in_folder(tmp_path)) == [3, 4]
    await first.close()
    assert await kept(in_folder(tmp_path)) == [3, 4, 0, 1, 2]


# ---------------------------------------------------------------- disks that are full


async def test_a_full_disk_costs_no_ask(small_disk: Path) -> None:
    url = in_folder(small_disk)
    async with running(url, small_disk / "spool") as log:
        await ask_in_a_row(log, range(10))
        filler = small_disk / "filler"
        await asyncio.to_thread(fill, filler)
        # The room for these was taken before.
        assert await ask_in_a_row(log, range(10, 1010)) < 1
        await asyncio.to_thread(filler.unlink)
        await until_all_are_kept(url, 1010)
        assert await counted(log) == {"bridge": 1010}
    assert await kept(url) == list(range(1010))


async def test_a_database_that_may_not_grow_costs_no_ask(tmp_path: Path) -> None:
    url = in_folder(tmp_path)
    database = Database(url)
    log = SqlAskLog(database, retention=timedelta(days=3650), spool=tmp_path / "spool")
    await log.open()
    await database.run(lambda connection: connection.exec_driver_sql("pragma max_page_count=1"))
    await ask_in_a_row(log, range(500))
    assert len(await kept(url)) < 500
    await database.run(lambda connection: connection.exec_driver_sql("pragma max_page_count=100000"))
    await until_all_are_kept(url, 500)
    await log.close()
    assert await kept(url) == list(range(500))


async def test_where_neither_database_nor_disk_take_it_an_ask_waits_in_memory_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    away, spool = tmp_path / "asks.sqlite3", tmp_path / "spool"
    away.mkdir()
    spool.write_text("no folder")
    log = opened(in_folder(tmp_path), spool)
    with pytest.raises(OSError, match="wait in memory"):
        await log.record(an_ask())
    away.rmdir()
    await log.close()
    assert await run_sql(in_folder(tmp_path), "select count(*) from asks") == [(1,)]
    assert "the spool takes no asks" in caplog.text


# ---------------------------------------------------------------- what is written together


async def test_what_waits_is_written_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    url = in_folder(tmp_path)
    async with running(url, tmp_path / "spool") as log:
        await run_sql(url, "create trigger refuse before insert on feedback begin select raise(abort, 'refused'); end")
        await asyncio.gather(log.record(an_ask()), log.note(said()))
        assert await run_sql(url, "select count(*) from asks") == [(0,)]
        await run_sql(url, "drop trigger refuse")
        await until_all_are_kept(url, 1)
        assert await counted(log) == {"bridge": 1}
        assert len(await log.feedback()) == 1


async def test_an_ask_that_is_tried_again_is_counted_once(url: str, tmp_path: Path) -> None:
    async with running(url, tmp_path / "spool") as log:
        for _ in range(2):
            await asyncio.gather(*(log.record(an_ask(), f"{number}") for number in range(10)))
        assert await counted(log) == {"bridge": 10}
        assert sum(await log.days(EVER)) == 10


# ---------------------------------------------------------------- the file

LINES = [{"table": "asks", "key": f"{number}", "values": {}} for number in range(4)]


def left_behind(folder: Path) -> Path:
    """The file that a process leaves which was killed."""
    spool = Spool(folder)
    spool.append(LINES)
    (path,) = folder.iterdir()
    data = path.read_bytes()
    spool.close()
    path.unlink()
    path.write_bytes(data)
    return path


def read_all(folder: Path) -> list[str]:
    spool = Spool(folder)
    spool.open()
    keys = []
    while spool.waiting and (lines := spool.read(2)):
        keys += [line["key"] for line in lines]
        spool.done(len(lines))
    spool.close()
    return keys


def test_what_is_left_behind_is_read_once(tmp_path: Path) -> None:
    left_behind(tmp_path / "spool")
    assert read_all(tmp_path / "spool") == ["0", "1", "2", "3"]
    assert read_all(tmp_path / "spool") == []


def test_it_is_known_how_many_rows_wait(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.open()
    spool.append([{"n": number} for number in range(5)])
    assert spool.rows == 5
    spool.read(2)
    spool.done(2)
    assert spool.rows == 3
    spool.close()
    after = Spool(tmp_path)
    after.open()
    assert after.rows == 5, "what was taken is not noted on the disk: it is taken again, and counted once"
    after.read(9)
    after.done(5)
    assert after.rows == 0
    after.close()


def test_a_row_that_was_cut_off_as_it_was_written_is_passed_over(tmp_path: Path) -> None:
    path = left_behind(tmp_path / "spool")
    data = path.read_bytes().rstrip(b"\0")
    path.write_bytes(data[:-9])
    assert read_all(tmp_path / "spool") == ["0", "1", "2"]
    assert not (tmp_path / "spool").exists()


def test_a_row_that_was_damaged_costs_no_other(tmp_path: Path) -> None:
    path = left_behind(tmp_path / "spool")
    path.write_bytes(path.read_bytes().replace(b'"key":"1"', b'"key":"7"'))
    assert read_all(tmp_path / "spool") == ["0", "2", "3"]


def test_a_file_of_which_nothing_can_be_read_is_put_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = left_behind(tmp_path / "spool")
    path.write_bytes(b"something else\n" * 100)
    assert read_all(tmp_path / "spool") == []
    assert "cannot be read" in caplog.text
    assert path.with_suffix(".unreadable").read_bytes() == b"something else\n" * 100


def test_rows_go_into_a_file_again_that_was_emptied(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.open()
    for _ in range(3):
        spool.append(LINES)
        assert [line["key"] for line in spool.read(10)] == ["0", "1", "2", "3"]
        spool.done(2)
        assert [line["key"] for line in spool.read(10)] == ["2", "3"]
        spool.done(2)
        assert not spool.waiting
    (path,) = (tmp_path / "spool").iterdir()
    # Nothing that was in it can be read back.
    assert set(path.read_bytes()) == {0}
    assert path.stat().st_blocks * 512 >= path.stat().st_size > 0
    spool.close()


def test_nobody_else_reads_what_waits(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.open()
    (path,) = (tmp_path / "spool").iterdir()
    assert path.stat().st_mode & 0o077 == 0
    spool.close()
