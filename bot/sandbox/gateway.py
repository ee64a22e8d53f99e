"""The gateway: identify, heartbeats, resume with replay, shards, compression, and how Discord ends a connection."""

import asyncio
import json
import secrets
import time
import zlib
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import web

from bot.sandbox.clock import Clock
from bot.sandbox.places import APPLICATION, BOT, Json, Server
from bot.sandbox.sessions import CLOSE_SECONDS, Close, Connection, Hangup, Op, Session

EVENTS_PER_MINUTE = 120
HEARTBEAT_MS = 41_250
ACK_SECONDS = 0.05
SESSION_LIFE = timedelta(minutes=10)
"""How long a session without a connection can be resumed. Discord tells nobody; ours."""
FINAL = {4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014}
"""Codes with which Discord ends the session too."""
PAYLOAD_BYTES = 16_384
GOING_AWAY = 1001
LEAVING = {1000, 1001}
"""Codes with which a bot says that it will not come back to its session."""
IDENTIFY_SECONDS = 5.0
"""The window in which `max_concurrency` sessions may identify."""

SESSIONS_A_DAY = 1_000

PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
"""Intents that need Discord's leave: members, presences, message content."""
GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 0, 1 << 9, 1 << 12


class Gateway:
    """All sessions of the bot. `servers` gives those it is in; `token` is the one that is accepted."""

    def __init__(self, clock: Clock, token: str, servers: Callable[[], list[Server]], url: Callable[[], str]) -> None:
        self._clock = clock
        self._token = token
        self._servers = servers
        self._url = url
        self._sessions: dict[str, Session] = {}
        self._identified: deque[tuple[int, float]] = deque(maxlen=1_000)
        self._changed = asyncio.Event()
        self._connections: set[Connection] = set()
        self.closed_with: deque[int | None] = deque(maxlen=100)
        """The close codes of the latest connections that ended, whoever ended them."""
        self.heartbeat_ms = HEARTBEAT_MS
        self.events_per_minute = EVENTS_PER_MINUTE
        self.max_concurrency: int | None = None
        """How many may identify within five seconds, one of each bucket of shards; None for as many as like."""
        self.sessions_left, self.sessions_again_ms = SESSIONS_A_DAY, 86_400_000
        """How many sessions a bot is told that it may still begin today, and when there are more."""
        self.recommended = 1
        """Shards that a bot is told to have."""
        self.refused = 0
        """Sessions that were not begun, as another one of the bucket was begun just before."""
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

    async def close(self, code: int, *, shard: int | None = None) -> None:
        """Close connections from Discord's side: of one shard, or of all."""
        for _, connection in self._lines(shard):
            await connection.close(code)

    def drop(self, *, shard: int | None = None) -> None:
        """Cut connections without a word."""
        for _, connection in self._lines(shard):
            connection.abort()

    def reconnect(self, *, shard: int | None = None) -> None:
        """Ask shards to reconnect and resume (op 7)."""
        for _, connection in self._lines(shard):
            connection.send({"op": Op.RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool, shard: int | None = None) -> None:
        """Tell shards that their session is no longer valid (op 9)."""
        for session, connection in self._lines(shard):
            if not resumable:
                self._end(session)
            connection.send({"op": Op.INVALID_SESSION, "d": resumable})
        self._tell()

    def garble(self, frame: str | bytes, *, shard: int | None = None) -> None:
        """Send something that is no event: text, compressed where the bot wants that, or bytes as they are."""
        for _, connection in self._lines(shard):
            connection.send_text(frame)

    def _lines(self, shard: int | None) -> list[tuple[Session, Connection]]:
        of = [session for session in self.online if shard in (None, session.shard)]
        return [(session, session.connection) for session in of if session.connection]

    # ---------------------------------------------------------------- events

    def dispatch(self, event: str, data: Json, server: Server | None, *, intents: int = 0) -> int:
        """Send to the shard of a server, or to the first for direct messages. Returns how many sessions have it.

        `intents`: of which a session must have one to be told; 0 where all are told.
        """
        self._forget()
        told = 0
        for session in self._sessions.values():
            mine = (int(server.id) >> 22) % session.shards == session.shard if server else session.shard == 0
            if mine and (not intents or session.intents & intents):
                told += 1
                self._give(session, event, data)
        return told

    def _give(self, session: Session, event: str, data: Json) -> None:
        session.last += 1
        text = json.dumps({"op": Op.DISPATCH, "t": event, "s": session.last, "d": data})
        session.kept.append((session.last, text))
        if session.connection:
            session.connection.send_text(text)

    def _forget(self) -> None:
        """Let go of sessions that nobody came back for."""
        over = self._clock.now() - SESSION_LIFE
        for session in [known for known in self._sessions.values() if known.left and known.left < over]:
            self._end(session)

    # ---------------------------------------------------------------- connections

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Handle one websocket connection to its end."""
        socket = web.WebSocketResponse(max_msg_size=PAYLOAD_BYTES, timeout=CLOSE_SECONDS)
        await socket.prepare(request)
        stream = request.query.get("compress") == "zlib-stream"
        connection = Connection(socket, request, zlib.compressobj() if stream else None)
        self._connections.add(connection)
        sender = asyncio.ensure_future(connection.deliver())
        try:
            connection.send({"op": Op.HELLO, "d": {"heartbeat_interval": self.heartbeat_ms}})
            await self._converse(connection)
        except Hangup as hangup:
            await connection.close(hangup.code, str(hangup))
        finally:
            sender.cancel()
            # A line that breaks while something is sent is nothing new: the event is kept for the resume.
            await asyncio.gather(sender, return_exceptions=True)
            self._connections.discard(connection)
            self._lost(connection)
        return socket

    async def stop(self) -> None:
        """Tell every bot that this Discord goes away."""
        await asyncio.gather(*(connection.close(GOING_AWAY) for connection in list(self._connections)))

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
                self._take(connection, payload["op"], payload.get("d"))
            except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
                raise Hangup(Close.DECODE_ERROR, "Error while decoding payload.") from None

    def _count(self, connection: Connection) -> None:
        now = time.monotonic()
        connection.received.append(now)
        while now - connection.received[0] > 60:
            connection.received.popleft()
        if len(connection.received) > self.events_per_minute:
            raise Hangup(Close.RATE_LIMITED, "You are being rate limited.")

    def _take(self, connection: Connection, op: int, data: Any) -> None:
        match op:
            case Op.HEARTBEAT:
                self.heartbeats += 1
                # Not at once: the library notes when it has sent a beat only after an answer over loopback is there,
                # takes that for an answer to the beat before, and warns of a line that is 41 seconds behind.
                asyncio.get_running_loop().call_later(ACK_SECONDS, connection.send, {"op": Op.HEARTBEAT_ACK})
            case Op.IDENTIFY | Op.RESUME if connection.session:
                raise Hangup(Close.ALREADY_AUTHENTICATED, "Already authenticated.")
            case Op.IDENTIFY:
                self._identify(connection, data)
            case Op.RESUME:
                self._resume(connection, data)
            case Op.PRESENCE | Op.VOICE | Op.REQUEST_MEMBERS if connection.session is None:
                raise Hangup(Close.NOT_AUTHENTICATED, "Not authenticated.")
            case Op.PRESENCE | Op.VOICE:
                pass
            case Op.REQUEST_MEMBERS:
                self._members(connection, data)
            case _:
                raise Hangup(Close.UNKNOWN_OPCODE, "Unknown opcode.")

    def _members(self, connection: Connection, asked: Json) -> None:
        """Only the bot itself is known where it may not see who else is a member."""
        server = next((server for server in self._servers() if server.id == str(asked["guild_id"])), None)
        if server and connection.session:
            chunk = {"guild_id": server.id, "members": [server.member(BOT)], "chunk_index": 0, "chunk_count": 1}
            self._give(connection.session, "GUILD_MEMBERS_CHUNK", chunk | {"nonce": asked.get("nonce")})

    def _identify(self, connection: Connection, identity: Json) -> None:
        if identity.get("token") != self._token:
            raise Hangup(Close.AUTHENTICATION_FAILED, "Authentication failed.")
        shard, shards = map(_whole, identity.get("shard") or (0, 1))
        if not 0 <= shard < shards:
            raise Hangup(Close.INVALID_SHARD, "Invalid shard.")
        intents = _whole(identity.get("intents", 0))
        if intents & PRIVILEGED and not self.privileged_allowed:
            raise Hangup(Close.DISALLOWED_INTENTS, "Disallowed intent(s).")
        if self._too_many(shard):
            self.refused += 1
            connection.send({"op": Op.INVALID_SESSION, "d": False})
            return
        self.identified += 1
        session = Session(secrets.token_hex(16), shard, shards, intents, connection=connection)
        self._sessions[session.id] = connection.session = session
        # A new session takes the place of those that nobody came back for, of another number of shards too.
        for old in [known for known in self._sessions.values() if not known.connection]:
            if old.shards != shards or old.shard == shard:
                self._end(old)
        servers = [s for s in self._servers() if s.installed and (int(s.id) >> 22) % shards == shard]
        self._give(session, "READY", self._ready(session, servers))
        if intents & GUILDS:
            for server in servers:
                self._give(session, "GUILD_CREATE", server.json())
        self._tell()

    def _too_many(self, shard: int) -> bool:
        """Whether another shard of the same bucket identified just now."""
        now, bucket = time.monotonic(), shard % (self.max_concurrency or 1)
        recent = {of for of, moment in self._identified if now - moment < IDENTIFY_SECONDS}
        if self.max_concurrency is not None and bucket in recent:
            return True
        self._identified.append((bucket, now))
        return False

    def _ready(self, session: Session, servers: list[Server]) -> Json:
        return {
            "v": 10, "user": BOT.json(), "session_id": session.id, "shard": [session.shard, session.shards],
            "guilds": [{"id": server.id, "unavailable": True} for server in servers],
            "application": {"id": APPLICATION, "flags": 0}, "resume_gateway_url": self._url(),
        }  # fmt: skip

    def _resume(self, connection: Connection, data: Json) -> None:
        if data.get("token") != self._token:
            raise Hangup(Close.AUTHENTICATION_FAILED, "Authentication failed.")
        self._forget()
        session = self._sessions.get(str(data.get("session_id")))
        seen = _whole(data.get("seq") or 0)
        if session and seen > session.last:
            if session.connection:
                session.connection.abort()
            self._end(session)
            raise Hangup(Close.INVALID_SEQUENCE, "Invalid seq.")
        if session is None or (session.kept and seen + 1 < session.kept[0][0]):
            # Not known any more, or more was missed than is kept: only a new session tells the truth.
            connection.send({"op": Op.INVALID_SESSION, "d": False})
            return
        if session.connection:
            session.connection.session = None
            session.connection.abort()
        self.resumed += 1
        connection.session, session.connection, session.left = session, connection, None
        for number, text in session.kept:
            if number > seen:
                connection.send_text(text)
        self._give(session, "RESUMED", {"_trace": []})
        self._tell()

    def _lost(self, connection: Connection) -> None:
        code = connection.ended_by_us or connection.socket.close_code
        session = connection.session
        if session and session.connection is connection:
            session.connection, session.left = None, self._clock.now()
            if code in (FINAL if connection.ended_by_us else LEAVING):
                self._end(session)
        if session:
            self.closed_with.append(code)
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


def _whole(value: Any) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is not a whole number")
    return value
