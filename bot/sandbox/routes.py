"""The REST routes that a bot of commands, buttons and messages needs: each a few lines over the world."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox import errors
from bot.sandbox.errors import ApiError, invalid_form, unknown
from bot.sandbox.gateway import SESSIONS_A_DAY
from bot.sandbox.interactions import MessageType
from bot.sandbox.messages import Message, Upload, check_new
from bot.sandbox.nonces import Nonces
from bot.sandbox.payloads import Refusal, command_refusals, one_command_refusals
from bot.sandbox.payloads.fields import Check, whole
from bot.sandbox.payloads.refusals import not_a
from bot.sandbox.places import APPLICATION, BOT, Channel, Json, Permission, Server
from bot.sandbox.throttle import Rate
from bot.sandbox.world import World

USUAL, MESSAGES, COMMANDS = Rate(50, 1.0), Rate(5, 5.0), Rate(50, 20.0)
WEBHOOK = Rate(5, 2.0)
GUILDS_PER_PAGE = 200
SNOWFLAKE_DIGITS = 20

Handler = Callable[["Call"], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Call:
    """A request with its body read."""

    path: dict[str, str]
    query: dict[str, str]
    body: Any
    files: tuple[Upload, ...]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str
    handle: Handler
    rate: Rate = USUAL
    open: bool = False
    """Whether the path's own token is enough, as with interactions."""
    takes: type = dict
    """What the body must be, where there is one."""


class Routes:
    """What each route does. A handler returns a message, something of JSON or, for nothing, None; raises ApiError."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._nonces = Nonces(world.clock)

    def all(self) -> list[Route]:
        mine = f"/applications/{APPLICATION}"
        table = [
            Route("GET", "/gateway", self._gateway),
            Route("GET", "/gateway/bot", self._gateway),
            Route("GET", "/users/@me", self._me),
            Route("GET", "/users/{user}", self._user),
            Route("GET", "/users/@me/guilds", self._guilds),
            Route("POST", "/users/@me/channels", self._direct),
            Route("GET", "/oauth2/applications/@me", self._application),
            Route("GET", "/applications/@me", self._application),
            Route("GET", "/guilds/{guild}", self._guild),
            Route("GET", "/guilds/{guild}/channels", self._guild_channels),
            Route("GET", "/guilds/{guild}/members/{user}", self._member),
            Route("GET", "/channels/{channel}", self._channel),
            Route("GET", "/channels/{channel}/messages", self._history),
            Route("POST", "/channels/{channel}/messages", self._send, MESSAGES),
            Route("GET", "/channels/{channel}/messages/{message}", self._message),
            Route("PATCH", "/channels/{channel}/messages/{message}", self._edit, MESSAGES),
            Route("DELETE", "/channels/{channel}/messages/{message}", self._delete, MESSAGES),
            Route("POST", "/channels/{channel}/typing", self._typing),
            Route("POST", "/interactions/{interaction}/{token}/callback", self._callback, Rate(1_000, 1.0), open=True),
            Route("POST", "/webhooks/{webhook}/{token}", self._follow_up, WEBHOOK, open=True),
            Route("GET", "/webhooks/{webhook}/{token}/messages/{message}", self._hooked, WEBHOOK, open=True),
            Route("PATCH", "/webhooks/{webhook}/{token}/messages/{message}", self._hooked_edit, WEBHOOK, open=True),
            Route("DELETE", "/webhooks/{webhook}/{token}/messages/{message}", self._hooked_delete, WEBHOOK, open=True),
        ]
        for scope in (f"{mine}/commands", f"{mine}/guilds/{{guild}}/commands"):
            table += [
                Route("GET", scope, self._commands),
                Route("PUT", scope, self._overwrite, COMMANDS, takes=list),
                Route("POST", scope, self._create, COMMANDS),
                Route("GET", scope + "/{command}", self._command),
                Route("PATCH", scope + "/{command}", self._edit_command, COMMANDS),
                Route("DELETE", scope + "/{command}", self._delete_command, COMMANDS),
            ]
        return table

    # ---------------------------------------------------------------- the application

    async def _gateway(self, call: Call) -> Json:
        gateway = self._world.gateway
        start = {
            "total": SESSIONS_A_DAY, "remaining": gateway.sessions_left, "reset_after": gateway.sessions_again_ms,
            "max_concurrency": gateway.max_concurrency or 1,
        }  # fmt: skip
        return {"url": gateway.url, "shards": gateway.recommended, "session_start_limit": start}

    async def _me(self, call: Call) -> Json:
        return BOT.json()

    async def _user(self, call: Call) -> Json:
        if (user := self._world.users.get(call.path["user"])) is None:
            raise unknown("User", errors.UNKNOWN_USER)
        return user.json()

    async def _application(self, call: Call) -> Json:
        return {
            "id": APPLICATION, "name": "Briefbot", "icon": None, "description": "", "bot_public": True,
            "bot_require_code_grant": False, "verify_key": "0" * 64, "flags": 0, "team": None,
            "owner": self._world.owner.json(), "approximate_guild_count": len(self._installed()),
        }  # fmt: skip

    def _scope(self, call: Call) -> str | None:
        """The server whose commands are meant, None for those of all. Raises ApiError."""
        server_id = call.path.get("guild")
        if server_id is not None and server_id not in self._world.servers:
            raise unknown("Guild", errors.UNKNOWN_GUILD)
        return server_id

    async def _commands(self, call: Call) -> list[Json]:
        return self._world.commands.all(self._scope(call))

    async def _overwrite(self, call: Call) -> list[Json]:
        if found := command_refusals(call.body):
            raise invalid_form(found)
        made = self._world.commands.overwrite(call.body, self._scope(call))
        self._world.commands_changed()
        return made

    async def _create(self, call: Call) -> Json:
        if found := one_command_refusals(call.body):
            raise invalid_form(found)
        made = self._world.commands.create(call.body, self._scope(call))
        self._world.commands_changed()
        return made

    async def _command(self, call: Call) -> Json:
        return self._world.commands.get(call.path["command"], self._scope(call))

    async def _edit_command(self, call: Call) -> Json:
        scope = self._scope(call)
        known = self._world.commands.get(call.path["command"], scope)
        if found := one_command_refusals(known | call.body):
            raise invalid_form(found)
        made = self._world.commands.edit(call.path["command"], call.body, scope)
        self._world.commands_changed()
        return made

    async def _delete_command(self, call: Call) -> None:
        self._world.commands.delete(call.path["command"], self._scope(call))
        self._world.commands_changed()

    # ---------------------------------------------------------------- servers and channels

    def _installed(self) -> list[Server]:
        """The servers that the bot is in, in the order of their ids."""
        return sorted((server for server in self._world.servers.values() if server.installed), key=_number)

    async def _guilds(self, call: Call) -> list[Json]:
        """Those next to `before` or `after`, in the order of their ids either way: so one goes on from page to page."""
        limit = _asked(call, "limit", whole(1, GUILDS_PER_PAGE)) or GUILDS_PER_PAGE
        before, after = (_asked(call, name, whole(0)) for name in ("before", "after"))
        counted = call.query.get("with_counts", "").lower() in ("true", "1")
        found = [
            server
            for server in self._installed()
            if (before is None or _number(server) < before) and (after is None or _number(server) > after)
        ]
        page = found[-limit:] if before is not None and after is None else found[:limit]
        return [server.partial(counted=counted) for server in page]

    async def _guild(self, call: Call) -> Json:
        server = self._world.servers.get(call.path["guild"])
        if server is None or not server.installed:
            raise unknown("Guild", errors.UNKNOWN_GUILD)
        return server.json()

    async def _guild_channels(self, call: Call) -> Any:
        return (await self._guild(call))["channels"]

    async def _member(self, call: Call) -> Json:
        await self._guild(call)
        server = self._world.servers[call.path["guild"]]
        user = self._world.users.get(call.path["user"])
        if user is None or (user.id not in server.members and user is not BOT):
            raise unknown("Member", errors.UNKNOWN_MEMBER)
        return server.member(user)

    def _place(self, call: Call) -> Channel:
        channel = self._world.channels.get(call.path["channel"])
        if channel is None:
            raise unknown("Channel", errors.UNKNOWN_CHANNEL)
        if not channel.has(BOT) or Permission.VIEW_CHANNEL not in channel.permissions(BOT):
            raise ApiError(403, errors.MISSING_ACCESS, "Missing Access")
        return channel

    async def _channel(self, call: Call) -> Json:
        return self._place(call).json()

    async def _direct(self, call: Call) -> Json:
        if (user := self._world.users.get(str(call.body.get("recipient_id")))) is None:
            raise unknown("User", errors.UNKNOWN_USER)
        if user is BOT:
            raise ApiError(403, errors.CANNOT_SEND, "Cannot send messages to this user")
        return self._world.direct(user).json()

    async def _typing(self, call: Call) -> None:
        self._world.bot_types(self._place(call))

    # ---------------------------------------------------------------- messages

    async def _history(self, call: Call) -> list[Json]:
        seen = [m for m in self._world.board.seen_by(BOT, self._place(call)) if not m.private]
        limit = _asked(call, "limit", whole(1, 100)) or 50
        return [self._world.events.as_told(message) for message in reversed(seen)][:limit]

    def _known(self, call: Call) -> Message:
        """A message by its id. What one person sees is reached by the token of its interaction alone."""
        message = self._world.board.get(self._place(call).id, call.path["message"])
        if message.private:
            raise unknown("Message", errors.UNKNOWN_MESSAGE)
        return message

    async def _message(self, call: Call) -> Json:
        return self._world.events.as_told(self._known(call))

    async def _send(self, call: Call) -> Message:
        channel, body = self._place(call), call.body
        needed = Permission.SEND_MESSAGES | (Permission.ATTACH_FILES if call.files else Permission(0))
        if needed not in channel.permissions(BOT):
            raise ApiError(403, errors.MISSING_PERMISSIONS, "Missing Permissions")
        check_new(body, call.files)
        nonce = body.get("nonce")
        if nonce is not None and body.get("enforce_nonce") and (sent := self._nonces.find(nonce)):
            # One that was deleted is not made again: it was sent once, and that is what is asked.
            return self._world.board.get(sent.channel.id, sent.id)
        world, answers = self._world, self._referred(channel, body.get("message_reference"))
        message = Message(
            id=world.clock.snowflake(), channel=channel, author=BOT, timestamp=world.clock.now(), nonce=nonce,
            type=int(MessageType.REPLY if answers else MessageType.DEFAULT), answers=answers,
        )  # fmt: skip
        if nonce is not None:
            self._nonces.keep(nonce, message)
        return world.board.post(world.board.fill(message, body, call.files))

    def _referred(self, channel: Channel, reference: Json | None) -> Message | None:
        """The message that a reply answers; refused where there is none, unless the bot said that this is well."""
        if not reference:
            return None
        refusal = Refusal(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        if not isinstance(reference, dict):
            raise invalid_form([refusal])
        try:
            found = self._world.board.get(channel.id, str(reference.get("message_id")))
        except ApiError:
            found = None
        if found and not found.private:
            return found
        if reference.get("fail_if_not_exists", True):
            raise invalid_form([refusal])
        return None

    async def _edit(self, call: Call) -> Message:
        message = self._known(call)
        if message.author is not BOT:
            raise ApiError(403, errors.NOT_THE_AUTHOR, "Cannot edit a message authored by another user")
        return self._world.board.edit(message, call.body, call.files)

    async def _delete(self, call: Call) -> None:
        message = self._known(call)
        if message.author is not BOT:
            raise ApiError(403, errors.MISSING_PERMISSIONS, "Missing Permissions")
        self._world.board.delete(message)

    # ---------------------------------------------------------------- interactions

    async def _callback(self, call: Call) -> Json | None:
        told = self._world.interactions.respond(call.path["interaction"], call.path["token"], call.body, call.files)
        return told if call.query.get("with_response") in ("1", "true") else None

    def _own(self, call: Call) -> str:
        if call.path["webhook"] != APPLICATION:
            raise unknown("Webhook", errors.UNKNOWN_WEBHOOK)
        return call.path["token"]

    async def _follow_up(self, call: Call) -> Message:
        return self._world.interactions.follow_up(self._own(call), call.body, call.files)

    async def _hooked(self, call: Call) -> Message:
        return self._world.interactions.which(self._own(call), call.path["message"])

    async def _hooked_edit(self, call: Call) -> Message:
        return self._world.interactions.edit(self._own(call), call.path["message"], call.body, call.files)

    async def _hooked_delete(self, call: Call) -> None:
        self._world.interactions.delete(self._own(call), call.path["message"])


def _number(server: Server) -> int:
    return int(server.id)


def _asked(call: Call, name: str, check: Check) -> int | None:
    """A number of the query, None where there is none. Raises ApiError where the check does not take it."""
    if (said := call.query.get(name)) is None:
        return None
    value = int(said) if said.isascii() and said.isdigit() and len(said) <= SNOWFLAKE_DIGITS else said
    if isinstance(value, str):
        raise invalid_form([not_a("int", (name,), value)])
    if found := list(check(value, (name,))):
        raise invalid_form(found)
    return value
