"""The world: servers, channels, people, what they do and what they then see.

async with Sandbox() as sandbox:          # and a bot that connects to it
    ada = sandbox.world.person("Ada")
    card = await ada.slash("brief", topic="nato expantion")
    await ada.click(card.message, "Quotes")
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.sandbox.clock import Clock
from bot.sandbox.commands import MESSAGE, USER, CommandBook
from bot.sandbox.errors import Misuse, NoAnswer
from bot.sandbox.events import Events
from bot.sandbox.gateway import Gateway
from bot.sandbox.interactions import NO_ANSWER, Interaction, Interactions, MessageType
from bot.sandbox.messages import Change, Flag, Message, MessageBoard
from bot.sandbox.options import filled_modal, given_options, partial_member, submitted
from bot.sandbox.payloads import Kind
from bot.sandbox.payloads.components import BUTTON
from bot.sandbox.payloads.selects import ENTITIES, STRING_SELECT
from bot.sandbox.places import BOT, MEMBER, Channel, ChannelType, Json, Permission, Role, Server, User

PATIENCE = 10
"""Seconds for which a person waits for a message that the bot is to send by itself."""


class World:
    """Who and what there is. Everything in it is made here and nothing is looked up elsewhere."""

    def __init__(self, clock: Clock, token: str, url: Callable[[], str], socket_url: Callable[[], str]) -> None:
        self.clock = clock
        self.users: dict[str, User] = {BOT.id: BOT}
        self.servers: dict[str, Server] = {}
        self.channels: dict[str, Channel] = {}
        self.board = MessageBoard(clock, self.users.get, url)
        self.commands = CommandBook(clock)
        self.gateway = Gateway(clock, token, lambda: list(self.servers.values()), socket_url)
        self.events = Events(self.gateway)
        self.interactions = Interactions(clock, self.board, self.events.interaction_begun)
        self.modals: dict[str, Interaction] = {}
        """The interaction that opened the modal each user has before them, by the user's id."""
        self.listeners: list[Callable[[str, Channel | None], None]] = []
        """Called with «commands» or «places» when those change, with «typing» and the channel where the bot types."""
        self.board.listeners.append(self.events.message_changed)
        self._owner: User | None = None

    # ---------------------------------------------------------------- making it

    def add_person(self, name: str, locale: str = "en-US") -> User:
        user = User(id=self.clock.snowflake(), username=name.lower(), global_name=name, locale=locale)
        self.users[user.id] = user
        return user

    def add_server(
        self, name: str, *channels: str, installed: bool = True, roles: tuple[str, ...] = (), topic: str = ""
    ) -> Server:
        """A server with text channels of one topic. `installed`: whether the bot was added to it."""
        made = tuple(Role(id=self.clock.snowflake(), name=role) for role in roles)
        server = Server(id=self.clock.snowflake(apart=True), name=name, roles=made)
        self.servers[server.id] = server
        for channel_name in channels or ("general",):
            self.add_channel(server, channel_name, topic=topic)
        if installed:
            self.add_bot(server)
        return server

    def add_channel(
        self, server: Server, name: str, *, kind: ChannelType = ChannelType.TEXT, topic: str = ""
    ) -> Channel:
        channel = Channel(id=self.clock.snowflake(), name=name, server=server, kind=kind, topic=topic)
        self.channels[channel.id] = channel
        server.channels.append(channel)
        self.events.channel_made(channel)
        self._tell("places", None)
        return channel

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel of a server with all that was said in it."""
        if channel.server and self.channels.pop(channel.id, None):
            channel.server.channels.remove(channel)
            self.board.close(channel)
            self.events.channel_removed(channel)
            self._tell("places", None)

    def add_bot(self, server: Server, permissions: Permission = MEMBER) -> None:
        """Let the bot into a server; one that it is in already takes on these permissions."""
        is_new = not server.installed
        server.members[BOT.id] = permissions
        if is_new:
            self.events.bot_added(server)
        self._tell("commands", None)

    def remove_bot(self, server: Server) -> None:
        """Take the bot out of a server. What it said stays, and so do those who installed it for themselves."""
        if server.installed:
            del server.members[BOT.id]
            self.events.bot_removed(server)
            self._tell("commands", None)

    def join(self, user: User, server: Server, permissions: Permission = MEMBER) -> None:
        server.members[user.id] = permissions
        self._tell("places", None)

    def deny(self, user: User, channel: Channel, permissions: Permission) -> None:
        """Take something from a user, or from the bot, in one channel of a server."""
        channel.denied[user.id] = channel.denied.get(user.id, Permission(0)) | permissions
        self._rights_changed(channel)

    def allow(self, user: User, channel: Channel, permissions: Permission) -> None:
        """Give back what was taken there."""
        channel.denied[user.id] = channel.denied.get(user.id, Permission(0)) & ~permissions
        self._rights_changed(channel)

    def _rights_changed(self, channel: Channel) -> None:
        self.events.channel_changed(channel)
        self._tell("places", None)

    @property
    def owner(self) -> User:
        """Whose application the bot is: the first of the people, until somebody else is named."""
        return self._owner or next((user for user in self.users.values() if not user.bot), BOT)

    @owner.setter
    def owner(self, user: User) -> None:
        self._owner = user

    def direct(self, *users: User) -> Channel:
        """The conversation of these users: of one, the direct messages with the bot; of several, a group without it."""
        found = (c for c in self.channels.values() if c.server is None and set(c.recipients) == set(users))
        if (known := next(found, None)) is None:
            known = Channel(id=self.clock.snowflake(), recipients=users)
            self.channels[known.id] = known
        return known

    def person(self, name: str) -> "Person":
        """Somebody by the name shown, in the first channel they can see. Raises Misuse."""
        named = [user for user in self.users.values() if user.global_name == name and not user.bot]
        if not named:
            raise Misuse(f"There is nobody called {name}.")
        return self.person_of(named[0])

    def person_of(self, user: User) -> "Person":
        seen = (channel for server in self.servers.values() for channel in server.channels if channel.has(user))
        return Person(world=self, user=user, channel=next(seen, None) or self.direct(user))

    def bot_message(self, channel: Channel, components: list[Json], visible_to: User | None = None) -> Message:
        """A message that the bot is taken to have sent some day, whatever is on it."""
        private = Flag.EPHEMERAL if visible_to else 0
        message = Message(
            id=self.clock.snowflake(), channel=channel, author=BOT, timestamp=self.clock.now(),
            flags=Flag.COMPONENTS_V2 | private, visible_to=visible_to,
        )  # fmt: skip
        return self.board.post(self.board.fill(message, {"components": components}))

    def commands_changed(self) -> None:
        self._tell("commands", None)

    def bot_types(self, channel: Channel) -> None:
        self._tell("typing", channel)

    def _tell(self, what: str, channel: Channel | None) -> None:
        for listener in list(self.listeners):
            listener(what, channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in a channel. What they do returns once the bot has given its first response.

    Raises Misuse where they are not in the channel.
    """

    world: World
    user: User
    channel: Channel

    def __post_init__(self) -> None:
        self._stays()

    def _stays(self) -> None:
        """Raises Misuse where they are not in the channel, or no longer."""
        if self.channel.id not in self.world.channels or not self.channel.has(self.user):
            raise Misuse(f"{self.user.global_name} is not in this channel.")

    def at(self, channel: Channel | str) -> "Person":
        """The same person in another channel, by itself or by its name."""
        if isinstance(channel, Channel):
            return replace(self, channel=channel)
        named = [known for known in self.world.channels.values() if known.name == channel]
        if not named:
            raise Misuse(f"There is no channel called {channel}.")
        return replace(self, channel=named[0])

    def in_direct_messages(self) -> "Person":
        return self.at(self.world.direct(self.user))

    # ---------------------------------------------------------------- doing

    async def slash(self, name: str, /, **options: Any) -> Interaction:
        """Use a slash command; `group sub` for one inside another. Raises NoAnswer, Misuse."""
        command = self.world.commands.offered(name, self.user, self.channel)
        data = given_options(self, command, name.split()[1:], options)
        return await self._begin(Kind.COMMAND, data, command=name)

    async def type_ahead(self, name: str, option: str, typed: str, /, **others: Any) -> list[Json]:
        """Type into an option of a command and get the choices. Raises NoAnswer, Misuse."""
        command = self.world.commands.offered(name, self.user, self.channel)
        data = given_options(self, command, name.split()[1:], {**others, option: typed}, focused=option)
        return (await self._begin(Kind.AUTOCOMPLETE, data, command=name)).choices

    async def click(self, message: Message, button: str) -> Interaction:
        """Press a button, named by its custom_id or its label."""
        part = self._usable(message, button, {BUTTON})
        if part.get("url"):
            raise Misuse(f"«{button}» is a link to {part['url']}: it tells the bot nothing.")
        return await self._use(message, part, {})

    async def choose(self, message: Message, select: str, *values: str | User | Role | Channel) -> Interaction:
        """Choose in a select menu, named by its custom_id: values of a list, or users, roles and channels or their ids.

        Nothing where the menu lets one take back what was chosen.
        """
        part = self._usable(message, select, {STRING_SELECT, *ENTITIES})
        return await self._use(message, part, submitted(self, part, list(values)))

    async def submit(self, opened: Interaction, /, **values: Any) -> Interaction:
        """Send a modal with values by custom_id; those not named are left as they are."""
        if opened.modal is None or self.world.modals.get(self.user.id) is not opened:
            raise Misuse("There is no such modal open.")
        data = filled_modal(self, opened.modal, values)
        more = {"command": opened.command, "source": opened.source, "opener": opened.id}
        sent = await self._begin(Kind.MODAL, data, **more)
        if self.world.modals.get(self.user.id) is opened:
            del self.world.modals[self.user.id]
        return sent

    async def menu(self, name: str, target: Message | User) -> Interaction:
        """Use a command from the menu of a message or a user."""
        kind = MESSAGE if isinstance(target, Message) else USER
        command = self.world.commands.offered(name, self.user, self.channel, kind=kind)
        if isinstance(target, Message):
            if target not in self.sees() or target.private:
                raise Misuse("Apps are offered on messages that everybody here sees.")
            resolved: Json = {"messages": {target.id: target.json()}}
        else:
            resolved = {"users": {target.id: target.json()}}
            if server := self.channel.server:
                resolved["members"] = {target.id: partial_member(server, target)}
        scope = {"guild_id": command["guild_id"]} if "guild_id" in command else {}
        data = {"id": command["id"], "name": name, "type": kind, "target_id": target.id, "resolved": resolved, **scope}
        return await self._begin(Kind.COMMAND, data, command=name)

    def say(self, content: str, answers: Message | None = None) -> Message:
        """Write a message of one's own."""
        self._stays()
        if Permission.SEND_MESSAGES not in self.channel.permissions(self.user):
            raise Misuse(f"{self.user.global_name} may not write here.")
        if not 0 < len(content) <= 2_000:
            raise Misuse("A message has 1 to 2000 characters.")
        message = Message(
            id=self.world.clock.snowflake(), channel=self.channel, author=self.user, timestamp=self.world.clock.now(),
            type=int(MessageType.REPLY if answers else MessageType.DEFAULT), answers=answers,
        )  # fmt: skip
        return self.world.board.post(self.world.board.fill(message, {"content": content}))

    def mention(self, content: str) -> Message:
        """Write to the bot by its name, as in «@Briefbot nato expansion»."""
        return self.say(f"<@{BOT.id}> {content}")

    def dismiss(self, message: Message) -> None:
        """Put away what only this person sees."""
        if message.visible_to is not self.user:
            raise Misuse("Only a message that only you see can be dismissed.")
        self.world.board.delete(message)

    # ---------------------------------------------------------------- seeing

    def sees(self) -> list[Message]:
        """What is in the channel for this person, oldest first."""
        self.world.interactions.forget()
        return self.world.board.seen_by(self.user, self.channel)

    def download(self, message: Message, name: str) -> bytes:
        """What is in a file of a message, by its name. Raises Misuse where this person sees no such file."""
        names = {known["filename"]: known["id"] for known in message.attachments} if message in self.sees() else {}
        found = self.world.board.file(names.get(name, ""))
        if found is None:
            raise Misuse(f"{self.user.global_name} sees no file «{name}» there, only: {', '.join(names) or 'none'}.")
        return found.data

    async def reads(self, after: Message | None = None, *, until: Callable[[Message], bool] = bool) -> Message:
        """The next message of the bot here, newer than `after`, once it is as `until` wants it.

        Raises TimeoutError after ten seconds.
        """
        async with asyncio.timeout(PATIENCE):
            return await self._next(after, until)

    async def _next(self, after: Message | None, until: Callable[[Message], bool]) -> Message:
        seen = asyncio.Event()

        def told(_: Change) -> None:
            seen.set()

        self.world.board.listeners.append(told)
        try:
            while True:
                newer = [m for m in self.sees() if m.author is BOT and (not after or int(m.id) > int(after.id))]
                for message in newer:
                    if not message.loading and until(message):
                        return message
                seen.clear()
                await seen.wait()
        finally:
            self.world.board.listeners.remove(told)

    # ---------------------------------------------------------------- between

    def _usable(self, message: Message, name: str, kinds: set[int]) -> Json:
        if message not in self.sees():
            raise Misuse(f"{self.user.global_name} does not see this message in this channel.")
        part = message.part(name)
        if part is None or part["type"] not in kinds:
            raise Misuse(f"There is no «{name}» on this message, only {message.labels or message.custom_ids}.")
        if part.get("disabled"):
            raise Misuse(f"«{name}» is disabled.")
        return part

    async def _use(self, message: Message, part: Json, more: Json) -> Interaction:
        data = {"component_type": part["type"], "custom_id": part["custom_id"], "id": part["id"], **more}
        message.failed = None
        try:
            return await self._begin(Kind.COMPONENT, data, source=message)
        except NoAnswer:
            message.failed = NO_ANSWER
            self.world.board.changed(message)
            raise

    async def _begin(self, kind: Kind, data: Json, **more: Any) -> Interaction:
        self._stays()
        server = self.channel.server
        begun = await self.world.interactions.begin(
            kind, self.user, self.channel, data, installed_in_server=server is None or server.installed, **more
        )
        if begun.modal is not None:
            self.world.modals[self.user.id] = begun
        return begun
