"""Pictures of what the deck holds and of what was asked, drawn in a child process: matplotlib's 50 MB never get into
the bot.

Knows nothing of cards, of languages and of Discord: all words arrive as they are to be read.
"""

from bot.charts.bars import (
    FEWEST_VALUES,
    MOST_BARS,
    MOST_GROUPS,
    MOST_VALUES,
    Bar,
    BarChart,
    BarGroup,
    Columns,
    highest,
    values_a_column,
)
from bot.charts.chart import Chart
from bot.charts.process import ChartError, Charts, Picture
from bot.charts.timeline import MOST_POINTS, Timeline, TimelinePoint, gaps

__all__ = [
    "FEWEST_VALUES",
    "MOST_BARS",
    "MOST_GROUPS",
    "MOST_POINTS",
    "MOST_VALUES",
    "Bar",
    "BarChart",
    "BarGroup",
    "Chart",
    "ChartError",
    "Charts",
    "Columns",
    "Picture",
    "Timeline",
    "TimelinePoint",
    "gaps",
    "highest",
    "values_a_column",
]
