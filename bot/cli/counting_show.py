"""What `stats` shows in a terminal."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.cli.counting import statistics_json
from bot.model import Fate, Statistics, Surface
from bot.text import printable


def statistics(found: Statistics) -> RenderableType:
    """The figures for a terminal."""
    few = f"fewer than {found.fewest}"
    where = "everywhere" if found.guild is None else f"server {found.guild}"
    period = found.period
    head = Text.assemble((f"What was asked about, {where}", "bold"), f"  {period.first} to {period.last} (UTC)")
    if not found.asks:
        return Group(head, Text("Nothing was asked."))
    figures = statistics_json(found)

    def count(asks: object) -> str:
        return few if asks is None else str(asks)

    def share(asks: int | None, all_asks: int) -> str:
        return "not told" if asks is None and all_asks >= found.fewest else count(asks)

    total = f"Questions: {count(figures['asks'])} (before: {count(figures['asks_before'])})"
    topics = [(topic["title"], count(topic["asks"])) for topic in figures["topics"]]
    rising = [
        (topic["title"], f"from {count(topic['before'])} to {count(topic['asks'])}") for topic in figures["rising"]
    ]
    fates = [(key, share(asks, found.fates[Fate(key)])) for key, asks in figures["outcomes"].items()]
    surfaces = [(key, share(asks, found.surfaces[Surface(key)])) for key, asks in figures["surfaces"].items()]
    listed = {
        "Most asked about": topics,
        "Rising": rising,
        "What became of the questions": fates,
        "Where they came in": surfaces,
    }
    tables = [part for title, rows in listed.items() if rows for part in (Text(title, "bold"), _table(rows))]
    return Group(head, Text(total), *tables)


def _table(rows: list[tuple[str, str]]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=True, padding=(0, 2))
    table.add_column(min_width=64)
    table.add_column(justify="right", no_wrap=True)
    for label, value in rows:
        table.add_row(printable(label), value)
    return table
