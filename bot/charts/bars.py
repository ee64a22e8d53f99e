"""Counts to be drawn as bars, and the form in which they go to the process that draws them."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

KIND = "bars"
"""Tells these from other charts in their form for the other process."""
MOST_BARS = 12
"""In a group: of more nobody reads the last."""
MOST_GROUPS = 6
FEWEST_VALUES, MOST_VALUES = 7, 366
"""Over time, for example days: from a week to a year."""
MOST_COLUMNS = 60
"""More than these are thinner than a phone shows: neighbours are joined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row. `shown` is the number in the reader's words, `value` what its length is drawn by, and `before` the
    length of a thin bar below it, for comparison; at 0 there is nothing to see of either.

    A `faint` bar is a short stub whatever its value: its count is too small to be told. Raises ValueError for a value
    below 0.
    """

    label: str
    value: int
    shown: str
    faint: bool = False
    before: int | None = None

    def __post_init__(self) -> None:
        _not_below_zero((self.value, self.before))


@dataclass(frozen=True, slots=True, kw_only=True)
class BarGroup:
    """Bars that are compared with each other, drawn from the top in the order they are given in, to a scale of their
    own. Without bars it shows that there is nothing. Raises ValueError for more than MOST_BARS.
    """

    title: str
    bars: tuple[Bar, ...]

    def __post_init__(self) -> None:
        if len(self.bars) > MOST_BARS:
            raise ValueError(f"a group has at most {MOST_BARS} bars, and this has {len(self.bars)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Upright columns over time, oldest first; a value of None is too small to be told.

    `first` and `last` are written below the two ends. `top` says what the highest column stands for, in the reader's
    words; where neighbours are joined that is a sum: `values_a_column` and `highest` tell what to say. Raises
    ValueError for fewer than FEWEST_VALUES or more than MOST_VALUES values, or one below 0.
    """

    title: str
    values: tuple[int | None, ...]
    first: str
    last: str
    top: str

    def __post_init__(self) -> None:
        if not FEWEST_VALUES <= len(self.values) <= MOST_VALUES:
            raise ValueError(f"columns have {FEWEST_VALUES} to {MOST_VALUES} values, and these have {len(self.values)}")
        _not_below_zero(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart:
    """Groups of bars, below them columns, below these a note.

    Raises ValueError for more than MOST_GROUPS groups, or where there is neither a group nor columns.
    """

    title: str
    groups: tuple[BarGroup, ...]
    columns: Columns | None
    note: str = ""

    def __post_init__(self) -> None:
        if len(self.groups) > MOST_GROUPS:
            raise ValueError(f"a chart has at most {MOST_GROUPS} groups of bars, and this has {len(self.groups)}")
        if not self.groups and self.columns is None:
            raise ValueError("a chart of bars has groups or columns, and this has neither")


def _not_below_zero(values: Sequence[int | None]) -> None:
    if wrong := [value for value in values if value is not None and value < 0]:
        raise ValueError(f"a count is not below 0: {wrong[0]}")


# ---------------------------------------------------------------- neighbours joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What one column stands for: so many `values`, the sum of those that are told, and whether some are not."""

    values: int
    told: int
    untold: bool


def values_a_column(count: int) -> int:
    """How many neighbours each column stands for where there are so many values. Only the oldest may have fewer."""
    return -(-count // MOST_COLUMNS)


def joined(values: Sequence[int | None]) -> tuple[Column, ...]:
    """The columns, oldest first."""
    each = values_a_column(len(values))
    # Counted from the end, so that the latest is a whole one and can be compared with those before it.
    ends = range(len(values), 0, -each)
    parts = [values[max(end - each, 0) : end] for end in reversed(ends)]
    return tuple(
        Column(values=len(part), told=sum(value or 0 for value in part), untold=None in part) for part in parts
    )


def highest(values: Sequence[int | None]) -> int:
    """What the highest column stands for, without what is not told: 0 where none of it is."""
    return max((column.told for column in joined(values)), default=0)


# ---------------------------------------------------------------- to the other process


def to_json(chart: BarChart) -> bytes:
    """The same bytes for the same chart."""
    return json.dumps({"kind": KIND, **asdict(chart)}, sort_keys=True).encode("ascii")


def from_json(data: bytes) -> BarChart:
    plain = json.loads(data)
    columns = plain["columns"]
    return BarChart(
        title=plain["title"],
        groups=tuple(
            BarGroup(title=group["title"], bars=tuple(Bar(**bar) for bar in group["bars"])) for group in plain["groups"]
        ),
        columns=columns and Columns(**{**columns, "values": tuple(columns["values"])}),
        note=plain["note"],
    )
