"""--png FILE: a chart as a picture, and in words what can go wrong with it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import typer

from bot.charts import Chart, ChartError, Charts, Picture, Timeline, TimelinePoint, gaps
from bot.cli.later import show
from bot.cli.plumbing import BROKEN
from bot.model import DatedEvent

NOTED = "*"
"""Behind the events that the editor has a note on: the picture has no room for notes, but says that there are."""


def draw_timeline(events: tuple[DatedEvent, ...], file: Path) -> None:
    """Write the picture and say how large it is. Exits with BROKEN where there is none, or it cannot be written."""
    write_picture(lambda: _timeline(events), file, "nothing to draw")


def write_picture(made: Callable[[], Chart | None], file: Path, otherwise: str) -> None:
    """Draw a chart into a file, and say how large it is; `otherwise` says why there is none.

    Exits with BROKEN where there is none, or it cannot be written.
    """
    try:
        chart = made()
        if chart is None:
            raise ValueError(otherwise)
        picture = asyncio.run(_drawn(chart))
    except (ValueError, ChartError) as error:
        _fail(f"There is no picture: {error}")
    try:
        file.write_bytes(picture.png)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        _fail(f"{file}: cannot be written: {reason} — choose another place with --png")
    typer.echo(f"{file}: {picture.width} × {picture.height} pixels")


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(BROKEN)


async def _drawn(chart: Chart) -> Picture:
    async with Charts() as charts:
        return await charts.draw(chart)


def _timeline(events: tuple[DatedEvent, ...]) -> Timeline:
    """The events in the words of the terminal. Raises ValueError where there are none, or too many for a picture."""
    points = tuple(
        TimelinePoint(
            sort=event.sort,
            shown=event.date + show.how_dated(event),
            text=event.text + (NOTED if event.note else ""),
            source=event.passage.document.title,
            dated=event.year_stated,
        )
        for event in events
    )
    noted = any(event.note for event in events)
    return Timeline(
        title="Events that the documents mention",
        points=points,
        note=f"{NOTED} has an editor's note; to read it: python -m bot timeline" if noted else "",
        years={years: f"{years} years" for years in gaps(points)},
    )
