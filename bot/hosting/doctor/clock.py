"""The clock, held against Discord's, and the time zones."""

import time
import zoneinfo
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
import discord

from bot.hosting.doctor.aside import lookup
from bot.hosting.doctor.asking import host, session
from bot.hosting.doctor.findings import Case, Findings, right, skipped, warning, wrong

CLOCK = "clock"

MOST_APART, TOO_FAR_APART = 5.0, 60.0
"""Seconds that this clock and Discord's may be apart; beyond the second things go wrong."""
SET_CLOCK = "sudo timedatectl set-ntp true (or install chrony)"


async def clock(case: Case) -> Findings:
    now = datetime.now(UTC)
    try:
        zoneinfo.ZoneInfo("Europe/Berlin")
    except zoneinfo.ZoneInfoNotFoundError:
        fix = "Install them: python -m pip install tzdata"
        yield wrong(CLOCK, "there are no time zones, which digests and statistics need", fix)
    if case.offline:
        yield right(CLOCK, f"{now:%Y-%m-%d %H:%M:%S} UTC, not compared (--offline)")
        return
    theirs = await _date()
    if theirs is None:
        yield skipped(CLOCK, f"{now:%Y-%m-%d %H:%M:%S} UTC, not compared: Discord does not answer")
        return
    apart = theirs - time.time()
    # Discord tells whole seconds, rounded down.
    if -1.5 - MOST_APART < apart < MOST_APART:
        yield right(CLOCK, f"{now:%Y-%m-%d %H:%M:%S} UTC, as Discord's")
        return
    said = f"this machine's clock is {abs(apart):,.0f} s {'behind' if apart > 0 else 'ahead of'} Discord's"
    yield (wrong if abs(apart) > TOO_FAR_APART else warning)(CLOCK, said, SET_CLOCK)


async def _date() -> float | None:
    """What time it is for Discord, in seconds since 1970; None where it does not say."""
    if await lookup(host()):
        return None
    address = f"{discord.http.Route.BASE}/gateway"
    try:
        async with session() as line, line.get(address) as response:
            return parsedate_to_datetime(response.headers["Date"]).timestamp()
    except (aiohttp.ClientError, OSError, KeyError, ValueError):
        return None
