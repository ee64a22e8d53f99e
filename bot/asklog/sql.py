"""Asks in SQLite or PostgreSQL, by the same statements.

SQLite keeps its rollback journal: one file, and safe beside a second process, which write-ahead logging is not on
versions before 3.51.3. The database is opened with the first ask, so a bot whose database is away still answers.
"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.model import Ask

HEAD = "0001"
"""The newest migration. A database that has it is used as it is, without loading the migration library."""

LOCK = 0x62726965666C6F67
"""Key of PostgreSQL's advisory lock around a migration: «brieflog» in ASCII."""

metadata = sa.MetaData()
asks = sa.Table(
    "asks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("surface", sa.String(16), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("card", sa.String(80), index=True),
    sa.Column("picked", sa.Boolean, nullable=False),
    sa.Column("score", sa.Float),
    sa.Column("guild", sa.BigInteger),
    sa.Column("locale", sa.String(16)),
    sa.Column("question", sa.String(200)),
)


class SqlAskLog:
    """`url` is SQLAlchemy's: sqlite+aiosqlite:///FILE or postgresql+asyncpg://…

    `retention_seconds` is how long what people typed is kept; older text goes when the database is opened.
    """

    def __init__(self, url: str, *, retention_seconds: float) -> None:
        self._url = sa.make_url(url)
        self._retention = retention_seconds
        self._engine: AsyncEngine | None = None
        self._opening = asyncio.Lock()

    async def open(self) -> None:
        await self._open()

    async def record(self, ask: Ask) -> None:
        engine = await self._open()
        async with engine.begin() as connection:
            await connection.execute(asks.insert().values(**_row(ask)))

    async def counts(self) -> dict[str, int]:
        engine = await self._open()
        times = sa.func.count().label("times")
        statement = (
            sa.select(asks.c.card, times).where(asks.c.card.is_not(None)).group_by(asks.c.card).order_by(times.desc())
        )
        async with engine.connect() as connection:
            return {row.card: row.times for row in await connection.execute(statement)}

    async def forget_questions(self, before: datetime) -> int:
        engine = await self._open()
        async with engine.begin() as connection:
            return await _forget(connection, before)

    async def close(self) -> None:
        if self._engine:
            await self._engine.dispose()
            self._engine = None

    async def _open(self) -> AsyncEngine:
        async with self._opening:
            if self._engine is None:
                engine = self._make_engine()
                try:
                    async with engine.connect() as connection:
                        await _migrate(connection)
                    async with engine.begin() as connection:
                        await _forget(
                            connection, datetime.fromtimestamp(datetime.now(UTC).timestamp() - self._retention, UTC)
                        )
                except BaseException:
                    # aiosqlite keeps the process alive while one of its connections is open.
                    await engine.dispose()
                    raise
                self._engine = engine
            return self._engine

    def _make_engine(self) -> AsyncEngine:
        if self._url.get_backend_name() != "sqlite":
            return create_async_engine(self._url, pool_pre_ping=True)
        if self._url.database and self._url.database != ":memory:":
            Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
        # One connection: asks are written one after the other, and SQLite has no second writer to wait for.
        queue = {"poolclass": AsyncAdaptedQueuePool, "pool_size": 1, "max_overflow": 0}
        return create_async_engine(self._url, connect_args={"timeout": 5}, **queue)


def _row(ask: Ask) -> dict[str, Any]:
    return {
        "at": ask.at.astimezone(UTC),
        "surface": ask.surface.value,
        "outcome": ask.outcome.value,
        "card": ask.card,
        "picked": ask.picked,
        "score": ask.score,
        "guild": ask.guild,
        "locale": ask.locale,
        "question": ask.question,
    }


async def _forget(connection: AsyncConnection, before: datetime) -> int:
    statement = asks.update().where(asks.c.at < before, asks.c.question.is_not(None)).values(question=None)
    return (await connection.execute(statement)).rowcount


async def _migrate(connection: AsyncConnection) -> None:
    """Bring the tables to HEAD, one process at a time: the others wait for the lock, then find nothing to do."""
    current = await _version(connection)
    await connection.rollback()
    if current == HEAD:
        return
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    if await _version(connection) != HEAD:
        from bot.asklog.migrations import upgrade

        await connection.run_sync(upgrade)
    await connection.commit()


async def _version(connection: AsyncConnection) -> str | None:
    exists = await connection.run_sync(lambda sync: sa.inspect(sync).has_table("alembic_version"))
    if not exists:
        return None
    return (await connection.execute(sa.text("select version_num from alembic_version"))).scalar()
