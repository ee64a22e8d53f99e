"""Servers' settings, digests and departures in SQLite or PostgreSQL, by the same statements."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot.asklog.database import Database
from bot.asklog.engines import AsyncConnection
from bot.asklog.rows import in_utc
from bot.asklog.servers import CLAIM
from bot.asklog.tables import departures, digests, servers
from bot.model import DigestTime, ServerSettings, Visibility
from bot.translation import LANGUAGES

REMEMBERED = timedelta(weeks=5)
"""How long it is known which digests were sent."""


class SqlServerBook:
    """Neither opens nor closes its database: it is used beside a log, which does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def settings(self, guild: int) -> ServerSettings:
        """What a server decided. What only a newer version knows is read as the default, and stays stored."""
        rows = await self._database.read(sa.select(servers).where(servers.c.guild == guild))
        return _settings(rows[0]) if rows else ServerSettings()

    async def change(self, guild: int, settings: ServerSettings) -> None:
        decided = {
            "visibility": settings.visibility.value,
            "language": settings.language,
            "digest_channel": settings.digest_channel,
            "digest_time": settings.digest_time.code,
            "time_zone": settings.time_zone,
            "changed": datetime.now(UTC),
        }
        await self._database.write(
            self._database.insert(servers)
            .values(guild=guild, **decided)
            .on_conflict_do_update(index_elements=["guild"], set_=decided)
        )

    async def with_digest(self) -> Mapping[int, ServerSettings]:
        rows = await self._database.read(sa.select(servers).where(servers.c.digest_channel.is_not(None)))
        return {row["guild"]: _settings(row) for row in rows}

    async def claim(self, guild: int, week: str, now: datetime) -> bool:
        claimed = (
            self._database.insert(digests)
            .values(guild=guild, week=week, claimed=now)
            .on_conflict_do_update(
                index_elements=["guild", "week"],
                set_={"claimed": now},
                where=digests.c.sent.is_(None) & (digests.c.claimed <= now - CLAIM),
            )
            .returning(digests.c.guild)
        )

        async def claiming(connection: AsyncConnection) -> bool:
            return (await connection.execute(claimed)).first() is not None

        return await self._database.run(claiming)

    async def sent(self, guild: int, week: str, now: datetime) -> None:
        await self._database.write(
            sa.update(digests).where(digests.c.guild == guild, digests.c.week == week).values(sent=now),
            sa.delete(digests).where(digests.c.claimed < now - REMEMBERED),
        )

    async def release(self, guild: int, week: str) -> None:
        mine = (digests.c.guild == guild, digests.c.week == week, digests.c.sent.is_(None))
        await self._database.write(sa.delete(digests).where(*mine))

    async def guilds(self) -> frozenset[int]:
        of_each = (sa.select(table.c.guild) for table in (servers, digests, departures))
        return frozenset(row["guild"] for row in await self._database.read(sa.union(*of_each)))

    async def departed(self, gone: frozenset[int], now: datetime) -> Mapping[int, datetime]:
        async def noting(connection: AsyncConnection) -> Mapping[int, datetime]:
            back = sa.delete(departures).where(departures.c.guild.not_in(sorted(gone)))
            await connection.execute(back)
            if gone:
                new = self._database.insert(departures).on_conflict_do_nothing(index_elements=["guild"])
                await connection.execute(new, [{"guild": guild, "since": now} for guild in sorted(gone)])
            found = await connection.execute(sa.select(departures.c.guild, departures.c.since))
            return {guild: in_utc(since) for guild, since in found}

        return await self._database.run(noting)

    async def erase(self, guild: int) -> None:
        gone = [sa.delete(table).where(table.c.guild == guild) for table in (servers, digests, departures)]
        await self._database.write(*gone)


def _settings(row: sa.RowMapping) -> ServerSettings:
    default = ServerSettings()
    visibility, language = row["visibility"], row["language"]
    return ServerSettings(
        visibility=Visibility(visibility) if visibility in list(Visibility) else default.visibility,
        language=language if language in LANGUAGES else default.language,
        digest_channel=row["digest_channel"],
        digest_time=DigestTime.of_code(row["digest_time"] or "") or default.digest_time,
        time_zone=row["time_zone"] or default.time_zone,
    )
