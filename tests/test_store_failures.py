"""Whatever is wrong with a database is one clear line; nothing is written over, the bot answers, and asks wait."""

import asyncio
import json
import logging
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from bot.asklog.database import HEAD, VERSIONS, Database
from bot.asklog.migrations import upgrade
from bot.asklog.spool import SUFFIX
from bot.desk import open_desk
from bot.model import Found
from tests.conftest import ROOT, Shelf
from tests.databases import PostgresServer, in_folder, new_database, run_sql

PASSWORD, IN_URL = "open@sesame", "open%40sesame"
"""A password, and how it stands in a URL."""
BEFORE = VERSIONS[-2]


@pytest.fixture(autouse=True)
def everything_is_heard(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


async def told(shelf: Shelf, url: str, caplog: pytest.LogCaptureFixture) -> str:
    """Ask beside a database that cannot be used: there is an answer, the ask waits, and this one line is said."""
    caplog.clear()
    config = shelf.config.model_copy(update={"asklog_url": url, "spool": shelf.folder / "spool"})
    async with open_desk(config) as desk:
        assert isinstance(await desk.ask("the bridge"), Found)
    assert waiting(shelf) == ["bridge"]
    assert PASSWORD not in caplog.text
    assert IN_URL not in caplog.text
    (line,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert "\n" not in line
    return line


def waiting(shelf: Shelf) -> list[str]:
    """The cards of the asks that wait on the disk."""
    files = (shelf.folder / "spool").rglob(f"*{SUFFIX}")
    lines = [line for file in files for line in file.read_bytes().rstrip(b"\0").splitlines()]
    return [json.loads(line.partition(b" ")[2])["values"]["card"] for line in lines]


def folder_of(shelf: Shelf) -> Path:
    made = shelf.folder / "database"
    made.mkdir()
    return made


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def up_to(url: str, version: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade, version)
    await engine.dispose()


def sql_in(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


# ---------------------------------------------------------------- files of SQLite


def ours(file: Path) -> None:
    """A database of this version, with a thousand asks."""
    asyncio.run(_ours(file))


async def _ours(file: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{file}")
    await database.open()
    await database.close()
    sql_in(file, asks_of_long_ago(1000))


def asks_of_long_ago(count: int) -> str:
    return (
        f"with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < {count}) "
        "insert into asks (key, at, surface, outcome, card, picked, guild) "
        "select 'key ' || n, '2026-06-01 12:00:00+00:00', 'brief', 'found', 'bridge', false, n % 7 + 1 from numbers"
    )


def newer(file: Path) -> None:
    ours(file)
    sql_in(file, "update alembic_version set version_num = '0999'")


def somebody_elses(file: Path) -> None:
    sql_in(file, "create table songs (title text)", "insert into songs values ('Yesterday')")


def somebody_elses_asks(file: Path) -> None:
    sql_in(file, "create table asks (price real)", "insert into asks values (4.2)")


def somebody_elses_with_migrations(file: Path, version: str = BEFORE) -> None:
    """Many programs number the versions of their tables so."""
    somebody_elses(file)
    sql_in(file, "create table alembic_version (version_num text)", f"insert into alembic_version values ('{version}')")


def somebody_elses_with_as_many_migrations(file: Path) -> None:
    somebody_elses_with_migrations(file, HEAD)


def a_text(file: Path) -> None:
    file.write_text("Dear diary,\n" * 100)


def cut_off(file: Path) -> None:
    ours(file)
    file.write_bytes(file.read_bytes()[:50_000])


def damaged(file: Path) -> None:
    ours(file)
    data = bytearray(file.read_bytes())
    for page in range(4096, len(data), 4096):
        data[page : page + 64] = b"\xff" * 64
    file.write_bytes(data)


def half_upgraded(file: Path) -> None:
    asyncio.run(up_to(f"sqlite+aiosqlite:///{file}", BEFORE))
    sql_in(file, asks_of_long_ago(10), "create table daily (day date)")


WRONG = [
    (newer, "was made by a newer Briefbot (schema 0999, and this one knows up to", "upgrade Briefbot"),
    (somebody_elses, "belongs to something else (it has the table «songs»)", "name another database"),
    (somebody_elses_asks, "belongs to something else (it has the table «asks»)", "name another database"),
    (somebody_elses_with_migrations, "belongs to something else (it has the table «", "name another database"),
    (somebody_elses_with_as_many_migrations, "belongs to something else (it has the table «", "name another database"),
    (a_text, "is not a database of SQLite", "move the file away"),
    (cut_off, "is damaged", "bot restore FILE"),
    (damaged, "is damaged", "bot restore FILE"),
    (half_upgraded, "was left half upgraded", "bot restore FILE"),
]


@pytest.mark.parametrize(("spoil", "what", "advice"), WRONG, ids=lambda part: getattr(part, "__name__", ""))
def test_a_file_that_cannot_be_used_is_named_and_left_as_it_is(
    shelf: Shelf, caplog: pytest.LogCaptureFixture, spoil: Callable[[Path], None], what: str, advice: str
) -> None:
    folder = folder_of(shelf)
    spoil(folder / "asks.sqlite3")
    before = contents(folder)
    line = asyncio.run(told(shelf, in_folder(folder), caplog))
    assert f"{folder}/asks.sqlite3 {what}" in line
    assert advice in line
    assert contents(folder) == before


async def test_a_folder_in_place_of_the_file_and_a_file_in_place_of_its_folder_are_named(
    shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    folder = folder_of(shelf)
    (folder / "asks.sqlite3").mkdir()
    assert f"{folder}/asks.sqlite3 cannot be opened" in await told(shelf, in_folder(folder), caplog)
    shutil.rmtree(shelf.folder / "spool")
    (folder / "full and locked").write_text("x")
    line = await told(shelf, in_folder(folder / "full and locked"), caplog)
    assert f"{folder}/full and locked/asks.sqlite3 cannot be used" in line


async def test_what_waited_is_in_the_database_once_that_is_mended(
    shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    folder = folder_of(shelf)
    a_text(folder / "asks.sqlite3")
    await told(shelf, in_folder(folder), caplog)
    (folder / "asks.sqlite3").unlink()
    config = shelf.config.model_copy(update={"asklog_url": in_folder(folder), "spool": shelf.folder / "spool"})
    async with open_desk(config) as desk:
        await desk.ask("the bridge")
    assert await run_sql(in_folder(folder), "select card from asks") == [("bridge",)] * 2
    assert not (shelf.folder / "spool").exists()


@pytest.mark.parametrize("what", ["deleted", "moved away", "replaced"])
async def test_what_is_asked_after_the_file_was_taken_away_is_in_the_file_that_is_there(
    shelf: Shelf, what: str
) -> None:
    folder = folder_of(shelf)
    config = shelf.config.model_copy(update={"asklog_url": in_folder(folder), "spool": shelf.folder / "spool"})
    async with open_desk(config) as desk:
        await desk.ask("the bridge")
        for path in sorted(folder.iterdir()):
            path.rename(shelf.folder / path.name)
        if what == "deleted":
            (shelf.folder / "asks.sqlite3").unlink()
        elif what == "replaced":
            await _ours(folder / "asks.sqlite3")
        for _ in range(5):
            await desk.ask("the bridge")
    before = 1000 if what == "replaced" else 0
    assert await run_sql(in_folder(folder), "select count(*) from asks") == [(before + 5,)]
    if what == "moved away":
        assert await run_sql(in_folder(shelf.folder), "select count(*) from asks") == [(1,)]


# ---------------------------------------------------------------- PostgreSQL


def with_password(url: str) -> str:
    return url.replace("asks@", f"asks:{IN_URL}@")


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "nowhere.invalid"])
async def test_a_server_that_is_not_there_is_named(shelf: Shelf, caplog: pytest.LogCaptureFixture, host: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        place = host.format(port=closed.getsockname()[1])
        line = await told(shelf, f"postgresql+asyncpg://asks:{IN_URL}@{place}/log", caplog)
    assert f"the database «log» at {place} " in line
    # Where nobody knows names it takes too long to find out that this one is none.
    assert "cannot be reached" in line or "does not answer" in line


async def test_a_socket_that_is_not_there_is_named(shelf: Shelf, caplog: pytest.LogCaptureFixture) -> None:
    line = await told(shelf, f"postgresql+asyncpg://asks:{IN_URL}@/log?host={shelf.folder}/nowhere", caplog)
    assert f"the database «log» at {shelf.folder}/nowhere cannot be reached" in line
    assert "start PostgreSQL" in line


async def test_an_option_that_the_driver_does_not_know_is_named(shelf: Shelf, caplog: pytest.LogCaptureFixture) -> None:
    line = await told(shelf, f"postgresql+asyncpg://asks:{IN_URL}@127.0.0.1/log?nonsense=1", caplog)
    assert "the database «log» at 127.0.0.1 cannot be used" in line
    assert "nonsense" in line


async def test_a_wrong_password_and_a_wrong_database_are_named(
    own_postgres: PostgresServer, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    line = await told(shelf, with_password(own_postgres.url("nobodys")), caplog)
    assert "the database «nobodys» at" in line
    assert "is not there" in line
    shutil.rmtree(shelf.folder / "spool")
    own_postgres.require_passwords()
    line = await told(shelf, with_password(own_postgres.url()), caplog)
    assert "does not take «asks» with this password" in line
    assert "asklog_url" in line


@pytest.fixture
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return await new_database(request, tmp_path)


on_postgres = pytest.mark.parametrize("url", ["postgres"], indirect=True)

TABLES = """select table_name, column_name from information_schema.columns
            where table_schema = 'public' order by table_name, ordinal_position"""


@on_postgres
@pytest.mark.parametrize("version", [None, BEFORE, HEAD])
async def test_a_database_of_something_else_is_left_as_it_is(
    url: str, shelf: Shelf, caplog: pytest.LogCaptureFixture, version: str | None
) -> None:
    if version is None:
        await run_sql(url, "create table asks (title text)")
    else:
        await run_sql(url, "create table songs (title text)", "create table alembic_version (version_num text)")
        await run_sql(url, f"insert into alembic_version values ('{version}')")
    before = await run_sql(url, TABLES)
    line = await told(shelf, with_password(url), caplog)
    assert "belongs to something else (it has the table «" in line
    assert await run_sql(url, TABLES) == before


@on_postgres
async def test_a_newer_and_a_half_upgraded_database_are_left_as_they_are(
    url: str, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    await up_to(url, BEFORE)
    await run_sql(url, asks_of_long_ago(10), "create table daily (day date)")
    before = await run_sql(url, TABLES)
    assert "was left half upgraded" in await told(shelf, with_password(url), caplog)
    shutil.rmtree(shelf.folder / "spool")
    await run_sql(url, "update alembic_version set version_num = '0999'")
    assert "was made by a newer Briefbot (schema 0999" in await told(shelf, with_password(url), caplog)
    assert await run_sql(url, TABLES) == before
    assert await run_sql(url, "select count(*) from asks") == [(10,)]


@on_postgres
async def test_rights_that_are_missing_are_named(url: str, shelf: Shelf, caplog: pytest.LogCaptureFixture) -> None:
    guest = f"guest_{os.getpid()}"
    await run_sql(url, f"create role {guest} login", "revoke create on schema public from public")
    line = await told(shelf, url.replace("asks@", f"{guest}:{IN_URL}@"), caplog)
    assert f"does not let «{guest}» do that" in line
    assert "grant" in line


# ---------------------------------------------------------------- a migration that is killed

OPENING = """
import asyncio, sys, time
import sqlalchemy as sa
from bot.asklog.database import Database

def reached(connection, cursor, statement, *rest):
    if statement.lower().startswith("update alembic_version"):
        print("in the middle", flush=True)
        time.sleep(600)

sa.event.listen(sa.engine.Engine, "before_cursor_execute", reached)
asyncio.run(Database(sys.argv[1]).open())
"""
"""Stops before the last statement of the migration, when everything is changed and nothing is kept yet."""


@pytest.mark.parametrize(
    ("url", "journal"), [("sqlite", "delete"), ("sqlite", "wal"), ("postgres", None)], indirect=["url"]
)
async def test_a_migration_that_was_killed_is_finished_by_the_next_process(
    url: str, tmp_path: Path, journal: str | None
) -> None:
    await up_to(url, BEFORE)
    if journal:
        sql_in(tmp_path / "asks.sqlite3", f"pragma journal_mode={journal}")
    # So many that what is changed does not fit into SQLite's memory, and some is in the file.
    await run_sql(url, asks_of_long_ago(60_000))
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", OPENING, url, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 60) == b"in the middle\n"
    process.send_signal(signal.SIGKILL)
    await process.wait()
    if journal:
        half_done = tmp_path / f"asks.sqlite3-{'wal' if journal == 'wal' else 'journal'}"
        assert half_done.stat().st_size
    database = Database(url)
    await database.open()
    await database.close()
    assert await run_sql(url, "select version_num from alembic_version") == [(HEAD,)]
    assert await run_sql(url, "select count(*), count(distinct key) from asks") == [(60_000, 60_000)]
    assert await run_sql(url, "select sum(asks) from daily where guild = 0") == [(60_000,)]


# ---------------------------------------------------------------- as a process

CONFINED = ("--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")


def run_bot(shelf: Shelf, url: str, *, confined: bool = False, level: str = "INFO") -> str:
    """`python -m bot ask` beside a database that cannot be used answers; what it says on standard error.

    `confined`: as somebody who may do no more than the modes of files let them, which root is not.
    """
    command = [sys.executable, "-m", "bot", "ask", "the", "bridge"]
    if confined and os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("root may write everything, and there is no setpriv (util-linux)")
        command = ["setpriv", *CONFINED, *command]
    settings = {"BRIEFS": "briefs", "CORPUS": "corpus", "SPOOL": "spool"}
    environment = {
        **os.environ,
        **{f"BRIEFBOT_{name}": str(shelf.folder / value) for name, value in settings.items()},
        "BRIEFBOT_ASKLOG_URL": url,
        "BRIEFBOT_LOG_LEVEL": level,
        "PYTHONPATH": str(ROOT),
    }
    ended = subprocess.run(command, cwd=shelf.folder, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("The bridge")
    assert "The memo says the bridge fell down twice" in ended.stdout
    for secret in (PASSWORD, IN_URL):
        assert secret not in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stderr


def one_line(said: str) -> str:
    (line,) = said.splitlines()
    assert line.startswith("WARNING ")
    return line


@pytest.mark.parametrize("spoil", [newer, somebody_elses, a_text, damaged])
def test_the_terminal_answers_with_one_warning(shelf: Shelf, spoil: Callable[[Path], None]) -> None:
    folder = folder_of(shelf)
    spoil(folder / "asks.sqlite3")
    before = contents(folder)
    assert f"{folder}/asks.sqlite3 " in one_line(run_bot(shelf, in_folder(folder)))
    assert contents(folder) == before
    assert waiting(shelf) == ["bridge"]


def test_the_terminal_shows_no_password_however_much_it_says(shelf: Shelf) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"postgresql+asyncpg://asks:{IN_URL}@127.0.0.1:{closed.getsockname()[1]}/log"
        assert "cannot be reached" in one_line(run_bot(shelf, url))
        assert "cannot be reached" in run_bot(shelf, url, level="DEBUG")


@pytest.mark.parametrize("asklog_url", [f"postgres://asks:{IN_URL}@h/log", f"postgresql+asyncpg://asks:{IN_URL}@h:x/y"])
@pytest.mark.parametrize("in_a_file", [True, False])
def test_a_setting_that_is_no_url_is_named_without_its_password(shelf: Shelf, asklog_url: str, in_a_file: bool) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BRIEFBOT_LOG_LEVEL": "DEBUG"}
    if in_a_file:
        (shelf.folder / "config.yaml").write_text(f'asklog_url: "{asklog_url}"\n')
    else:
        environment["BRIEFBOT_ASKLOG_URL"] = asklog_url
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "the bridge"], cwd=shelf.folder, env=environment, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert "asklog_url" in ended.stderr.lower()
    assert "Nothing was loaded." in ended.stderr
    assert IN_URL not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_file_or_a_folder_that_may_not_be_written_is_named(shelf: Shelf) -> None:
    folder = folder_of(shelf)
    file = folder / "asks.sqlite3"
    ours(file)
    before = file.read_bytes()
    file.chmod(0o444)
    assert f"{file} may not be written" in one_line(run_bot(shelf, in_folder(folder), confined=True))
    folder.chmod(0o555)
    assert f"{file} may not be written" in one_line(run_bot(shelf, in_folder(folder), confined=True))
    file.chmod(0o644)
    assert f"{file} may not be written" in one_line(run_bot(shelf, in_folder(folder), confined=True))
    file.chmod(0)
    assert f"{file} cannot be opened" in one_line(run_bot(shelf, in_folder(folder), confined=True))
    file.chmod(0o644)
    folder.chmod(0o755)
    assert file.read_bytes() == before
    assert waiting(shelf) == ["bridge"] * 4


def test_asks_that_another_user_left_are_named_and_keep_nobody_from_asking(shelf: Shelf) -> None:
    folder = folder_of(shelf)
    a_text(folder / "asks.sqlite3")
    run_bot(shelf, in_folder(folder))
    (theirs,) = (shelf.folder / "spool").rglob(f"*{SUFFIX}")
    left = theirs.read_bytes()
    theirs.chmod(0)
    (folder / "asks.sqlite3").unlink()
    line = one_line(run_bot(shelf, in_folder(folder), confined=True))
    assert "asks that another user left" in line
    assert str(theirs) in line
    assert theirs.read_bytes() == left
    theirs.chmod(0o600)
    assert run_bot(shelf, in_folder(folder), confined=True) == ""
    with closing(sqlite3.connect(folder / "asks.sqlite3")) as connection:
        assert connection.execute("select count(*) from asks").fetchone() == (3,)


def test_a_folder_that_cannot_be_made_is_named(shelf: Shelf) -> None:
    folder = folder_of(shelf)
    folder.chmod(0o555)
    line = one_line(run_bot(shelf, in_folder(folder / "new"), confined=True))
    assert f"{folder}/new/asks.sqlite3 may not be opened" in line
    assert contents(folder) == {}
    assert waiting(shelf) == ["bridge"]


def test_it_answers_where_nothing_at_all_may_be_written(shelf: Shelf) -> None:
    shelf.folder.chmod(0o555)
    try:
        said = run_bot(shelf, in_folder(shelf.folder), confined=True)
    finally:
        shelf.folder.chmod(0o755)
    assert f"the ask log cannot be opened: {shelf.folder}/asks.sqlite3 " in said
    assert "the spool takes no asks" in said
    assert not list(shelf.folder.glob(f"**/*{SUFFIX}"))
