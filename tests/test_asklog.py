"""One contract over every store: in memory, SQLite, PostgreSQL."""

import asyncio
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.asklog import AskLog, MemoryAskLog, scrub
from bot.asklog.sql import HEAD, SqlAskLog, asks
from bot.model import Ask, Outcome, Surface
from tests.conftest import ROOT

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


def an_ask(card: str | None = "bridge", question: str | None = None, age_days: float = 0) -> Ask:
    return Ask(
        at=datetime.now(UTC) - timedelta(days=age_days),
        surface=Surface.BRIEF,
        outcome=Outcome.FOUND if card else Outcome.ABSTAINED,
        card=card,
        picked=False,
        score=0.9 if card else None,
        guild=2**53 + 1,
        locale="en-GB",
        question=question,
    )


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of the tests' own, on a free port of the loopback; its URL."""
    if not POSTGRES:
        pytest.skip("PostgreSQL is not installed")
    binaries = POSTGRES[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="asks-postgres-"))
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    run = partial(subprocess.run, user=user, check=True, cwd=folder, stdout=subprocess.DEVNULL)
    run([binaries / "initdb", "-A", "trust", "-U", "asks", "-D", data])
    run([binaries / "pg_ctl", "-w", "-D", data, "-o", options, "-l", folder / "log", "start"])
    yield f"postgresql+asyncpg://asks@127.0.0.1:{port}"
    run([binaries / "pg_ctl", "-w", "-m", "immediate", "-D", data, "stop"])
    shutil.rmtree(folder)


async def new_database(server: str) -> str:
    """An empty database on the server; its URL."""
    name = f"asks_{uuid.uuid4().hex}"
    engine = create_async_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"create database {name}"))
    await engine.dispose()
    return f"{server}/{name}"


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def log(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AskLog]:
    if request.param == "memory":
        yield MemoryAskLog()
        return
    url = f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3"
    if request.param == "postgres":
        url = await new_database(request.getfixturevalue("postgres"))
    made = SqlAskLog(url, retention=timedelta(days=90))
    await made.open()
    yield made
    await made.close()


async def test_asks_are_counted_by_card_most_asked_first(log: AskLog) -> None:
    for card in ("bridge", "tunnel", "bridge", None):
        await log.record(an_ask(card))
    assert list((await log.counts()).items()) == [("bridge", 2), ("tunnel", 1)]


async def test_asks_at_the_same_time_are_all_kept(log: AskLog) -> None:
    await asyncio.gather(*(log.record(an_ask()) for _ in range(50)))
    assert await log.counts() == {"bridge": 50}


async def test_asks_with_one_key_are_kept_once(log: AskLog) -> None:
    for card in ("bridge", "bridge", "tunnel"):
        await log.record(an_ask(card), key=f"pick:{card}")
    assert await log.counts() == {"bridge": 1, "tunnel": 1}


async def test_old_words_are_forgotten_and_the_ask_stays_counted(log: AskLog) -> None:
    await log.record(an_ask(question="old words", age_days=10))
    await log.record(an_ask(question="new words"))
    week_ago = datetime.now(UTC) - timedelta(days=7)
    assert await log.forget_questions(week_ago) == 1
    assert await log.forget_questions(week_ago) == 0
    assert await log.counts() == {"bridge": 2}


# ---------------------------------------------------------------- what is kept


def test_an_ask_has_no_place_for_a_person_a_message_or_a_channel() -> None:
    assert {field.name for field in fields(Ask)} == {
        "at", "surface", "outcome", "card", "picked", "score", "guild", "locale", "question",
    }  # fmt: skip
    assert {column.name for column in asks.columns} == {field.name for field in fields(Ask)} | {"id", "key"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("nord  stream\n2", "nord stream 2"),
        ("<@123456789012345678> and <@!1234567> said", "[mention] and [mention] said"),
        ("<#123456> <@&99999> <:smile:123456> </brief:123>", "[mention] [mention] [mention] [mention]"),
        ("@everyone giveaway", "[mention] giveaway"),
        ("see https://example.org/a?b=c now", "see [link] now"),
        ("discord.gg/abc", "[link]"),
        ("write to jo.doe+x@example.co.uk", "write to [e-mail]"),
        ("call +44 20 7946 0958", "call [number]"),
        ("+44 (20) 7946 0958", "[number]"),
        ("(555) 123-4567", "[number]"),
        ("1234–5678–9012", "[number]"),
        ("ask @jo.doe", "ask [mention]"),
        ("jo#1234 said", "[mention] said"),
        ("example.com/u/jo", "[link]"),
        ("s.res.122 and u.s. policy 9/11", "s.res.122 and u.s. policy 9/11"),
        ("4111111111111111", "[number]"),
        ("sanctions 2022", "sanctions 2022"),
        ("x" * 300, "x" * 200),
        ("a\x1b[31mb", "a�[31mb"),
    ],
)
def test_what_was_typed_is_kept_without_what_tells_who_typed_it(typed: str, kept: str) -> None:
    assert scrub(typed) == kept


# ---------------------------------------------------------------- the file


async def test_the_file_is_made_with_the_first_ask(tmp_path: Path) -> None:
    path = tmp_path / "new" / "asks.sqlite3"
    log = SqlAskLog(f"sqlite+aiosqlite:///{path}", retention=timedelta(days=1))
    assert not path.exists()
    await log.record(an_ask())
    await log.close()
    assert [found.name for found in path.parent.iterdir()] == ["asks.sqlite3"]


async def test_what_was_recorded_outlives_a_log_that_was_never_closed(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3"
    first = SqlAskLog(url, retention=timedelta(days=1))
    await first.record(an_ask())
    second = SqlAskLog(url, retention=timedelta(days=1))
    assert await second.counts() == {"bridge": 1}
    await first.close()
    await second.close()


async def test_opening_forgets_what_is_older_than_the_retention(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3"
    log = SqlAskLog(url, retention=timedelta(days=90))
    await log.record(an_ask(question="old", age_days=10))
    await log.close()
    log = SqlAskLog(url, retention=timedelta(days=7))
    await log.open()
    await log.close()
    with sqlite3.connect(tmp_path / "asks.sqlite3") as connection:
        assert connection.execute("select card, question from asks").fetchall() == [("bridge", None)]
    connection.close()


async def test_times_are_kept_in_utc(tmp_path: Path) -> None:
    log = SqlAskLog(f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3", retention=timedelta(days=1))
    noon = datetime.fromisoformat("2026-06-01T14:00:00+02:00")
    await log.record(replace(an_ask(), at=noon))
    await log.close()
    with sqlite3.connect(tmp_path / "asks.sqlite3") as connection:
        assert connection.execute("select at from asks").fetchone()[0].startswith("2026-06-01 12:00:00")
    connection.close()


RECORD = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from bot.asklog.sql import SqlAskLog
from bot.model import Ask, Outcome, Surface

async def main():
    log = SqlAskLog(sys.argv[1], retention=timedelta(days=1))
    ask = Ask(at=datetime.now(UTC), surface=Surface.BRIEF, outcome=Outcome.FOUND, card="bridge", picked=False,
              score=1.0, guild=None, locale=None, question=None)
    await log.record(ask)
    await log.close()

asyncio.run(main())
"""


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
async def test_processes_that_open_a_new_database_at_once_all_record(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3"
    if database == "postgres":
        url = await new_database(request.getfixturevalue("postgres"))
    command = [sys.executable, "-c", RECORD, url]
    processes = [
        await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=asyncio.subprocess.PIPE) for _ in range(4)
    ]
    ended = await asyncio.gather(*(process.communicate() for process in processes))
    assert [errors for _, errors in ended] == [b""] * 4
    log = SqlAskLog(url, retention=timedelta(days=1))
    assert await log.counts() == {"bridge": 4}
    await log.close()
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        assert (await connection.execute(text("select version_num from alembic_version"))).scalars().all() == [HEAD]
    await engine.dispose()


async def test_asks_made_while_the_database_is_locked_are_written_when_it_is_free(tmp_path: Path) -> None:
    log = SqlAskLog(f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3", retention=timedelta(days=1))
    await log.record(an_ask())
    holder = sqlite3.connect(tmp_path / "asks.sqlite3", isolation_level=None)
    holder.execute("begin exclusive")
    waiting = [asyncio.create_task(log.record(an_ask())) for _ in range(3)]
    # Whoever asked stops waiting; the ask does not.
    done, _ = await asyncio.wait(waiting, timeout=0.1)
    assert done == set()
    for task in waiting:
        task.cancel()
    holder.execute("commit")
    holder.close()
    await log.close()
    again = SqlAskLog(f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3", retention=timedelta(days=1))
    assert await again.counts() == {"bridge": 4}
    await again.close()


async def test_asks_wait_for_a_database_that_is_away(tmp_path: Path) -> None:
    away = tmp_path / "asks.sqlite3"
    away.mkdir()
    log = SqlAskLog(f"sqlite+aiosqlite:///{away}", retention=timedelta(days=1))
    for _ in range(3):
        with pytest.raises(Exception, match="unable to open"):
            await log.record(an_ask())
    away.rmdir()
    await log.close()
    again = SqlAskLog(f"sqlite+aiosqlite:///{away}", retention=timedelta(days=1))
    assert await again.counts() == {"bridge": 3}
    await again.close()


async def test_the_migrations_make_the_tables_that_the_statements_expect(tmp_path: Path) -> None:
    log = SqlAskLog(f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3", retention=timedelta(days=1))
    await log.open()
    await log.close()
    with sqlite3.connect(tmp_path / "asks.sqlite3") as connection:
        made = {row[1]: (bool(row[3]), row[5]) for row in connection.execute("pragma table_info(asks)")}
    connection.close()
    assert made == {column.name: (not column.nullable, int(column.primary_key)) for column in asks.columns}


async def test_a_database_that_cannot_be_opened_raises_and_leaves_nothing_running(tmp_path: Path) -> None:
    (tmp_path / "asks.sqlite3").write_bytes(b"not a database, but long enough to be looked at as one" * 20)
    log = SqlAskLog(f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3", retention=timedelta(days=1))
    with pytest.raises(Exception, match="not a database"):
        await log.record(an_ask())
    await log.close()
