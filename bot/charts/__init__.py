"""Pictures of what the deck holds, drawn in a child process: matplotlib's 50 MB never get into the bot.

Knows nothing of cards, of languages and of Discord: all words arrive as they are to be read.
"""

from bot.charts.process import ChartError, Charts, Picture
from bot.charts.timeline import MOST_POINTS, Timeline, TimelinePoint, gaps

__all__ = ["MOST_POINTS", "ChartError", "Charts", "Picture", "Timeline", "TimelinePoint", "gaps"]
