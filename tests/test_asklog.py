"""One contract over every store: in memory, SQLite, PostgreSQL."""

import asyncio
import os
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.asklog import AskLog, MemoryAskLog, scrub
from bot.asklog.sql import HEAD, SqlAskLog, asks
from bot.model import Ask, Outcome, Surface

DAY = 86_400
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
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of the tests' own, on a free port of the loopback; its URL."""
    if not POSTGRES:
        pytest.skip("PostgreSQL is not installed")
    binaries = POSTGRES[-1].parent
    folder = tmp_path_factory.mktemp("postgres")
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        for parent in (folder, *folder.parents[:3]):
            parent.chmod(0o755)
        shutil.chown(folder, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    run = {"user": user, "check": True, "cwd": folder, "stdout": subprocess.DEVNULL}
    subprocess.run([binaries / "initdb", "-A", "trust", "-U", "asks", "-D", data], **run)  # type: ignore[call-overload]
    subprocess.run([binaries / "pg_ctl", "-w", "-D", data, "-o", options, "-l", folder / "log", "start"], **run)  # type: ignore[call-overload]
    yield f"postgresql+asyncpg://asks@127.0.0.1:{port}/postgres"
    subprocess.run([binaries / "pg_ctl", "-w", "-m", "immediate", "-D", data, "stop"], **run)  # type: ignore[call-overload]


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def log(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AskLog]:
    if request.param == "memory":
        yield MemoryAskLog()
        return
    url = f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres")
    made = SqlAskLog(url, retention_seconds=90 * DAY)
    await made.open()
    yield made
    if request.param == "postgres":
        async with made._engine.begin() as connection:  # type: ignore[union-attr]
            await connection.execute(asks.delete())
    await made.close()


async def test_asks_are_counted_by_card_most_asked_first(log: AskLog) -> None:
    for card in ("bridge", "tunnel", "bridge", None):
        await log.record(an_ask(card))
    assert list((await log.counts()).items()) == [("bridge", 2), ("tunnel", 1)]


async def test_asks_at_the_same_time_are_all_kept(log: AskLog) -> None:
    await asyncio.gather(*(log.record(an_ask()) for _ in range(50)))
    assert await log.counts() == {"bridge": 50}


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
    assert {column.name for column in asks.columns} == {field.name for field in fields(Ask)} | {"id"}


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
    log = SqlAskLog(f"sqlite+aiosqlite:///{path}", retention_seconds=DAY)
    assert not path.exists()
    await log.record(an_ask())
    await log.close()
    assert [found.name for found in path.parent.iterdir()] == ["asks.sqlite3"]


async def test_what_was_recorded_outlives_a_log_that_was_never_closed(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3"
    first = SqlAskLog(url, retention_seconds=DAY)
    await first.record(an_ask())
    second = SqlAskLog(url, retention_seconds=DAY)
    assert await second.counts() == {"bridge": 1}
    await first.close()
    await second.close()


async def test_opening_forgets_what_is_older_than_the_retention(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3"
    log = SqlAskLog(url, retention_seconds=90 * DAY)
    await log.record(an_ask(question="old", age_days=10))
    await log.close()
    log = SqlAskLog(url, retention_seconds=7 * DAY)
    await log.open()
    await log.close()
    with sqlite3.connect(tmp_path / "asks.sqlite3") as connection:
        assert connection.execute("select card, question from asks").fetchall() == [("bridge", None)]
    connection.close()


async def test_times_are_kept_in_utc(tmp_path: Path) -> None:
    log = SqlAskLog(f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3", retention_seconds=DAY)
    noon = datetime.fromisoformat("2026-06-01T14:00:00+02:00")
    await log.record(replace(an_ask(), at=noon))
    await log.close()
    with sqlite3.connect(tmp_path / "asks.sqlite3") as connection:
        assert connection.execute("select at from asks").fetchone()[0].startswith("2026-06-01 12:00:00")
    connection.close()


async def test_two_processes_may_open_a_new_database_at_once(tmp_path: Path, postgres: str) -> None:
    for url in (f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3", postgres):
        logs = [SqlAskLog(url, retention_seconds=DAY) for _ in range(4)]
        await asyncio.gather(*(log.open() for log in logs))
        async with logs[0]._engine.connect() as connection:  # type: ignore[union-attr]
            assert (await connection.execute(text("select version_num from alembic_version"))).scalars().all() == [HEAD]
        await asyncio.gather(*(log.close() for log in logs))


async def test_the_migrations_make_the_tables_that_the_statements_expect(tmp_path: Path) -> None:
    log = SqlAskLog(f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3", retention_seconds=DAY)
    await log.open()
    await log.close()
    with sqlite3.connect(tmp_path / "asks.sqlite3") as connection:
        made = {row[1]: (bool(row[3]), row[5]) for row in connection.execute("pragma table_info(asks)")}
    connection.close()
    assert made == {column.name: (not column.nullable, int(column.primary_key)) for column in asks.columns}


async def test_a_database_that_cannot_be_opened_raises_and_leaves_nothing_running(tmp_path: Path) -> None:
    (tmp_path / "asks.sqlite3").write_bytes(b"not a database, but long enough to be looked at as one" * 20)
    log = SqlAskLog(f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3", retention_seconds=DAY)
    with pytest.raises(Exception, match="not a database"):
        await log.record(an_ask())
    await log.close()
