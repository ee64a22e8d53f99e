"""The paper that every chart is drawn on, in pixels from the top left corner, and how words become lines on it.

Knows no font and no library: how wide words are is told by a function.
"""

from collections.abc import Callable
from dataclasses import dataclass

WIDTH = 1200
MARGIN = 48
TALLEST = 4000
"""What a layout keeps its height to."""
LINE = 1.3
"""Height of a line, in sizes of its letters."""
UNCUT = 1_000
"""More lines than a text has."""


@dataclass(frozen=True, slots=True)
class Face:
    size: float
    bold: bool = False
    italic: bool = False

    @property
    def line(self) -> float:
        return self.size * LINE


Measure = Callable[[str, Face], float]
"""How far a word, or a blank, moves what follows it on the line."""


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; `y` is its baseline."""

    text: str
    x: float
    y: float
    face: Face
    faint: bool = False


def wrapped(text: str, face: Face, width: float, most: int, measure: Measure) -> list[str]:
    """Lines no wider than `width`; what does not go on `most` of them is left out, with «…»."""
    blank = measure(" ", face)
    lines: list[str] = []
    room = 0.0
    for word in text.split():
        for n, piece in enumerate(_pieces(word, face, width, measure)):
            wide = measure(piece, face)
            if n == 0 and blank + wide <= room:
                lines[-1] += f" {piece}"
                room -= blank + wide
            else:
                lines.append(piece)
                room = width - wide
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and width_of(f"{last}…", face, measure) > width:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip(' ,;:.–-')}…"]


def width_of(line: str, face: Face, measure: Measure) -> float:
    """How wide a whole line is."""
    words = line.split(" ")
    return sum(measure(word, face) for word in words) + measure(" ", face) * (len(words) - 1)


def _pieces(word: str, face: Face, width: float, measure: Measure) -> list[str]:
    """A word that is wider than a line, taken apart: behind a hyphen where there is one, else anywhere."""
    pieces = []
    while measure(word, face) > width:
        fits = next((n for n in range(len(word) - 1, 1, -1) if measure(word[:n], face) <= width), 1)
        hyphen = max(word.rfind(mark, 0, fits) for mark in "-–/")
        cut = hyphen + 1 if hyphen > 0 else fits
        pieces.append(word[:cut])
        word = word[cut:]
    return [*pieces, word]
