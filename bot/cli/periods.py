"""`--since`: a day, or how many days or weeks back, as a period up to today."""

import re
from datetime import date
from typing import Annotated

import typer

from bot.model import Period
from bot.text import printable

Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="DATE|30d|12w",
        help="From this day (YYYY-MM-DD) on, or so many days or weeks up to today.",
        show_default=False,
    ),
]

EARLIEST = date(2000, 1, 1)
"""No log is as old: an earlier day means all that there is."""
_BACK = re.compile(r"(\d{1,5})\s*([dw])", re.ASCII | re.IGNORECASE)


def period_since(text: str | None, today: date, days: int) -> Period:
    """The period that is meant, with today as its last day; so many `days` where nothing is said.

    Raises typer.BadParameter for what is no such period, or lies in the future.
    """
    if text is None:
        return Period.ending(today, days)
    try:
        return Period(first=max(_first(text.strip(), today), EARLIEST), last=today)
    except ValueError:
        reason = (
            f"«{printable(text[:40])}» is neither a day up to today ({today}) nor a time back: 2026-05-01, 30d, 12w"
        )
        raise typer.BadParameter(reason, param_hint="--since") from None


def _first(typed: str, today: date) -> date:
    """Raises ValueError."""
    back = _BACK.fullmatch(typed)
    if back is None:
        return date.fromisoformat(typed)
    return Period.ending(today, int(back[1]) * (7 if back[2] in "wW" else 1)).first
