"""Servers' settings in SQLite or PostgreSQL, by the same statements."""

from datetime import UTC, datetime

import sqlalchemy as sa

from bot.asklog.database import Database
from bot.model import ServerSettings, Visibility
from bot.translation import LANGUAGES

servers = sa.Table(
    "servers",
    sa.MetaData(),
    sa.Column("guild", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("visibility", sa.String(16), nullable=False),
    sa.Column("language", sa.String(16)),
    sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
)


class SqlServerBook:
    """Neither opens nor closes its database: it is used beside a log, which does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def settings(self, guild: int) -> ServerSettings:
        """What a server decided. What only a newer version knows is read as the default, and stays stored."""
        statement = sa.select(servers.c.visibility, servers.c.language).where(servers.c.guild == guild)
        rows = await self._database.read(statement)
        default = ServerSettings()
        if not rows:
            return default
        visibility, language = rows[0]["visibility"], rows[0]["language"]
        return ServerSettings(
            visibility=Visibility(visibility) if visibility in list(Visibility) else default.visibility,
            language=language if language in LANGUAGES else default.language,
        )

    async def change(self, guild: int, settings: ServerSettings) -> None:
        decided = {
            "visibility": settings.visibility.value,
            "language": settings.language,
            "changed": datetime.now(UTC),
        }
        await self._database.write(
            self._database.insert(servers)
            .values(guild=guild, **decided)
            .on_conflict_do_update(index_elements=["guild"], set_=decided)
        )
