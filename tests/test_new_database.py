"""An empty database gets at once what the migrations make one after another."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.asklog.database import HEAD, Database
from bot.asklog.migrations import upgrade
from tests.databases import new_database, run_sql


@pytest.fixture(params=["sqlite", "postgres"])
async def urls(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """Two empty databases."""
    folders = (tmp_path / "first", tmp_path / "second")
    for folder in folders:
        folder.mkdir()
    first, second = [await new_database(request, folder) for folder in folders]
    return first, second


async def test_a_new_database_is_what_the_migrations_make(urls: tuple[str, str]) -> None:
    new, migrated = urls
    database = Database(new)
    await database.open()
    await database.close()
    engine = create_async_engine(migrated)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    await engine.dispose()
    assert await shape(new) == await shape(migrated)
    assert await run_sql(new, "select version_num from alembic_version") == [(HEAD,)]


async def shape(url: str) -> dict[str, Any]:
    """Each table with its columns, keys and indexes, as the database tells them."""
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = await connection.run_sync(_shape)
    await engine.dispose()
    return found


def _shape(connection: sa.Connection) -> dict[str, Any]:
    looking = sa.inspect(connection)
    return {
        table: (
            [{**column, "type": str(column["type"])} for column in looking.get_columns(table)],
            looking.get_pk_constraint(table),
            looking.get_unique_constraints(table),
            [
                {**index, "dialect_options": {name: str(value) for name, value in index["dialect_options"].items()}}
                for index in sorted(looking.get_indexes(table), key=lambda index: str(index["name"]))
            ],
            looking.get_table_options(table),
        )
        for table in looking.get_table_names()
    }
