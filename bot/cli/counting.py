"""`python -m bot stats`: what was asked about, as a table, as data, and as a picture."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.later import counting_show
from bot.cli.periods import Since, period_since
from bot.cli.picturing import write_picture
from bot.cli.plumbing import AsJson, Guild, show_or_json, with_log
from bot.cli.wire import Json
from bot.desk import BriefingDesk, told, told_topics
from bot.model import Statistics, TopicCount

DAYS = 30
COLUMNS = ("figure", "key", "title", "asks", "before")
"""Of the CSV. A count that is not told is empty."""

AsCsv = Annotated[bool, typer.Option("--csv", help="Print one line a figure, for a spreadsheet.")]
Png = Annotated[
    Path | None,
    typer.Option("--png", metavar="FILE", help="Draw the figures into this file instead.", show_default=False),
]


def stats(
    context: typer.Context,
    since: Since = None,
    guild: Guild = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    png: Png = None,
) -> None:
    """Count what was asked about: topics, what rises, what became of the questions. Small counts are not told."""
    if sum(map(bool, (as_json, as_csv, png))) > 1:
        raise typer.BadParameter("give one of --json, --csv and --png")
    period = period_since(since, datetime.now(UTC).date(), DAYS)

    async def read(desk: BriefingDesk) -> Statistics:
        return await desk.reports.statistics(period, guild)

    found = with_log(context, read)
    if png:
        _draw(found, png)
    elif as_csv:
        typer.echo(_csv(found), nl=False)
    else:
        show_or_json(statistics_json(found), as_json, lambda: counting_show.statistics(found))


def _draw(found: Statistics, file: Path) -> None:
    # The picture of the bot's, in the language of its texts: drawn alike, it can be compared.
    from bot.interactions.pages.statistics import chart

    write_picture(lambda: chart(found), file, "too few questions to draw")


# ---------------------------------------------------------------- data


def statistics_json(found: Statistics) -> Json:
    """The figures as data; null is a count that is below `fewest` and not told."""
    fewest = found.fewest
    return {
        "first": found.period.first.isoformat(),
        "last": found.period.last.isoformat(),
        "guild": None if found.guild is None else str(found.guild),
        "fewest": fewest,
        "asks": _told(found.asks, fewest),
        "asks_before": _told(found.before, fewest),
        "topics": [_topic_json(topic, fewest) for topic in told_topics(found)],
        "rising": [_topic_json(topic, fewest) for topic in found.rising],
        "outcomes": {fate.value: asks for fate, asks in told(found.fates, fewest).items()},
        "surfaces": {surface.value: asks for surface, asks in told(found.surfaces, fewest).items()},
        "days": [{"day": day, "asks": asks} for day, asks in _days(found)],
    }


def _topic_json(topic: TopicCount, fewest: int) -> Json:
    before = _told(topic.before, fewest)
    return {"id": topic.card, "title": topic.title, "asks": _told(topic.asks, fewest), "before": before}


def _told(asks: int, fewest: int) -> int | None:
    return None if 0 < asks < fewest else asks


def _days(found: Statistics) -> Iterator[tuple[str, int | None]]:
    for number, asks in told(dict(enumerate(found.days)), found.fewest).items():
        yield (found.period.first + timedelta(days=number)).isoformat(), asks


def _csv(found: Statistics) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_lines(statistics_json(found)))
    return written.getvalue()


def _lines(figures: Json) -> Iterator[tuple[object, ...]]:
    yield ("questions", "", "", figures["asks"], figures["asks_before"])
    for figure in ("topics", "rising"):
        for topic in figures[figure]:
            yield (figure, topic["id"], topic["title"], topic["asks"], topic["before"])
    for figure in ("outcomes", "surfaces"):
        for key, asks in figures[figure].items():
            yield (figure, key, "", asks, None)
    for day in figures["days"]:
        yield ("days", day["day"], "", day["asks"], None)
