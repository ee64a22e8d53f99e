"""When a server's weekly digest is due, by the clock on its wall. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.model import ServerSettings

LATE = timedelta(hours=6)
"""How late a digest still comes, after the bot was away; after that it waits for the next week."""


def due(settings: ServerSettings, now: datetime) -> str | None:
    """The week whose digest is due (ISO 8601: 2026-W48); None where none is."""
    if settings.digest_channel is None:
        return None
    local = now.astimezone(zone(settings.time_zone))
    time = settings.digest_time
    day = local.date() - timedelta(days=(local.weekday() - time.weekday) % 7)
    moment = datetime.combine(day, datetime.min.time(), local.tzinfo).replace(hour=time.hour)
    if moment > local:
        moment -= timedelta(days=7)
    # In hours that pass, not in those that a clock shows: one is skipped each spring.
    if now - moment.astimezone(now.tzinfo) > LATE:
        return None
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02}"


def zone(name: str) -> ZoneInfo:
    """A time zone by its name; UTC where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
