"""What Discord says: whether it can be reached, takes the token, has sessions to spare, and how the app is set up."""

import os
from typing import Any

import aiohttp
import discord

from bot.config import TOKEN_VARIABLE
from bot.hosting.doctor import asking
from bot.hosting.doctor.aside import lookup
from bot.hosting.doctor.asking import Reply, ask, failed, hello, unreachable
from bot.hosting.doctor.findings import Case, Finding, Findings, right, several, skipped, warning, wrong
from bot.hosting.doctor.permissions import PERMISSIONS, permissions
from bot.hosting.process import shards_of
from bot.model import Shards

DISCORD = "Discord"

UNAUTHORIZED = 401
FEW_STARTS = 50
SERVERS_A_SHARD = 2_500
"""More Discord gives to no shard."""


async def discord_side(case: Case) -> Findings:
    if case.offline:
        yield skipped(DISCORD, "not asked (--offline)")
        yield skipped(PERMISSIONS, "not asked (--offline)")
        return
    if reason := await lookup(asking.host()):
        fix = "Mend the name servers of this machine (/etc/resolv.conf), or its network."
        yield wrong(DISCORD, f"{asking.host()} cannot be looked up: {reason}", fix)
        return
    async with asking.session() as line:
        token = os.environ.get(TOKEN_VARIABLE, "").strip()
        if not token or not token.isprintable() or " " in token:
            async for finding in _without_token(line):
                yield finding
            return
        me = await ask(line, "/users/@me", token)
        yield _introduced(me)
        if not me.status:
            return
        gateway = await ask(line, "/gateway/bot", token) if me.good else Reply(status=0)
        url = str(gateway.data["url"]) if gateway.good else str(discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY)
        yield await _greeted(line, url)
        if not me.good:
            return
        application = await ask(line, "/applications/@me", token)
        for finding in _sessions(case, gateway, application):
            yield finding
        for finding in await permissions(line, token, application):
            yield finding


async def _without_token(line: aiohttp.ClientSession) -> Findings:
    reply = await ask(line, "/gateway")
    # Whatever it answers to somebody without a token, it is there.
    there = reply.good or reply.status == UNAUTHORIZED
    yield right(DISCORD, f"{asking.host()} answers") if there else failed(DISCORD, asking.host(), reply)
    if there:
        yield await _greeted(line, str(discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY))
    yield skipped(PERMISSIONS, "not asked: that needs the token")


def _introduced(me: Reply) -> Finding:
    if me.good:
        return right(DISCORD, f"{asking.host()} answers and accepts the token")
    if me.status == UNAUTHORIZED:
        fix = (
            "Copy it again from the developer portal (your application → Bot → Reset Token): the old one is void then."
        )
        return wrong(DISCORD, f"{asking.host()} answers and does not accept the token", fix)
    return failed(DISCORD, asking.host(), me)


async def _greeted(line: aiohttp.ClientSession, url: str) -> Finding:
    took, reason = await hello(line, url)
    if reason:
        return unreachable(DISCORD, "the gateway", reason)
    return right(DISCORD, f"the gateway greets after {1000 * took:,.0f} ms; no session was begun")


def _sessions(case: Case, gateway: Reply, application: Reply) -> list[Finding]:
    """Shards, and how often the bot may still be started today."""
    if not gateway.good:
        return [failed(DISCORD, "how many sessions may begin", gateway)]
    limit, recommended = gateway.data["session_start_limit"], int(gateway.data["shards"])
    shards = _shards(case)
    servers = int((application.data or {}).get("approximate_guild_count") or 0)
    return [
        _starts(limit, len(shards.ids) if shards else recommended),
        _divided(shards, recommended, servers),
    ]


def _starts(limit: dict[str, Any], needed: int) -> Finding:
    left, hours = int(limit["remaining"]), limit["reset_after"] / 3_600_000
    said = (
        f"{left:,} of {limit['total']:,} starts are left for the next {hours:.0f} h, {limit['max_concurrency']} at once"
    )
    fix = f"Do not start the bot in a loop (Restart= with RestartSec=30); wait {hours:.0f} h, or the token is reset."
    if left < needed:
        return wrong(DISCORD, said, fix)
    return warning(DISCORD, said, fix) if left < FEW_STARTS else right(DISCORD, said)


def _shards(case: Case) -> Shards | None:
    try:
        return shards_of(case.config) if case.config is not None else None
    except ValueError:
        # The configuration's own line says so.
        return None


def _divided(shards: Shards | None, recommended: int, servers: int) -> Finding:
    wanted = f"Discord recommends {several(recommended, 'shard')} for {several(servers, 'server')}"
    if shards is None:
        return right(DISCORD, f"{wanted}, and the bot takes as many")
    said = f"{wanted}; {several(len(shards.ids), 'shard')} of {shards.count} here"
    fix = f"Set shard_count to {recommended}, the same in every process, or leave it out."
    if servers > SERVERS_A_SHARD * shards.count:
        return wrong(DISCORD, f"{said}: Discord will not take so few", fix)
    return warning(DISCORD, said, fix) if shards.count < recommended else right(DISCORD, said)
