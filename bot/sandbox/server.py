"""The sandbox: REST, gateway, files and page on one port of this machine, around one world."""

import ipaddress
import os
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

import discord
import yarl
from aiohttp import web

from bot import limits
from bot.sandbox.chatpage import ChatPage
from bot.sandbox.clock import Clock
from bot.sandbox.faults import Faults
from bot.sandbox.gateway import Gateway
from bot.sandbox.rest import Rest
from bot.sandbox.world import World

HOST = "127.0.0.1"
REQUEST_BYTES = limits.UPLOAD * 11
"""A request with as many files as a message takes; each file has its own bound."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PAGE_FILES = Path(__file__).parent / "page"


class NotLoopback(ValueError):
    """The sandbox was asked to listen where others could reach it."""

    def __init__(self, host: str) -> None:
        super().__init__(f"The sandbox listens on this machine alone (127.0.0.1), not on {host}: it has no log-in.")


class PortTaken(Exception):
    """Something else listens there, or nobody may."""


def point_library_at(url: str) -> None:
    """Make discord.py in this process talk to a sandbox instead of Discord: two assignments, REST and gateway."""
    discord.http.Route.BASE = f"{url}/api/v10"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url.replace("http", "ws", 1) + "/gateway")


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Sandbox:
    """A Discord on loopback. Use as an async context manager; `url` is where it listens.

    `port` 0 takes a free one. Raises NotLoopback for any address that is not this machine's own, PortTaken.
    """

    def __init__(self, *, host: str = HOST, port: int = 0) -> None:
        if not is_loopback(host):
            raise NotLoopback(host)
        self._host, self._port = host, port
        self.url = ""
        self.token = secrets.token_urlsafe(32)
        """The bot's token: made anew each time, so that no page elsewhere can know it."""
        self.clock = Clock()
        self.faults = Faults()
        self.world = World(self.clock, self.token, lambda: self.url, self._socket_url)
        self.rest = Rest(self.world, self.token, self.faults)
        self.page = ChatPage(self.world, self.rest, PAGE_FILES)
        self._runner: web.AppRunner | None = None

    @property
    def gateway(self) -> Gateway:
        return self.world.gateway

    def _socket_url(self) -> str:
        return self.url.replace("http", "ws", 1) + "/gateway"

    async def __aenter__(self) -> "Sandbox":
        app = web.Application(client_max_size=REQUEST_BYTES, middlewares=[self._guard])
        app.add_routes(self.rest.routes())
        app.add_routes([web.get(path, self.gateway.serve) for path in ("/gateway", "/gateway/")])
        app.add_routes([web.get("/attachments/{channel}/{attachment}/{name}", self._file)])
        app.add_routes(self.page.routes())
        self._runner = web.AppRunner(app, shutdown_timeout=1, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise PortTaken(os.strerror(error.errno) if error.errno else str(error)) from error
        port = self._runner.addresses[0][1]
        self.url = f"http://{f'[{self._host}]' if ':' in self._host else self._host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self.page.close()
        try:
            await self.gateway.stop()
        finally:
            if self._runner:
                await self._runner.cleanup()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what a page of another site could send: by its own name for this address, or from its own origin."""
        origin = request.headers.get("Origin")
        try:
            asked = request.url.host or ""
        except ValueError:
            asked = ""
        if not is_loopback(asked) or (origin and origin != f"{request.scheme}://{request.host}"):
            raise web.HTTPForbidden(text="The sandbox answers its own page and the bot on this machine only.")
        if request.path == "/" and f"{request.scheme}://{request.host}" != self.url:
            # Pictures and files stand under one name of this address, and a page shows only its own.
            raise web.HTTPFound(self.url)
        return await handler(request)

    async def _file(self, request: web.Request) -> web.Response:
        found = self.world.board.file(request.match_info["attachment"])
        if found is None:
            raise web.HTTPNotFound(text="There is no such file.")
        # A file of the bot's is shown, never run: no script of its own in the page's place.
        safe = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=found.data, content_type=found.content_type.split(";")[0], headers=safe)
