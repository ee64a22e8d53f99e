"""The bot's application commands: registered over REST, offered to those who may use them where they are."""

from bot.sandbox.clock import Clock
from bot.sandbox.errors import UNKNOWN_COMMAND, Misuse, unknown
from bot.sandbox.places import APPLICATION, Channel, Json, Permission, User

SLASH, USER, MESSAGE = 1, 2, 3
SERVER_INSTALL, USER_INSTALL = 0, 1
WITHOUT_BOT = 2
"""The context of a conversation that the bot is not in."""
DEFAULTS: Json = {
    "type": SLASH,
    "default_member_permissions": None,
    "dm_permission": True,
    "contexts": None,
    "integration_types": [0],
    "nsfw": False,
    "description": "",
}


FIELDS = {
    *DEFAULTS,
    "name",
    "name_localizations",
    "description_localizations",
    "options",
    "handler",
}


class CommandBook:
    """Global commands and those of one server."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._scopes: dict[str | None, dict[str, Json]] = {None: {}}

    def all(self, server_id: str | None = None) -> list[Json]:
        return list(self._scopes.get(server_id, {}).values())

    def overwrite(self, commands: list[Json], server_id: str | None = None) -> list[Json]:
        """Replace all of a scope. A command of the same name and type keeps its id."""
        ids = {(known["type"], known["name"]): known["id"] for known in self.all(server_id)}
        made = [
            self._made(command, ids.get((command.get("type", SLASH), command["name"])), server_id)
            for command in commands
        ]
        self._scopes[server_id] = {command["id"]: command for command in made}
        return made

    def create(self, command: Json, server_id: str | None = None) -> Json:
        """Add one, or replace the one of the same name and type."""
        same = [
            k for k in self.all(server_id) if (k["type"], k["name"]) == (command.get("type", SLASH), command["name"])
        ]
        made = self._made(command, same[0]["id"] if same else None, server_id)
        self._scopes.setdefault(server_id, {})[made["id"]] = made
        return made

    def edit(self, command_id: str, change: Json, server_id: str | None = None) -> Json:
        known = self.get(command_id, server_id)
        fixed = {key: known[key] for key in ("id", "application_id", "guild_id", "type") if key in known}
        known.update(_fields(change) | fixed, version=self._clock.snowflake())
        return known

    def get(self, command_id: str, server_id: str | None = None) -> Json:
        """Raises ApiError where there is none."""
        if (known := self._scopes.get(server_id, {}).get(command_id)) is None:
            raise unknown("application command", UNKNOWN_COMMAND)
        return known

    def find(self, command_id: str) -> Json:
        """A command of any scope. Raises ApiError where there is none."""
        for scope in self._scopes.values():
            if command_id in scope:
                return scope[command_id]
        raise unknown("application command", UNKNOWN_COMMAND)

    def delete(self, command_id: str, server_id: str | None = None) -> None:
        self.get(command_id, server_id)
        del self._scopes[server_id][command_id]

    def for_person(self, user: User, channel: Channel) -> list[Json]:
        """What Discord's client would offer this user in this channel; those of the server hide those of all."""
        local = self.all(channel.server.id) if channel.server else []
        named = {(command["type"], command["name"]) for command in local}
        found = [*local, *(c for c in self.all() if (c["type"], c["name"]) not in named)]
        return [command for command in found if _may_use(command, user, channel)]

    def offered(self, name: str, user: User, channel: Channel, kind: int = SLASH) -> Json:
        """The command of this name; for a slash command, the first word of it. Raises Misuse."""
        wanted = name.split()[0] if kind == SLASH else name
        for command in self.for_person(user, channel):
            if command["name"] == wanted and command["type"] == kind:
                return command
        there = sorted(command["name"] for command in self.for_person(user, channel) if command["type"] == kind)
        raise Misuse(
            f"No command «{wanted}» is offered to {user.global_name} here, only: {', '.join(there) or 'none'}."
        )

    def _made(self, command: Json, command_id: str | None, server_id: str | None) -> Json:
        fixed = {"id": command_id or self._clock.snowflake(), "application_id": APPLICATION}
        scope = {"guild_id": server_id} if server_id else {}
        return {**DEFAULTS, **_fields(command), **fixed, **scope, "version": self._clock.snowflake()}


def _fields(command: Json) -> Json:
    return {key: value for key, value in command.items() if key in FIELDS}


def _may_use(command: Json, user: User, channel: Channel) -> bool:
    if command["contexts"] is not None and channel.context not in command["contexts"]:
        return False
    if command["dm_permission"] is False and channel.server is None:
        return False
    # Everybody here has installed the app for themselves; in a server that has it, both ways are open.
    open_ways = {SERVER_INSTALL, USER_INSTALL}
    if channel.context == WITHOUT_BOT or (channel.server and not channel.server.installed):
        open_ways = {USER_INSTALL}
    if not open_ways & set(command["integration_types"] or [SERVER_INSTALL]):
        return False
    needed = command["default_member_permissions"]
    if channel.server is None:
        return True
    has = channel.permissions(user)
    if Permission.USE_COMMANDS not in has:
        return False
    # «0» is Discord's word for: administrators only.
    wanted = Permission.USE_COMMANDS if needed is None else Permission(int(needed)) or Permission.ADMINISTRATOR
    return wanted in has
