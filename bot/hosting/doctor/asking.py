"""One question to Discord, over the same addresses as the bot's, with whatever went wrong as a value."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
import yarl

from bot.hosting.doctor.findings import Finding, warning, wrong

ANSWER_SECONDS = 5.0
HELLO = 10
CLIENT_ERROR, FORBIDDEN, LIMITED, SERVER_ERROR = 400, 403, 429, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`status` is HTTP's, 0 where nothing came back: then `reason` says why. `data` is what came back, as JSON."""

    status: int
    data: Any = None
    reason: str = ""

    @property
    def good(self) -> bool:
        return 0 < self.status < CLIENT_ERROR


def host() -> str:
    return str(yarl.URL(discord.http.Route.BASE).host)


def session() -> aiohttp.ClientSession:
    """Asks as the library does, who it is told to be included: Discord turns strangers away."""
    agent = discord.http.HTTPClient(asyncio.get_running_loop()).user_agent
    limit = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    return aiohttp.ClientSession(headers={"User-Agent": agent}, timeout=limit)


async def ask(line: aiohttp.ClientSession, path: str, token: str = "") -> Reply:
    headers = {"Authorization": f"Bot {token}"} if token else {}
    try:
        async with line.get(f"{discord.http.Route.BASE}{path}", headers=headers) as response:
            good = response.status < CLIENT_ERROR
            return Reply(status=response.status, data=await response.json() if good else None)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Reply(status=0, reason=_reason(error))


async def hello(line: aiohttp.ClientSession, address: str) -> tuple[float, str]:
    """How many seconds the gateway took to greet, or why it did not. Nothing is said to it: no session begins."""
    url = yarl.URL(address).with_query({"v": "10", "encoding": "json"})
    begun = time.monotonic()
    try:
        closing = aiohttp.ClientWSTimeout(ws_close=1.0)
        async with asyncio.timeout(ANSWER_SECONDS), line.ws_connect(url, timeout=closing) as socket:
            greeting = await socket.receive_json()
            took = time.monotonic() - begun
            return took, "" if greeting.get("op") == HELLO else "it does not greet as a gateway does"
    except (aiohttp.ClientError, OSError, ValueError, TypeError, AttributeError) as error:
        return 0.0, _reason(error)


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {ANSWER_SECONDS:g} s"
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return "its certificate is not accepted"
    if isinstance(error, aiohttp.ContentTypeError | ValueError):
        return "what came back is not Discord's: something on the way answers in its place"
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    return (getattr(cause, "strerror", None) or str(cause) or type(cause).__name__).split("\n")[0]


def failed(area: str, what: str, reply: Reply) -> Finding:
    """What it means that a question had no good answer. `what` was asked for."""
    if not reply.status:
        return unreachable(area, what, reply.reason)
    if reply.status == LIMITED:
        said = f"Discord lets this address ask nothing for now (429): {what}"
        return warning(area, said, "Wait a quarter of an hour, and stop whatever else uses this token or address.")
    if reply.status >= SERVER_ERROR:
        said = f"Discord has trouble of its own ({reply.status}): {what}"
        return warning(area, said, "Look at discordstatus.com, and try again later.")
    if reply.status == FORBIDDEN:
        said = f"Discord turns this machine away (403): {what}"
        return wrong(area, said, "Ask whoever hosts the machine: its address may be blocked by Discord.")
    return wrong(area, f"Discord answers {reply.status}: {what}", "Update the bot: Discord may have changed.")


def unreachable(area: str, what: str, reason: str) -> Finding:
    said = f"{what} cannot be reached: {reason}"
    if "certificate" in reason:
        fix = "Set the clock (sudo timedatectl set-ntp true) and install ca-certificates."
    elif "Discord's" in reason:
        fix = "Look for a proxy or a portal on this network: the bot needs a line of its own to discord.com."
    else:
        fix = "Let this machine open connections to discord.com and gateway.discord.gg, port 443 (no proxy is used)."
    return wrong(area, said, fix)
