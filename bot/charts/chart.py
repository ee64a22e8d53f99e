"""What can be drawn, and the form in which it goes to the process that draws it."""

import json
from typing import assert_never

from bot.charts import bars, timeline
from bot.charts.bars import BarChart
from bot.charts.timeline import Timeline

Chart = Timeline | BarChart


def to_json(chart: Chart) -> bytes:
    """The same bytes for the same chart, and others for every other chart, of whatever kind."""
    match chart:
        case Timeline():
            return timeline.to_json(chart)
        case BarChart():
            return bars.to_json(chart)
        case _:
            assert_never(chart)


def from_json(data: bytes) -> Chart:
    """The chart again. Raises ValueError for a kind that is not known; a timeline names none."""
    kind = json.loads(data).get("kind")
    if kind is None:
        return timeline.from_json(data)
    if kind == bars.KIND:
        return bars.from_json(data)
    raise ValueError(f"not a kind of chart: {kind!r}")
