"""How answers to interactions reach Discord within the three seconds that there are, and none of them twice.

The library tries again after some failures until it is too late, gives up at once after others, waits five minutes
for a Discord that says nothing, and sends further messages twice that Discord took and then failed to say so.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

logger = logging.getLogger(__name__)

FIRST_RESPONSE_SECONDS = 2.75
"""What is left of Discord's three seconds for a first response."""
TRY_SECONDS = 1.25
"""Of them, for one try: where Discord says nothing, a second one is still in time."""
AFTERWARDS_SECONDS = 30.0
"""For one try of what has fifteen minutes, files included."""
LAST_SECONDS = 4.0
"""How long a bot that ends waits for what it has begun: a first response, and a picture that is nearly drawn."""
PAUSE_SECONDS = 0.2
ALREADY_ANSWERED = 40060
EVENTS = ("discord.py: ", "CommandTree-invoker")
"""What the library calls the tasks in which events are dealt with."""
MESSAGE, UPDATE, CHOICES = 4, 7, 8
"""Kinds of first responses: two that show a message, and one for a keystroke. Source: Discord's documentation,
«Interaction Callback Type»."""


class NotDelivered(ConnectionError):
    """Discord did not take an answer, or did not say whether it did; said in a line without names or tokens."""


class Unsure(Exception):  # what was asked may be done or not
    """Discord failed in the middle of it."""


UNSURE = (Unsure, aiohttp.ClientError, OSError, ValueError)
"""No answer, a failure, or an answer that cannot be read."""


@dataclass(frozen=True, slots=True)
class Trying:
    """A session of which the library asks once and no longer than so many seconds; 429 it may wait out."""

    session: aiohttp.ClientSession
    seconds: float

    @asynccontextmanager
    async def request(self, *asked: Any, **more: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        async with asyncio.timeout(self.seconds) as waiting, self.session.request(*asked, **more) as response:
            if response.status >= 500:
                raise Unsure(f"Discord answered {response.status}")
            if response.status == 429:
                waiting.reschedule(None)
            yield response


class Delivery(AsyncWebhookAdapter):
    """What the library sends the answers to interactions with. `application` is the bot's id there."""

    def __init__(self, application: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._application = application

    async def request(self, route: Route, session: Any, **more: Any) -> Any:
        """Raises NotDelivered, and discord.HTTPException where Discord refuses."""
        try:
            if route.path.endswith("/callback"):
                if _kind(more) == CHOICES:
                    return await self._choices(route, session, more)
                return await self._first(route, session, more)
            if route.method == "POST":
                return await self._once(route, session, more)
            return await self._again(route, session, more)
        except discord.HTTPException as refusal:
            if refusal.status == 429 or refusal.status >= 500:
                raise NotDelivered(f"Discord answered {refusal.status}") from None
            raise
        except TimeoutError:
            raise NotDelivered("Discord did not answer in time") from None
        except UNSURE as error:
            raise NotDelivered(str(error) or type(error).__name__) from None

    async def _choices(self, route: Route, session: Any, more: dict[str, Any]) -> Any:
        """What is offered for a keystroke: where it does not arrive nobody misses it, since the next key is pressed."""
        try:
            return await self._first(route, session, more)
        except (*UNSURE, discord.HTTPException) as error:
            logger.debug("choices for a keystroke did not reach Discord: %s", type(error).__name__)
            return {"interaction": {"id": route.webhook_id, "type": 0}}

    async def _first(self, route: Route, session: Any, more: dict[str, Any]) -> Any:
        """A first response can be sent again: Discord takes one, and refuses the second with a code of its own."""
        unsure = False
        async with asyncio.timeout(FIRST_RESPONSE_SECONDS):
            while True:
                try:
                    told = await super().request(route, Trying(session, TRY_SECONDS), **more)  # type: ignore[arg-type]
                    # The message comes back whole, which takes long to take apart, and nobody wants it: its id is said
                    # beside it.
                    return {"interaction": told["interaction"]} if told else told
                except UNSURE:
                    unsure = True
                except discord.HTTPException as refusal:
                    if not unsure or refusal.code != ALREADY_ANSWERED:
                        raise
                    return await self._done(route, session, more)
                await asyncio.sleep(PAUSE_SECONDS)
                _rewind(more)

    async def _done(self, route: Route, session: Any, more: dict[str, Any]) -> Any:
        """What Discord would have said of a first response that it took without a word."""
        said: dict[str, Any] = {"id": route.webhook_id, "type": 0}
        if _kind(more) in (MESSAGE, UPDATE):
            path = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
            original = Route("GET", path, webhook_id=self._application, webhook_token=route.webhook_token)
            try:
                message = await self.request(original, session)
            except (discord.HTTPException, NotDelivered):
                return {"interaction": said}
            said |= {
                "response_message_id": message["id"],
                "response_message_ephemeral": bool(message["flags"] & discord.MessageFlags.ephemeral.flag),
            }
        return {"interaction": said}

    async def _once(self, route: Route, session: Any, more: dict[str, Any]) -> Any:
        """A further message is sent again only where Discord cannot have heard of it."""
        trying: Any = Trying(session, AFTERWARDS_SECONDS)
        try:
            return await super().request(route, trying, **more)
        except aiohttp.ClientConnectorError:
            await asyncio.sleep(PAUSE_SECONDS)
            _rewind(more)
            return await super().request(route, trying, **more)

    async def _again(self, route: Route, session: Any, more: dict[str, Any]) -> Any:
        """A message can be changed or deleted as often as one likes; the library itself tries again after failures."""
        try:
            async with asyncio.timeout(AFTERWARDS_SECONDS):
                return await super().request(route, session, **more)
        except UNSURE:
            await asyncio.sleep(PAUSE_SECONDS)
            _rewind(more)
            async with asyncio.timeout(AFTERWARDS_SECONDS):
                return await super().request(route, session, **more)


def _rewind(more: dict[str, Any]) -> None:
    """Files were read to their end by the try before."""
    for file in more.get("files") or ():
        file.reset(seek=True)


def _kind(more: dict[str, Any]) -> int:
    """Which kind of first response it is; with files, it is a part of a form."""
    payload = more.get("payload")
    if payload is None:
        parts = {part.get("name"): part.get("value") for part in more.get("multipart") or ()}
        payload = json.loads(parts.get("payload_json") or "{}")
    return int(payload.get("type", 0))


def deliver_carefully(application: int) -> None:
    """Have the answers of whatever this task begins sent so."""
    async_context.set(Delivery(application))


async def all_answered() -> None:
    """Return once whatever Discord told of is dealt with, or after a while."""
    events = [task for task in asyncio.all_tasks() if task.get_name().startswith(EVENTS)]
    if events := [task for task in events if task is not asyncio.current_task()]:
        await asyncio.wait(events, timeout=LAST_SECONDS)
