"""The gateway: identify, heartbeats, resume with replay, shards, compression, and how Discord ends a connection."""

import asyncio
import itertools
import json
import secrets
import time
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import aiohttp
from aiohttp import web

from bot.sandbox.clock import Clock
from bot.sandbox.places import APPLICATION, BOT, Json, Server

REPLAY = 1_000
"""Events kept for a session that comes back."""
EVENTS_PER_MINUTE = 120
HEARTBEAT_MS = 41_250
IDENTIFY_SECONDS = 5.0
"""The window in which `max_concurrency` sessions may identify."""

PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
"""Intents that need Discord's leave: members, presences, message content."""
GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 0, 1 << 9, 1 << 12


class Op(IntEnum):
    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    RESUME = 6
    RECONNECT = 7
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
    """One socket; compresses as a stream where the bot asked for it, and keeps the order of what it sends."""

    socket: web.WebSocketResponse
    request: web.Request
    compress: Any = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    session: "Session | None" = None
    received: "deque[float]" = field(default_factory=deque)

    async def send(self, *payloads: Json) -> None:
        """Send all, with nothing of anybody else between them."""
        async with self.turn:
            for payload in payloads:
                if self.socket.closed:
                    return
                text = json.dumps(payload)
                if self.compress is None:
                    await self.socket.send_str(text)
                else:
                    data = self.compress.compress(text.encode()) + self.compress.flush(zlib.Z_SYNC_FLUSH)
                    await self.socket.send_bytes(data)


@dataclass(slots=True, eq=False)
class Session:
    """What a bot's shard is known by; outlives its connection, so that it can be resumed."""

    id: str
    shard: int
    shards: int
    intents: int
    sequence: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    kept: "deque[Json]" = field(default_factory=lambda: deque(maxlen=REPLAY))
    last: int = 0
    connection: Connection | None = None


class Gateway:
    """All sessions of the bot. `servers` gives those it is in; `token` is the one that is accepted."""

    def __init__(self, clock: Clock, token: str, servers: Callable[[], list[Server]], url: Callable[[], str]) -> None:
        self._clock = clock
        self._token = token
        self._servers = servers
        self._url = url
        self._sessions: dict[str, Session] = {}
        self._identified: deque[float] = deque(maxlen=1_000)
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self.closed_with: asyncio.Queue[int | None] = asyncio.Queue()
        """The close code of each connection that the bot ended or lost, in order."""
        self.heartbeat_ms = HEARTBEAT_MS
        self.events_per_minute = EVENTS_PER_MINUTE
        self.max_concurrency: int | None = None
        """How many may identify within five seconds; None for as many as like."""
        self.privileged_allowed = False
        self.identified = 0
        self.resumed = 0
        self.heartbeats = 0
        self.listeners: list[Callable[[bool], None]] = []

    # ---------------------------------------------------------------- what tests and the page ask

    @property
    def url(self) -> str:
        return self._url()

    @property
    def online(self) -> list[Session]:
        """Sessions that are connected."""
        return [session for session in self._sessions.values() if session.connection]

    async def connected(self, shards: int = 1) -> None:
        """Return once so many shards are connected."""
        while len({(session.shard, session.shards) for session in self.online}) < shards:
            await self._changed.wait()

    async def disconnected(self) -> None:
        """Return once no shard is connected."""
        while self.online:
            await self._changed.wait()

    # ---------------------------------------------------------------- faults

    async def close(self, code: int) -> None:
        """Close every connection from Discord's side."""
        for session in self.online:
            if session.connection:
                await session.connection.socket.close(code=code)

    def drop(self) -> None:
        """Cut every connection without a word."""
        for session in self.online:
            if session.connection and session.connection.request.transport:
                session.connection.request.transport.abort()

    async def reconnect(self) -> None:
        """Ask every shard to reconnect and resume (op 7)."""
        for session in self.online:
            if session.connection:
                await session.connection.send({"op": Op.RECONNECT, "d": None})

    async def invalidate(self, *, resumable: bool) -> None:
        """Tell every shard that its session is no longer valid (op 9)."""
        for session in self.online:
            connection = session.connection
            if not resumable:
                self._end(session)
            if connection:
                await connection.send({"op": Op.INVALID_SESSION, "d": resumable})

    # ---------------------------------------------------------------- events

    def dispatch(self, event: str, data: Json, server: Server | None, *, intents: int = 0) -> int:
        """Send to the shard of a server, or to the first for direct messages. Returns how many sessions have it.

        `intents`: of which a session must have one to be told; 0 where all are told.
        """
        told = 0
        for session in self._sessions.values():
            mine = (int(server.id) >> 22) % session.shards == session.shard if server else session.shard == 0
            if mine and (not intents or session.intents & intents):
                told += 1
                self._give(session, event, data)
        return told

    def _give(self, session: Session, event: str, data: Json) -> None:
        session.last = next(session.sequence)
        payload = {"op": Op.DISPATCH, "t": event, "s": session.last, "d": data}
        session.kept.append(payload)
        if session.connection:
            task = asyncio.ensure_future(session.connection.send(payload))
            self._tasks.add(task)
            task.add_done_callback(self._sent)

    def _sent(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            # A connection that breaks in the middle of an event is nothing new: the event is kept for the resume.
            task.exception()

    # ---------------------------------------------------------------- connections

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Handle one websocket connection to its end."""
        socket = web.WebSocketResponse(max_msg_size=4096 * 4, autoping=True)
        await socket.prepare(request)
        stream = request.query.get("compress") == "zlib-stream"
        connection = Connection(socket, request, zlib.compressobj() if stream else None)
        try:
            await connection.send({"op": Op.HELLO, "d": {"heartbeat_interval": self.heartbeat_ms}})
            await self._converse(connection)
        except Hangup as hangup:
            await socket.close(code=hangup.code, message=str(hangup).encode())
        except (ConnectionError, RuntimeError):
            pass
        finally:
            self._lost(connection)
        return socket

    async def _converse(self, connection: Connection) -> None:
        while True:
            try:
                message = await connection.socket.receive(timeout=self.heartbeat_ms / 1000 * 1.5)
            except TimeoutError:
                raise Hangup(Close.SESSION_TIMED_OUT, "Session timed out.") from None
            if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                return
            self._count(connection)
            try:
                payload = json.loads(message.data)
                op, data = payload["op"], payload.get("d")
            except (ValueError, KeyError, TypeError):
                raise Hangup(Close.DECODE_ERROR, "Error while decoding payload.") from None
            await self._take(connection, op, data)

    def _count(self, connection: Connection) -> None:
        now = time.monotonic()
        connection.received.append(now)
        while now - connection.received[0] > 60:
            connection.received.popleft()
        if len(connection.received) > self.events_per_minute:
            raise Hangup(Close.RATE_LIMITED, "You are being rate limited.")

    async def _take(self, connection: Connection, op: int, data: Any) -> None:
        match op:
            case Op.HEARTBEAT:
                self.heartbeats += 1
                await connection.send({"op": Op.HEARTBEAT_ACK})
            case Op.IDENTIFY | Op.RESUME if connection.session:
                raise Hangup(Close.ALREADY_AUTHENTICATED, "Already authenticated.")
            case Op.IDENTIFY:
                await self._identify(connection, data)
            case Op.RESUME:
                await self._resume(connection, data)
            case Op.PRESENCE if connection.session:
                pass
            case Op.PRESENCE:
                raise Hangup(Close.NOT_AUTHENTICATED, "Not authenticated.")
            case _:
                raise Hangup(Close.UNKNOWN_OPCODE, "Unknown opcode.")

    async def _identify(self, connection: Connection, identity: Json) -> None:
        if identity.get("token") != self._token:
            raise Hangup(Close.AUTHENTICATION_FAILED, "Authentication failed.")
        shard, shards = identity.get("shard") or (0, 1)
        if not 0 <= shard < shards:
            raise Hangup(Close.INVALID_SHARD, "Invalid shard.")
        intents = identity.get("intents", 0)
        if intents & PRIVILEGED and not self.privileged_allowed:
            raise Hangup(Close.DISALLOWED_INTENTS, "Disallowed intent(s).")
        if self._too_many():
            await connection.send({"op": Op.INVALID_SESSION, "d": False})
            return
        self.identified += 1
        session = Session(secrets.token_hex(16), shard, shards, intents, connection=connection)
        self._sessions[session.id] = connection.session = session
        # A new session of a shard takes the place of those that nobody came back for.
        for old in [known for known in self._sessions.values() if not known.connection and known.shard == shard]:
            self._end(old)
        servers = [s for s in self._servers() if s.installed and (int(s.id) >> 22) % shards == shard]
        self._give(session, "READY", self._ready(session, servers))
        if intents & GUILDS:
            for server in servers:
                self._give(session, "GUILD_CREATE", server.json())
        self._tell()

    def _too_many(self) -> bool:
        now = time.monotonic()
        recent = [moment for moment in self._identified if now - moment < IDENTIFY_SECONDS]
        self._identified.append(now)
        return self.max_concurrency is not None and len(recent) >= self.max_concurrency

    def _ready(self, session: Session, servers: list[Server]) -> Json:
        return {
            "v": 10, "user": BOT.json(), "session_id": session.id, "shard": [session.shard, session.shards],
            "guilds": [{"id": server.id, "unavailable": True} for server in servers],
            "application": {"id": APPLICATION, "flags": 0}, "resume_gateway_url": self._url(),
        }  # fmt: skip

    async def _resume(self, connection: Connection, data: Json) -> None:
        if data.get("token") != self._token:
            raise Hangup(Close.AUTHENTICATION_FAILED, "Authentication failed.")
        session = self._sessions.get(data.get("session_id", ""))
        seen = data.get("seq") or 0
        if session is None:
            await connection.send({"op": Op.INVALID_SESSION, "d": False})
            return
        if seen > session.last:
            raise Hangup(Close.INVALID_SEQUENCE, "Invalid seq.")
        if session.connection and session.connection is not connection:
            session.connection.session = None
        self.resumed += 1
        missed = [payload for payload in session.kept if payload["s"] > seen]
        connection.session, session.connection = session, connection
        await connection.send(*missed)
        self._give(session, "RESUMED", {"_trace": []})
        self._tell()

    def _lost(self, connection: Connection) -> None:
        code = connection.socket.close_code
        session = connection.session
        if session and session.connection is connection:
            session.connection = None
            if code in (1000, 1001):
                self._end(session)
        if session:
            self.closed_with.put_nowait(code)
        self._tell()

    def _end(self, session: Session) -> None:
        self._sessions.pop(session.id, None)
        if session.connection:
            session.connection.session = None
            session.connection = None

    def _tell(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
        for listener in list(self.listeners):
            listener(bool(self.online))
