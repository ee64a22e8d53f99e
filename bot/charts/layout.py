"""Where everything of a timeline goes: pure geometry, in pixels from the top left corner.

Knows no font and no library: how wide words are is told by a function.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.charts.paper import MARGIN, TALLEST, UNCUT, WIDTH, Face, Measure, Words, width_of, wrapped
from bot.charts.timeline import Timeline, gaps, in_order

LARGEST, SMALLEST = 36, 15
"""Size of a row's text. A phone shows a third of it. Where the picture would be too tall the letters get smaller, and
then each row has fewer lines.
"""
DATES, WIDE_DATES = 0.28, 0.36
"""The widest that the column of dates may be, as shares of the picture: usually, and where a word needs more."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The marker of the source with this number, around its middle."""

    source: int
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Stroke:
    """A piece of the line of time; dotted where years are left out."""

    x: float
    top: float
    bottom: float
    dotted: bool = False


@dataclass(slots=True)
class Sheet:
    """What is to be drawn, and how tall it is."""

    height: float = 0
    words: list[Words] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)


def lay_out(chart: Timeline, measure: Measure) -> Sheet:
    """The largest letters with which the chart is no taller than TALLEST; else the smallest, with texts cut short."""
    sheet = Sheet()
    for size, lines in _attempts():
        sheet = _Composer(chart, measure, size, lines).sheet()
        if sheet.height <= TALLEST:
            break
    return sheet


def _attempts() -> Iterator[tuple[float, int]]:
    """Sizes of a row's text, each with the most lines that a text may have."""
    for size in range(LARGEST, SMALLEST - 1, -1):
        yield size, UNCUT
    for lines in range(12, 0, -1):
        yield SMALLEST, lines


class _Composer:
    """One attempt, from the top to the bottom of the sheet."""

    def __init__(self, chart: Timeline, measure: Measure, size: float, lines: int) -> None:
        self.chart = chart
        self.measure = measure
        self.lines = lines
        self.points = in_order(chart.points)
        self.numbers = {source: n for n, source in enumerate(dict.fromkeys(point.source for point in self.points))}
        self.text = Face(size)
        self.date = Face(size * 0.9, bold=True)
        self.small = Face(size * 0.72)
        self.gap = Face(size * 0.8, italic=True)
        self.title = Face(size * 1.35, bold=True)
        longest = max((measure(word, self.date) for point in self.points for word in point.shown.split()), default=0)
        column = max(WIDTH * DATES, min(longest, WIDTH * WIDE_DATES))
        self.dates = [wrapped(point.shown, self.date, column, lines, measure) for point in self.points]
        # No wider than the dates are when they are on their lines.
        widest = max((width_of(line, self.date, measure) for date in self.dates for line in date), default=0)
        self.axis = MARGIN + widest + size * 1.15
        self.left = self.axis + size
        self.made = Sheet(height=MARGIN)

    def sheet(self) -> Sheet:
        self._block(self.chart.title, self.title, MARGIN, 4)
        self.made.height += self.text.size * 0.4
        self._legend()
        self.made.height += self.text.size
        self._rows()
        if self.chart.note:
            self.made.height += self.text.size * 0.8
            self._block(self.chart.note, self.small, MARGIN, self.lines, faint=True)
        self.made.height = float(round(self.made.height + MARGIN * 0.75))
        return self.made

    def _legend(self) -> None:
        """One line a source: its marker and its title."""
        for source, number in self.numbers.items():
            self._sourced(source, number, MARGIN, self.lines)
            self.made.height += self.small.size * 0.2

    def _rows(self) -> None:
        above: float | None = None
        for point, date, years in zip(self.points, self.dates, gaps(self.points), strict=True):
            if above is not None:
                above = self._gap(above, years) if years else above
                self.made.height += self.text.size * 0.7
            top = self.made.height
            # Date and text stand on one baseline, and the marker in the middle of their small letters.
            base = top + self.text.size
            for n, line in enumerate(date):
                self.made.words.append(Words(line, MARGIN, base + n * self.date.line, self.date))
            here = base - self.text.size * 0.3
            self.made.marks.append(Mark(self.numbers[point.source], self.axis, here, self.text.size * 0.8))
            if above is not None:
                self.made.strokes.append(Stroke(self.axis, above, here))
            above = here
            self._block(point.text, self.text, self.left, self.lines)
            self._sourced(point.source, self.numbers[point.source], self.left, min(self.lines, 2))
            self.made.height = max(self.made.height, top + len(date) * self.date.line)

    def _gap(self, above: float, years: int) -> float:
        """Mark that years are left out; returns where the line of time goes on."""
        self.made.height += self.text.size * 0.7
        top, bottom = self.made.height, self.made.height + self.gap.line * 1.5
        self.made.strokes += [Stroke(self.axis, above, top), Stroke(self.axis, top, bottom, dotted=True)]
        words = self.chart.years.get(years, str(years))
        self.made.height += self.gap.line * 0.25
        self._block(words, self.gap, self.left, 1, faint=True)
        self.made.height = bottom
        return bottom

    def _sourced(self, source: str, number: int, x: float, lines: int) -> None:
        size = self.small.size
        self.made.marks.append(Mark(number, x + size * 0.4, self.made.height + size * 0.7, size * 0.75))
        self._block(source, self.small, x + size * 1.2, lines, faint=True)

    def _block(self, text: str, face: Face, x: float, lines: int, *, faint: bool = False) -> None:
        """Words from the left edge `x` to the margin, on as many lines as they need."""
        for line in wrapped(text, face, WIDTH - MARGIN - x, lines, self.measure):
            self.made.words.append(Words(line, x, self.made.height + face.size, face, faint))
            self.made.height += face.line
