"""One connection to the gateway and the session that it belongs to, with Discord's words for both."""

import asyncio
import json
import zlib
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from aiohttp import web

from bot.sandbox.places import Json

CLOSE_SECONDS = 2.0
"""How long a bot is waited for that is told of the end."""
REPLAY = 1_000
"""Events kept for a session that comes back."""


class Op(IntEnum):
    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Close(IntEnum):
    """Source: Discord's documentation, «Gateway Close Event Codes»."""

    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    INVALID_SEQUENCE = 4007
    RATE_LIMITED = 4008
    SESSION_TIMED_OUT = 4009
    INVALID_SHARD = 4010
    DISALLOWED_INTENTS = 4014


class Hangup(Exception):  # a decision of the gateway, not an error of ours
    def __init__(self, code: Close, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(slots=True, eq=False)
class Connection:
    """One socket with its sender; compresses as a stream where the bot asked for it."""

    socket: web.WebSocketResponse
    request: web.Request
    compress: Any = None
    session: "Session | None" = None
    ended_by_us: int | None = None
    """The code with which this end closed the socket."""
    received: "deque[float]" = field(default_factory=deque)
    outbox: "asyncio.Queue[str | bytes]" = field(default_factory=lambda: asyncio.Queue(REPLAY * 2))

    def send(self, payload: Json) -> None:
        self.send_text(json.dumps(payload))

    def send_text(self, text: str | bytes) -> None:
        """Send after all that was sent before, bytes as they are. A bot that does not read is cut off."""
        try:
            self.outbox.put_nowait(text)
        except asyncio.QueueFull:
            self.abort()

    async def deliver(self) -> None:
        """Carry the outbox to the socket, in order, until cancelled."""
        while True:
            text = await self.outbox.get()
            if isinstance(text, bytes):
                await self.socket.send_bytes(text)
            elif self.compress is None:
                await self.socket.send_str(text)
            else:
                data = self.compress.compress(text.encode()) + self.compress.flush(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(data)

    async def close(self, code: int, reason: str = "") -> None:
        """Close with a code; a bot that does not read what is still on its way is cut off."""
        self.ended_by_us = code
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.socket.close(code=code, message=reason.encode())
        except (TimeoutError, ConnectionError):
            self.abort()

    def abort(self) -> None:
        """Cut the line without a word."""
        if self.request.transport:
            self.request.transport.abort()


@dataclass(slots=True, eq=False)
class Session:
    """What a bot's shard is known by; outlives its connection, so that it can be resumed."""

    id: str
    shard: int
    shards: int
    intents: int
    kept: "deque[tuple[int, str]]" = field(default_factory=lambda: deque(maxlen=REPLAY))
    """The last events, each by its sequence number, as they were sent."""
    last: int = 0
    connection: Connection | None = None
    left: datetime | None = None
    """When its connection ended."""
