"""Where everything of a chart of bars goes: pure geometry, in pixels from the top left corner.

Knows no font and no library: how wide words are is told by a function.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from bot.charts.bars import Bar, BarChart, BarGroup, Column, Columns, joined
from bot.charts.paper import MARGIN, TALLEST, UNCUT, WIDTH, Face, Measure, Words, width_of, wrapped

LARGEST, LEGIBLE, SMALLEST = 32, 26, 20
"""Size of a label: it gets smaller, as far as a phone shows it well, before one is cut short; beyond that only where
the picture would be too tall.
"""
LINES = 2
"""The most that a label has."""
LABELS, SHOWN = 0.42, 0.34
"""The widest that the column of labels and that of numbers may be, as shares of the picture."""
STUB = 28
"""Length of a bar whose count is not told."""
SLIVER = 4
"""Length of the shortest bar that stands for something."""
THIN, APART = 8, 3
"""Height of the bar of the period before, and how far below the other it is."""
PLOT, STUB_COLUMN = 240, 16
"""Height of the highest column, and of one whose count is not told."""
COLUMN = 0.8
"""How much of its share of the width a column takes."""
NOTHING = "–"
"""In the place of bars where a group has none."""


class Look(Enum):
    """What a box is: a count, one that is not told, the line that counts stand on, the count of the period before, or
    how high the highest column is.
    """

    FULL = auto()
    STUB = auto()
    AXIS = auto()
    BEFORE = auto()
    TOP = auto()


@dataclass(frozen=True, slots=True)
class Box:
    """A bar, a column or a line, in whole pixels, so that its edges are sharp."""

    left: int
    top: int
    right: int
    bottom: int
    look: Look


@dataclass(slots=True)
class BarSheet:
    """What is to be drawn, the later on the earlier, and how tall it is."""

    height: float = 0
    words: list[Words] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)


def lay_out_bars(chart: BarChart, measure: Measure) -> BarSheet:
    """The largest letters with which no label is cut short and the chart is no taller than TALLEST."""
    sheet = BarSheet()
    for size, lines in _attempts():
        composer = _Composer(chart, measure, size, lines)
        sheet = composer.sheet()
        if sheet.height <= TALLEST and (size <= LEGIBLE or not composer.cuts):
            break
    return sheet


def _attempts() -> Iterator[tuple[float, int]]:
    """Sizes of a label, each with the most lines that it may have."""
    for size in range(LARGEST, LEGIBLE - 1, -1):
        yield size, LINES
    for size in range(LEGIBLE, SMALLEST - 1, -1):
        yield size, 1


class _Composer:
    """One attempt, from the top to the bottom of the sheet."""

    def __init__(self, chart: BarChart, measure: Measure, size: float, lines: int) -> None:
        self.chart = chart
        self.measure = measure
        self.lines = lines
        self.text = Face(size)
        self.small = Face(max(size * 0.85, min(size, LEGIBLE)))
        self.heading = Face(size * 1.1, bold=True)
        self.title = Face(size * 1.35, bold=True)
        bars = [bar for group in chart.groups for bar in group.bars]
        labels = [bar.label for bar in bars]
        self.cuts = self._cuts(labels, WIDTH * LABELS) or self._cuts([bar.shown for bar in bars], WIDTH * SHOWN)
        # All groups have their bars in one place, so that the eye finds it again.
        self.axis = round(MARGIN + self._widest(labels, WIDTH * LABELS) + size * 0.6)
        self.longest = min(map(self._longest, chart.groups), default=0)
        self.made = BarSheet(height=MARGIN)

    def sheet(self) -> BarSheet:
        self._block(self.chart.title, self.title, 4)
        for group in self.chart.groups:
            self._group(group)
        if self.chart.columns:
            self._columns(self.chart.columns)
        if self.chart.note:
            self.made.height += self.text.size
            self._block(self.chart.note, self.small, 6, faint=True)
        self.made.height = float(round(self.made.height + MARGIN * 0.75))
        return self.made

    # ------------------------------------------------------------ groups of bars

    def _longest(self, group: BarGroup) -> int:
        """How long the longest bar of a group may be, so that each has room for its number behind it."""
        room = WIDTH - MARGIN - self.axis - self.text.size * 0.5
        largest = _largest(group)
        shares = [(bar.shown, max(_told(bar)) / largest) for bar in group.bars] if largest else []
        rooms = [(room - self._widest([shown], WIDTH * SHOWN)) / share for shown, share in shares if share]
        return int(min(rooms, default=room))

    def _group(self, group: BarGroup) -> None:
        self._heading(group.title)
        if not group.bars:
            self._block(NOTHING, self.text, 1, faint=True)
            return
        top = self.made.height
        for n, bar in enumerate(group.bars):
            self.made.height += self.text.size * 0.5 if n else 0
            self._bar(bar, _largest(group))
        self.made.boxes.append(Box(self.axis - 4, round(top), self.axis, round(self.made.height), Look.AXIS))

    def _bar(self, bar: Bar, largest: int) -> None:
        label = wrapped(bar.label, self.text, WIDTH * LABELS, self.lines, self.measure)
        shown = wrapped(bar.shown, self.text, WIDTH * SHOWN, self.lines, self.measure)
        height = max(len(label), len(shown), 1) * self.text.line
        middle = self.made.height + height / 2
        length, before = (_length(count, largest, self.longest) for count in _told(bar))
        length = STUB if bar.faint else length
        thick = round(self.text.size * 0.8)
        top = round(middle - (thick + (APART + THIN if before else 0)) / 2)
        self._box(length, top, thick, Look.STUB if bar.faint else Look.FULL)
        self._box(before, top + thick + APART, THIN, Look.BEFORE)
        self._around(label, MARGIN, middle)
        self._around(shown, self.axis + max(length, before) + self.text.size * 0.5, middle, faint=bar.faint)
        self.made.height += height

    def _box(self, length: int, top: int, thick: int, look: Look) -> None:
        if length:
            self.made.boxes.append(Box(self.axis, top, self.axis + length, top + thick, look))

    # ------------------------------------------------------------ columns over time

    def _columns(self, columns: Columns) -> None:
        self._heading(columns.title)
        each = joined(columns.values)
        most = max(column.told for column in each)
        self._block(columns.top, self.small, 1, faint=True)
        # A stub may stand on the highest column.
        room = (PLOT if most else 0) + (STUB_COLUMN if any(column.untold for column in each) else 0)
        bottom = round(self.made.height + self.text.size * 0.3 + room)
        if most:
            self.made.boxes.append(Box(MARGIN, bottom - PLOT - 2, WIDTH - MARGIN, bottom - PLOT, Look.TOP))
        share, since = (WIDTH - 2 * MARGIN) / len(columns.values), 0
        for column in each:
            # As wide as the time that it stands for, in the middle of that time.
            middle = MARGIN + share * (since + column.values / 2)
            half = max(share * column.values * COLUMN / 2, 1)
            self._column(column, round(middle - half), round(middle + half), bottom, most)
            since += column.values
        self.made.boxes.append(Box(MARGIN, bottom, WIDTH - MARGIN, bottom + 4, Look.AXIS))
        self.made.height = bottom + 4 + self.text.size * 0.2
        self._ends(columns)

    def _column(self, column: Column, left: int, right: int, bottom: int, most: int) -> None:
        """What is told of it; on that a stub, where some is not."""
        top = bottom - _length(column.told, most, PLOT)
        if column.told:
            self.made.boxes.append(Box(left, top, right, bottom, Look.FULL))
        if column.untold:
            self.made.boxes.append(Box(left, top - STUB_COLUMN, right, top, Look.STUB))

    def _ends(self, columns: Columns) -> None:
        half = WIDTH / 2 - MARGIN - self.text.size / 2
        first, last = (
            "".join(wrapped(end, self.small, half, 1, self.measure)) for end in (columns.first, columns.last)
        )
        right = WIDTH - MARGIN - width_of(last, self.small, self.measure)
        for end, x in ((first, float(MARGIN)), (last, right)):
            self.made.words.append(Words(end, x, self.made.height + self.small.size, self.small, faint=True))
        self.made.height += self.small.line

    # ------------------------------------------------------------ words

    def _heading(self, text: str) -> None:
        self.made.height += self.text.size * 1.2
        self._block(text, self.heading, self.lines)
        self.made.height += self.text.size * 0.4

    def _block(self, text: str, face: Face, lines: int, *, faint: bool = False) -> None:
        """Words from margin to margin, on as many lines as they need."""
        for line in wrapped(text, face, WIDTH - 2 * MARGIN, lines, self.measure):
            self.made.words.append(Words(line, MARGIN, self.made.height + face.size, face, faint))
            self.made.height += face.line

    def _around(self, lines: Sequence[str], x: float, middle: float, *, faint: bool = False) -> None:
        """Lines whose small and capital letters have their middle at this height."""
        first = middle + self.text.size * 0.36 - (len(lines) - 1) / 2 * self.text.line
        for n, line in enumerate(lines):
            self.made.words.append(Words(line, x, first + n * self.text.line, self.text, faint))

    def _cuts(self, texts: Sequence[str], most: float) -> bool:
        """Whether one of the texts needs more lines than it may have."""
        return any(len(wrapped(text, self.text, most, UNCUT, self.measure)) > self.lines for text in texts)

    def _widest(self, texts: Sequence[str], most: float) -> float:
        """How wide the texts are when they are on their lines."""
        lines = [line for text in texts for line in wrapped(text, self.text, most, self.lines, self.measure)]
        return max((width_of(line, self.text, self.measure) for line in lines), default=0)


def _largest(group: BarGroup) -> int:
    """What the longest bar of the group stands for."""
    return max((count for bar in group.bars for count in _told(bar)), default=0)


def _told(bar: Bar) -> tuple[int, int]:
    """The two counts that lengths are drawn by. One that is not told has no part in them, nor in the scale."""
    return 0 if bar.faint else bar.value, bar.before or 0


def _length(value: int, largest: int, longest: int) -> int:
    """Of a bar or column: its share of the longest, and never so little that it looks like nothing."""
    return max(int(longest * (value / largest)), SLIVER) if value else 0
