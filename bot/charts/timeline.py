"""A timeline to be drawn, and the form in which it goes to the process that draws it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise

MOST_POINTS = 40
"""More rows than these cannot be read in one picture."""
GAP_YEARS = 3
"""Points further apart than this have a mark between them: the rows alone would look evenly spaced."""

SORT = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePoint:
    """One row. `sort` is ISO 8601 cut to what is known ("2008", "2008-12", "2008-12-31"), `shown` the date in the
    reader's words, `source` the title of the document that tells of it. Raises ValueError for another `sort`.
    """

    sort: str
    shown: str
    text: str
    source: str
    dated: bool = True
    """Whether `sort` is known; else no span of time is told beside the row."""

    def __post_init__(self) -> None:
        if not SORT.fullmatch(self.sort):
            raise ValueError(f"not a date of ISO 8601: {self.sort!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Events, drawn from the earliest to the latest, whatever order they are given in.

    `note` stands below them. `years` says the length of a gap in the reader's words ({75: "75 years"}); a length that
    it lacks is shown as its number. `gaps` tells which lengths there are. Raises ValueError for 0 or more than
    MOST_POINTS points.
    """

    title: str
    points: tuple[TimelinePoint, ...]
    note: str = ""
    years: Mapping[int, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not 1 <= len(self.points) <= MOST_POINTS:
            raise ValueError(f"a timeline has 1 to {MOST_POINTS} points, and this has {len(self.points)}")


def in_order(points: Sequence[TimelinePoint]) -> list[TimelinePoint]:
    return sorted(points, key=lambda point: point.sort)


def gaps(points: Sequence[TimelinePoint]) -> tuple[int, ...]:
    """For each point, earliest first: the years since the one before, 0 where they are no more than GAP_YEARS, or where
    one of the two is not dated.
    """
    return (0, *(_gap(earlier, later) for earlier, later in pairwise(in_order(points))))


def _gap(earlier: TimelinePoint, later: TimelinePoint) -> int:
    years = _years(later.sort) - _years(earlier.sort)
    return round(years) if years > GAP_YEARS and earlier.dated and later.dated else 0


def _years(sort: str) -> float:
    """Years since the year 0, to the month; of what is not known the beginning."""
    year, month, *_ = [*map(int, sort.split("-")), 1]
    return year + (month - 1) / 12


def to_json(chart: Timeline) -> bytes:
    """The same bytes for the same chart."""
    plain = {
        "title": chart.title,
        "points": [asdict(point) for point in chart.points],
        "note": chart.note,
        "years": {str(years): words for years, words in sorted(chart.years.items())},
    }
    return json.dumps(plain, sort_keys=True).encode("ascii")


def from_json(data: bytes) -> Timeline:
    plain = json.loads(data)
    return Timeline(
        title=plain["title"],
        points=tuple(TimelinePoint(**point) for point in plain["points"]),
        note=plain["note"],
        years={int(years): words for years, words in plain["years"].items()},
    )
