"""Messages as Discord keeps them: what a body says becomes a message, and who may see it."""

import copy
import itertools
import mimetypes
import re
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntFlag

from bot import limits
from bot.sandbox.clock import Clock
from bot.sandbox.errors import EMPTY_MESSAGE, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, ApiError, invalid_form, unknown
from bot.sandbox.payloads import Refusal, is_empty, message_refusals
from bot.sandbox.places import Channel, Json, Permission, User

HISTORY = 500
"""Messages that a channel keeps; older ones are forgotten, so that memory stays flat."""

GIVEN_FILES = 100
"""Files that people gave to commands and modals which are kept; the bot may fetch them."""

EVERYONE = re.compile(r"@(everyone|here)\b")
USER_MENTION = re.compile(r"<@!?(\d+)>")


class Flag(IntFlag):
    """Of a message. Source: Discord's documentation, «Message Flags»."""

    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    COMPONENTS_V2 = 1 << 15


CHANGEABLE = Flag.COMPONENTS_V2 | 1 << 2
"""Flags that an edit may set: the layout's, and that embeds are hidden."""


UNTOLD = "application/octet-stream"
"""The type with which the library sends every file, which says nothing."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent; its name as Discord writes it, without blanks and signs, and its type by its name."""

    filename: str
    content_type: str
    data: bytes

    def __post_init__(self) -> None:
        object.__setattr__(self, "filename", re.sub(r"[^\w.-]", "_", self.filename) or "file")
        if self.content_type in ("", UNTOLD):
            object.__setattr__(self, "content_type", mimetypes.guess_type(self.filename)[0] or UNTOLD)


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
    answers: "Message | None" = field(default=None, repr=False)
    """The message that this one refers to."""
    origin: Json | None = None
    """Discord's `interaction_metadata`."""
    command: str | None = None
    """The name of the command that led to it."""
    nonce: str | int | None = None
    """What its sender knows it by."""
    deleted: bool = False
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
            # What only one person sees is not quoted where others read it.
            quoted = self.answers.visible_to in (None, self.visible_to) and not self.answers.deleted
            referred = {"message_reference": place, "referenced_message": self.answers.alone() if quoted else None}
        return self.alone() | referred

    def alone(self) -> Json:
        """The same without the message that it refers to: Discord nests one level."""
        return {
            "id": self.id, "channel_id": self.channel.id, "author": self.author.json(), "content": self.content,
            "timestamp": self.timestamp.isoformat(), "edited_timestamp": self.edited and self.edited.isoformat(),
            "tts": False, "mention_everyone": self.mention_everyone,
            "mentions": [user.json() for user in self.mentions], "mention_roles": [], "pinned": False,
            "attachments": self.attachments, "embeds": self.embeds,
            "type": self.type, "flags": self.flags, "components": self.components,
            **({"webhook_id": self.author.id, "application_id": self.author.id, "interaction_metadata": self.origin}
               if self.origin else {}),
            **({"nonce": self.nonce} if self.nonce is not None else {}),
        }  # fmt: skip


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
    """All messages and their files. Tells its listeners of each change, in order; knows nothing of interactions."""

    def __init__(self, clock: Clock, users: Callable[[str], User | None], url: Callable[[], str]) -> None:
        self._clock = clock
        self._users = users
        self._url = url
        self._channels: dict[str, OrderedDict[str, Message]] = {}
        self._closed: set[str] = set()
        self._files: dict[str, Upload] = {}
        self._given: deque[str] = deque()
        self.listeners: list[Callable[[Change], None]] = []

    def post(self, message: Message) -> Message:
        kept = self._channels.setdefault(message.channel.id, OrderedDict())
        kept[message.id] = message
        while len(kept) > HISTORY:
            self._forget(kept.popitem(last=False)[1])
        self._tell("new", message)
        return message

    def changed(self, message: Message) -> None:
        if self.has(message):
            self._tell("changed", message)

    def edit(self, message: Message, body: Json, files: Sequence[Upload], *, pings: bool = True) -> Message:
        """Change a message as a body says. Raises ApiError where Discord would not."""
        check_change(message, body, files)
        return self.complete(message, body, files, pings=pings)

    def complete(self, message: Message, body: Json, files: Sequence[Upload], *, pings: bool) -> Message:
        """The same with a body that is checked. What was still loading is new with it, and not edited."""
        was_loading = message.loading
        message.flags &= ~Flag.LOADING
        self.fill(message, body, files, pings=pings)
        message.edited = None if was_loading else self._clock.now()
        self.changed(message)
        return message

    def delete(self, message: Message) -> None:
        if self._channels.get(message.channel.id, OrderedDict()).pop(message.id, None):
            message.deleted = True
            self._forget(message)
            self._tell("gone", message)

    def close(self, channel: Channel) -> None:
        """Forget all that was said in a channel, and take nothing more: it is deleted."""
        self._closed.add(channel.id)
        for message in self._channels.pop(channel.id, OrderedDict()).values():
            message.deleted = True
            self._forget(message)

    def check_open(self, channel: Channel) -> None:
        """Raises ApiError where the channel is deleted."""
        if channel.id in self._closed:
            raise unknown("Channel", UNKNOWN_CHANNEL)

    def has(self, message: Message) -> bool:
        return message.id in self._channels.get(message.channel.id, ())

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

    def file(self, attachment_id: str) -> Upload | None:
        return self._files.get(attachment_id)

    @property
    def files(self) -> int:
        """How many files are kept."""
        return len(self._files)

    def keep(self, upload: Upload) -> Json:
        """Keep a file that somebody gave, and return Discord's attachment object for it."""
        attachment = self._kept("given", upload)
        self._given.append(attachment["id"])
        while len(self._given) > GIVEN_FILES:
            self._files.pop(self._given.popleft(), None)
        return attachment

    def _kept(self, channel_id: str, upload: Upload) -> Json:
        attachment_id = self._clock.snowflake()
        self._files[attachment_id] = upload
        where = f"{self._url()}/attachments/{channel_id}/{attachment_id}/{upload.filename}"
        return {
            "id": attachment_id, "filename": upload.filename, "size": len(upload.data), "url": where,
            "proxy_url": where, "content_type": upload.content_type,
        }  # fmt: skip

    def _forget(self, message: Message) -> None:
        """Let go of the files, and of the message it answers: a chain of answers would keep all of them."""
        for attachment in message.attachments:
            self._files.pop(attachment["id"], None)
        message.answers = None

    def fill(self, message: Message, body: Json, files: Sequence[Upload] = (), *, pings: bool = True) -> Message:
        """Set what the body says, leave what it does not mention. `pings`: whether @everyone counts by default."""
        if "content" in body:
            message.content = body["content"] or ""
        if "embeds" in body:
            message.embeds = list(body["embeds"] or [])
        self._attach(message, body, files)
        if "components" in body:
            message.components = [_resolved(part, message) for part in numbered(body["components"] or [])]
        if "flags" in body:
            message.flags |= (body["flags"] or 0) & CHANGEABLE
        self._mention(message, body.get("allowed_mentions"), pings)
        return message

    def _attach(self, message: Message, body: Json, files: Sequence[Upload]) -> None:
        if "attachments" in body:
            wanted = {str(given.get("id")) for given in body["attachments"] or []}
            for dropped in [known for known in message.attachments if known["id"] not in wanted]:
                self._files.pop(dropped["id"], None)
            message.attachments = [known for known in message.attachments if known["id"] in wanted]
        described = {str(given.get("id")): given for given in body.get("attachments") or []}
        for position, upload in enumerate(files):
            made = self._kept(message.channel.id, upload)
            said = {"description": described.get(str(position), {}).get("description")}
            message.attachments.append(made | said | ({"ephemeral": True} if message.private else {}))

    def _mention(self, message: Message, allowed: Json | None, pings: bool) -> None:
        """Who is pinged. Without a word from the sender Discord pings users, and everybody in plain messages."""
        told = {name: value for name, value in (allowed or {}).items() if value is not None}
        parse = told.get("parse", [] if allowed is not None else ["users", *(["everyone"] if pings else [])])
        # The library sends ids as integers.
        named = set(map(str, told.get("users", [])))
        found = [self._users(user_id) for user_id in dict.fromkeys(USER_MENTION.findall(message.text))]
        message.mentions = tuple(user for user in found if user and ("users" in parse or user.id in named))
        may = Permission.MENTION_EVERYONE in message.channel.permissions(message.author)
        message.mention_everyone = may and "everyone" in parse and bool(EVERYONE.search(message.text))

    def _tell(self, kind: str, message: Message) -> None:
        for listener in list(self.listeners):
            listener(Change(kind, message))


def check_new(body: Json, files: Sequence[Upload]) -> None:
    """Raises ApiError where Discord would not take this body as a new message."""
    names = tuple(upload.filename for upload in files)
    if found := message_refusals(body, files=names):
        raise invalid_form(found)
    if is_empty(body, names):
        raise ApiError(400, EMPTY_MESSAGE, "Cannot send an empty message")


def check_change(message: Message, body: Json, files: Sequence[Upload]) -> None:
    """Raises ApiError where Discord would not let this body change the message."""
    listed = body.get("attachments") or []
    wanted = (
        {str(given.get("id")) for given in listed if isinstance(given, dict)} if isinstance(listed, list) else set()
    )
    left = [known for known in message.attachments if "attachments" not in body or known["id"] in wanted]
    names = (*(known["filename"] for known in left), *(upload.filename for upload in files))
    v2 = bool(message.flags & Flag.COMPONENTS_V2)
    found = message_refusals(body, editing=True, v2=v2, files=names)
    if len(names) > limits.MESSAGE_FILES:
        found.append(
            Refusal(("attachments",), "BASE_TYPE_MAX_LENGTH", f"Must be {limits.MESSAGE_FILES} or fewer in length.")
        )
    if found:
        raise invalid_form(found)
    kept = {"content": message.content, "embeds": message.embeds, "components": message.components}
    flags = message.flags | (body.get("flags") or 0)
    if is_empty(kept | {"flags": flags} | {key: body[key] for key in kept if key in body}, names):
        raise ApiError(400, EMPTY_MESSAGE, "Cannot send an empty message")


def numbered(components: Sequence[Json]) -> list[Json]:
    """Deep copies in which every component has an `id` of its own."""
    taken = {part.get("id") for part in walk(components)}
    free = (number for number in itertools.count(1) if number not in taken)

    def copied(component: Json) -> Json:
        made = copy.deepcopy(component)
        for part in walk([made]):
            part["id"] = part.get("id") or next(free)
        return made

    return [copied(component) for component in components]


def _resolved(component: Json, message: Message) -> Json:
    """With the address of each upload in place of `attachment://name`, and ids as text, as Discord answers."""
    sent = {f"attachment://{known['filename']}": known for known in message.attachments}
    for holder in walk([component]):
        for default in holder.get("default_values") or []:
            default["id"] = str(default["id"])
        for media in [
            holder.get("media"),
            holder.get("file"),
            *(item.get("media") for item in holder.get("items") or []),
        ]:
            if media and (known := sent.get(media.get("url"))):
                media |= {key: known[key] for key in ("url", "proxy_url", "content_type")} | {
                    "attachment_id": known["id"]
                }
        if (file := holder.get("file")) and (known := _attached(message, file)):
            holder |= {"name": known["filename"], "size": known["size"]}
    return component


def _attached(message: Message, media: Json) -> Json | None:
    return next((known for known in message.attachments if known["url"] == media.get("url")), None)
