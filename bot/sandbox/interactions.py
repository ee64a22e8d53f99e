"""The life of an interaction: one first response within three seconds, then fifteen minutes of follow-ups and edits."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from bot.sandbox import errors
from bot.sandbox.clock import Clock
from bot.sandbox.errors import ApiError, NoAnswer, invalid_form, unknown
from bot.sandbox.messages import Flag, Message, MessageBoard, Upload, check_change, check_new
from bot.sandbox.payloads import Callback, Kind, callback_refusals
from bot.sandbox.places import BOT, Channel, Json, Permission, User

FIRST_RESPONSE = timedelta(seconds=3)
TOKEN_LIFE = timedelta(minutes=15)
FOLLOW_UPS_OUTSIDE = 5
"""Follow-ups of an app that only the user has installed. Source: Discord's documentation, «Interactions»."""

NO_ANSWER = "The application did not respond"


class MessageType(IntEnum):
    DEFAULT = 0
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    CONTEXT_MENU_COMMAND = 23


@dataclass(slots=True, kw_only=True, eq=False)
class Interaction:
    """What a person did and what came of it. `source`: the message whose component was used."""

    id: str
    token: str
    kind: Kind
    user: User
    channel: Channel
    created: datetime
    data: Json
    command: str | None = None
    source: Message | None = None
    opener: str | None = None
    """For a modal that is sent, the id of the interaction that opened it."""
    installed_in_server: bool = True
    response: "asyncio.Future[Callback]" = field(repr=False)
    original: Message | None = None
    """The message that the first response made or, for an update, the one it changed."""
    follow_ups: int = 0
    choices: list[Json] = field(default_factory=list)
    modal: Json | None = None

    @property
    def answered(self) -> Callback | None:
        return self.response.result() if self.response.done() and not self.response.exception() else None

    @property
    def message(self) -> Message:
        """The message that answers. Raises NoAnswer where there is none."""
        if self.original is None:
            raise NoAnswer(f"no message came of it, but {self.answered!r}")
        return self.original

    @property
    def text(self) -> str:
        return self.message.text

    @property
    def private(self) -> bool:
        return self.message.private

    @property
    def custom_ids(self) -> list[str]:
        return self.message.custom_ids

    def owners(self) -> Json:
        """Discord's `authorizing_integration_owners`: by whose installation the app is here."""
        if self.channel.server is None:
            return {"1": self.user.id} if self.channel.context == 2 else {"0": "0", "1": self.user.id}
        return {"0": self.channel.server.id} if self.installed_in_server else {"1": self.user.id}

    @property
    def muted(self) -> bool:
        """Whether the server keeps what the app says to whoever uses it: it is not there, and its user may not use
        such apps for all to see.
        """
        return not self.installed_in_server and Permission.USE_EXTERNAL_APPS not in self.channel.permissions(self.user)

    def origin(self) -> Json:
        """Discord's `interaction_metadata` of the messages that it makes."""
        base = {"id": self.id, "type": int(self.kind), "user": self.user.json()}
        made: Json = {**base, "authorizing_integration_owners": self.owners()}
        if self.command and self.kind is Kind.COMMAND:
            made["name"] = self.command
        if self.kind is Kind.MODAL:
            made["triggering_interaction_metadata"] = {
                **base, "id": self.opener or self.id, "type": int(Kind.COMPONENT if self.source else Kind.COMMAND),
                "authorizing_integration_owners": self.owners(),
                **({"interacted_message_id": self.source.id} if self.source else {"name": self.command or ""}),
            }  # fmt: skip
        if self.source and self.kind is Kind.COMPONENT:
            made["interacted_message_id"] = self.source.id
        return made


class Interactions:
    """Every interaction that is still alive. `send` gives the event to the bot's gateway."""

    def __init__(self, clock: Clock, board: MessageBoard, send: Callable[[Interaction], None]) -> None:
        self._clock = clock
        self._board = board
        self._send = send
        self._alive: dict[str, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}

    def __len__(self) -> int:
        return len(self._alive)

    async def begin(self, kind: Kind, user: User, channel: Channel, data: Json, **more: Any) -> Interaction:
        """Tell the bot, and wait for its first response. Raises NoAnswer after three seconds."""
        self.forget()
        begun = Interaction(
            id=self._clock.snowflake(), token=secrets.token_urlsafe(48), kind=kind, user=user, channel=channel,
            created=self._clock.now(), data=data, response=asyncio.get_running_loop().create_future(), **more,
        )  # fmt: skip
        self._alive[begun.id] = self._by_token[begun.token] = begun
        try:
            self._send(begun)
            await self._answered(begun)
        finally:
            if not begun.response.done():
                self._drop(begun)
        return begun

    async def _answered(self, begun: Interaction) -> None:
        late = asyncio.ensure_future(self._clock.reach(begun.created + FIRST_RESPONSE))
        either: set[asyncio.Future[Any]] = {begun.response, late}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            late.cancel()
        if not begun.response.done():
            raise NoAnswer(NO_ANSWER)

    def forget(self) -> None:
        """Let go of those whose token is over; they stand in the order of their age."""
        over = self._clock.now() - TOKEN_LIFE
        for old in list(self._alive.values()):
            if old.created > over:
                break
            self._drop(old)

    def _drop(self, interaction: Interaction) -> None:
        self._alive.pop(interaction.id, None)
        self._by_token.pop(interaction.token, None)
        if interaction.original and interaction.original.loading:
            interaction.original.failed = NO_ANSWER
            self._board.changed(interaction.original)

    # ---------------------------------------------------------------- the first response

    def respond(self, interaction_id: str, token: str, body: Json, files: Sequence[Upload]) -> Json:
        """Take the bot's callback and return Discord's answer to it. Raises ApiError."""
        found = self._alive.get(interaction_id)
        if found is None or found.token != token:
            raise unknown("interaction", errors.UNKNOWN_INTERACTION)
        if found.response.done():
            raise ApiError(400, errors.ALREADY_ACKNOWLEDGED, "Interaction has already been acknowledged.")
        if self._clock.now() > found.created + FIRST_RESPONSE:
            raise unknown("interaction", errors.UNKNOWN_INTERACTION)
        self._check(found, body, files)
        kind, data = Callback(body["type"]), body.get("data") or {}
        match kind:
            case Callback.MESSAGE | Callback.DEFERRED_MESSAGE:
                deferred = kind is Callback.DEFERRED_MESSAGE
                found.original = self._post(found, data, files, loading=deferred)
            case Callback.UPDATE:
                assert found.source is not None  # noqa: S101  # checked with the type of the callback
                source = self._board.get(found.channel.id, found.source.id)
                check_change(source, data, files)
                found.original = self._board.fill(source, data, files, pings=False)
                self._board.changed(source)
            case Callback.DEFERRED_UPDATE:
                found.original = found.source
            case Callback.CHOICES:
                found.choices = list(data.get("choices") or [])
            case Callback.MODAL:
                found.modal = data
        found.response.set_result(kind)
        return self._acknowledged(found, kind)

    def _check(self, found: Interaction, body: Json, files: Sequence[Upload]) -> None:
        names = tuple(upload.filename for upload in files)
        if body.get("type") == Callback.UPDATE and found.source:
            names += tuple(known["filename"] for known in found.source.attachments)
        refusals = callback_refusals(
            body, interaction_type=int(found.kind), component_origin=found.source is not None,
            v2=bool(found.source and found.source.flags & Flag.COMPONENTS_V2), files=names,
        )  # fmt: skip
        if refusals:
            raise invalid_form(refusals)
        if body["type"] == Callback.MESSAGE:
            check_new(body.get("data") or {}, files)

    def _acknowledged(self, found: Interaction, kind: Callback) -> Json:
        made = found.original
        interaction: Json = {"id": found.id, "type": int(found.kind)}
        if made:
            interaction |= {
                "response_message_id": made.id, "response_message_loading": made.loading,
                "response_message_ephemeral": made.private,
            }  # fmt: skip
        resource: Json = {"type": int(kind)}
        if made and kind in (Callback.MESSAGE, Callback.UPDATE):
            resource["message"] = made.json()
        return {"interaction": interaction, "resource": resource}

    def _post(self, found: Interaction, body: Json, files: Sequence[Upload], *, loading: bool = False) -> Message:
        self._board.check_open(found.channel)
        private = bool((body.get("flags") or 0) & Flag.EPHEMERAL) or found.muted
        kind = MessageType.DEFAULT
        if found.kind is Kind.COMMAND:
            menu = found.data.get("type", 1) != 1
            kind = MessageType.CONTEXT_MENU_COMMAND if menu else MessageType.CHAT_INPUT_COMMAND
        message = Message(
            id=self._clock.snowflake(), channel=found.channel, author=BOT, timestamp=self._clock.now(), type=int(kind),
            flags=(Flag.EPHEMERAL if private else 0) | (Flag.LOADING if loading else 0),
            visible_to=found.user if private else None, answers=found.source, origin=found.origin(),
            command=found.command if found.kind is Kind.COMMAND else None,
        )  # fmt: skip
        self._board.fill(message, body, files, pings=False)
        return self._board.post(message)

    # ---------------------------------------------------------------- afterwards

    def _alive_with(self, token: str) -> Interaction:
        self.forget()
        found = self._by_token.get(token)
        if found and not found.response.done():
            raise unknown("Webhook", errors.UNKNOWN_WEBHOOK)
        if found is None:
            raise ApiError(401, errors.INVALID_WEBHOOK_TOKEN, "Invalid Webhook Token")
        return found

    def which(self, token: str, message_id: str) -> Message:
        """The message that a token may read and change: `@original`, or one by its id. Raises ApiError."""
        found = self._alive_with(token)
        if message_id == "@original":
            if found.original is None:
                raise unknown("Message", errors.UNKNOWN_MESSAGE)
            return self._board.get(found.channel.id, found.original.id)
        message = self._board.get(found.channel.id, message_id)
        mine = message.origin is not None and message.origin["id"] == found.id
        if not mine and message is not found.source:
            raise unknown("Message", errors.UNKNOWN_MESSAGE)
        return message

    def follow_up(self, token: str, body: Json, files: Sequence[Upload]) -> Message:
        """A further message. The first after a deferral takes its place, and its visibility. Raises ApiError."""
        found = self._alive_with(token)
        check_new(body, files)
        if found.original and found.original.loading and self._board.has(found.original):
            return self._board.complete(found.original, body, files, pings=False)
        found.follow_ups += 1
        if not found.installed_in_server and found.follow_ups > FOLLOW_UPS_OUTSIDE:
            text = "This interaction has reached the maximum number of follow up messages"
            raise ApiError(400, errors.TOO_MANY_FOLLOW_UPS, text)
        return self._post(found, body, files)

    def edit(self, token: str, message_id: str, body: Json, files: Sequence[Upload]) -> Message:
        message = self.which(token, message_id)
        return self._board.edit(message, body, files, pings=False)

    def delete(self, token: str, message_id: str) -> None:
        self._board.delete(self.which(token, message_id))
