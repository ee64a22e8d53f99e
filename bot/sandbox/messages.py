"""Messages as Discord keeps them: what a body says becomes a message, and who may see it."""

import itertools
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntFlag
from typing import Any

from bot.sandbox.clock import Clock
from bot.sandbox.errors import UNKNOWN_MESSAGE, unknown
from bot.sandbox.places import Channel, Json, User

HISTORY = 500
"""Messages that a channel keeps; older ones are forgotten, so that memory stays flat."""

GIVEN_FILES = 100
"""Files that people gave to commands and modals which are kept; the bot may fetch them."""

USER_MENTION = re.compile(r"<@!?(\d+)>")


class Flag(IntFlag):
    """Of a message. Source: Discord's documentation, «Message Flags»."""

    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    COMPONENTS_V2 = 1 << 15


CHANGEABLE = Flag.COMPONENTS_V2 | 1 << 2
"""Flags that an edit may set: the layout's, and that embeds are hidden."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    filename: str
    content_type: str
    data: bytes


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """`visible_to` is the one user who sees it, or None for everybody in the channel."""

    id: str
    channel: Channel
    author: User
    timestamp: datetime
    type: int = 0
    flags: int = 0
    content: str = ""
    components: list[Json] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    mentions: tuple[User, ...] = ()
    mention_everyone: bool = False
    edited: datetime | None = None
    visible_to: User | None = None
    answers: "Message | None" = None
    """The message that this one refers to."""
    origin: Json | None = None
    """Discord's `interaction_metadata`."""
    command: str | None = None
    """The name of the command that led to it."""
    failed: str | None = None
    """What its reader is told where a press of its buttons got no answer."""

    @property
    def private(self) -> bool:
        return bool(self.flags & Flag.EPHEMERAL)

    @property
    def loading(self) -> bool:
        return bool(self.flags & Flag.LOADING)

    @property
    def parts(self) -> list[Json]:
        """Every component, in reading order."""
        return list(walk(self.components))

    @property
    def text(self) -> str:
        """All that there is to read, from top to bottom."""
        return "\n".join(filter(None, [self.content, *(part.get("content") for part in self.parts)]))

    @property
    def custom_ids(self) -> list[str]:
        return [part["custom_id"] for part in self.parts if part.get("custom_id")]

    @property
    def labels(self) -> list[str]:
        return [part["label"] for part in self.parts if part.get("label")]

    def part(self, name: str) -> Json | None:
        """The component with this `custom_id` or, failing that, this label."""
        named = [part for part in self.parts if part.get("custom_id") == name]
        labelled = [part for part in self.parts if part.get("label") == name]
        return next(iter(named + labelled), None)

    def json(self) -> Json:
        """Discord's message object."""
        referred: Json = {}
        if self.answers:
            place = {"channel_id": self.answers.channel.id, "message_id": self.answers.id, "type": 0}
            referred = {"message_reference": place, "referenced_message": _by_itself(self.answers.json())}
        return {
            "id": self.id, "channel_id": self.channel.id, "author": self.author.json(), "content": self.content,
            "timestamp": self.timestamp.isoformat(), "edited_timestamp": self.edited and self.edited.isoformat(),
            "tts": False, "mention_everyone": self.mention_everyone,
            "mentions": [user.json() for user in self.mentions], "mention_roles": [], "pinned": False,
            "attachments": self.attachments, "embeds": self.embeds,
            "type": self.type, "flags": self.flags, "components": self.components, **referred,
            **({"webhook_id": self.author.id, "application_id": self.author.id, "interaction_metadata": self.origin}
               if self.origin else {}),
        }  # fmt: skip


def _by_itself(message: Json) -> Json:
    """Without what it refers to itself: Discord nests one level."""
    return {key: value for key, value in message.items() if key != "referenced_message"}


def walk(components: Sequence[Json]) -> Iterator[Json]:
    """Every component through all nesting, each before what it holds."""
    for component in components:
        yield component
        inside = [component[key] for key in ("accessory", "component") if component.get(key)]
        yield from walk([*(component.get("components") or []), *inside])


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a message: it is new, changed or gone."""

    kind: str
    message: Message


class MessageBoard:
    """All messages. Tells its listeners of each change, in order; knows nothing of interactions."""

    def __init__(self, clock: Clock, users: Callable[[str], User | None], url: Callable[[], str]) -> None:
        self._clock = clock
        self._users = users
        self._url = url
        self._channels: dict[str, OrderedDict[str, Message]] = {}
        self._files: OrderedDict[str, dict[str, Upload]] = OrderedDict()
        self._given: OrderedDict[str, None] = OrderedDict()
        self.listeners: list[Callable[[Change], None]] = []

    def post(self, message: Message) -> Message:
        kept = self._channels.setdefault(message.channel.id, OrderedDict())
        kept[message.id] = message
        while len(kept) > HISTORY:
            self._files.pop(kept.popitem(last=False)[0], None)
        self._tell("new", message)
        return message

    def changed(self, message: Message) -> None:
        if message.id in self._channels.get(message.channel.id, ()):
            self._tell("changed", message)

    def delete(self, message: Message) -> None:
        if self._channels.get(message.channel.id, OrderedDict()).pop(message.id, None):
            self._files.pop(message.id, None)
            self._tell("gone", message)

    def get(self, channel_id: str, message_id: str) -> Message:
        """Raises ApiError where there is none."""
        message = self._channels.get(channel_id, OrderedDict()).get(message_id)
        if message is None:
            raise unknown("Message", UNKNOWN_MESSAGE)
        return message

    def seen_by(self, user: User, channel: Channel) -> list[Message]:
        """What this user sees in the channel, oldest first."""
        kept = self._channels.get(channel.id, OrderedDict()).values()
        return [message for message in kept if message.visible_to in (None, user)]

    def file(self, message_id: str, filename: str) -> Upload | None:
        return self._files.get(message_id, {}).get(filename)

    def keep(self, upload: Upload) -> Json:
        """Keep a file that somebody gave, and return Discord's attachment object for it."""
        given = self._clock.snowflake()
        self._given[given] = None
        while len(self._given) > GIVEN_FILES:
            self._files.pop(self._given.popitem(last=False)[0], None)
        return self._kept("given", given, upload)

    def _kept(self, channel_id: str, message_id: str, upload: Upload) -> Json:
        self._files.setdefault(message_id, {})[upload.filename] = upload
        where = f"{self._url()}/attachments/{channel_id}/{message_id}/{upload.filename}"
        return {
            "id": self._clock.snowflake(), "filename": upload.filename, "size": len(upload.data), "url": where,
            "proxy_url": where, "content_type": upload.content_type,
        }  # fmt: skip

    def fill(self, message: Message, body: Json, files: Sequence[Upload] = (), *, pings: bool = True) -> Message:
        """Set what the body says, leave what it does not mention. `pings`: whether @everyone counts by default."""
        if "content" in body:
            message.content = body["content"] or ""
        if "embeds" in body:
            message.embeds = list(body["embeds"] or [])
        self._attach(message, body, files)
        if "components" in body:
            numbers = itertools.count(1)
            message.components = [self._resolved(numbered(part, numbers), message) for part in body["components"] or []]
        if "flags" in body:
            message.flags |= (body["flags"] or 0) & CHANGEABLE
        self._mention(message, body.get("allowed_mentions"), pings)
        return message

    def _attach(self, message: Message, body: Json, files: Sequence[Upload]) -> None:
        if "attachments" in body:
            kept = {str(given.get("id")) for given in body["attachments"] or []}
            message.attachments = [known for known in message.attachments if known["id"] in kept]
        described = {str(given.get("id")): given for given in body.get("attachments") or []}
        for position, upload in enumerate(files):
            made = self._kept(message.channel.id, message.id, upload)
            message.attachments.append(made | {"description": described.get(str(position), {}).get("description")})

    def _resolved(self, component: Json, message: Message) -> Json:
        """With the address of each upload in place of `attachment://name`, as Discord answers."""
        sent = {f"attachment://{known['filename']}": known for known in message.attachments}
        for holder in walk([component]):
            for media in [
                holder.get("media"),
                holder.get("file"),
                *(i.get("media") for i in holder.get("items") or []),
            ]:
                if media and (known := sent.get(media.get("url"))):
                    media |= {key: known[key] for key in ("url", "proxy_url", "content_type")}
                    media["attachment_id"] = known["id"]
            if (file := holder.get("file")) and file.get("attachment_id"):
                known = next(known for known in message.attachments if known["id"] == file["attachment_id"])
                holder |= {"name": known["filename"], "size": known["size"]}
        return component

    def _mention(self, message: Message, allowed: Json | None, pings: bool) -> None:
        """Who is pinged. Without a word from the sender Discord pings users, and everybody in plain messages."""
        parse = (allowed or {}).get("parse", [] if allowed is not None else ["users", *(["everyone"] if pings else [])])
        named = (allowed or {}).get("users", [])
        found = [self._users(user_id) for user_id in dict.fromkeys(USER_MENTION.findall(message.text))]
        message.mentions = tuple(user for user in found if user and ("users" in parse or user.id in named))
        message.mention_everyone = "everyone" in parse and bool(re.search(r"@(everyone|here)\b", message.text))

    def _tell(self, kind: str, message: Message) -> None:
        for listener in list(self.listeners):
            listener(Change(kind, message))


def numbered(component: Json, numbers: "itertools.count[int]") -> Json:
    """A deep copy in which every component has its `id`."""
    made: dict[str, Any] = {**component, "id": component.get("id") or next(numbers)}
    for key in ("components", "items", "options"):
        if isinstance(component.get(key), list):
            made[key] = [numbered(part, numbers) if key == "components" else _copied(part) for part in component[key]]
    for key in ("accessory", "component"):
        if component.get(key):
            made[key] = numbered(component[key], numbers)
    for key in ("media", "file"):
        if component.get(key):
            made[key] = dict(component[key])
    return made


def _copied(part: Json) -> Json:
    return {key: dict(value) if isinstance(value, dict) else value for key, value in part.items()}
