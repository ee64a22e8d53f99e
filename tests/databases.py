"""Databases of the tests' own: files of SQLite, and a PostgreSQL server where one is installed."""

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


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


async def new_database(request: pytest.FixtureRequest, folder: Path) -> str:
    """An empty database of the kind that the fixture's parameter names, sqlite or postgres; its URL."""
    if request.param == "sqlite":
        return in_folder(folder)
    server = request.getfixturevalue("postgres")
    name = f"asks_{uuid.uuid4().hex}"
    engine = create_async_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"create database {name}"))
    await engine.dispose()
    return f"{server}/{name}"


def in_folder(folder: Path) -> str:
    """The URL of an SQLite file in the folder."""
    return f"sqlite+aiosqlite:///{folder}/asks.sqlite3"


async def run_sql(url: str, *statements: str) -> list[tuple[object, ...]]:
    """Run statements on a database from outside, and say what rows the last one gives."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        results = [await connection.execute(text(statement)) for statement in statements]
        rows = [tuple(row) for row in results[-1]] if results[-1].returns_rows else []
    await engine.dispose()
    return rows
