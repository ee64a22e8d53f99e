"""People and places: users, servers with channels and roles, direct messages, each in the form of Discord's API."""

from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Any

Json = dict[str, Any]

APPLICATION = "1000000000000000001"
"""The bot's user and its application have one id, as newer bots of Discord have."""


NOT_RESOLVED = {"permission_overwrites", "bitrate", "user_limit"}
"""What Discord does not tell of a channel that somebody chose."""


class ChannelType(IntEnum):
    """Of Discord's, those that there are here: a server's channels take messages whatever they are."""

    TEXT = 0
    DIRECT = 1
    VOICE = 2
    GROUP = 3
    ANNOUNCEMENT = 5


class Permission(IntFlag):
    """The few that the sandbox tells apart. Source: Discord's documentation, «Permissions»."""

    ADMINISTRATOR = 1 << 3
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    MENTION_EVERYONE = 1 << 17
    USE_COMMANDS = 1 << 31
    USE_EXTERNAL_APPS = 1 << 50
    """Without it, what an app that only the user installed says in a server is for that user alone."""


EVERYTHING = Permission(sum(Permission))

MEMBER = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.USE_COMMANDS
    | Permission.USE_EXTERNAL_APPS
)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    id: str
    username: str
    global_name: str | None = None
    bot: bool = False
    locale: str = "en-US"

    def json(self) -> Json:
        base = {"id": self.id, "username": self.username, "global_name": self.global_name, "avatar": None}
        return {**base, "discriminator": "0", "public_flags": 0, **({"bot": True} if self.bot else {})}


BOT = User(id=APPLICATION, username="briefbot", global_name="Briefbot", bot=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    id: str
    name: str

    def json(self) -> Json:
        fixed = {"color": 0, "hoist": False, "permissions": "0", "managed": False, "mentionable": True, "flags": 0}
        colors = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
        return {"id": self.id, "name": self.name, "position": 1, "colors": colors, **fixed}


@dataclass(slots=True, kw_only=True, eq=False)
class Server:
    """A server, with its channels, its roles and what each member may do."""

    id: str
    name: str
    roles: tuple[Role, ...] = ()
    channels: list["Channel"] = field(default_factory=list)
    members: dict[str, Permission] = field(default_factory=dict)
    """What each user may do here, by id; the bot too, where it was added."""

    @property
    def installed(self) -> bool:
        """Whether the bot is in the server, and not only with those who installed it for themselves."""
        return BOT.id in self.members

    def permissions(self, user: User) -> Permission:
        """What a user may do here; none at all for those who are not in the server."""
        has = self.members.get(user.id, Permission(0))
        return EVERYTHING if Permission.ADMINISTRATOR in has else has

    def json(self) -> Json:
        """The object of GUILD_CREATE, with the fields that the library reads."""
        everyone = Role(id=self.id, name="@everyone").json()
        return {
            "id": self.id, "name": self.name, "icon": None, "features": [], "owner_id": self._owner(),
            "roles": [everyone, *(role.json() for role in self.roles)], "emojis": [], "stickers": [], "afk_timeout": 60,
            "verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0, "mfa_level": 0,
            "system_channel_flags": 0, "premium_tier": 0, "nsfw_level": 0, "preferred_locale": "en-US",
            "member_count": len(self.members), "large": False, "unavailable": False,
            "members": [self.member(BOT)], "channels": [channel.json() for channel in self.channels],
            "threads": [], "presences": [], "voice_states": [], "stage_instances": [], "guild_scheduled_events": [],
            "premium_progress_bar_enabled": False,
        }  # fmt: skip

    def partial(self, *, counted: bool = False) -> Json:
        """What a list of the bot's servers says of each; `counted`: with how many members it has."""
        known: Json = {
            "id": self.id, "name": self.name, "icon": None, "banner": None, "owner": False,
            "permissions": str(int(self.permissions(BOT))), "features": [],
        }  # fmt: skip
        there = len(self.members)
        return known | ({"approximate_member_count": there, "approximate_presence_count": there} if counted else {})

    def _owner(self) -> str:
        return next((user_id for user_id in self.members if user_id != BOT.id), "0")

    def member(self, user: User) -> Json:
        fixed = {"roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0}
        permissions = str(int(self.permissions(user)))
        return {"user": user.json(), "permissions": permissions, "nick": None, "avatar": None, **fixed}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Channel:
    """A channel of a server, of a `kind`, or a conversation of its `recipients`."""

    id: str
    name: str = ""
    topic: str = ""
    kind: ChannelType = ChannelType.TEXT
    server: Server | None = None
    recipients: tuple[User, ...] = ()
    denied: dict[str, Permission] = field(default_factory=dict)
    """What is taken here from users, by id; nothing can be taken from administrators."""

    @property
    def type(self) -> ChannelType:
        if self.server:
            return self.kind
        return ChannelType.DIRECT if len(self.recipients) == 1 else ChannelType.GROUP

    @property
    def context(self) -> int:
        """Discord's interaction context: 0 a server, 1 a direct message with the bot, 2 one without it."""
        if self.server:
            return 0
        return 1 if self.type is ChannelType.DIRECT else 2

    def has(self, user: User) -> bool:
        """Whether this user is in the place and sees it."""
        if self.server:
            return user.id in self.server.members and Permission.VIEW_CHANNEL in self.permissions(user)
        return user in self.recipients or (user is BOT and self.type is ChannelType.DIRECT)

    def permissions(self, user: User) -> Permission:
        """What a user may do here: in a conversation, and where the bot only comes along, the usual."""
        if self.server is None or (user is BOT and not self.server.installed):
            return MEMBER
        has = self.server.permissions(user)
        if Permission.ADMINISTRATOR not in has:
            has &= ~self.denied.get(user.id, Permission(0))
        # Whoever does not see a channel may do nothing in it.
        return has if Permission.VIEW_CHANNEL in has else Permission(0)

    def json(self) -> Json:
        if self.server is None:
            return {
                "id": self.id,
                "type": int(self.type),
                "recipients": [user.json() for user in self.recipients],
                "last_message_id": None,
                "flags": 0,
                **({"name": self.name or None, "icon": None, "owner_id": self.recipients[0].id}
                   if self.type is ChannelType.GROUP else {}),
            }  # fmt: skip
        fixed = {"position": 0, "nsfw": False, "rate_limit_per_user": 0, "flags": 0, "parent_id": None}
        known = {"guild_id": self.server.id, "name": self.name, "topic": self.topic or None}
        voice = {"bitrate": 64_000, "user_limit": 0} if self.kind is ChannelType.VOICE else {}
        base = {"id": self.id, "type": int(self.type), "last_message_id": None}
        return {**base, **known, **fixed, **voice, "permission_overwrites": self._overwrites()}

    def chosen_by(self, user: User) -> Json:
        """The channel as an interaction has it, with what this user and the bot may do there.

        Source: Discord's documentation, «Resolved Data Structure».
        """
        told = {name: value for name, value in self.json().items() if name not in NOT_RESOLVED}
        mine, bots = (str(int(self.permissions(whose))) for whose in (user, BOT))
        return told | {"permissions": mine, "app_permissions": bots}

    def _overwrites(self) -> list[Json]:
        member = 1
        return [
            {"id": user_id, "type": member, "allow": "0", "deny": str(int(taken))}
            for user_id, taken in self.denied.items()
        ]
