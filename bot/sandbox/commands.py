"""The bot's application commands: registered over REST, offered to those who may use them where they are."""

from bot.sandbox.clock import Clock
from bot.sandbox.errors import UNKNOWN_COMMAND, Misuse, unknown
from bot.sandbox.places import APPLICATION, MEMBER, Channel, Json, Permission, User

SLASH, USER, MESSAGE = 1, 2, 3
DEFAULTS: Json = {
    "type": SLASH,
    "default_member_permissions": None,
    "dm_permission": True,
    "contexts": None,
    "integration_types": [0],
    "nsfw": False,
    "description": "",
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
        made = [self._made(command, ids.get((command.get("type", SLASH), command["name"]))) for command in commands]
        self._scopes[server_id] = {command["id"]: command for command in made}
        return made

    def create(self, command: Json, server_id: str | None = None) -> Json:
        """Add one, or replace the one of the same name and type."""
        same = [
            k for k in self.all(server_id) if (k["type"], k["name"]) == (command.get("type", SLASH), command["name"])
        ]
        made = self._made(command, same[0]["id"] if same else None)
        self._scopes.setdefault(server_id, {})[made["id"]] = made
        return made

    def edit(self, command_id: str, change: Json, server_id: str | None = None) -> Json:
        known = self.get(command_id, server_id)
        known.update(change, version=self._clock.snowflake())
        return known

    def get(self, command_id: str, server_id: str | None = None) -> Json:
        """Raises ApiError where there is none."""
        if (known := self._scopes.get(server_id, {}).get(command_id)) is None:
            raise unknown("application command", UNKNOWN_COMMAND)
        return known

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

    def _made(self, command: Json, command_id: str | None) -> Json:
        fixed = {"id": command_id or self._clock.snowflake(), "application_id": APPLICATION}
        return {**DEFAULTS, **command, **fixed, "version": self._clock.snowflake()}


def _may_use(command: Json, user: User, channel: Channel) -> bool:
    contexts = command["contexts"]
    if contexts is not None and channel.context not in contexts:
        return False
    server = channel.server
    installed_for = {0} if server and server.installed else {1} if server or channel.context == 2 else {0, 1}
    if not installed_for & set(command["integration_types"] or [0]):
        return False
    needed = command["default_member_permissions"]
    if server is None or needed is None:
        return True
    has = server.members.get(user.id, MEMBER)
    # «0» is Discord's word for: administrators only.
    return bool(has & Permission.ADMINISTRATOR) or (int(needed) > 0 and has & int(needed) == int(needed))
