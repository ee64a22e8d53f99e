"""Databases of the tests' own: files of SQLite, and a PostgreSQL server where one is installed."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


class PostgresServer:
    """A server of the tests' own, which listens on a Unix socket in its folder and nowhere else."""

    def __init__(self) -> None:
        if not POSTGRES:
            pytest.skip("PostgreSQL is not installed")
        self._binaries = POSTGRES[-1].parent
        self._folder = Path(tempfile.mkdtemp(prefix="asks-postgres-"))
        # PostgreSQL refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self._folder, self._user)
        self._run("initdb", "-A", "trust", "-U", "asks")
        self.start()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+asyncpg://asks@/{database}?host={self._folder}"

    def start(self) -> None:
        options = f"-c listen_addresses= -c unix_socket_directories={self._folder} -c fsync=off"
        self._run("pg_ctl", "-w", "-o", options, "-l", str(self._folder / "log"), "start")

    def stop(self) -> None:
        """At once, whatever is under way."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def require_passwords(self) -> None:
        """From now on nobody gets in without one; nobody has one."""
        (self._folder / "data" / "pg_hba.conf").write_text("local all all scram-sha-256\n")
        self._run("pg_ctl", "reload")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def _run(self, program: str, *arguments: str) -> None:
        command: list[str | Path] = [self._binaries / program, "-D", self._folder / "data", *arguments]
        subprocess.run(command, user=self._user, check=True, cwd=self._folder, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server for all tests, each of which has a database of its own."""
    server = PostgresServer()
    yield server
    server.remove()


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server for one test, which may stop it and start it again."""
    server = PostgresServer()
    yield server
    server.remove()


async def new_database(request: pytest.FixtureRequest, folder: Path) -> str:
    """An empty database of the kind that the fixture's parameter names, sqlite or postgres; its URL."""
    if request.param == "sqlite":
        return in_folder(folder)
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"asks_{uuid.uuid4().hex}"
    engine = create_async_engine(server.url(), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"create database {name}"))
    await engine.dispose()
    return server.url(name)


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
