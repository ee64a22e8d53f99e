"""What the chat page asks for and is told: the state of the world as one person sees it, and what that person does."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.sandbox.errors import ApiError, Misuse, NoAnswer
from bot.sandbox.interactions import Interaction
from bot.sandbox.messages import Change, Message, Upload
from bot.sandbox.options import GROUPS
from bot.sandbox.payloads import Callback, measures
from bot.sandbox.places import BOT, Channel, Json, User
from bot.sandbox.rest import Rest
from bot.sandbox.world import Person, World

SHOWN = 100
SILENCE = 15
"""Seconds after which a stream of events says that it is still there."""
UNREAD = 1_000
"""Events that a page may leave unread."""
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
OUTCOMES = {
    Callback.MESSAGE: "message", Callback.DEFERRED_MESSAGE: "deferred", Callback.DEFERRED_UPDATE: "updated",
    Callback.UPDATE: "updated", Callback.CHOICES: "choices", Callback.MODAL: "modal",
}  # fmt: skip


class ChatPage:
    """The page's own routes. It answers this machine's browser and no other site's scripts."""

    def __init__(self, world: World, rest: Rest, files: Path) -> None:
        self._world = world
        self._rest = rest
        self._files = files
        self._readers: dict[asyncio.Queue[Json | None], User] = {}
        self.notices: list[Json] = []
        self.open_at: Json | None = None
        """The channel and the message where a page that names no channel begins."""
        world.board.listeners.append(self._message_changed)
        world.listeners.append(self._world_changed)
        world.gateway.listeners.append(lambda online: self._tell({"type": "bot", "online": online}))

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._asked(self._index)),
            web.get("/page/{name}", self._asked(self._static)),
            web.get("/sandbox/state", self._asked(self._state)),
            web.get("/sandbox/commands", self._asked(self._commands)),
            web.get("/sandbox/messages", self._asked(self._messages)),
            web.get("/sandbox/events", self._asked(self._events)),
            web.get("/sandbox/inspect", self._asked(self._inspect)),
            web.get("/sandbox/requests", self._asked(self._requests)),
            web.post("/sandbox/act", self._asked(self._act)),
        ]

    def close(self) -> None:
        """End every stream of events, so that the server can stop."""
        for reader in self._readers:
            reader.put_nowait(None)

    @property
    def readers(self) -> int:
        """How many pages are open."""
        return len(self._readers)

    def notice(self, *notices: Json) -> None:
        """Say this above the chat, in place of what was said before: {"kind": "error" | "info", "text"}."""
        self.notices = list(notices)
        self._tell({"type": "notices", "notices": self.notices})

    def show(self, message: Message) -> None:
        """Bring every page to this message."""
        self.open_at = {"channel": message.channel.id, "message": message.id}
        self._tell({"type": "show"} | self.open_at)

    # ---------------------------------------------------------------- files

    def _asked(
        self, handle: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """What is asked wrongly is told, with status 400."""

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                return await handle(request)
            except (Misuse, ApiError) as error:
                return web.json_response({"error": str(error)}, status=400)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                return web.json_response({"error": f"This is not understood: {error!r}"}, status=400)

        return answer

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return self._served("index.html")

    async def _static(self, request: web.Request) -> web.StreamResponse:
        return self._served(request.match_info["name"])

    def _served(self, name: str) -> web.Response:
        path = self._files / name
        if path.parent != self._files or path.suffix not in TYPES or not path.is_file():
            raise web.HTTPNotFound(text="There is no such page.")
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=path.read_bytes(), content_type=TYPES[path.suffix], charset="utf-8", headers=headers)

    # ---------------------------------------------------------------- reading

    def _person(self, user_id: str | None, channel_id: str | None = None) -> Person:
        """Who asks: the first of the people where the page does not say yet. Raises Misuse."""
        people = {user.id: user for user in self._world.users.values() if not user.bot}
        user = people.get(user_id) if user_id else next(iter(people.values()), None)
        if user is None:
            raise Misuse("There is nobody of that id.")
        person = self._world.person_of(user)
        if channel_id is None:
            return person
        if (channel := self._world.channels.get(channel_id)) is None:
            raise Misuse("There is no such channel.")
        return person.at(channel)

    async def _state(self, request: web.Request) -> web.Response:
        world, me = self._world, self._person(request.query.get("as"))
        servers = [server for server in world.servers.values() if me.user.id in server.members]
        return web.json_response({
            "me": me.user.json(),
            "locale": me.user.locale,
            "people": [user.json() for user in world.users.values() if not user.bot],
            "bot": BOT.json() | {"online": bool(world.gateway.online)},
            "servers": [
                {
                    "id": server.id, "name": server.name, "roles": [role.json() for role in server.roles],
                    "channels": [
                        {"id": c.id, "name": c.name, "topic": c.topic, "type": int(c.type)}
                        for c in server.channels
                        if c.has(me.user)
                    ],
                }
                for server in servers
            ],
            "direct": world.direct(me.user).id,
            "commands": world.commands.for_person(me.user, me.channel),
            "notices": self.notices,
            "open": self.open_at,
        })  # fmt: skip

    async def _commands(self, request: web.Request) -> web.Response:
        person = self._person(request.query.get("as"), request.query.get("channel"))
        return web.json_response(self._world.commands.for_person(person.user, person.channel))

    async def _messages(self, request: web.Request) -> web.Response:
        person = self._person(request.query.get("as"), request.query.get("channel"))
        return web.json_response([shown(message) for message in person.sees()[-SHOWN:]])

    async def _events(self, request: web.Request) -> web.StreamResponse:
        user = self._person(request.query.get("as")).user
        reader: asyncio.Queue[Json | None] = asyncio.Queue()
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        self._readers[reader] = user
        try:
            await response.write(b": open\n\n")
            while (event := await self._next(reader)) is not None:
                await response.write(event)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._readers.pop(reader, None)
        return response

    async def _next(self, reader: "asyncio.Queue[Json | None]") -> bytes | None:
        """The next event as it is written; after a while of silence a comment, by which a closed page is noticed."""
        try:
            event = await asyncio.wait_for(reader.get(), SILENCE)
        except TimeoutError:
            return b": still here\n\n"
        return None if event is None else b"data: " + json.dumps(event).encode() + b"\n\n"

    def _message_changed(self, change: Change) -> None:
        message = change.message
        event: Json = {"type": "message", "message": shown(message)}
        if change.kind == "gone":
            event = {"type": "gone", "channel": message.channel.id, "id": message.id}
        self._tell(event, only=message.visible_to, channel=message.channel)

    def _world_changed(self, what: str, channel: Channel | None) -> None:
        if channel is not None:
            self._tell({"type": what, "channel": channel.id, "user": BOT.json()}, channel=channel)
            return
        self._tell({"type": what})

    def _tell(self, event: Json, *, only: User | None = None, channel: Channel | None = None) -> None:
        for reader, user in list(self._readers.items()):
            if (channel and not channel.has(user)) or only not in (None, user):
                continue
            if reader.qsize() < UNREAD:
                reader.put_nowait(event)
            else:
                # It reads no more. Ended, it comes back by itself and asks for everything anew.
                reader.put_nowait(None)
                del self._readers[reader]

    # ---------------------------------------------------------------- the inspector

    async def _inspect(self, request: web.Request) -> web.Response:
        wanted = request.query.get("message")
        made = [noted for noted in self._rest.requests if noted.message == wanted]
        requests = [noted.json() | {"measures": _measured(noted.body)} for noted in made]
        return web.json_response({"message": wanted, "requests": requests})

    async def _requests(self, request: web.Request) -> web.Response:
        return web.json_response([noted.json() for noted in self._rest.requests])

    # ---------------------------------------------------------------- doing

    async def _act(self, request: web.Request) -> web.Response:
        try:
            return web.json_response(await self._do(await request.json()))
        except NoAnswer as error:
            return web.json_response({"outcome": "failed", "error": str(error)})

    async def _do(self, asked: Json) -> Json:
        world = self._world
        if asked["do"] in ("submit", "close"):
            opened = world.modals.get(asked["as"])
            if opened is None or opened.id != asked["modal"]:
                raise Misuse("This form is no longer open.")
            if asked["do"] == "close":
                del world.modals[asked["as"]]
                return {"outcome": "done"}
            person = self._person(asked["as"], opened.channel.id)
            values = {name: _value(value) for name, value in asked["values"].items()}
            return outcome(await person.submit(opened, **values))
        person = self._person(asked["as"], asked["channel"])
        match asked["do"]:
            case "slash" | "type_ahead":
                return await self._command(person, asked)
            case "click":
                return outcome(await person.click(self._seen(asked), asked["custom_id"]))
            case "choose":
                return outcome(await person.choose(self._seen(asked), asked["custom_id"], *asked["values"]))
            case "menu":
                command = world.commands.find(asked["command"])
                target = world.users.get(asked["target"]) or world.board.get(person.channel.id, asked["target"])
                return outcome(await person.menu(command["name"], target))
            case "say":
                return {"outcome": "message", "message": person.say(asked["content"]).id}
            case "dismiss":
                person.dismiss(self._seen(asked))
                return {"outcome": "done"}
        raise Misuse(f"Nobody knows how to «{asked['do']}».")

    async def _command(self, person: Person, asked: Json) -> Json:
        path, options = [], asked.get("options") or []
        while options and options[0]["type"] in GROUPS:
            path.append(options[0]["name"])
            options = options[0].get("options") or []
        name = " ".join([self._world.commands.find(asked["command"])["name"], *path])
        values = {option["name"]: _value(option["value"]) for option in options}
        focused = next((option["name"] for option in options if option.get("focused")), None)
        if asked["do"] == "slash":
            return outcome(await person.slash(name, **values))
        if focused is None:
            raise Misuse("No option is being typed into.")
        return {"outcome": "choices", "choices": await person.type_ahead(name, focused, values.pop(focused), **values)}

    def _seen(self, asked: Json) -> Message:
        return self._world.board.get(asked["channel"], asked["message"])


def shown(message: Message) -> Json:
    """A message for the page: Discord's object, and what the client knows besides."""
    return message.json() | {"sandbox": {"command": message.command, "failed": message.failed}}


def outcome(interaction: Interaction) -> Json:
    """What became of what a person did."""
    made: Json = {"outcome": OUTCOMES[interaction.response.result()]}
    if interaction.original:
        made["message"] = interaction.original.id
    if interaction.modal is not None:
        made["modal"] = interaction.modal | {"id": interaction.id}
    return made


def _measured(body: Any) -> list[Json]:
    data = body.get("data", body) if isinstance(body, dict) else {}
    found = measures(data) if isinstance(data, dict) else []
    return [{"name": measure.name, "used": measure.used, "limit": measure.limit} for measure in found]


def _value(value: Any) -> Any:
    """As the world takes it: files come as text in base 64."""
    if isinstance(value, dict) and "data" in value:
        return Upload(value["filename"], value.get("content_type") or "", base64.b64decode(value["data"]))
    if isinstance(value, list):
        return [_value(item) for item in value]
    return value
