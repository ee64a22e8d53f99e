"""A chart of bars in matplotlib's shapes. For the child process."""

from dataclasses import replace

from matplotlib.patches import Rectangle
from matplotlib.transforms import IdentityTransform

from bot.charts.bars import BarChart, BarGroup, Columns
from bot.charts.bars_layout import Box, Look, lay_out_bars
from bot.charts.ink import COLOURS, FAINT, LINE, PAPER, Drawing, shown, width

OUTLINE = 2
"""Pixels around a stub."""
HATCH = "////"
FILLED = {Look.FULL: COLOURS[0], Look.AXIS: LINE, Look.TOP: LINE, Look.BEFORE: FAINT}


def bars_drawing(chart: BarChart) -> Drawing:
    sheet = lay_out_bars(_clean(chart), width)
    shapes = [(_stub if box.look is Look.STUB else _filled)(box, sheet.height) for box in sheet.boxes]
    return Drawing(height=sheet.height, shapes=shapes, words=sheet.words)


def _filled(box: Box, height: float) -> Rectangle:
    return Rectangle(
        (box.left, height - box.bottom),
        box.right - box.left,
        box.bottom - box.top,
        transform=IdentityTransform(),
        facecolor=FILLED[box.look],
        linewidth=0,
    )


def _stub(box: Box, height: float) -> Rectangle:
    """Its outline lies within the box."""
    return Rectangle(
        (box.left + OUTLINE / 2, height - box.bottom + OUTLINE / 2),
        box.right - box.left - OUTLINE,
        box.bottom - box.top - OUTLINE,
        transform=IdentityTransform(),
        facecolor=PAPER,
        edgecolor=FAINT,
        linewidth=OUTLINE,
        hatch=HATCH,
        joinstyle="miter",
    )


def _clean(chart: BarChart) -> BarChart:
    """The chart in characters that the font has."""
    return replace(
        chart,
        title=shown(chart.title),
        groups=tuple(map(_clean_group, chart.groups)),
        columns=chart.columns and _clean_columns(chart.columns),
        note=shown(chart.note),
    )


def _clean_group(group: BarGroup) -> BarGroup:
    bars = tuple(replace(bar, label=shown(bar.label), shown=shown(bar.shown)) for bar in group.bars)
    return replace(group, title=shown(group.title), bars=bars)


def _clean_columns(columns: Columns) -> Columns:
    return replace(
        columns,
        title=shown(columns.title),
        first=shown(columns.first),
        last=shown(columns.last),
        top=shown(columns.top),
    )
