"""The child process: reads a chart as JSON from standard input, prints its PNG on standard output.

This, `ink` and what draws each kind of chart are the only modules that import matplotlib.
`python -m bot.charts.drawing < chart.json > chart.png`
"""

import io
import sys
from typing import assert_never

import matplotlib as mpl
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from bot.charts.bars import BarChart
from bot.charts.bars_drawing import bars_drawing
from bot.charts.chart import Chart, from_json
from bot.charts.ink import COLOURS, FAINT, INK, LINE, PAPER, Drawing, write
from bot.charts.paper import WIDTH
from bot.charts.timeline import Timeline
from bot.charts.timeline_drawing import timeline_drawing

DOTS_PER_INCH = 72
"""So that a point is a pixel."""


def draw(chart: Chart) -> bytes:
    """The chart as a PNG."""
    # A matplotlibrc in the working directory or in somebody's home is for other pictures.
    mpl.rcdefaults()
    drawing = _drawing(chart)
    height = drawing.height
    figure = Figure(figsize=(WIDTH / DOTS_PER_INCH, height / DOTS_PER_INCH), dpi=DOTS_PER_INCH, facecolor=PAPER)
    for shape in drawing.shapes:
        figure.add_artist(shape)
    for words in drawing.words:
        write(figure, words, height)
    pixels = io.BytesIO()
    figure.savefig(pixels, format="rgba")
    picture = Image.frombytes("RGBA", (WIDTH, round(height)), pixels.getvalue())
    # With a palette it is a third as large and looks the same.
    png = io.BytesIO()
    picture.convert("RGB").quantize(palette=_palette(), dither=Image.Dither.NONE).save(png, "png")
    return png.getvalue()


def _drawing(chart: Chart) -> Drawing:
    match chart:
        case Timeline():
            return timeline_drawing(chart)
        case BarChart():
            return bars_drawing(chart)
        case _:
            assert_never(chart)


def _palette() -> Image.Image:
    """Each colour in use, and the shades between it and the paper that smooth the edges."""
    steps = 22
    shades = [
        round(255 * (of_paper + (of_colour - of_paper) * step / steps))
        for colour in (INK, FAINT, LINE, *COLOURS)
        for step in range(1, steps + 1)
        for of_paper, of_colour in zip(to_rgb(PAPER), to_rgb(colour), strict=True)
    ]
    made = Image.new("P", (1, 1))
    made.putpalette([*(round(255 * part) for part in to_rgb(PAPER)), *shades])
    return made


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(from_json(sys.stdin.buffer.read())))
