"""The server: the few REST routes and gateway events that a bot of slash commands and buttons needs.

Speaks as Discord does to the real library over a real socket. Listens on 127.0.0.1 only, and knows one token.
"""

import asyncio
import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import discord
import yarl
from aiohttp import web

from bot.sandbox import rules

TOKEN = "sandbox-token-that-opens-nothing-elsewhere"  # noqa: S105  # it is no secret: it is accepted on loopback alone
APPLICATION = "1000"
GUILD = "2000"
CHANNEL = "3000"
MEMBER = "4000"

COMMAND, COMPONENT, AUTOCOMPLETE = 2, 3, 4
MESSAGE_REPLY, AUTOCOMPLETE_REPLY = 4, 8

Json = dict[str, Any]


def point_library_at(url: str) -> None:
    """Make discord.py in this process talk to a sandbox instead of Discord: two assignments, REST and gateway."""
    discord.http.Route.BASE = f"{url}/api/v10"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url.replace("http", "ws", 1) + "/gateway")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a bot answered to one interaction: Discord's callback type and data."""

    type: int
    data: Json

    @property
    def text(self) -> str:
        """All text of the message, in reading order."""
        return "\n".join(part["content"] for part in _walk(self.data.get("components") or []) if "content" in part)

    @property
    def custom_ids(self) -> list[str]:
        return [part["custom_id"] for part in _walk(self.data.get("components") or []) if "custom_id" in part]

    @property
    def choices(self) -> list[Json]:
        return list(self.data.get("choices") or [])

    @property
    def private(self) -> bool:
        return bool(self.data.get("flags", 0) & rules.EPHEMERAL)


def _walk(components: list[Json]) -> list[Json]:
    return [found for part in components for found in (part, *_walk(part.get("components") or []))]


@dataclass(slots=True)
class _Pending:
    token: str
    reply: "asyncio.Future[Reply]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Sandbox:
    """Use as an async context manager; `url` is where it listens."""

    def __init__(self) -> None:
        self.url = ""
        self.commands: list[Json] = []
        self.refused: list[str] = []
        self.ready = asyncio.Event()
        self.asked = asyncio.Event()
        """Set with the first request."""
        self.slow = False
        """Whether the first request waits for ever, as on a bad network."""
        self.forget_interactions = False
        """Whether every answer comes too late."""
        self.closed_with: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._ids = itertools.count(10_000)
        self._pending: dict[str, _Pending] = {}
        self._socket: web.WebSocketResponse | None = None
        self._sequence = itertools.count(1)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> "Sandbox":
        app = web.Application()
        api = "/api/v10"
        app.add_routes(
            [
                web.get(f"{api}/users/@me", self._me),
                web.get(f"{api}/oauth2/applications/@me", self._application),
                web.put(f"{api}/applications/{{id}}/commands", self._register),
                web.post(f"{api}/interactions/{{id}}/{{token}}/callback", self._callback),
                web.post(f"{api}/webhooks/{{id}}/{{token}}", self._follow_up),
                web.get("/gateway/", self._gateway),
                web.get("/gateway", self._gateway),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    # ------------------------------------------------------------ what a user does

    async def command(self, name: str, options: dict[str, str] | None = None, *, guild: bool = True) -> Reply:
        """Use a slash command and wait for the answer."""
        return await self._interact(COMMAND, self._command_data(name, options or {}), guild=guild)

    async def typing(self, name: str, option: str, typed: str) -> Reply:
        """Type into a command's option and wait for the choices."""
        data = self._command_data(name, {option: typed})
        data["options"][0]["focused"] = True
        return await self._interact(AUTOCOMPLETE, data)

    async def press(self, custom_id: str, message: Json | None = None, *, guild: bool = True) -> Reply:
        """Press a button of a message, one that this bot's process may never have sent."""
        button = {"type": rules.BUTTON, "style": 2, "label": "…", "custom_id": custom_id, "id": 3}
        shown = message or {
            "components": [
                {
                    "type": rules.CONTAINER,
                    "id": 1,
                    "components": [{"type": rules.ACTION_ROW, "id": 2, "components": [button]}],
                }
            ]
        }
        data = {"component_type": rules.BUTTON, "custom_id": custom_id, "id": 3}
        return await self._interact(
            COMPONENT, data, guild=guild, message=self._message({"flags": rules.COMPONENTS_V2, **shown})
        )

    async def hang_up(self, code: int) -> None:
        """Close the gateway from Discord's side."""
        if self._socket is not None:
            await self._socket.close(code=code)

    async def _interact(self, kind: int, data: Json, *, guild: bool = True, message: Json | None = None) -> Reply:
        if self._socket is None:
            raise RuntimeError("no bot is connected")
        interaction_id, token = str(next(self._ids)), f"interaction-{next(self._ids)}-{'x' * 24}"
        self._pending[interaction_id] = pending = _Pending(token)
        user = {"id": MEMBER, "username": "member", "discriminator": "0", "avatar": None, "global_name": "A member"}
        where: Json = {"channel": {"id": CHANNEL, "type": 1, "recipients": [user]}, "user": user, "context": 1}
        if guild:
            member = {
                "user": user,
                "roles": [],
                "joined_at": _now(),
                "permissions": "0",
                "deaf": False,
                "mute": False,
                "flags": 0,
            }
            channel = {
                "id": CHANNEL,
                "type": 0,
                "name": "general",
                "guild_id": GUILD,
                "position": 0,
                "permission_overwrites": [],
                "nsfw": False,
            }
            where = {
                "channel": channel,
                "guild_id": GUILD,
                "guild": {"id": GUILD, "features": [], "locale": "en-US"},
                "guild_locale": "en-US",
                "member": member,
                "context": 0,
            }
        event = {
            "id": interaction_id, "application_id": APPLICATION, "type": kind, "token": token, "version": 1,
            "data": data,
            "channel_id": CHANNEL, "app_permissions": "0", "locale": "en-GB", "entitlements": [],
            "authorizing_integration_owners": {"0": GUILD}, "attachment_size_limit": 10_485_760, **where,
            **({"message": message} if message else {}),
        }  # fmt: skip
        await self._dispatch("INTERACTION_CREATE", event)
        return await asyncio.wait_for(pending.reply, 3)

    def _command_data(self, name: str, options: dict[str, str]) -> Json:
        command = next((found for found in self.commands if found["name"] == name), None)
        if command is None:
            raise LookupError(f"no bot has registered /{name}")
        given = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
        return {"id": command["id"], "name": name, "type": 1, "options": given}

    # ------------------------------------------------------------ REST

    def _authorized(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bot {TOKEN}"

    async def _me(self, request: web.Request) -> web.Response:
        self.asked.set()
        if self.slow:
            await asyncio.Event().wait()
        if not self._authorized(request):
            return _json({"message": "401: Unauthorized", "code": 0}, 401)
        return _json(self._bot_user())

    async def _application(self, request: web.Request) -> web.Response:
        owner = {"id": MEMBER, "username": "owner", "discriminator": "0", "avatar": None}
        described = {
            "id": APPLICATION,
            "name": "Briefbot",
            "description": "",
            "icon": None,
            "bot_public": True,
            "verify_key": "0" * 64,
        }
        return _json({**described, "bot_require_code_grant": False, "owner": owner, "flags": 0})

    async def _register(self, request: web.Request) -> web.Response:
        if not self._authorized(request):
            return _json({"message": "401: Unauthorized", "code": 0}, 401)
        defaults = {"application_id": APPLICATION, "version": "1", "default_member_permissions": None, "type": 1}
        self.commands = [{"id": str(next(self._ids)), **defaults, **command} for command in await request.json()]
        return _json(self.commands)

    async def _callback(self, request: web.Request) -> web.Response:
        pending = self._pending.get(request.match_info["id"])
        if self.forget_interactions or pending is None or pending.token != request.match_info["token"]:
            return _json({"message": "Unknown interaction", "code": 10062}, 404)
        if pending.reply.done():
            return _json({"message": "Interaction has already been acknowledged.", "code": 40060}, 400)
        body = await request.json()
        data = body.get("data") or {}
        problems = rules.choices_problems(data.get("choices") or []) if body["type"] == AUTOCOMPLETE_REPLY else []
        problems += rules.message_problems(data) if body["type"] == MESSAGE_REPLY else []
        if problems:
            self.refused += problems
            return _json(
                {
                    "message": "Invalid Form Body",
                    "code": 50035,
                    "errors": {"_errors": [{"code": "INVALID", "message": line} for line in problems]},
                },
                400,
            )
        pending.reply.set_result(Reply(body["type"], data))
        message = self._message(data) if body["type"] == MESSAGE_REPLY else None
        acknowledged = {
            "id": request.match_info["id"],
            "type": COMMAND,
            "response_message_id": message["id"] if message else None,
        }
        return _json(
            {"interaction": acknowledged, "resource": {"type": body["type"], "message": message}}
            if message
            else {"interaction": acknowledged}
        )

    async def _follow_up(self, request: web.Request) -> web.Response:
        data = await request.json()
        problems = rules.message_problems(data)
        self.refused += problems
        return _json({"message": "Invalid Form Body", "code": 50035}, 400) if problems else _json(self._message(data))

    def _bot_user(self) -> Json:
        return {
            "id": APPLICATION,
            "username": "briefbot",
            "discriminator": "0",
            "avatar": None,
            "bot": True,
            "flags": 0,
        }

    def _message(self, data: Json) -> Json:
        base = {
            "id": str(next(self._ids)), "channel_id": CHANNEL, "author": self._bot_user(),
            "content": data.get("content") or "", "timestamp": _now(), "edited_timestamp": None, "tts": False,
            "mention_everyone": False, "mentions": [], "mention_roles": [], "attachments": [],
            "embeds": [], "pinned": False, "type": 20, "flags": data.get("flags", 0),
        }  # fmt: skip
        numbers = itertools.count(1)
        return {**base, "components": [_numbered(part, numbers) for part in data.get("components") or []]}

    # ------------------------------------------------------------ gateway

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 30_000}})
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            payload = json.loads(message.data)
            if payload["op"] == 1:
                await socket.send_json({"op": 11})
            elif payload["op"] == 2:
                await self._identify(socket, payload["d"])
        self._socket = None
        if not self.closed_with.done():
            self.closed_with.set_result(socket.close_code)
        return socket

    async def _identify(self, socket: web.WebSocketResponse, identity: Json) -> None:
        if identity["token"] != TOKEN:
            await socket.close(code=4004, message=b"Authentication failed.")
            return
        self._socket = socket
        ready = {
            "v": 10,
            "user": self._bot_user(),
            "guilds": [],
            "session_id": "sandbox",
            "application": {"id": APPLICATION, "flags": 0},
        }
        resume = self.url.replace("http", "ws", 1) + "/gateway"
        await self._dispatch("READY", {**ready, "resume_gateway_url": resume})
        self.ready.set()

    async def _dispatch(self, event: str, data: Json) -> None:
        if self._socket is not None:
            await self._socket.send_json({"op": 0, "t": event, "s": next(self._sequence), "d": data})


def _numbered(component: Json, numbers: "itertools.count[int]") -> Json:
    numbered = {**component, "id": next(numbers)}
    if "components" in component:
        numbered["components"] = [_numbered(part, numbers) for part in component["components"]]
    return numbered


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _json(data: Any, status: int = 200) -> web.Response:
    # The library takes a body as JSON only where the content type is exactly this, without a charset.
    return web.Response(body=json.dumps(data).encode(), status=status, headers={"Content-Type": "application/json"})
