"""A timeline in matplotlib's shapes. For the child process."""

from dataclasses import replace
from itertools import product
from typing import Literal

from matplotlib.lines import Line2D
from matplotlib.transforms import IdentityTransform

from bot.charts.ink import COLOURS, LINE, PAPER, Drawing, shown, width
from bot.charts.layout import Mark, Stroke, lay_out
from bot.charts.timeline import Timeline

Fill = Literal["full", "none", "left", "bottom", "top"]

FILLS: tuple[Fill, ...] = ("full", "none", "left", "bottom", "top")
SHAPES = [
    *product(FILLS[:2], "o s ^ D P X v p * h".split()),
    *product(FILLS[2:], "o s ^ D v p h".split()),
]
"""A source is known by its shape: filled, open or half filled. There are as many as there can be sources."""
SCALES = {"D": 0.8, "*": 1.3, "p": 1.1, "h": 1.1}
"""So that shapes of one size look it."""


def timeline_drawing(chart: Timeline) -> Drawing:
    sheet = lay_out(_clean(chart), width)
    shapes = [
        *(_stroke(stroke, sheet.height) for stroke in sheet.strokes),
        *(_mark(mark, sheet.height) for mark in sheet.marks),
    ]
    return Drawing(height=sheet.height, shapes=shapes, words=sheet.words)


def _clean(chart: Timeline) -> Timeline:
    """The chart in characters that the font has."""
    return replace(
        chart,
        title=shown(chart.title),
        points=tuple(
            replace(point, shown=shown(point.shown), text=shown(point.text), source=shown(point.source))
            for point in chart.points
        ),
        note=shown(chart.note),
        years={years: shown(words) for years, words in chart.years.items()},
    )


def _stroke(stroke: Stroke, height: float) -> Line2D:
    return Line2D(
        (stroke.x, stroke.x),
        (height - stroke.top, height - stroke.bottom),
        transform=IdentityTransform(),
        color=LINE,
        linewidth=4,
        linestyle=(0, (0.1, 2.4)) if stroke.dotted else "solid",
        dash_capstyle="round",
        solid_capstyle="butt",
        zorder=1,
    )


def _mark(mark: Mark, height: float) -> Line2D:
    fill, shape = SHAPES[mark.source % len(SHAPES)]
    colour = COLOURS[mark.source % len(COLOURS)]
    return Line2D(
        (mark.x,),
        (height - mark.y,),
        transform=IdentityTransform(),
        marker=shape,
        # An open one is filled with paper, or the line of time would be seen in it.
        fillstyle="full" if fill == "none" else fill,
        markerfacecolor=PAPER if fill == "none" else colour,
        markerfacecoloralt=PAPER,
        markeredgecolor=colour,
        markersize=mark.size * SCALES.get(shape, 1),
        markeredgewidth=mark.size * 0.1,
        zorder=2,
    )
