"""A connection to PostgreSQL that is nobody else's: for locks that last as long as it does, and for messages."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import asyncpg
import sqlalchemy as sa

from bot.asklog.failures import Explained

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 5.0
"""How long the server may take for what does not wait for others."""

NOT_THE_DRIVERS = (
    "async_fallback",
    "async_creator_fn",
    "prepared_statement_cache_size",
    "prepared_statement_name_func",
)
"""Options of an address that are SQLAlchemy's."""

KEPT_ALIVE = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
"""The server looks after us: what a machine that went away had locked is free again within half a minute."""


class Line:
    """What goes wrong raises OSError. Locks are let go when it is closed, or breaks."""

    def __init__(self, connection: Any, url: sa.URL) -> None:
        self._connection = connection
        self._url = url

    @classmethod
    async def open(cls, url: str) -> "Line":
        """Connect to the server of a SQLAlchemy address (postgresql+asyncpg://…)."""
        parsed = sa.make_url(url)
        _, options = parsed.get_dialect()().create_connect_args(parsed)
        for name in NOT_THE_DRIVERS:
            options.pop(name, None)
        settings = {"application_name": "briefbot", **({} if _is_local(options) else KEPT_ALIVE)}
        with Explained(parsed, opening=True):
            connection = await asyncpg.connect(
                **options, timeout=CONNECT_SECONDS, command_timeout=ANSWER_SECONDS, server_settings=settings
            )
        return cls(connection, parsed)

    async def lock(self, *key: int) -> None:
        """Wait, however long, for an advisory lock on two 32-bit numbers."""
        # Not the time limit of other statements: this one waits for other processes.
        await self._do("select pg_advisory_lock($1, $2)", *key, timeout=float(2**31))

    async def try_lock(self, *key: int) -> bool:
        """Whether an advisory lock on two 32-bit numbers is ours now. One that is ours already counts as well."""
        if await self._do(f"{_HELD} and pid = pg_backend_pid()", *key):
            return True
        return bool(await self._do("select pg_try_advisory_lock($1, $2)", *key))

    async def share_lock(self, *key: int) -> None:
        """Have an advisory lock on two 32-bit numbers together with whoever else shares it."""
        if not await self._do(f"{_HELD} and pid = pg_backend_pid()", *key):
            await self._do("select pg_try_advisory_lock_shared($1, $2)", *key)

    async def locked(self, first: int) -> set[int]:
        """The second numbers of the advisory locks that anybody has on a first one."""
        return set(await self._do(_LOCKED, first) or ())

    async def listen(self, channel: str, heard: Callable[[str], None]) -> None:
        """Hear what is told on a channel from now on."""
        with Explained(self._url):
            await self._connection.add_listener(channel, lambda _line, _pid, _channel, payload: heard(payload))

    async def tell(self, channel: str, payload: str) -> None:
        """Tell everybody who listens, us too, in 7,999 bytes at most. Nothing of it is kept."""
        await self._do("select pg_notify($1, $2)", channel, payload)

    async def close(self) -> None:
        """Hang up, at once where the server does not answer."""
        try:
            async with asyncio.timeout(1.0):
                await self._connection.close()
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            with suppress(asyncpg.InterfaceError):
                self._connection.terminate()

    async def _do(self, statement: str, *values: object, timeout: float = ANSWER_SECONDS) -> Any:  # noqa: ASYNC109
        with Explained(self._url):
            return await self._connection.fetchval(statement, *values, timeout=timeout)


_HELD = (
    "select count(*) from pg_locks where locktype = 'advisory' and granted "
    "and classid = $1::int::oid and objid = $2::int::oid and objsubid = 2"
)

_LOCKED = (
    "select array_agg(distinct objid::bigint) from pg_locks where locktype = 'advisory' and granted "
    "and classid = $1::int::oid and objsubid = 2 "
    "and database = (select oid from pg_database where datname = current_database())"
)


def _is_local(options: Mapping[str, Any]) -> bool:
    """Whether the server is reached by a file, where there is no line to be kept alive."""
    return str(options.get("host") or "/").startswith("/")
