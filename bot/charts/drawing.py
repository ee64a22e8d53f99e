"""The child process: reads a chart as JSON from standard input, prints its PNG on standard output.

The only module that imports matplotlib. `python -m bot.charts.drawing < chart.json > chart.png`
"""

import io
import sys
import unicodedata
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Literal

import matplotlib as mpl
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path
from matplotlib.transforms import IdentityTransform
from PIL import Image

from bot.charts.layout import WIDTH, Face, Mark, Stroke, Words, lay_out
from bot.charts.timeline import Timeline, from_json

Fill = Literal["full", "none", "left", "bottom", "top"]

FONT = "DejaVuSans"
"""Comes with matplotlib, so a picture looks the same on every machine."""
NO_GLYPH = "□"
PAPER, INK, FAINT, LINE = "#fbfaf6", "#1b1d22", "#50545c", "#8a8f98"
COLOURS = "#0b5394 #a8400a #1b6e4b #7a3b8f #7a5c00 #9c1c46 #17697a #3d4148".split()
"""Each has a contrast of at least 5 : 1 with the paper."""
FILLS: tuple[Fill, ...] = ("full", "none", "left", "bottom", "top")
SHAPES = [
    *product(FILLS[:2], "o s ^ D P X v p * h".split()),
    *product(FILLS[2:], "o s ^ D v p h".split()),
]
"""A source is known by its shape: filled, open or half filled. There are as many as there can be sources."""
SCALES = {"D": 0.8, "*": 1.3, "p": 1.1, "h": 1.1}
"""So that shapes of one size look it."""
DOTS_PER_INCH = 72
"""So that a point is a pixel."""


def draw(chart: Timeline) -> bytes:
    """The chart as a PNG."""
    # A matplotlibrc in the working directory or in somebody's home is for other pictures.
    mpl.rcdefaults()
    sheet = lay_out(_clean(chart), _width)
    figure = Figure(figsize=(WIDTH / DOTS_PER_INCH, sheet.height / DOTS_PER_INCH), dpi=DOTS_PER_INCH, facecolor=PAPER)
    for stroke in sheet.strokes:
        figure.add_artist(_stroke(stroke, sheet.height))
    for mark in sheet.marks:
        figure.add_artist(_mark(mark, sheet.height))
    for words in sheet.words:
        _write(figure, words, sheet.height)
    pixels = io.BytesIO()
    figure.savefig(pixels, format="rgba")
    picture = Image.frombytes("RGBA", (WIDTH, round(sheet.height)), pixels.getvalue())
    # With a palette it is a third as large and looks the same.
    png = io.BytesIO()
    picture.convert("RGB").quantize(palette=_palette(), dither=Image.Dither.NONE).save(png, "png")
    return png.getvalue()


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


# ---------------------------------------------------------------- words


def _write(figure: Figure, words: Words, height: float) -> None:
    figure.text(
        words.x,
        height - words.y,
        words.text,
        transform=IdentityTransform(),
        fontproperties=_font(words.face),
        color=FAINT if words.faint else INK,
        va="baseline",
        # Otherwise «$» would begin a formula.
        parse_math=False,
    )


def _width(word: str, face: Face) -> float:
    # The layout tries many sizes, so words are measured in one. At its own size a letter is a little wider or narrower.
    return _width_of_hundred(word, replace(face, size=100)) * face.size / 100 * 1.01


@cache
def _width_of_hundred(word: str, face: Face) -> float:
    # Between two letters, because ink alone is measured: a blank has none, and letters keep a distance.
    return _ink(f"n{word}n", face) - _ink("nn", face)


def _ink(text: str, face: Face) -> float:
    return text_to_path.get_text_width_height_descent(text, _font(face), ismath=False)[0]


@cache
def _font(face: Face) -> FontProperties:
    variant = "-Bold" if face.bold else "-Oblique" if face.italic else ""
    # Named by its file: the machine may have another version of the same family.
    return FontProperties(fname=Path(mpl.get_data_path(), "fonts", "ttf", f"{FONT}{variant}.ttf"), size=face.size)


def _clean(chart: Timeline) -> Timeline:
    """The chart in characters that the font has."""
    return replace(
        chart,
        title=_shown(chart.title),
        points=tuple(
            replace(point, shown=_shown(point.shown), text=_shown(point.text), source=_shown(point.source))
            for point in chart.points
        ),
        note=_shown(chart.note),
        years={years: _shown(words) for years, words in chart.years.items()},
    )


def _shown(text: str) -> str:
    """Text without what has no shape (control characters, joiners, variants); a character without a glyph is a box."""
    shown = ""
    for character in unicodedata.normalize("NFC", text):
        if character.isspace():
            shown += " "
        elif unicodedata.category(character) in ("Cc", "Cf", "Cs") or "\ufe00" <= character <= "\ufe0f":
            continue
        else:
            shown += character if ord(character) in _glyphs() else NO_GLYPH
    return shown


@cache
def _glyphs() -> frozenset[int]:
    """The characters that all the faces in use have."""
    faces = (Face(1), Face(1, bold=True), Face(1, italic=True))
    return frozenset.intersection(*(frozenset(get_font(findfont(_font(face))).get_charmap()) for face in faces))


# ---------------------------------------------------------------- the line of time and its markers


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


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(from_json(sys.stdin.buffer.read())))
