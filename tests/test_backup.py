"""A backup is all that was there at one moment, and comes back as a whole or not at all."""

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.asklog import backup
from bot.asklog.backup import back_up, restore
from bot.asklog.database import HEAD, Database
from bot.asklog.migrations import upgrade
from bot.asklog.rows import in_utc
from bot.asklog.sql import SqlAskLog
from bot.asklog.sql_servers import SqlServerBook
from bot.asklog.tables import metadata
from bot.model import Outcome, ServerSettings, Visibility, Voice
from bot.text import printable
from tests.conftest import ROOT
from tests.databases import PostgresServer, in_folder, new_database, run_sql
from tests.disks import fill
from tests.test_asklog import an_ask, counted, said, wanted
from tests.test_cli import bot

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)

T = TypeVar("T")


@pytest.fixture(params=["sqlite", "postgres"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return await new_database(request, tmp_path / "one")


@pytest.fixture(params=["sqlite", "postgres"])
async def other(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return await new_database(request, tmp_path / "other")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a backup is to be, in a folder of its own."""
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder / "asks of june.sqlite3"


async def on(url: str, work: Callable[[Database], Awaitable[T]]) -> T:
    """What comes of some work on a database that nobody has open."""
    database = Database(url)
    try:
        return await work(database)
    finally:
        await database.close()


@asynccontextmanager
async def running(url: str, folder: Path, retention_days: float = 3650) -> AsyncIterator[SqlAskLog]:
    log = SqlAskLog(Database(url), retention=timedelta(days=retention_days), spool=folder / "spool")
    await log.open()
    try:
        yield log
    finally:
        await log.close()


async def fill_with_everything(url: str, folder: Path, asks: int = 30) -> None:
    """Some rows in each table."""
    async with running(url, folder) as log:
        for number in range(asks):
            found = replace(an_ask(), at=NOON + timedelta(hours=number), guild=[None, 7, 2**53 + 1][number % 3])
            await log.record(found, f"{number:032x}")
        missed = replace(an_ask(None, "a ferry — «naïve» 👍🏽"), at=NOON - timedelta(microseconds=1), locale=None)
        await log.record(missed, "missed")
        await log.record(replace(an_ask(), outcome=Outcome.SUGGESTED, picked=True, score=1 / 3), "missed:bridge")
        for one in (said(), wanted("missed"), said(Voice.ERROR, text="it was 2004")):
            await log.note(one)
    await on(url, lambda database: SqlServerBook(database).change(7, ServerSettings(visibility=Visibility.SHARED)))
    await run_sql(
        url,
        "insert into digests (guild, week, claimed) values (7, '2026-W22', '2026-06-01 08:00:00+00:00')",
        "insert into departures (guild, since) values (8, '2026-06-01 08:00:00.000001+00:00')",
    )


KEYS = [*(f"{number:032x}" for number in range(30)), "missed", "missed:bridge"]
"""Of the asks that were filled in."""


async def keys_of_asks(url: str) -> list[object]:
    """In the order in which they were written."""
    return [key for (key,) in await run_sql(url, "select key from asks order by id")]


async def everything(url: str) -> dict[str, list[dict[str, object]]]:
    """All rows of all tables, ids and all."""

    async def read(database: Database) -> dict[str, list[dict[str, object]]]:
        rows = {table.name: await database.read(sa.select(table)) for table in metadata.sorted_tables}
        alike = {
            name: [
                {column: in_utc(value) if isinstance(value, datetime) else value for column, value in row.items()}
                for row in found
            ]
            for name, found in rows.items()
        }
        return {name: sorted(found, key=repr) for name, found in alike.items()}

    return await on(url, read)


def beside(file: Path) -> list[Path]:
    """All that is in the folder of a backup."""
    return sorted(file.parent.iterdir())


def all_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def write(file: Path, text: str) -> None:
    file.write_text(text)


def permissions(file: Path) -> int:
    return file.stat().st_mode & 0o777


def size_of(file: Path) -> int:
    return file.stat().st_size


def bytes_of(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


def url_of(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


async def what_is_in(file: Path) -> dict[str, list[dict[str, object]]]:
    """What a backup holds, looked up in a copy: opening it as a database would change it."""
    with tempfile.TemporaryDirectory() as folder:
        return await everything(url_of(Path(shutil.copy(file, folder))))


def queried(file: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(statement).fetchall()


async def backed_up(url: str, file: Path) -> Path:
    await on(url, lambda database: back_up(database, file))
    return file


# ---------------------------------------------------------------- there and back


async def test_everything_comes_back_in_either_kind_of_database(
    url: str, other: str, tmp_path: Path, file: Path
) -> None:
    await fill_with_everything(url, tmp_path)
    made = await on(url, lambda database: back_up(database, file))
    before = await everything(url)
    assert all(before.values())
    assert made.rows == {name: len(rows) for name, rows in before.items()}
    assert made.bytes == size_of(file)
    assert await what_is_in(file) == before
    restored = await on(other, lambda database: restore(database, file))
    assert (restored.rows, restored.bytes) == (made.rows, made.bytes)
    assert await everything(other) == before
    # And from there once more.
    again = await backed_up(other, file.with_name("again.sqlite3"))
    assert await what_is_in(again) == before


async def test_what_is_asked_after_a_restore_goes_on_from_there(
    url: str, other: str, tmp_path: Path, file: Path
) -> None:
    await fill_with_everything(url, tmp_path)
    await backed_up(url, file)
    await on(other, lambda database: restore(database, file))
    async with running(other, tmp_path) as log:
        # The second one is the ask that is there already.
        for key in ("new", "missed"):
            await log.record(an_ask(), key)
        await log.note(said(), "new")
    assert await run_sql(other, "select id from asks where key = 'new'") == [(33,)]
    assert await run_sql(other, "select id from feedback where key = 'new'") == [(4,)]
    assert await run_sql(other, "select count(*) from asks") == [(33,)]
    assert await run_sql(other, "select sum(asks) from daily where guild = 0") == [(33,)]


async def test_an_empty_database_has_a_backup_too(url: str, other: str, file: Path) -> None:
    await on(url, Database.open)
    made = await on(url, lambda database: back_up(database, file))
    assert set(made.rows) == set(metadata.tables)
    assert set(made.rows.values()) == {0}
    await on(other, lambda database: restore(database, file))
    async with running(other, file.parent) as log:
        await log.record(an_ask())
    assert len((await everything(other))["asks"]) == 1


async def test_a_backup_is_one_file_for_its_owner_alone(url: str, tmp_path: Path, file: Path) -> None:
    await fill_with_everything(url, tmp_path)
    umask = os.umask(0)
    try:
        await backed_up(url, file)
    finally:
        os.umask(umask)
    assert beside(file) == [file]
    assert permissions(file) == 0o600
    assert queried(file, "pragma journal_mode") == [("delete",)]
    assert queried(file, "pragma integrity_check") == [("ok",)]
    assert queried(file, "select version_num from alembic_version") == [(HEAD,)]
    assert beside(file) == [file]


async def test_a_backup_has_the_tables_that_the_migrations_make(url: str, tmp_path: Path, file: Path) -> None:
    await on(url, Database.open)
    await backed_up(url, file)
    await on(in_folder(tmp_path), Database.open)
    assert tables_of(file) == tables_of(tmp_path / "asks.sqlite3")


def tables_of(file: Path) -> dict[str, object]:
    """Tables with their columns, and indexes with what they are of, without the words they were made with."""
    found: dict[str, object] = {}
    for kind, name in queried(file, "select type, name from sqlite_master"):
        if kind == "index":
            of = queried(
                file, f"select tbl_name, substr(sql, instr(sql, '(')) from sqlite_master where name = '{name}'"
            )
            found[f"index {name}"] = (of, queried(file, f"pragma index_info('{name}')"))
        else:
            columns = [(str(one[1]), str(one[2]), *one[3:]) for one in queried(file, f"pragma table_info('{name}')")]
            found[f"table {name}"] = (columns, queried(file, f"select wr, type from pragma_table_list('{name}')"))
    return found


async def test_words_that_were_removed_are_nowhere_in_a_backup(url: str, tmp_path: Path, file: Path) -> None:
    async with running(url, tmp_path) as log:
        for number in range(500):
            await log.record(an_ask(None, f"a word that is removed, number {number}"))
        await log.forget_questions(datetime.now(UTC) + timedelta(days=1))
    await backed_up(url, file)
    assert b"a word that is removed" not in (bytes_of(file) or b"")


async def test_words_that_became_too_old_go_again_when_the_bot_starts_after_a_restore(
    url: str, other: str, tmp_path: Path, file: Path
) -> None:
    async with running(url, tmp_path) as log:
        await log.record(an_ask(None, "old words", age_days=10))
        await log.record(an_ask(None, "new words", age_days=1))
        await log.note(said(Voice.ERROR, age_days=10, text="old report"))
    await backed_up(url, file)
    await on(other, lambda database: restore(database, file))
    assert await run_sql(other, "select question from asks order by at") == [("old words",), ("new words",)]
    async with running(other, tmp_path, retention_days=7):
        pass
    assert await run_sql(other, "select question from asks order by at") == [(None,), ("new words",)]
    assert await run_sql(other, "select text from feedback") == [(None,)]


# ---------------------------------------------------------------- while the bot runs


class Asking:
    """Somebody who asks without pause; `answered` are the keys of the asks that had their answer, in order."""

    def __init__(self, log: SqlAskLog, prefix: str = "") -> None:
        self.answered: list[str] = []
        self._log = log
        self._prefix = prefix
        self._task = asyncio.create_task(self._ask())

    async def _ask(self) -> None:
        while True:
            number = len(self.answered)
            key = f"{self._prefix}{number:032x}"
            ask = replace(an_ask(), at=NOON + timedelta(minutes=number), guild=7)
            await asyncio.gather(self._log.record(ask, key), self._log.note(said(), key))
            self.answered.append(key)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(30):
            while len(self.answered) < count:  # noqa: ASYNC110  # it asks in the meantime
                await asyncio.sleep(0)

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


async def test_a_backup_is_as_of_one_moment_while_others_record(url: str, tmp_path: Path, file: Path) -> None:
    async with running(url, tmp_path) as log:
        asking = Asking(log)
        await asking.until(50)
        before = during = 0
        while before == during:
            before = len(asking.answered)
            await on(url, lambda database: back_up(database, file, force=True))
            during = len(asking.answered)
        await asking.stop()
    keys = [key for (key,) in queried(file, "select key from asks order by id")]
    assert before <= len(keys) <= during + 1
    assert keys == [f"{number:032x}" for number in range(len(keys))]
    # Written in one transaction, they are there in one moment.
    assert queried(file, "select sum(asks) from daily where guild = 7") == [(len(keys),)]
    assert queried(file, "select sum(asks) from daily where guild = 0") == [(len(keys),)]


async def test_what_is_written_between_two_tables_is_in_neither(url: str, tmp_path: Path, file: Path) -> None:
    await fill_with_everything(url, tmp_path)
    before = await everything(url)

    def write(doing: str, _done: int, _of: int) -> None:
        if doing == "copying asks":
            with_own_loop(lambda: run_sql(url, "delete from daily", "delete from feedback"))

    await on(url, lambda database: back_up(database, file, progress=write))
    assert (await everything(url))["daily"] == []
    assert await what_is_in(file) == before


def with_own_loop(work: Callable[[], Awaitable[object]]) -> None:
    """Do some work while the loop of the test stands still."""

    async def working() -> None:
        await work()

    thread = threading.Thread(target=lambda: asyncio.run(working()))
    thread.start()
    thread.join()


async def test_asks_wait_while_a_restore_runs_and_come_afterwards(
    url: str, other: str, tmp_path: Path, file: Path
) -> None:
    await fill_with_everything(url, tmp_path)
    await backed_up(url, file)
    halfway, go_on = threading.Event(), threading.Event()

    def hold(doing: str, _done: int, _of: int) -> None:
        if doing == "comparing asks":
            halfway.set()
            go_on.wait(30)

    async with running(other, tmp_path) as log:
        await log.record(an_ask("tunnel"), "before")
        work = on(other, lambda database: restore(database, file, replace=True, progress=hold))
        restoring = asyncio.create_task(asyncio.to_thread(asyncio.run, work))
        await asyncio.to_thread(halfway.wait, 30)
        for number in range(20):
            await log.record(an_ask(), f"during {number}")
        # Reading waits for nothing, and sees no half of it.
        assert await run_sql(other, "select key from asks") == [("before",)]
        assert await counted(log) == {"tunnel": 1}
        go_on.set()
        await restoring
    during = [f"during {number}" for number in range(20)]
    assert await keys_of_asks(other) == [*KEYS, *during]
    assert await run_sql(other, "select sum(asks) from daily where guild = 0") == [(len(KEYS) + 20,)]


async def test_nothing_that_is_asked_beside_a_restore_is_lost(url: str, tmp_path: Path, file: Path) -> None:
    await fill_with_everything(url, tmp_path)
    await backed_up(url, file)
    begun: list[int] = []
    async with running(url, tmp_path) as log:
        asking = Asking(log, "asked ")

        def note(_doing: str, _done: int, _of: int) -> None:
            begun.append(len(asking.answered))

        for _ in range(3):
            await asking.until(len(asking.answered) + 20)
            begun.clear()
            await on(url, lambda database: restore(database, file, replace=True, progress=note))
        await asking.until(len(asking.answered) + 20)
        await asking.stop()
    kept = await keys_of_asks(url)
    assert kept[: len(KEYS)] == KEYS
    assert set(asking.answered[begun[0] :]) <= set(kept)
    assert len(kept) == len(set(kept))
    assert await run_sql(url, "select sum(asks) from daily where guild = 0") == [(len(kept),)]


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
@pytest.mark.parametrize("table", ["asks", "feedback"])
async def test_a_restore_waits_for_a_database_that_somebody_writes_to_and_says_when_that_takes_too_long(
    url: str, tmp_path: Path, file: Path, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "LOCK_SECONDS", 0.2)
    await fill_with_everything(url, tmp_path)
    await backed_up(url, file)
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        await connection.execute(sa.text(f"delete from {table}"))
        with pytest.raises(OSError, match="is in use by another program: nothing was changed"):
            await on(url, lambda database: restore(database, file, replace=True))
        monkeypatch.setattr(backup, "LOCK_SECONDS", 30)
        restoring = asyncio.create_task(on(url, lambda database: restore(database, file, replace=True)))
        async with asyncio.timeout(30):
            while not await run_sql(url, "select 1 from pg_stat_activity where query like 'lock table%'"):
                pass
        await connection.commit()
        await restoring
    await engine.dispose()
    assert await everything(url) == await what_is_in(file)


# ---------------------------------------------------------------- refused


async def test_a_file_that_is_there_is_replaced_only_when_that_is_asked_for(
    url: str, tmp_path: Path, file: Path
) -> None:
    await fill_with_everything(url, tmp_path)
    write(file, "dear diary")
    with pytest.raises(OSError, match=r"is there already: nothing was written — .*--force"):
        await backed_up(url, file)
    assert bytes_of(file) == b"dear diary"
    await on(url, lambda database: back_up(database, file, force=True))
    assert await what_is_in(file) == await everything(url)
    assert beside(file) == [file]


async def test_of_two_backups_to_one_file_one_is_refused(url: str, tmp_path: Path, file: Path) -> None:
    await fill_with_everything(url, tmp_path)
    both = await asyncio.gather(*(backed_up(url, file) for _ in range(2)), return_exceptions=True)
    (refused,) = [one for one in both if isinstance(one, OSError)]
    assert "is there already" in str(refused)
    assert await what_is_in(file) == await everything(url)
    assert beside(file) == [file]


async def test_a_link_is_followed_to_where_a_backup_belongs(url: str, tmp_path: Path, file: Path) -> None:
    await fill_with_everything(url, tmp_path)
    write(file, "an old one")
    link = tmp_path / "latest"
    link.symlink_to(file)
    await on(url, lambda database: back_up(database, link, force=True))
    assert link.is_symlink()
    assert await what_is_in(file) == await everything(url)


@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-journal"])
async def test_a_backup_never_takes_the_place_of_its_database(tmp_path: Path, end: str) -> None:
    await fill_with_everything(in_folder(tmp_path), tmp_path)
    before = await everything(in_folder(tmp_path))
    with pytest.raises(OSError, match="is the database itself"):
        await on(in_folder(tmp_path), lambda database: back_up(database, tmp_path / f"asks.sqlite3{end}", force=True))
    assert await everything(in_folder(tmp_path)) == before


@pytest.mark.parametrize("place", ["not/there", "file/inside", "", "/proc/self/asks"])
async def test_where_no_file_can_be_written_there_is_a_line_that_says_so(url: str, tmp_path: Path, place: str) -> None:
    await on(url, Database.open)
    (tmp_path / "file").touch()
    before = all_in(tmp_path)
    with pytest.raises(OSError, match=r"cannot be written: |is not a file: ") as error:
        await on(url, lambda database: back_up(database, tmp_path / place, force=True))
    assert str(tmp_path / place) in str(error.value)
    assert "\n" not in str(error.value)
    assert all_in(tmp_path) == before


async def test_a_full_disk_costs_a_backup_and_nothing_else(url: str, tmp_path: Path, small_disk: Path) -> None:
    await fill_with_everything(url, tmp_path, asks=300)
    filler, old = small_disk / "filler", small_disk / "asks.backup"
    old.write_text("an old one")
    await asyncio.to_thread(fill, filler)
    # Enough room to begin.
    os.truncate(filler, size_of(filler) - 90_000)
    with pytest.raises(OSError, match=r"asks\.backup cannot be written: .* — make room"):
        await on(url, lambda database: back_up(database, old, force=True))
    assert old.read_text() == "an old one"
    assert all_in(small_disk) == [old, filler]
    filler.unlink()
    await on(url, lambda database: back_up(database, old, force=True))
    assert await what_is_in(old) == await everything(url)


async def test_there_is_no_backup_of_a_file_that_is_not_there(tmp_path: Path, file: Path) -> None:
    with pytest.raises(OSError, match=r"there is no .*asks\.sqlite3: nothing to back up"):
        await backed_up(in_folder(tmp_path), file)
    assert all_in(tmp_path) == [file.parent]


async def test_a_database_with_rows_is_replaced_only_when_that_is_asked_for(
    url: str, other: str, tmp_path: Path, file: Path
) -> None:
    await fill_with_everything(url, tmp_path)
    await backed_up(url, file)
    async with running(other, tmp_path) as log:
        for number in range(100):
            await log.record(an_ask("tunnel"), f"{number}")
    before = await everything(other)
    with pytest.raises(OSError, match=r"holds rows already \(asks: 100, daily: 2\): nothing was changed — .*--replace"):
        await on(other, lambda database: restore(database, file))
    assert await everything(other) == before
    await on(other, lambda database: restore(database, file, replace=True))
    assert await everything(other) == await everything(url)
    async with running(other, tmp_path) as log:
        await log.record(an_ask(), "new")
    assert (await keys_of_asks(other))[-1] == "new"


def made_into(file: Path, kind: str) -> None:
    """Make the file into something that is not a backup."""
    data = file.read_bytes()
    match kind:
        case "missing":
            file.unlink()
        case "folder":
            file.unlink()
            file.mkdir()
        case "empty":
            file.write_bytes(b"")
        case "text":
            file.write_bytes(b"dear diary\n" * 1000)
        case "cut off":
            file.write_bytes(data[: len(data) // 2])
        case "header alone":
            file.write_bytes(data[:100])
        case "one letter":
            assert data.count(b"it was 2004") == 1
            file.write_bytes(data.replace(b"it was 2004", b"it was 2005"))
        case "foreign":
            file.unlink()
            with closing(sqlite3.connect(file)) as connection:
                connection.executescript("create table orders (id integer); insert into orders values (1)")
        case "of another program with migrations":
            file.unlink()
            with closing(sqlite3.connect(file)) as connection:
                connection.executescript("create table alembic_version (version_num); create table orders (id)")
        case "newer":
            changed(file, "update alembic_version set version_num = '0999'")
        case "no version":
            changed(file, "delete from alembic_version")
        case "lacks a table":
            changed(file, "drop table daily")
        case "lacks a column":
            changed(file, "alter table servers drop column time_zone")
        case "no time":
            changed(file, "update asks set at = 'yesterday' where id = 3")
        case "in use":
            changed(file, "pragma journal_mode=wal")


def changed(file: Path, statement: str) -> None:
    """As by somebody who changed a backup by hand, and says so by taking its checksum away."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(statement)
        connection.execute("pragma user_version=0")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("missing", "cannot be read: no such file or directory"),
        ("folder", "is not a file"),
        ("empty", "is not a backup"),
        ("text", "is not a backup"),
        ("cut off", "is damaged"),
        ("header alone", "is damaged"),
        ("one letter", "is damaged, or was changed after it was made"),
        ("foreign", "is a database of something else"),
        ("of another program with migrations", "is a database of something else"),
        ("newer", f"was made by a newer Briefbot \\(schema 0999, and this one knows up to {HEAD}\\).*upgrade Briefbot"),
        ("no version", "is a database of something else"),
        ("lacks a table", "cannot be read: no such table: daily"),
        ("lacks a column", "cannot be read: no such column: servers.time_zone"),
        ("no time", "cannot be read: "),
        ("in use", "is a database that a bot writes to.*asklog_url"),
    ],
)
async def test_what_is_not_a_backup_is_refused_and_nothing_is_changed(
    url: str, tmp_path: Path, file: Path, kind: str, said: str
) -> None:
    await fill_with_everything(url, tmp_path)
    await backed_up(url, file)
    made_into(file, kind)
    before, as_it_was = await everything(url), bytes_of(file)
    with pytest.raises(OSError, match=f"asks of june.sqlite3 {said}") as error:
        await on(url, lambda database: restore(database, file, replace=True))
    assert "nothing was restored" in str(error.value)
    assert "\n" not in str(error.value)
    assert await everything(url) == before
    assert bytes_of(file) == as_it_was
    assert set(beside(file)) <= {file}


async def test_a_backup_of_an_older_version_is_brought_up_to_date_in_a_copy(
    url: str, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    engine = create_async_engine(url_of(file))
    async with engine.begin() as connection:
        await connection.run_sync(upgrade, "0002")
    await engine.dispose()
    row = "'2026-06-01 12:00:00.000000', 'brief', 'found', 'bridge', false, 7"
    await run_sql(
        url_of(file),
        f"insert into asks (key, at, surface, outcome, card, picked, guild) values ('a', {row}), ('b', {row})",
        "insert into servers (guild, visibility, changed) values (7, 'shared', '2026-06-01 12:00:00')",
    )
    as_it_was = bytes_of(file)
    restored = await on(url, lambda database: restore(database, file))
    assert {name: count for name, count in restored.rows.items() if count} == {"asks": 2, "daily": 2, "servers": 1}
    assert await run_sql(url, "select guild, card, asks from daily order by guild") == [
        (0, "bridge", 2),
        (7, "bridge", 2),
    ]
    assert await run_sql(url, "select version_num from alembic_version") == [(HEAD,)]
    assert bytes_of(file) == as_it_was
    assert [*beside(file), *all_in(tmp_path / "temporary")] == [file]


# ---------------------------------------------------------------- stopped halfway


class Enough(OSError):
    """What goes wrong in the tests."""


@pytest.mark.parametrize("step", ["restoring asks", "restoring servers", "comparing asks", "comparing servers"])
async def test_a_restore_that_fails_changes_nothing(url: str, tmp_path: Path, file: Path, step: str) -> None:
    await fill_with_everything(url, tmp_path)
    await backed_up(url, file)
    async with running(url, tmp_path) as log:
        await log.record(an_ask("tunnel"), "later")
    before = await everything(url)

    def fail(doing: str, _done: int, _of: int) -> None:
        if doing == step:
            raise Enough("enough")

    with pytest.raises(OSError, match="enough"):
        await on(url, lambda database: restore(database, file, replace=True, progress=fail))
    assert await everything(url) == before
    async with running(url, tmp_path) as log:
        await log.record(an_ask(), "new")
    assert (await keys_of_asks(url))[-2:] == ["later", "new"]


ROUNDED = {
    "sqlite": [
        "create trigger rounded after insert on asks begin update asks set score = round(score, 3) where id = new.id; end"
    ],
    "postgres": [
        "create function rounded() returns trigger language plpgsql as "
        "'begin new.score := round(new.score::numeric, 3); return new; end'",
        "create trigger rounded before insert on asks for each row execute function rounded()",
    ],
}


async def test_a_database_that_keeps_something_else_than_what_it_was_given_is_found_out(
    url: str, tmp_path: Path, file: Path
) -> None:
    await fill_with_everything(url, tmp_path)
    await backed_up(url, file)
    before = await everything(url)
    await run_sql(url, *ROUNDED["sqlite" if "sqlite" in url else "postgres"])
    with pytest.raises(OSError, match=r"would differ from .* \(asks\): nothing was changed"):
        await on(url, lambda database: restore(database, file, replace=True))
    assert await everything(url) == before


async def test_a_restore_that_is_cancelled_changes_nothing(url: str, tmp_path: Path, file: Path) -> None:
    await fill_with_everything(url, tmp_path)
    await backed_up(url, file)
    async with running(url, tmp_path) as log:
        await log.record(an_ask("tunnel"), "later")
    before = await everything(url)
    database = Database(url)
    steps: list[str] = []

    def cancel(doing: str, _done: int, _of: int) -> None:
        steps.append(doing)
        if doing == "comparing servers":
            restoring.cancel()

    restoring = asyncio.create_task(restore(database, file, replace=True, progress=cancel))
    with pytest.raises(asyncio.CancelledError):
        await restoring
    await database.close()
    assert steps[-1] == "comparing servers"
    assert await everything(url) == before


@pytest.mark.parametrize("step", ["copying asks", "copying servers", "checking asks"])
async def test_a_backup_that_is_cancelled_leaves_no_file(url: str, tmp_path: Path, file: Path, step: str) -> None:
    await fill_with_everything(url, tmp_path)
    database = Database(url)

    def cancel(doing: str, _done: int, _of: int) -> None:
        if doing == step:
            making.cancel()

    making = asyncio.create_task(back_up(database, file, progress=cancel))
    with pytest.raises(asyncio.CancelledError):
        await making
    await database.close()
    assert beside(file) == []


KILLED = """
import asyncio, signal, sys
from pathlib import Path
from bot.asklog import backup
from bot.asklog.backup import back_up, restore
from bot.asklog.database import Database

def hold(doing, done, of):
    if doing == sys.argv[3]:
        print(doing, flush=True)
        signal.pause()

work = restore(Database(sys.argv[1]), Path(sys.argv[2]), replace=True, progress=hold)
if "restore" not in sys.argv:
    work.close()
    work = back_up(Database(sys.argv[1]), Path(sys.argv[2]), progress=hold)
asyncio.run(work)
"""


async def killed(what: str, url: str, file: Path, step: str) -> None:
    """Begin in another process, and kill it in the middle of a step."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, url, str(file), step, what, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert (await process.stdout.readline()).decode().strip() == step
    process.kill()
    assert await process.wait() == -signal.SIGKILL


@pytest.mark.parametrize("step", ["copying asks", "checking asks"])
async def test_a_backup_that_is_killed_leaves_nothing_under_its_name(
    url: str, tmp_path: Path, file: Path, step: str
) -> None:
    await fill_with_everything(url, tmp_path)
    before = await everything(url)
    await killed("backup", url, file, step)
    assert file not in beside(file)
    # What it had begun is hidden, and nobody else can read it.
    assert set(map(permissions, beside(file))) == {0o600}
    assert await everything(url) == before
    await backed_up(url, file)
    assert await what_is_in(file) == before


@pytest.mark.parametrize("step", ["restoring asks", "comparing servers"])
async def test_a_restore_that_is_killed_changes_nothing(url: str, tmp_path: Path, file: Path, step: str) -> None:
    await fill_with_everything(url, tmp_path)
    await backed_up(url, file)
    async with running(url, tmp_path) as log:
        await log.record(an_ask("tunnel"), "later")
    before = await everything(url)
    await killed("restore", url, file, step)
    assert await everything(url) == before
    async with running(url, tmp_path) as log:
        await log.record(an_ask(), "new")
    assert (await keys_of_asks(url))[-2:] == ["later", "new"]


async def test_a_restore_without_room_changes_nothing(tmp_path: Path, small_disk: Path, file: Path) -> None:
    await on(in_folder(tmp_path), Database.open)
    row = "hex(randomblob(16)), '2026-06-01 12:00:00', 'brief', 'found', false"
    numbers = "with recursive number(n) as (select 1 union all select n + 1 from number limit 60000)"
    insert = f"insert into asks (key, at, surface, outcome, picked) {numbers} select {row} from number"
    await run_sql(in_folder(tmp_path), insert)
    await backed_up(in_folder(tmp_path), file)
    url = in_folder(small_disk)
    async with running(url, tmp_path) as log:
        await log.record(an_ask("tunnel"), "later")
    before = await everything(url)
    with pytest.raises(OSError, match=r"disk/asks\.sqlite3 .* — (make room|look at the disk)"):
        await on(url, lambda database: restore(database, file, replace=True))
    assert await everything(url) == before


# ---------------------------------------------------------------- in a terminal


def test_a_backup_and_its_restore_say_what_was_written_where(tmp_path: Path) -> None:
    asyncio.run(fill_with_everything(in_folder(tmp_path), tmp_path))
    # In a folder without cards and documents: they have nothing to do with it.
    made = bot("backup", "june.sqlite3", log=in_folder(tmp_path), folder=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    first, *rows = made.stdout.splitlines()
    size = (tmp_path / "june.sqlite3").stat().st_size
    assert first == f"june.sqlite3: {size / 1000:.0f} kB, from {tmp_path}/asks.sqlite3"
    assert [row.split() for row in rows] == [
        ["asks", "32"],
        ["daily", str(len(queried(tmp_path / "june.sqlite3", "select 1 from daily")))],
        ["departures", "1"],
        ["digests", "1"],
        ["feedback", "3"],
        ["servers", "1"],
    ]
    done = bot(
        "restore", "june.sqlite3", log=in_folder(tmp_path / "new"), folder=tmp_path, BRIEFBOT_RETENTION_DAYS="30"
    )
    assert (done.returncode, done.stderr) == (0, "")
    first, *again, last = done.stdout.splitlines()
    assert first == f"{tmp_path}/new/asks.sqlite3: restored from june.sqlite3, {size / 1000:.0f} kB"
    assert again == rows
    assert last == "Words older than 30 days are removed when the bot starts."


def test_what_cannot_be_done_is_one_line_and_nothing_else(tmp_path: Path) -> None:
    log = in_folder(tmp_path)
    asyncio.run(on(log, Database.open))
    (tmp_path / "taken").touch()
    for words in (("backup", "taken"), ("backup", "not/there"), ("restore", "missing\x1b[2J"), ("restore", "taken")):
        failed = bot(*words, log=log, folder=tmp_path)
        assert (failed.returncode, failed.stdout) == (2, "")
        assert failed.stderr.count("\n") == 1
        assert failed.stderr.startswith(printable(words[1]))
        assert "\x1b" not in failed.stderr


def test_no_password_is_shown(postgres: PostgresServer, tmp_path: Path, file: Path) -> None:
    url = postgres.url().replace("asks@", "asks:s3cret@")
    asyncio.run(on(in_folder(tmp_path), Database.open))
    asyncio.run(backed_up(in_folder(tmp_path), file))
    missing = url.replace("/postgres?", "/nowhere?")
    for words, log in ((("backup", "a"), url), (("restore", str(file)), missing), (("backup", "b"), missing)):
        done = bot(*words, log=log, folder=tmp_path)
        assert done.stdout + done.stderr != ""
        assert "s3cret" not in done.stdout + done.stderr
        assert "postgres" in done.stdout + done.stderr or "nowhere" in done.stderr


def test_long_work_shows_how_far_it_is_on_a_terminal_alone(tmp_path: Path) -> None:
    asyncio.run(fill_with_everything(in_folder(tmp_path), tmp_path))
    shown, terminal = os.openpty()
    environment = os.environ | {"BRIEFBOT_ASKLOG_URL": in_folder(tmp_path), "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    command = [sys.executable, "-m", "bot", "backup", "june.sqlite3"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=terminal, stdout=subprocess.PIPE) as process:
        os.close(terminal)
        seen = all_of(shown)
        said = process.communicate()[0]
    assert b"copying asks" in seen
    assert process.returncode == 0
    assert b"copying" not in said


def all_of(terminal: int) -> bytes:
    """What a terminal is shown, until nobody writes to it any more."""
    shown = b""
    # So Linux says that the other end is closed.
    with suppress(OSError):
        while part := os.read(terminal, 4096):
            shown += part
    os.close(terminal)
    return shown


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
@pytest.mark.parametrize(("ending", "code"), [(signal.SIGTERM, 2), (signal.SIGINT, 130)])
async def test_whoever_stops_a_backup_finds_nothing_left_of_it(
    url: str, file: Path, ending: signal.Signals, code: int
) -> None:
    await on(url, Database.open)
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(sa.text("lock table asks in access exclusive mode"))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "backup", str(file)),
            cwd=ROOT,
            env=os.environ | {"BRIEFBOT_ASKLOG_URL": url},
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(30):
            while not await run_sql(url, "select 1 from pg_locks where relation = 'asks'::regclass and not granted"):
                pass
        assert beside(file)
        process.send_signal(ending)
        _, said = await asyncio.wait_for(process.communicate(), 30)
    await engine.dispose()
    assert process.returncode == code
    assert said.decode() == ("Stopped.\n" if code == 2 else "")
    assert beside(file) == []
