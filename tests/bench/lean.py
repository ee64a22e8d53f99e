"""A lean Discord, for measuring bots: it sends interactions and takes first responses, and checks nothing.

The sandbox checks whatever a bot sends, which takes longer than to answer «pong»: it would be what is measured. The
bots are processes of their own and reach it over sockets, as they reach Discord.
"""

import asyncio
import json
import time
import zlib
from collections import deque
from dataclasses import dataclass
from itertools import count
from types import TracebackType
from typing import Any

from aiohttp import BodyPartReader, WSMsgType, web

from bot.sandbox.places import BOT, MEMBER, Role, Server, User
from bot.sandbox.server import HOST

Json = dict[str, Any]

TOKEN = "measured"
API = "/api/v10/"
COMMAND, PRESS, KEYSTROKE = 2, 3, 4
"""Types of an interaction."""
MESSAGE, UPDATE = 4, 7
"""Types of a first response that bring a message."""
BUTTON, SELECT = 2, 3
CHAT_INPUT = 1
HELLO, HEARTBEAT, ACK, IDENTIFY = 10, 1, 11, 2
GUILDS = 1
FIRST_SERVER = 10**18
LOCALES = ("en-US", "en-US", "en-GB", "de", "en-US", "ru", "fr")
PRESSABLE, EACH = 400, 5
"""How many components that were sent are kept to be pressed, and of each how many messages."""
PATIENCE = 10.0
"""Seconds after which an interaction counts as unanswered: Discord's three, and then some."""


@dataclass(frozen=True, slots=True)
class Response:
    """When the bot's first response was there, on the clock of `time.perf_counter`, and of what type it was."""

    at: float
    type: int


@dataclass(frozen=True, slots=True)
class Pressable:
    """A component of a message that was sent; both as an interaction has them."""

    custom_id: str
    data: str
    message: str


class LeanDiscord:
    """An async context manager; `url` is where it listens. One bot at a time, which is in so many `servers`."""

    def __init__(self, servers: int = 4, people: int = 50) -> None:
        self._servers = [_server(number) for number in range(servers)]
        self._people = [_person(number, self._servers[number % servers]) for number in range(people)]
        self._numbers = count(1)
        self._sequence = count(1)
        self._waiting: dict[str, asyncio.Future[Response]] = {}
        self._commands: list[Json] = []
        self._ids: dict[str, str] = {}
        self._socket: web.WebSocketResponse | None = None
        self._stream: Any = None
        self._ready = asyncio.Event()
        self._messages = 0
        self.pressable: deque[Pressable] = deque(maxlen=PRESSABLE)
        self.url = ""

    async def __aenter__(self) -> "LeanDiscord":
        self._runner = web.ServerRunner(web.Server(self._take, access_log=None))
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self.url = f"http://{HOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        await self._runner.cleanup()

    async def connected(self) -> None:
        """Return once a bot is connected and has registered its commands."""
        await self._ready.wait()

    # ---------------------------------------------------------------- what people do

    async def command(self, person: int, name: str, options: dict[str, str]) -> Response | None:
        return await self._interact(person, COMMAND, self._typed(name, options))

    async def keystroke(self, person: int, name: str, option: str, typed: str) -> Response | None:
        return await self._interact(person, KEYSTROKE, self._typed(name, {option: typed}, focused=True))

    async def press(self, person: int, pressed: Pressable) -> Response | None:
        return await self._interact(person, PRESS, pressed.data, f',"message":{pressed.message}')

    def _typed(self, name: str, options: dict[str, str], *, focused: bool = False) -> str:
        given = [
            {"name": option, "type": 3, "value": value, **({"focused": True} if focused else {})}
            for option, value in options.items()
        ]
        return json.dumps({"id": self._ids[name], "name": name, "type": CHAT_INPUT, "options": given})

    async def _interact(self, person: int, kind: int, data: str, more: str = "") -> Response | None:
        """The first response to what a person did; None where none came in time."""
        number = 2 * 10**18 + next(self._numbers)
        token = f"token-{number}"
        waiting: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self._waiting[token] = waiting
        await self._send(
            f'{{"op":0,"t":"INTERACTION_CREATE","s":{next(self._sequence)},"d":{{"id":"{number}","token":"{token}",'
            f'"type":{kind},"data":{data}{more},{self._people[person % len(self._people)]}}}}}'
        )
        try:
            async with asyncio.timeout(PATIENCE):
                return await waiting
        except TimeoutError:
            return None
        finally:
            del self._waiting[token]

    # ---------------------------------------------------------------- the gateway

    async def _send(self, text: str) -> None:
        assert self._socket is not None
        if self._stream is None:
            await self._socket.send_str(text)
        else:
            data = self._stream.compress(text.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)
            await self._socket.send_bytes(data)

    async def _gateway(self, request: web.BaseRequest) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._socket = socket
        self._stream = zlib.compressobj(1) if request.query.get("compress") == "zlib-stream" else None
        await self._send(json.dumps({"op": HELLO, "d": {"heartbeat_interval": 41_250}}))
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            told = json.loads(message.data)
            if told["op"] == HEARTBEAT:
                # A bot takes an answer that is there before it has noted its own beat for one to the beat before.
                asyncio.get_running_loop().call_later(0.05, lambda: asyncio.ensure_future(self._acknowledge()))
            elif told["op"] == IDENTIFY:
                await self._welcome(told["d"])
        self._ready.clear()
        return socket

    async def _acknowledge(self) -> None:
        if self._socket and not self._socket.closed:
            await self._send(json.dumps({"op": ACK}))

    async def _welcome(self, identity: Json) -> None:
        ready = {
            "v": 10, "user": BOT.json(), "session_id": "measured", "shard": identity.get("shard") or [0, 1],
            "guilds": [{"id": server["id"], "unavailable": True} for server in self._servers],
            "application": {"id": BOT.id, "flags": 0}, "resume_gateway_url": self.url.replace("http", "ws", 1),
        }  # fmt: skip
        await self._dispatch("READY", ready)
        if identity.get("intents", 0) & GUILDS:
            for server in self._servers:
                await self._dispatch("GUILD_CREATE", server)
        self._ready.set()

    async def _dispatch(self, event: str, data: Json) -> None:
        await self._send(json.dumps({"op": 0, "t": event, "s": next(self._sequence), "d": data}))

    # ---------------------------------------------------------------- REST

    async def _take(self, request: web.BaseRequest) -> web.StreamResponse:
        at, path = time.perf_counter(), request.path
        if path.startswith("/gateway"):
            return await self._gateway(request)
        parts = path.removeprefix(API).split("/")
        match parts:
            case ["interactions", number, token, "callback"]:
                return await self._responded(request, number, token, at)
            case ["webhooks", *_]:
                await request.read()
                return _json(self._message("[]", 0))
            case ["applications", _, "commands"]:
                return _json(json.dumps(self._registered(json.loads(await request.read()))))
            case ["gateway", *_]:
                start = {"total": 1_000, "remaining": 1_000, "reset_after": 86_400_000, "max_concurrency": 1}
                url = self.url.replace("http", "ws", 1) + "/gateway"
                return _json(json.dumps({"url": url, "shards": 1, "session_start_limit": start}))
            case ["users", "@me", "guilds"]:
                after = int(request.query.get("after", "0"))
                mine = [{"id": s["id"], "name": s["name"], "owner": False, "permissions": "0", "features": []}
                        for s in self._servers if int(s["id"]) > after]  # fmt: skip
                return _json(json.dumps(mine[:200]))
            case ["users", "@me"]:
                return _json(json.dumps(BOT.json()))
            case _:
                return _json(json.dumps(self._application()))

    def _application(self) -> Json:
        return {
            "id": BOT.id, "name": "Measured", "icon": None, "description": "", "bot_public": True, "flags": 0,
            "bot_require_code_grant": False, "verify_key": "0" * 64, "team": None, "owner": BOT.json(),
        }  # fmt: skip

    def _registered(self, commands: list[Json]) -> list[Json]:
        self._commands = [
            {"options": [], "description": "", "default_member_permissions": None, **command, "id": str(3 * 10**18 + number),
             "application_id": BOT.id, "version": "1"} for number, command in enumerate(commands)
        ]  # fmt: skip
        self._ids = {command["name"]: command["id"] for command in self._commands}
        return self._commands

    async def _responded(self, request: web.BaseRequest, number: str, token: str, at: float) -> web.StreamResponse:
        if request.content_type == "multipart/form-data":
            body = await _payload(request)
        else:
            body = json.loads(await request.read())
        waiting = self._waiting.get(token)
        if waiting is None or waiting.done():
            return _json('{"message":"Unknown interaction","code":10062}', 404)
        waiting.set_result(Response(at, body["type"]))
        if "with_response" not in request.query:
            return web.Response(status=204)
        told = f'"interaction":{{"id":"{number}","type":2'
        resource = f'"resource":{{"type":{body["type"]}'
        if body["type"] in (MESSAGE, UPDATE):
            message = self._posted(body.get("data") or {})
            told += f',"response_message_id":"{4 * 10**18 + self._messages}","response_message_ephemeral":true'
            resource += f',"message":{message}'
        return _json(f"{{{told}}},{resource}}}}}")

    def _posted(self, data: Json) -> str:
        """The message as Discord keeps it, with a number for each component; some are kept to be pressed."""
        self._messages += 1
        components = data.get("components") or []
        found: list[Json] = []
        _number(components, count(1), found)
        message = self._message(json.dumps(components), data.get("flags") or 0, data.get("content") or "")
        if self._messages % 10 == 0:
            for component in found[:EACH] if self._messages % 20 else found[-EACH:]:
                self.pressable.append(Pressable(component["custom_id"], _pressed(component), message))
        return message

    def _message(self, components: str, flags: int, content: str = "") -> str:
        number = 4 * 10**18 + self._messages
        return (
            f'{{"id":"{number}","type":20,"channel_id":"{FIRST_SERVER + 1}","author":{json.dumps(BOT.json())},'
            f'"content":{json.dumps(content)},"flags":{flags},"components":{components},"attachments":[],"embeds":[],'
            '"mentions":[],"mention_roles":[],"mention_everyone":false,"pinned":false,"tts":false,'
            '"timestamp":"2026-01-01T00:00:00+00:00","edited_timestamp":null}'
        )


def _number(components: list[Json], numbers: "count[int]", found: list[Json]) -> None:
    """Number components as Discord does, and find those that can be used."""
    for component in components:
        component["id"] = next(numbers)
        if "custom_id" in component and not component.get("disabled"):
            found.append(component)
        _number(component.get("components") or [], numbers, found)
        if accessory := component.get("accessory"):
            _number([accessory], numbers, found)


def _pressed(component: Json) -> str:
    data: Json = {"custom_id": component["custom_id"], "component_type": component["type"], "id": component["id"]}
    if component["type"] == SELECT:
        data["values"] = [component["options"][0]["value"]]
    return json.dumps(data)


async def _payload(request: web.BaseRequest) -> Json:
    """The body of a form with files, which are read and forgotten."""
    body: Json = {}
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader):
            data = await part.read()
            if part.name == "payload_json":
                body = json.loads(data)
    return body


def _json(text: str, status: int = 200) -> web.Response:
    return web.Response(body=text.encode(), status=status, headers={"Content-Type": "application/json"})


def _person(number: int, server: Json) -> str:
    """What an interaction of somebody on a server says beside what they did."""
    user = User(id=str(5 * 10**18 + number), username=f"member{number}", global_name=f"Member {number}")
    fixed = {"roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0}
    member = {**fixed, "user": user.json(), "permissions": str(int(MEMBER)), "nick": None, "avatar": None}
    told = {
        "application_id": BOT.id, "version": 1, "channel_id": server["channels"][0]["id"],
        "channel": server["channels"][0] | {"guild_id": server["id"]}, "app_permissions": str(int(MEMBER)),
        "locale": LOCALES[number % len(LOCALES)], "guild_id": server["id"], "guild_locale": "en-US",
        "guild": {"id": server["id"], "features": [], "locale": "en-US"}, "member": member, "entitlements": [],
        "authorizing_integration_owners": {"0": server["id"]}, "context": 0, "attachment_size_limit": 10_485_760,
    }  # fmt: skip
    return json.dumps(told)[1:-1]


ROLES, CHANNELS, EMOJIS, MEMBERS = 20, 30, 30, 60
"""What a middling server has, of which Discord tells in GUILD_CREATE: of its members those that are online."""


def _server(number: int) -> Json:
    """GUILD_CREATE of a middling server."""
    server = Server(id=str(FIRST_SERVER + 1_000 * number), name=f"Server {number}", members={BOT.id: MEMBER})
    first = int(server.id) + 1
    own = {"position": 0, "nsfw": False, "rate_limit_per_user": 0, "flags": 0, "parent_id": None, "type": 0}
    channels = [
        {**own, "id": str(first + each), "name": f"channel-{each}", "topic": "What we talk about here, in a few words",
         "last_message_id": str(first + each), "permission_overwrites": [
            {"id": server.id, "type": 0, "allow": "0", "deny": "2048"}]} for each in range(CHANNELS)
    ]  # fmt: skip
    roles = [Role(id=server.id, name="@everyone").json()]
    roles += [Role(id=str(first + 100 + each), name=f"Role {each}").json() for each in range(ROLES)]
    emojis = [
        {"id": str(first + 200 + each), "name": f"emoji_{each}", "roles": [], "require_colons": True, "managed": False,
         "animated": False, "available": True} for each in range(EMOJIS)
    ]  # fmt: skip
    users = [
        User(id=str(first + 300 + each), username=f"member_{number}_{each}", global_name=f"Member {each}")
        for each in range(MEMBERS)
    ]
    members = [server.member(user) | {"roles": [roles[1]["id"], roles[2]["id"]]} for user in users]
    told = {name: value for name, value in server.json().items() if name != "unavailable"}
    return told | {
        "channels": channels, "roles": roles, "emojis": emojis, "members": [*told["members"], *members],
        "member_count": 400, "large": True,
    }  # fmt: skip
