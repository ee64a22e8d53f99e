"""The sandbox's gateway: sessions, resume with replay, shards, compression, and how Discord ends a connection."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Sandbox
from bot.sandbox.gateway import SESSION_LIFE
from bot.sandbox.sessions import REPLAY, Close, Op
from tests.conftest import Running, connected
from tests.showcase import Showcase

IDENTITY = {"properties": {}, "intents": 0}


class Peer:
    """The other end of a gateway connection, by hand."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, token: str) -> None:
        self.socket = socket
        self.token = token
        self._stream = zlib.decompressobj()

    async def send(self, op: int, data: Any) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def read(self) -> dict[str, Any]:
        message = await self.socket.receive(timeout=5)
        text = self._stream.decompress(message.data) if message.type is aiohttp.WSMsgType.BINARY else message.data
        if not isinstance(text, str | bytes):
            raise ConnectionError(f"closed with {self.socket.close_code}")
        return dict(json.loads(text))

    async def until(self, event: str) -> dict[str, Any]:
        while (read := await self.read()).get("t") != event:
            pass
        return read

    async def closed(self) -> int | None:
        while not self.socket.closed:
            await self.socket.receive(timeout=5)
        return self.socket.close_code


@asynccontextmanager
async def peer(sandbox: Sandbox, query: str = "") -> AsyncIterator[Peer]:
    async with aiohttp.ClientSession() as http, http.ws_connect(f"{sandbox.gateway.url}{query}") as socket:
        made = Peer(socket, sandbox.token)
        assert (await made.read())["op"] == Op.HELLO
        yield made


async def session(peer: Peer, **more: Any) -> dict[str, Any]:
    await peer.send(Op.IDENTIFY, IDENTITY | {"token": peer.token} | more)
    ready: dict[str, Any] = (await peer.until("READY"))["d"]
    return ready


async def test_a_session_begins_with_hello_and_ready(sandbox: Sandbox) -> None:
    async with peer(sandbox, "?v=10&encoding=json") as bot:
        ready = await session(bot)
        assert ready["user"]["bot"] is True
        installed = [server.id for server in sandbox.world.servers.values() if server.installed]
        assert [guild["id"] for guild in ready["guilds"]] == installed
        assert ready["resume_gateway_url"] == sandbox.gateway.url
        await bot.send(Op.HEARTBEAT, 1)
        assert (await bot.read())["op"] == Op.HEARTBEAT_ACK


async def test_a_stream_is_compressed_where_that_is_asked_for(sandbox: Sandbox) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{sandbox.gateway.url}?compress=zlib-stream") as socket,
    ):
        first = await socket.receive()
        assert first.type is aiohttp.WSMsgType.BINARY
        assert first.data.endswith(b"\x00\x00\xff\xff")
        assert json.loads(zlib.decompressobj().decompress(first.data))["op"] == Op.HELLO


@pytest.mark.parametrize(
    ("op", "data", "code"),
    [
        (Op.IDENTIFY, IDENTITY | {"token": "wrong"}, Close.AUTHENTICATION_FAILED),
        (Op.IDENTIFY, IDENTITY | {"token": "right", "shard": [2, 2]}, Close.INVALID_SHARD),
        (Op.IDENTIFY, IDENTITY | {"token": "right", "intents": 1 << 15}, Close.DISALLOWED_INTENTS),
        (Op.RESUME, {"token": "wrong", "session_id": "x", "seq": 1}, Close.AUTHENTICATION_FAILED),
        (Op.PRESENCE, {}, Close.NOT_AUTHENTICATED),
        (99, {}, Close.UNKNOWN_OPCODE),
    ],
)
async def test_what_the_gateway_does_not_take_closes_with_discords_code(
    sandbox: Sandbox, op: int, data: Any, code: int
) -> None:
    async with peer(sandbox) as bot:
        await bot.send(op, data | ({"token": sandbox.token} if data.get("token") == "right" else {}))
        assert await bot.closed() == code


async def test_garbage_and_a_second_identify_and_a_flood_are_closed(sandbox: Sandbox) -> None:
    async with peer(sandbox) as bot:
        await bot.socket.send_str("{not json")
        assert await bot.closed() == Close.DECODE_ERROR
    async with peer(sandbox) as bot:
        await session(bot)
        await bot.send(Op.IDENTIFY, IDENTITY | {"token": sandbox.token})
        assert await bot.closed() == Close.ALREADY_AUTHENTICATED
    async with peer(sandbox) as bot:
        for _ in range(sandbox.gateway.events_per_minute + 1):
            await bot.send(Op.HEARTBEAT, None)
        assert await bot.closed() == Close.RATE_LIMITED


async def test_a_bot_that_stops_beating_is_hung_up_on(sandbox: Sandbox) -> None:
    sandbox.gateway.heartbeat_ms = 50
    async with peer(sandbox) as bot:
        await session(bot)
        assert await bot.closed() == Close.SESSION_TIMED_OUT


async def test_a_resumed_session_gets_what_it_missed_in_order(sandbox: Sandbox) -> None:
    ada = sandbox.world.person("Ada")
    async with peer(sandbox) as bot:
        ready = await session(bot)
        sandbox.gateway.dispatch("SEEN", {}, ada.channel.server)
        seen = (await bot.until("SEEN"))["s"]
        sandbox.gateway.drop()
    await sandbox.gateway.disconnected()
    for number in range(3):
        sandbox.gateway.dispatch("MISSED", {"number": number}, ada.channel.server)
    async with peer(sandbox) as bot:
        await bot.send(Op.RESUME, {"token": sandbox.token, "session_id": ready["session_id"], "seq": seen})
        missed = [await bot.read() for _ in range(4)]
        assert [event["t"] for event in missed] == ["MISSED"] * 3 + ["RESUMED"]
        assert [event["d"].get("number") for event in missed[:3]] == [0, 1, 2]
        assert [event["s"] for event in missed] == [seen + 1, seen + 2, seen + 3, seen + 4]


async def test_a_session_that_is_not_known_or_ahead_of_itself_is_not_resumed(sandbox: Sandbox) -> None:
    async with peer(sandbox) as bot:
        await bot.send(Op.RESUME, {"token": sandbox.token, "session_id": "unknown", "seq": 1})
        assert await bot.read() == {"op": Op.INVALID_SESSION, "d": False}
        ready = await session(bot)
        sandbox.gateway.drop()
    async with peer(sandbox) as bot:
        await bot.send(Op.RESUME, {"token": sandbox.token, "session_id": ready["session_id"], "seq": 1_000})
        assert await bot.closed() == Close.INVALID_SEQUENCE


@pytest.mark.parametrize(("code", "again"), [(4000, (1, 1)), (1001, (1, 1)), (4009, (2, 0)), (4007, (2, 0))])
async def test_the_bot_comes_back_after_discord_hangs_up(bot: Running, code: int, again: tuple[int, int]) -> None:
    gateway = bot.sandbox.gateway
    gone = asyncio.create_task(gateway.disconnected())
    await gateway.close(code)
    await asyncio.wait_for(gone, 10)
    await asyncio.wait_for(gateway.connected(), 20)
    assert (gateway.identified, gateway.resumed) == again
    assert list(gateway.closed_with) == [code]


async def test_more_than_is_kept_cannot_be_replayed_and_an_old_session_is_forgotten(sandbox: Sandbox) -> None:
    server = sandbox.world.person("Ada").channel.server
    for trouble in ("too many", "too old"):
        async with peer(sandbox) as bot:
            ready = await session(bot)
            sandbox.gateway.drop()
        await sandbox.gateway.disconnected()
        if trouble == "too many":
            for _ in range(REPLAY + 1):
                sandbox.gateway.dispatch("MISSED", {}, server)
        else:
            sandbox.clock.move(SESSION_LIFE * 2)
        async with peer(sandbox) as bot:
            await bot.send(Op.RESUME, {"token": sandbox.token, "session_id": ready["session_id"], "seq": 1})
            assert await bot.read() == {"op": Op.INVALID_SESSION, "d": False}
    assert sandbox.gateway.dispatch("LOST", {}, server) == 0


@pytest.mark.parametrize(
    ("op", "data"),
    [
        (2, None),
        (2, {"shard": 5}),
        (2, {"intents": "x"}),
        (6, None),
        (6, {"seq": "x"}),
        (2, {"shard": [0.5, 1]}),
        ("x", {}),
    ],
)
async def test_a_malformed_payload_is_a_decode_error(sandbox: Sandbox, op: Any, data: Any) -> None:
    async with peer(sandbox) as bot:
        await bot.send(op, {**data, "token": sandbox.token} if data is not None else None)
        assert await bot.closed() == (Close.UNKNOWN_OPCODE if op == "x" else Close.DECODE_ERROR)


async def test_a_bot_that_does_not_read_is_cut_off(sandbox: Sandbox) -> None:
    server = sandbox.world.person("Ada").channel.server
    async with peer(sandbox) as bot:
        await session(bot)
        while sandbox.gateway.online:
            sandbox.gateway.dispatch("FLOOD", {}, server)
            if sandbox.gateway.online[0].last > REPLAY * 3:
                await sandbox.gateway.disconnected()


async def test_it_ends_although_a_bot_does_not_read() -> None:
    async with Sandbox() as sandbox, peer(sandbox) as bot:
        server = sandbox.world.add_server("somewhere")
        await session(bot)
        for _ in range(1_500):
            sandbox.gateway.dispatch("FLOOD", {"words": "x" * 20_000}, server)
        await asyncio.wait_for(sandbox.gateway.stop(), 10)


async def test_it_says_goodbye_when_it_stops() -> None:
    async with Sandbox() as sandbox:
        connecting = peer(sandbox)
        bot = await connecting.__aenter__()
        await session(bot)
        closed = asyncio.create_task(bot.closed())
    assert await closed == 1001
    await connecting.__aexit__(None, None, None)


async def test_too_many_at_once_have_to_try_again(sandbox: Sandbox) -> None:
    sandbox.gateway.max_concurrency = 1
    async with peer(sandbox) as first, peer(sandbox) as second:
        await session(first)
        await second.send(Op.IDENTIFY, IDENTITY | {"token": sandbox.token})
        assert await second.read() == {"op": Op.INVALID_SESSION, "d": False}


async def test_each_server_belongs_to_one_shard_and_direct_messages_to_the_first(sandbox: Sandbox) -> None:
    async with connected(sandbox, Showcase(shard_count=2)):
        ada = sandbox.world.person("Ada")
        for person in (ada, ada.in_direct_messages()):
            server = person.channel.server
            shard = (int(server.id) >> 22) % 2 if server else 0
            counts = {session.shard: len(session.kept) for session in sandbox.gateway.online}
            assert (await person.slash("give all_of", text="hi", number=1)).text == "hi | 1"
            after = {session.shard: len(session.kept) for session in sandbox.gateway.online}
            assert [number for number in after if after[number] > counts[number]] == [shard]


# ---------------------------------------------------------------- Briefbot through bad moments


async def test_the_bot_resumes_after_the_line_is_cut(bot: Running) -> None:
    await back(bot)
    assert (bot.sandbox.gateway.identified, bot.sandbox.gateway.resumed) == (1, 1)
    assert (await bot.ada.slash("brief", topic="new start")).text.startswith("## New START")


async def test_the_bot_answers_what_was_asked_while_the_line_was_cut(bot: Running) -> None:
    gone = asyncio.create_task(bot.sandbox.gateway.disconnected())
    bot.sandbox.gateway.drop()
    await gone
    asked = await bot.ada.slash("brief", topic="new start")
    assert asked.text.startswith("## New START")
    assert bot.sandbox.gateway.resumed == 1
    assert [ask.card for ask in bot.log.asks] == ["new-start"]


@pytest.mark.parametrize(("what", "identified", "resumed"), [("op 7", 1, 1), ("op 9 resumable", 1, 1), ("op 9", 2, 0)])
async def test_the_bot_comes_back_when_discord_asks_it_to(
    bot: Running, what: str, identified: int, resumed: int
) -> None:
    gateway = bot.sandbox.gateway
    gone = asyncio.create_task(gateway.disconnected())
    match what:
        case "op 7":
            gateway.reconnect()
        case "op 9 resumable":
            gateway.invalidate(resumable=True)
        case _:
            gateway.invalidate(resumable=False)
    await asyncio.wait_for(gone, 10)
    await asyncio.wait_for(gateway.connected(), 20)
    assert (gateway.identified, gateway.resumed) == (identified, resumed)
    assert (await bot.ada.slash("brief", topic="new start")).text.startswith("## New START")


async def back(bot: Running) -> None:
    """Cut the line, and return once the bot is there again."""
    gone = asyncio.create_task(bot.sandbox.gateway.disconnected())
    bot.sandbox.gateway.drop()
    await asyncio.wait_for(gone, 10)
    await asyncio.wait_for(bot.sandbox.gateway.connected(), 20)
