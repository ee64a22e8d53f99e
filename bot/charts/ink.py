"""The colours of every chart, and words in them: measured and written by matplotlib. For the child process."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.textpath import text_to_path
from matplotlib.transforms import IdentityTransform

from bot.charts.paper import Face, Words

FONT = "DejaVuSans"
"""Comes with matplotlib, so a picture looks the same on every machine."""
NO_GLYPH = "□"
PAPER, INK, FAINT, LINE = "#fbfaf6", "#1b1d22", "#50545c", "#8a8f98"
COLOURS = "#0b5394 #a8400a #1b6e4b #7a3b8f #7a5c00 #9c1c46 #17697a #3d4148".split()
"""Each has a contrast of at least 5 : 1 with the paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A chart, ready to be put on a figure: the later shapes on the earlier, words on all of them."""

    height: float
    shapes: Sequence[Artist]
    words: Sequence[Words]


def write(figure: Figure, words: Words, height: float) -> None:
    """Put a line of text on the figure, which is so tall."""
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


def width(word: str, face: Face) -> float:
    """How far a word, or a blank, moves what follows it on the line."""
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


def shown(text: str) -> str:
    """Text without what has no shape (control characters, joiners, variants); a character without a glyph is a box."""
    drawn = ""
    for character in unicodedata.normalize("NFC", text):
        if character.isspace():
            drawn += " "
        elif unicodedata.category(character) in ("Cc", "Cf", "Cs") or "\ufe00" <= character <= "\ufe0f":
            continue
        else:
            drawn += character if ord(character) in _glyphs() else NO_GLYPH
    return drawn


@cache
def _glyphs() -> frozenset[int]:
    """The characters that all the faces in use have."""
    faces = (Face(1), Face(1, bold=True), Face(1, italic=True))
    return frozenset.intersection(*(frozenset(get_font(findfont(_font(face))).get_charmap()) for face in faces))
