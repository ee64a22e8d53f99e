"""`python -m bot doctor`: every trouble a host can have is named with its fix; nothing is written, nothing secret told."""

import asyncio
import base64
import json
import os
import secrets
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path
from typing import Any

import discord
import pytest
import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.ext.asyncio import create_async_engine

from bot.asklog import inspection
from bot.asklog.database import HEAD, VERSIONS, Database
from bot.asklog.migrations import upgrade
from bot.asklog.tables import asks
from bot.config import load_config, sources
from bot.hosting.doctor import CHECKS, Case, Finding, Verdict, examine
from bot.hosting.doctor.aside import aside
from bot.hosting.doctor.runtime import _packages, _python, _sqlite
from bot.hosting.doctor.token import shaped
from bot.sandbox import Sandbox, point_library_at
from bot.sandbox.places import APPLICATION
from tests.conftest import CARD, ROOT, Running, Shelf, discord_here
from tests.databases import PostgresServer, in_folder, new_database, run_sql

SECRET = "AbCdEf.geheim-und-lang-genug-fuer-ein-token"
TOKEN = f"{base64.urlsafe_b64encode(APPLICATION.encode()).decode().rstrip('=')}.{SECRET}"
PASSWORD = "open-sesame"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but those of the test, in a folder of its own."""
    for name in list(os.environ):
        if name.startswith("BRIEFBOT_") or "TOKEN" in name:
            monkeypatch.delenv(name)
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def shaped_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sandboxes take a token that has the shape of Discord's."""
    monkeypatch.setattr(secrets, "token_urlsafe", lambda *_: TOKEN)


def case_of(shelf: Shelf, url: str = "", *, offline: bool = True, **settings: Any) -> Case:
    url = url or in_folder(shelf.folder)
    given = {"asklog_url": url, "spool": shelf.folder / "spool", **settings}
    return Case(config=shelf.config.model_copy(update=given), offline=offline)


async def page(case: Case, *areas: str, seconds: float = 13.0) -> list[Finding]:
    """What is found, of some areas. No secret is in it, and each thing that is wrong has its fix."""
    # What is found of the permissions is found with Discord.
    checks = [(area, check) for area, check in CHECKS if not areas or area in areas]
    found = [finding async for finding in examine(case, checks=checks, seconds=seconds)]
    text = json.dumps([f"{finding.said} {finding.fix}" for finding in found])
    assert SECRET not in text
    assert PASSWORD not in text
    assert [f for f in found if f.verdict in (Verdict.WRONG, Verdict.WARNING) and not f.fix] == []
    assert [f for f in found if "\n" in f.said + f.fix] == []
    return found


def of(found: list[Finding], *verdicts: str) -> list[str]:
    return [f"{finding.said} → {finding.fix}" for finding in found if finding.verdict in verdicts]


def write(name: str, text: str) -> None:
    """A file in the folder in which the bot is started."""
    Path(name).write_text(text, encoding="utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# ---------------------------------------------------------------- a bot that is well


async def test_of_a_bot_that_is_well_nothing_is_wrong(
    shelf: Shelf, bot: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its commands registered, and asked with the token that this Discord takes."""
    monkeypatch.setenv("DISCORD_TOKEN", bot.sandbox.token)
    sessions = bot.sandbox.gateway.identified
    before = contents(shelf.folder)
    found = await page(case_of(shelf, offline=False), "Discord", "clock", "deck", "store", "charts")
    assert of(found, "wrong", "warning") == []
    said = [finding.said for finding in found]
    assert "1 document, 1 card, 2 quotes; version" in said[0]
    assert "127.0.0.1 answers and accepts the token" in said
    assert any(line.startswith("the gateway greets after") for line in said)
    assert "15 commands are registered, those of this version" in said
    assert any(line.endswith("UTC, as Discord's") for line in said)
    assert bot.sandbox.gateway.identified == sessions
    assert contents(shelf.folder) == before


# ---------------------------------------------------------------- Python, packages, SQLite


@pytest.mark.parametrize(
    ("version", "verdict"), [((3, 10), "wrong"), ((3, 11), "right"), ((3, 14), "right"), ((3, 99), "warning")]
)
def test_a_python_that_is_too_old_is_wrong_and_one_that_nobody_tried_a_warning(
    version: tuple[int, int], verdict: str
) -> None:
    assert _python(version).verdict == verdict


@pytest.mark.parametrize(
    ("version", "exposed"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
    ],
)
def test_what_can_damage_the_log_of_sqlite_is_told_by_its_version(version: tuple[int, int, int], exposed: bool) -> None:
    found = _sqlite(version)
    assert found.verdict == "right"
    assert ("the bot guards against it" in found.said) == exposed


def test_packages_are_held_against_the_pinned_ones(tmp_path: Path) -> None:
    pins = tmp_path / "requirements.lock"
    pins.write_text(
        f"discord-py=={discord.__version__} \\\n    --hash=sha256:00\ncolorama==0.4.6 ; sys_platform == 'win32'\n"
    )
    assert _packages(pins).verdict == "right"
    pins.write_text("discord-py==1.0 \\\n    --hash=sha256:00\n")
    assert "discord-py" in _packages(pins).said
    assert _packages(pins).verdict == "warning"
    pins.write_text("no-such-package==1.0 \\\n    --hash=sha256:00\n")
    assert _packages(pins).said == "not installed: no-such-package"
    assert _packages(tmp_path / "elsewhere").verdict == "skipped"


# ---------------------------------------------------------------- configuration


async def test_each_setting_is_told_with_where_it_comes_from(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    file = shelf.folder / "config.yaml"
    file.write_text(f"mentions: false\nasklog_url: postgresql+asyncpg://me:{PASSWORD}@127.0.0.1:1/asks\n")
    monkeypatch.setenv("BRIEFBOT_RETENTION_DAYS", "30")
    config, problems = load_config(file)
    assert problems == []
    assert sources(file)["mentions"] == f"{file}:1:1"
    found = await page(Case(config=config, file=file, offline=True), "configuration", "files")
    said = [finding.said for finding in found]
    assert f"mentions = false ({file}:1:1)" in said
    assert "retention_days = 30 (BRIEFBOT_RETENTION_DAYS)" in said
    assert f"asklog_url = postgresql+asyncpg://me:***@127.0.0.1:1/asks ({file}:2:1)" in said
    assert any(line.startswith("by default: briefs = briefs; ") for line in said)
    assert f"{file} may be read by everybody on this machine → chmod o-rwx {file}" in of(found, "warning")


async def test_a_password_in_the_options_of_an_address_is_hidden(shelf: Shelf) -> None:
    url = f"postgresql+asyncpg:///asks?host=/nowhere&user=me&password={PASSWORD}"
    found = await page(case_of(shelf, url), "configuration", "store")
    assert any("password=" in finding.said for finding in found)


async def test_a_misspelt_variable_is_named_with_what_was_meant(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIEFBOT_RETENTON_DAYS", PASSWORD)
    monkeypatch.setenv("BRIEFBOT_XYZ", PASSWORD)
    assert of(await page(case_of(shelf), "configuration"), "warning") == [
        "the environment variable BRIEFBOT_RETENTON_DAYS is read by nobody → "
        "Did you mean BRIEFBOT_RETENTION_DAYS? Rename it.",
        "the environment variable BRIEFBOT_XYZ is read by nobody → Remove it; the names are in config.example.yaml.",
    ]


async def test_shards_that_contradict_each_other_are_wrong(shelf: Shelf) -> None:
    (line,) = of(await page(case_of(shelf, shards="0-2"), "configuration"), "wrong")
    assert line.startswith("Of how many shards are these? → Give --shard-count")
    (line,) = of(await page(case_of(shelf, shards="0-2", shard_count=2), "configuration"), "wrong")
    assert line.startswith("There is no shard 2 among 2")


async def test_a_configuration_that_does_not_load_is_a_finding_and_the_rest_is_looked_at() -> None:
    write("config.yaml", "retenton_days: 3\nlog_level: LOUD\n")
    config, problems = load_config()
    found = await page(Case(config=config, problems=tuple(problems), offline=True))
    wrong = of([finding for finding in found if finding.area == "configuration"], "wrong")
    assert wrong == [
        "config.yaml:1:1: unknown key «retenton_days» → Did you mean «retention_days»?",
        "config.yaml:2:12: «log_level» is «LOUD» → Use 'DEBUG', 'INFO', 'WARNING' or 'ERROR'.",
    ]
    assert {finding.area for finding in found} > {"Python", "token", "clock", "charts", "disk"}


# ---------------------------------------------------------------- the deck


async def test_a_broken_card_is_named_with_its_place(shelf: Shelf) -> None:
    card = shelf.card(CARD.replace("exact: The bridge was built in 1901.", "exact: The bridge was built in 1902."))
    (line, *_) = of(await page(case_of(shelf), "deck"), "wrong")
    assert line.startswith(f"{card}:")


async def test_of_many_problems_the_first_are_told_and_where_to_find_the_others(shelf: Shelf) -> None:
    for number in range(6):
        shelf.card(f"id: {number}\n", name=f"card-{number}")
    lines = of(await page(case_of(shelf), "deck"), "wrong")
    assert len(lines) == 4
    assert lines[-1].endswith("more problems like these → List them all: python -m bot validate")


async def test_a_card_that_is_overdue_for_review_is_no_fault(shelf: Shelf) -> None:
    shelf.card(CARD.replace("review_by: 2027-01-01", "review_by: 2026-01-02"))
    found = await page(case_of(shelf), "deck")
    assert of(found, "wrong", "warning") == []
    assert "1 card is overdue for review" in found[-1].said


async def test_folders_that_are_not_there_are_wrong(shelf: Shelf) -> None:
    lines = of(await page(case_of(shelf, briefs=shelf.folder / "nowhere"), "deck"), "wrong")
    assert any(str(shelf.folder / "nowhere") in line for line in lines)


# ---------------------------------------------------------------- files of SQLite


def sql_in(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


async def ours(folder: Path) -> Path:
    database = Database(in_folder(folder))
    await database.open()
    await database.close()
    return folder / "asks.sqlite3"


async def seen_of(shelf: Shelf, **settings: Any) -> list[Finding]:
    """What is said of the store; nothing is written beside it."""
    before = kept(shelf.folder)
    found = await page(case_of(shelf, **settings), "store")
    assert kept(shelf.folder) == before
    return found


def kept(folder: Path) -> dict[str, bytes]:
    """What is in the files, but for the memory in which those who read a file of SQLite leave marks for each other."""
    return {name: data for name, data in contents(folder).items() if not name.endswith("-shm")}


async def test_a_file_that_is_not_there_is_made_later(shelf: Shelf) -> None:
    found = await seen_of(shelf)
    assert of(found, "wrong", "warning") == []
    assert "it is made when the bot starts" in found[0].said


async def test_a_file_in_order_is_told_with_its_size_and_version(shelf: Shelf) -> None:
    await ours(shelf.folder)
    found = await seen_of(shelf)
    assert of(found, "wrong", "warning") == []
    assert f"in order; tables of version {HEAD}, the newest" in found[0].said


async def test_a_file_is_looked_at_while_the_bot_writes_to_it(shelf: Shelf) -> None:
    database = Database(in_folder(shelf.folder))
    await database.open()
    try:
        await database.write(an_ask())
        found = await seen_of(shelf)
        await database.write(an_ask())
    finally:
        await database.close()
    assert of(found, "wrong", "warning") == []
    assert f"version {HEAD}" in found[0].said


def an_ask() -> sa.Insert:
    return asks.insert().values(
        key=secrets.token_hex(8), at=datetime.now(UTC), surface="brief", outcome="found", picked=False
    )


async def test_what_a_killed_bot_left_is_read_without_touching_it(shelf: Shelf) -> None:
    """Its log is still beside the file, not taken over."""
    there = shelf.folder / "there"
    there.mkdir()
    database = Database(in_folder(there))
    await database.open()
    await database.write(an_ask())
    for file in there.iterdir():
        (shelf.folder / file.name).write_bytes(file.read_bytes())
    await database.close()
    assert (shelf.folder / "asks.sqlite3-wal").stat().st_size
    assert of(await seen_of(shelf), "wrong", "warning") == []


async def test_a_file_of_an_older_version_is_brought_up_to_date_later(shelf: Shelf) -> None:
    engine = create_async_engine(in_folder(shelf.folder))
    async with engine.begin() as connection:
        await connection.run_sync(upgrade, VERSIONS[0])
    await engine.dispose()
    found = await seen_of(shelf)
    assert f"tables of version {VERSIONS[0]}, {len(VERSIONS) - 1} versions behind" in found[0].said
    assert of(found, "wrong", "warning") == []


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda file: sql_in(file, "update alembic_version set version_num = '0999'"), "was made by a newer Briefbot"),
        (lambda file: sql_in(file, "drop table alembic_version"), "belongs to something else"),
        (lambda file: file.write_bytes(b"no database at all " * 100), "is not a database of SQLite"),
        (lambda file: file.write_bytes(file.read_bytes()[:8192]), "is damaged"),
        (lambda file: (file.unlink(), file.mkdir()), "is a folder"),
    ],
)
async def test_a_file_that_cannot_be_used_is_told_with_what_to_do(
    shelf: Shelf, spoil: Callable[[Path], object], line: str
) -> None:
    spoil(await ours(shelf.folder))
    (said,) = of(await seen_of(shelf), "wrong")
    assert line in said


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Another program has the file for itself."""
    holding = (
        "import sqlite3, sys; held = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "held.execute('begin exclusive'); print(flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", holding, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        yield
        holder.communicate()


async def test_a_file_that_is_damaged_inside_is_told(shelf: Shelf) -> None:
    """It opens, and its tables are there: only a look at every page finds it."""
    file = await ours(shelf.folder)
    sql_in(file, *(f"insert into servers (guild, visibility, changed) values ({n}, 'x', '')" for n in range(500)))
    with closing(sqlite3.connect(file)) as connection:
        (root,) = connection.execute("select rootpage from sqlite_master where name = 'servers'").fetchone()
    with file.open("r+b") as content:
        content.seek((root - 1) * 4096)
        content.write(b"\xff" * 100)
    lines = of(await seen_of(shelf), "wrong")
    assert "is damaged" in lines[0]
    assert "python -m bot restore FILE" in lines[0]


async def test_a_file_too_large_to_be_looked_through_in_time_is_no_fault(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ours(shelf.folder)
    monkeypatch.setattr(inspection, "CHECK_SECONDS", -1)
    monkeypatch.setattr(inspection, "STEPS", 1)
    found = await seen_of(shelf)
    assert of(found, "wrong", "warning") == []
    assert "in order as far as there was time to look" in found[0].said


async def test_a_file_that_another_program_holds_is_told(shelf: Shelf) -> None:
    file = await ours(shelf.folder)
    sql_in(file, "pragma journal_mode=delete")
    with held(file):
        lines = of(await page(case_of(shelf), "store"), "wrong")
    assert "is in use by another program" in lines[0]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    yield from mounted(tmp_path / "disk", "size=4m")


def mounted(disk: Path, options: str) -> Iterator[Path]:
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a file system cannot be mounted here: that needs root")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def protect(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)


async def test_a_disk_that_may_only_be_read_is_told(shelf: Shelf, small_disk: Path) -> None:
    file = await ours(small_disk)
    protect(small_disk)
    found = await page(case_of(shelf, in_folder(small_disk)), "store", "disk")
    assert any(line.startswith(f"{file} may not be written") for line in of(found, "wrong"))
    assert any(
        line.startswith(f"{small_disk}, for the database, may not be written → It is mounted to be read only")
        for line in of(found, "wrong")
    )


async def test_a_disk_without_room_is_told(shelf: Shelf, small_disk: Path) -> None:
    found = await page(case_of(shelf, in_folder(small_disk)), "disk")
    (line,) = of(found, "wrong")
    assert f"free at {small_disk} (the database): full" in line


async def test_files_that_everybody_may_read_are_told_with_the_command(shelf: Shelf) -> None:
    file = await ours(shelf.folder)
    assert of(await page(case_of(shelf), "files"), "warning")[1:] == []
    file.chmod(0o644)
    assert f"{file} may be read by everybody on this machine → chmod o-rwx {file}" in of(
        await page(case_of(shelf), "files"), "warning"
    )


async def test_asks_that_wait_are_counted_and_never_told(shelf: Shelf) -> None:
    url = in_folder(shelf.folder)
    here = shelf.folder / "spool" / Database(url).name
    elsewhere = shelf.folder / "spool" / "00000000"
    for folder, rows in ((here, 3), (elsewhere, 2)):
        folder.mkdir(parents=True)
        (folder / "1.spool").write_bytes(b"00000000 {}\n" * rows + b"\0" * 4096)
    (here / "0.unreadable").write_bytes(b"?")
    lines = of(await seen_of(shelf), "warning")
    assert lines[0].startswith("3 asks wait in the spool")
    assert "2 asks wait" in lines[1]
    assert "for another database" in lines[1]
    assert "0.unreadable" in lines[2]


# ---------------------------------------------------------------- PostgreSQL


@pytest.fixture
async def server_url(postgres: PostgresServer, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    request.param = "postgres"
    return await new_database(request, tmp_path)


async def test_a_database_of_a_server_is_looked_at_and_left_as_it_is(shelf: Shelf, server_url: str) -> None:
    found = await page(case_of(shelf, server_url), "store")
    assert of(found, "wrong", "warning") == []
    assert "without tables, which are made when the bot starts" in found[0].said
    assert await run_sql(
        server_url, "select count(*) from information_schema.tables where table_schema = 'public'"
    ) == [(0,)]
    database = Database(server_url)
    await database.open()
    await database.close()
    found = await page(case_of(shelf, server_url), "store")
    assert of(found, "wrong", "warning") == []
    assert found[0].said.startswith("PostgreSQL ")
    assert f"tables of version {HEAD}, the newest" in found[0].said
    assert "of 100 connections are in use" in found[1].said


async def test_a_newer_database_of_a_server_is_told(shelf: Shelf, server_url: str) -> None:
    database = Database(server_url)
    await database.open()
    await database.close()
    await run_sql(server_url, "update alembic_version set version_num = '0999'")
    (line,) = of(await page(case_of(shelf, server_url), "store"), "wrong")
    assert "was made by a newer Briefbot" in line


async def test_somebody_who_may_not_write_in_a_database_is_told(shelf: Shelf, server_url: str) -> None:
    database = Database(server_url)
    await database.open()
    await database.close()
    name = f"reader_{secrets.token_hex(4)}"
    await run_sql(server_url, f"create role {name} login", f"grant select on all tables in schema public to {name}")
    (line,) = of(await page(case_of(shelf, server_url.replace("asks@", f"{name}@")), "store"), "wrong")
    assert line.startswith("the table «asks» may not be written")


async def test_a_server_that_is_not_there_and_a_password_it_does_not_take_are_told(
    shelf: Shelf, own_postgres: PostgresServer
) -> None:
    own_postgres.require_passwords()
    url = own_postgres.url().replace("asks@", f"asks:{PASSWORD}@")
    (line,) = of(await page(case_of(shelf, url), "store"), "wrong")
    assert "does not take «asks» with this password" in line
    own_postgres.stop()
    (line,) = of(await page(case_of(shelf, url), "store"), "wrong")
    assert "cannot be reached" in line
    assert "Start PostgreSQL" in line
    own_postgres.start()


async def test_a_host_that_nobody_knows_is_told(shelf: Shelf) -> None:
    url = f"postgresql+asyncpg://me:{PASSWORD}@no-such-host.invalid/asks"
    (line,) = of(await page(case_of(shelf, url), "store"), "wrong")
    assert "no-such-host.invalid" in line


# ---------------------------------------------------------------- the token


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (f'"{TOKEN}"', "has quotation marks in it"),
        (f"Bot {TOKEN}", "begins with a word"),
        (TOKEN.replace(".", ". "), "has a blank or a line break in it"),
        (TOKEN.replace(".", "\n"), "has a blank or a line break in it"),
        (APPLICATION, "looks like the application's id"),
        ("0123456789abcdef" * 4, "looks like the application's public key"),
        ("x" * 32, "looks like a client secret"),
        (TOKEN.rpartition(".")[0], "has not the shape of a token"),
        (f"ÄÖ.{SECRET}", "has not the shape of a token"),
        (f"{base64.b64encode(b'not an id').decode()}.{SECRET}", "has not the shape of a token"),
    ],
)
def test_a_token_of_another_shape_is_told_without_a_letter_of_it(given: str, said: str) -> None:
    found = shaped(given)
    assert found.verdict == "wrong"
    assert said in found.said
    assert SECRET not in found.said + found.fix
    assert given not in found.said + found.fix


def test_a_token_in_shape_tells_its_application_alone() -> None:
    found = shaped(f" {TOKEN}\n")
    assert found.verdict == "right"
    assert f"of the application {APPLICATION}; the blanks around it do no harm" in found.said
    assert TOKEN.split(".")[0] not in found.said


async def test_without_a_token_what_was_set_instead_is_named(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISCORD_TOKEN")
    (line,) = of(await page(case_of(shelf), "token"), "wrong")
    assert line.startswith("DISCORD_TOKEN is not set in the environment")
    write(".env", f"DISCORD_TOKEN={TOKEN}\n")
    (line,) = of(await page(case_of(shelf), "token"), "wrong")
    assert "there is a file .env here" in line
    monkeypatch.setenv("DISCORD_BOT_TOKEN", TOKEN)
    (line,) = of(await page(case_of(shelf), "token"), "wrong")
    assert line.startswith("DISCORD_TOKEN is not set, but DISCORD_BOT_TOKEN is")


# ---------------------------------------------------------------- Discord


async def test_a_token_that_discord_does_not_take_is_wrong(shelf: Shelf, sandbox: Sandbox) -> None:
    found = await page(case_of(shelf, offline=False), "Discord")
    (line,) = of(found, "wrong")
    assert "does not accept the token → Copy it again" in line
    assert any(finding.said.startswith("the gateway greets") for finding in found)
    assert sandbox.gateway.identified == 0


async def test_without_a_token_discord_is_only_looked_for(
    shelf: Shelf, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISCORD_TOKEN")
    found = await page(case_of(shelf, offline=False), "Discord")
    assert [finding.verdict for finding in found] == ["right", "right", "skipped"]


@pytest.mark.usefixtures("shaped_token")
async def test_commands_that_are_not_those_of_this_version_are_a_warning(shelf: Shelf) -> None:
    async with discord_here() as sandbox:
        found = await page(case_of(shelf, offline=False), "Discord", "token")
        assert of(found, "wrong") == []
        (line,) = of(found, "warning")
        assert line.startswith("0 commands registered; other than in this version: ")
        assert sandbox.gateway.identified == 0


@pytest.mark.usefixtures("shaped_token")
@pytest.mark.parametrize(
    ("status", "verdict", "said"),
    [
        (429, "warning", "lets this address ask nothing for now"),
        (503, "warning", "has trouble of its own (503)"),
        (403, "wrong", "turns this machine away"),
    ],
)
async def test_what_discord_refuses_is_told_apart(shelf: Shelf, status: int, verdict: str, said: str) -> None:
    async with discord_here() as sandbox:
        sandbox.faults.fail(status, where="users/@me", times=None)
        found = await page(case_of(shelf, offline=False), "Discord")
    (line,) = of(found, "wrong", "warning")
    assert said in line
    assert of(found, verdict) == [line]


@pytest.mark.usefixtures("shaped_token")
async def test_what_is_garbled_on_the_way_is_told(shelf: Shelf) -> None:
    async with discord_here() as sandbox:
        sandbox.faults.garble(where="users/@me", times=None)
        (line,) = of(await page(case_of(shelf, offline=False), "Discord"), "wrong")
    assert "something on the way answers in its place" in line


@pytest.fixture
def library() -> Iterator[None]:
    """The library is pointed back at Discord afterwards."""
    base, gateway = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    yield
    discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@pytest.mark.usefixtures("library")
async def test_without_a_network_the_page_is_there_all_the_same(shelf: Shelf) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        point_library_at(f"http://127.0.0.1:{closed.getsockname()[1]}")
        found = await page(case_of(shelf, offline=False), "Discord", "clock")
    (line,) = of(found, "wrong")
    assert "127.0.0.1 cannot be reached" in line
    assert "port 443" in line
    assert found[-1].said.endswith("not compared: Discord does not answer")


@pytest.mark.usefixtures("library")
async def test_a_discord_that_never_answers_holds_nothing_else_up(shelf: Shelf) -> None:
    """What was found until then is told, and the areas behind it too."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        point_library_at(f"http://127.0.0.1:{deaf.getsockname()[1]}")
        found = await page(case_of(shelf, offline=False), seconds=3.0)
    late = [finding for finding in found if finding.area in ("Discord", "clock")]
    assert [finding.verdict for finding in late] == ["warning", "warning"]
    assert all("took longer than 3 s" in finding.said for finding in late)
    assert found[-1].area == "health port"


@asynccontextmanager
async def portal(
    application: dict[str, Any], *, shards: int = 1, left: int = 1_000, date: str = ""
) -> AsyncIterator[None]:
    """A Discord that says of an application what the portal would have it say."""

    async def answer(request: web.Request) -> web.StreamResponse:
        start = {"total": 1_000, "remaining": left, "reset_after": 7_200_000, "max_concurrency": 1}
        gateway = {"url": f"ws://{request.host}/gateway", "shards": shards, "session_start_limit": start}
        body = {
            "users/@me": {"id": APPLICATION},
            "gateway/bot": gateway,
            "gateway": gateway,
            "applications/@me": {"id": APPLICATION, "flags": 0, **application},
        }.get(request.match_info["path"], [])
        return web.json_response(body, headers={"Date": date} if date else {})

    async def gateway(request: web.Request) -> web.WebSocketResponse:
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        await connection.send_json({"op": 10, "d": {}})
        # Nothing is to be said but goodbye.
        assert [message.data async for message in connection] == []
        return connection

    app = web.Application()
    app.add_routes([web.get("/api/v10/{path:.*}", answer), web.get("/gateway", gateway)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    point_library_at(f"http://127.0.0.1:{runner.addresses[0][1]}")
    try:
        yield
    finally:
        await runner.cleanup()


@pytest.mark.usefixtures("library")
async def test_an_application_that_is_set_up_otherwise_than_the_bot_needs_is_told(shelf: Shelf) -> None:
    application = {
        "flags": 1 << 19,
        "interactions_endpoint_url": "https://example.org/",
        "bot_require_code_grant": True,
        "integration_types_config": {"1": {}},
        "approximate_guild_count": 0,
    }
    async with portal(application, shards=4, left=3):
        found = await page(case_of(shelf, offline=False), "Discord")
    wrong, warnings = of(found, "wrong"), of(found, "warning")
    assert wrong[0].startswith("3 of 1,000 starts are left for the next 2 h")
    assert wrong[1].startswith("commands and presses are sent to a web address")
    assert [line.split(" → ")[0] for line in warnings[:3]] == [
        "adding the bot needs an OAuth2 code grant, so invitations fail",
        "the application cannot be added to servers",
        "the bot is in no server",
    ]
    assert f"client_id={APPLICATION}" in warnings[2]
    assert any("may see more than the bot needs: message content" in line for line in of(found, "right"))


@pytest.mark.usefixtures("library")
async def test_too_few_shards_are_told(shelf: Shelf) -> None:
    application = {
        "integration_types_config": {"0": {"oauth2_install_params": {"scopes": ["applications.commands"]}}},
        "approximate_guild_count": 6_000,
    }
    async with portal(application, shards=4):
        found = await page(case_of(shelf, offline=False, shard_count=2), "Discord")
        enough = await page(case_of(shelf, offline=False, shard_count=3), "Discord")
    assert any("Discord will not take so few → Set shard_count to 4" in line for line in of(found, "wrong"))
    assert any("leaves out: bot" in line for line in of(found, "warning"))
    assert any("3 shards of 3 here" in line for line in of(enough, "warning"))


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(("seconds", "verdict"), [(0, "right"), (30, "warning"), (-3_600, "wrong")])
async def test_a_clock_that_is_not_discords_is_told(shelf: Shelf, seconds: int, verdict: str) -> None:
    async with portal({}, date=formatdate(time.time() + seconds, usegmt=True)):
        (found,) = await page(case_of(shelf, offline=False), "clock")
    assert found.verdict == verdict


# ---------------------------------------------------------------- pictures, the port, what hangs


async def test_a_temporary_folder_that_may_not_be_written_costs_the_pictures(
    shelf: Shelf, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    protect(small_disk)
    monkeypatch.setattr(tempfile, "tempdir", str(small_disk))
    found = await page(case_of(shelf), "charts", "disk")
    assert any(line.startswith("no picture can be drawn") for line in of(found, "warning"))
    assert any("for the temporary folder, may not be written" in line for line in of(found, "wrong"))


async def test_the_port_is_free_or_the_bots_or_taken(shelf: Shelf) -> None:
    lines = ["ready", ""]

    async def told(_request: web.Request) -> web.Response:
        return web.Response(text="\n".join(lines), status=200 if lines[0] == "ready" else 503)

    app = web.Application()
    app.add_routes([web.get("/readyz", told)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    (found,) = await page(case_of(shelf, health_port=port), "health port")
    assert (found.verdict, found.said) == ("right", f"on {port} a running bot says: ready")
    lines[:] = ["not ready", "the store is away", ""]
    (found,) = await page(case_of(shelf, health_port=port), "health port")
    assert (found.verdict, found.said) == ("warning", f"on {port} a running bot says: not ready: the store is away")
    lines[:] = ["Welcome to nginx!"]
    (found,) = await page(case_of(shelf, health_port=port), "health port")
    assert found.verdict == "wrong"
    await runner.cleanup()
    (found,) = await page(case_of(shelf, health_port=port), "health port")
    assert found.said.startswith(f"{port} is free")

    async def another(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.org ESMTP\r\n")
        writer.close()

    async with await asyncio.start_server(another, "127.0.0.1", port):
        (found,) = await page(case_of(shelf, health_port=port), "health port")
    assert found.verdict == "wrong"
    assert found.said.startswith(f"{port} is taken by another program")


async def test_a_disk_that_hangs_is_left_behind(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(TimeoutError):
        await aside(pipe.read_bytes, 0.05)
    with pytest.raises(FileNotFoundError):
        await aside((tmp_path / "nothing").read_bytes, 5)


# ---------------------------------------------------------------- the page


CONFINED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
"""As somebody who may do no more than the modes of files let them, which root is not."""


def doctor(
    *words: str, folder: Path, before: tuple[str, ...] = (), **settings: str
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BRIEFBOT_")}
    environment |= {"PYTHONPATH": str(ROOT), **settings}
    command = [*before, sys.executable, "-m", "bot", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_the_page_is_plain_and_ends_with_what_to_do_first(shelf: Shelf) -> None:
    (shelf.folder / "config.yaml").write_text("briefs: briefs\ncorpus: corpus\n")
    before = contents(shelf.folder)
    done = doctor("doctor", "--offline", folder=shelf.folder)
    assert done.stderr == ""
    assert done.returncode == 0
    assert "✓ deck          1 document, 1 card, 2 quotes" in done.stdout
    assert "– Discord       not asked (--offline)" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("Nothing is wrong")
    assert "\x1b" not in done.stdout
    assert SECRET not in done.stdout
    assert contents(shelf.folder) == before


def test_with_a_broken_configuration_there_is_a_page_and_code_1(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(f"token: {TOKEN}\nbriefs: [\n")
    done = doctor("doctor", "--offline", folder=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert "✗ configuration config.yaml:" in done.stdout
    assert "First, configuration: " in done.stdout
    assert SECRET not in done.stdout


def test_programs_read_the_same_as_json(shelf: Shelf) -> None:
    file = shelf.folder / "mine.yaml"
    file.write_text("briefs: nowhere\ncorpus: corpus\n")
    done = doctor("--config", "mine.yaml", "doctor", "--offline", "--json", folder=shelf.folder)
    assert (done.returncode, done.stderr) == (1, "")
    told = json.loads(done.stdout)
    assert told["wrong"] == len([finding for finding in told["findings"] if finding["verdict"] == "wrong"]) > 0
    assert {"area", "verdict", "said", "fix"} == set(told["findings"][0])
    assert SECRET not in done.stdout


@pytest.mark.skipif(not shutil.which("setpriv"), reason="there is no setpriv (util-linux)")
def test_folders_that_may_not_be_entered_are_told_and_nothing_fails_over_them(shelf: Shelf) -> None:
    closed = shelf.folder / "closed"
    (closed / "inside").mkdir(parents=True)
    settings = {
        "BRIEFBOT_ASKLOG_URL": f"sqlite+aiosqlite:///{closed}/inside/asks.sqlite3",
        "BRIEFBOT_SPOOL": str(closed / "spool"),
    }
    closed.chmod(0)
    try:
        before = CONFINED if os.geteuid() == 0 else ()
        done = doctor("doctor", "--offline", "--json", folder=shelf.folder, before=before, **settings)
    finally:
        closed.chmod(0o700)
    said = [finding["said"] for finding in json.loads(done.stdout)["findings"] if finding["verdict"] == "wrong"]
    assert any("asks.sqlite3 may not be opened" in line for line in said)
    assert any(line.startswith("the spool ") and line.endswith("permission denied") for line in said)
    assert any(line.startswith(f"{closed}, for the database, may not be written") for line in said)
    assert not any("could not be looked at" in line for line in said)


def test_options_that_there_are_not_are_usage(tmp_path: Path) -> None:
    assert doctor("doctor", "--fast", folder=tmp_path).returncode == 2
