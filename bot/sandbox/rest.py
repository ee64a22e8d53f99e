"""What stands around every REST request: faults, the token, rate limits, the body, and a note of what was said."""

import asyncio
import json
import math
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import BodyPartReader, web

from bot import limits
from bot.sandbox.errors import INVALID_JSON, TOO_LARGE, ApiError, invalid_form
from bot.sandbox.faults import Fault, FaultKind, Faults
from bot.sandbox.messages import Message, Upload
from bot.sandbox.payloads.refusals import not_a_list, not_an_object
from bot.sandbox.places import Json
from bot.sandbox.routes import Call, Route, Routes
from bot.sandbox.throttle import Throttle
from bot.sandbox.world import World

API = "/api/v10"
KEPT_REQUESTS = 200


@dataclass(frozen=True, slots=True)
class Request:
    """What the bot asked and what it was told, as the inspector and the tests see it."""

    when: datetime
    method: str
    path: str
    body: Any
    multipart: bool
    status: int
    errors: Json | None
    message: str | None
    """The id of the message that it made or changed."""

    def json(self) -> Json:
        told = self.errors or {}
        whole = {"_errors": [{"code": told.get("code"), "message": told.get("message")}]} if told else None
        return {
            "when": self.when.isoformat(), "method": self.method, "path": self.path, "status": self.status,
            "body": self.body, "code": told.get("code"), "errors": told.get("errors") or whole,
        }  # fmt: skip


class Rest:
    """Answers the bot's requests from the world."""

    def __init__(self, world: World, token: str, faults: Faults) -> None:
        self._world = world
        self._routes = Routes(world)
        self._token = token
        self._faults = faults
        self._throttle = Throttle()
        self.asked = asyncio.Event()
        """Set with the first request."""
        self.requests: deque[Request] = deque(maxlen=KEPT_REQUESTS)
        self.listeners: list[Callable[[Request], None]] = []

    def routes(self) -> list[web.RouteDef]:
        known = [web.route(route.method, API + route.path, self._answering(route)) for route in self._routes.all()]
        return [*known, web.route("*", API + "/{tail:.*}", self._nowhere)]

    def _answering(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            self.asked.set()
            fault = self._faults.take(request.method, request.path)
            if fault and fault.done:
                # Noted as what was done, which is what the bot does not learn.
                done = await self._answer(route, request)
                return await self._meet(fault, request) or done
            if fault and (instead := await self._meet(fault, request)):
                if fault.kind is not FaultKind.GARBLED:  # which is no answer to what was asked
                    self._note(request, instead.status)
                return instead
            return await self._answer(route, request)

        return answer

    async def _nowhere(self, request: web.Request) -> web.Response:
        body = {"message": "404: Not Found", "code": 0}
        self._note(request, 404, errors=body)
        return _json(body, 404)

    async def _answer(self, route: Route, request: web.Request) -> web.Response:
        if not route.open and request.headers.get("Authorization") != f"Bot {self._token}":
            refusal = {"message": "401: Unauthorized", "code": 0}
            self._note(request, 401, errors=refusal)
            return _json(refusal, 401)
        path = dict(request.match_info)
        major = path.get("token") or path.get("channel") or path.get("guild") or ""
        verdict = self._throttle.count(f"{route.method} {route.path}", major, route.rate, exempt=route.open)
        if verdict.retry_after:
            self._note(request, 429)
            return limited(verdict.retry_after, verdict.scope, verdict.headers)
        body: Any = None
        files: tuple[Upload, ...] = ()
        try:
            body, files = await _read(request)
            _fits(body, route, files)
            given = route.takes() if body is None else body
            result = await route.handle(Call(path, dict(request.query), given, files))
        except ApiError as error:
            self._note(request, error.status, body, files, errors=error.body)
            return _json(error.body, error.status, verdict.headers)
        made = result.id if isinstance(result, Message) else _made(result)
        self._note(request, 204 if result is None else 200, body, files, message=made)
        if result is None:
            return web.Response(status=204, headers=verdict.headers)
        return _json(result.json() if isinstance(result, Message) else result, 200, verdict.headers)

    async def _meet(self, fault: Fault, request: web.Request) -> web.StreamResponse | None:
        """What the fault answers; None where the request goes on."""
        match fault.kind:
            case FaultKind.SLOW:
                await asyncio.sleep(fault.seconds)
                return None
            case FaultKind.STALLED:
                await self._faults.over.wait()
                return web.Response(status=504)
            case FaultKind.RESET:
                if request.transport:
                    request.transport.abort()
                return web.Response(status=500)
            case FaultKind.GARBLED:
                return web.Response(body=b'{"id": "1', headers={"Content-Type": "application/json"})
            case FaultKind.LIMITED:
                scope = "global" if fault.everywhere else "user"
                return limited(fault.seconds, scope, {}, behind_proxy=not fault.banned)
            case FaultKind.STATUS:
                return _json({"message": f"{fault.status}: asked for", "code": 0}, fault.status)

    def _note(
        self, request: web.Request, status: int, body: Any = None, files: tuple[Upload, ...] = (), *,
        errors: Json | None = None, message: str | None = None,
    ) -> None:  # fmt: skip
        path = request.path.removeprefix(API)
        now = self._world.clock.now()
        noted = Request(now, request.method, path, body, bool(files), status, errors, message)
        self.requests.append(noted)
        for listener in list(self.listeners):
            listener(noted)


def _made(result: Any) -> str | None:
    """The id of the message that an interaction's first response made."""
    return result.get("interaction", {}).get("response_message_id") if isinstance(result, dict) else None


def _fits(body: Any, route: Route, files: tuple[Upload, ...]) -> None:
    """Raises ApiError where the body is of another shape than the route takes, or a file is too large."""
    if body is not None and not isinstance(body, route.takes):
        raise invalid_form([not_an_object(()) if route.takes is dict else not_a_list(())])
    if any(len(upload.data) > limits.UPLOAD for upload in files):
        raise ApiError(413, TOO_LARGE, "Request entity too large")


async def _read(request: web.Request) -> tuple[Any, tuple[Upload, ...]]:
    """The body as JSON, None where there is none, with the files of a multipart form. Raises ApiError."""
    try:
        if request.content_type == "multipart/form-data":
            return await _read_form(request)
        raw = await request.read()
        return (json.loads(raw) if raw else None), ()
    except (ValueError, RecursionError, AssertionError) as error:
        raise ApiError(400, INVALID_JSON, "The request body contains invalid JSON.") from error


async def _read_form(request: web.Request) -> tuple[Any, tuple[Upload, ...]]:
    body: Any = {}
    files = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        data = await part.read()
        if part.name == "payload_json":
            body = json.loads(data)
        else:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            files.append(Upload(part.filename or "file", kind, bytes(data)))
    return body, tuple(files)


def limited(seconds: float, scope: str, headers: dict[str, str], *, behind_proxy: bool = True) -> web.Response:
    """Discord's 429, or without `Via` that of the proxy before it, which bans who makes too many mistakes."""
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": scope == "global"}
    more = {"Retry-After": str(math.ceil(seconds)), "X-RateLimit-Scope": scope}
    if behind_proxy:
        more["Via"] = "1.1 sandbox"
    return _json(body, 429, {**headers, **more})


def _json(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    # The library takes a body as JSON only where the content type is exactly this, without a charset.
    exact = {**(headers or {}), "Content-Type": "application/json"}
    return web.Response(body=json.dumps(data).encode(), status=status, headers=exact)
