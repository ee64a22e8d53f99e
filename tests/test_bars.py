"""Counts as pictures: what can be told is drawn to scale, and what is too small to be told tells nothing."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.charts import (
    MOST_BARS,
    MOST_GROUPS,
    MOST_VALUES,
    Bar,
    BarChart,
    BarGroup,
    ChartError,
    Charts,
    Columns,
    Picture,
    Timeline,
    highest,
    values_a_column,
)
from bot.charts.bars import MOST_COLUMNS, Column, joined
from bot.charts.bars_layout import LARGEST, LEGIBLE, STUB, STUB_COLUMN, Box, Look, lay_out_bars
from bot.charts.chart import from_json, to_json
from bot.charts.paper import MARGIN, TALLEST, WIDTH
from bot.charts.process import DRAWING
from tests.conftest import ROOT
from tests.test_charts import as_typewriter, counting, opened, point

BLUE, GREY = (0x0B, 0x53, 0x94), (0x50, 0x54, 0x5C)
"""Of bars, and of the thin ones of the period before."""
LABEL = "The Intermediate-Range Nuclear Forces Treaty, and why the two governments stopped keeping to it in the end"


def bar(value: int, label: str = "NATO", shown: str | None = None, **more: Any) -> Bar:
    return Bar(label=label, value=value, shown=str(value) if shown is None else shown, **more)


def few(value: int) -> Bar:
    return bar(value, shown="fewer than 3", faint=True)


def chart(*bars: Bar, title: str = "Topics", columns: Columns | None = None, note: str = "") -> BarChart:
    return BarChart(title=title, groups=(BarGroup(title="Most asked", bars=bars),), columns=columns, note=note)


def days(*values: int | None) -> Columns:
    return Columns(title="Each day", values=values, first="1 May", last="30 May", top="Most: 14")


def full() -> BarChart:
    """As much as there can be."""
    bars = tuple(bar(7 * n, f"{n}. {LABEL}", before=3 * n) for n in range(MOST_BARS))
    groups = tuple(BarGroup(title=f"{n}. {LABEL}", bars=bars) for n in range(MOST_GROUPS))
    return BarChart(title=LABEL * 4, groups=groups, columns=days(*range(MOST_VALUES)), note=LABEL * 20)


def boxes(drawn: BarChart, look: Look) -> list[Box]:
    return [box for box in lay_out_bars(drawn, as_typewriter).boxes if box.look is look]


def lengths(drawn: BarChart, look: Look = Look.FULL) -> list[int]:
    return [box.right - box.left for box in boxes(drawn, look)]


def runs(picture: Picture, colour: tuple[int, int, int]) -> list[int]:
    """Lengths of the horizontal bars of this colour in the picture, from the top."""
    image = opened(picture).convert("RGB")
    rows = [_longest_run(image, y, colour) for y in range(image.height)]
    return [length for length, _ in groupby(rows) if length > STUB]


def _longest_run(image: Image.Image, y: int, colour: tuple[int, int, int]) -> int:
    row = image.crop((0, y, image.width, y + 1)).tobytes()
    pixels = (row[n : n + 3] == bytes(colour) for n in range(0, len(row), 3))
    return max((len(list(run)) for same, run in groupby(pixels) if same), default=0)


# ---------------------------------------------------------------- the picture


async def test_a_picture_is_a_png_of_the_size_that_it_says_with_nothing_on_its_margins() -> None:
    async with Charts() as charts:
        for drawn in (chart(), chart(bar(0)), chart(few(2), columns=days(*[None] * 7)), full()):
            picture = await charts.draw(drawn)
            image = opened(picture).convert("RGB")
            assert image.size == (picture.width, picture.height)
            assert picture.width == WIDTH
            assert picture.height <= TALLEST
            assert len(picture.png) < 500_000
            margin = MARGIN - 4
            for box in (
                (0, 0, margin, image.height),
                (image.width - margin, 0, image.width, image.height),
                (0, 0, image.width, margin),
                (0, image.height - 16, image.width, image.height),
            ):
                assert len(image.crop(box).getcolors() or ()) == 1


async def test_bars_are_as_long_as_their_values_say() -> None:
    async with Charts() as charts:
        picture = await charts.draw(chart(bar(40), bar(20, before=30), bar(10), bar(0)))
    longest, half, quarter = runs(picture, BLUE)
    assert (half, quarter) == (longest // 2, longest // 4)
    assert runs(picture, GREY) == [longest * 3 // 4]


async def test_a_stub_does_not_tell_its_value() -> None:
    async with Charts() as charts:
        one = await charts.draw(chart(bar(9), few(1)))
        for value in (0, 2, 9_000):
            assert (await charts.draw(chart(bar(9), few(value)))).png == one.png
        assert (await charts.draw(chart(bar(9), bar(1, shown="fewer than 3")))).png != one.png
        unknown = days(3, None, 0, 5, 5, 5, 5)
        assert await charts.draw(chart(columns=unknown)) != await charts.draw(chart(columns=days(3, 0, 0, 5, 5, 5, 5)))


async def test_words_stand_out_from_the_paper() -> None:
    async with Charts() as charts:
        drawn = chart(few(1), title="Title", note="A note that is as pale as words get")
        image = opened(await charts.draw(drawn)).convert("L")
    darkest, paper = image.crop((0, image.height - 80, image.width, image.height)).getextrema()
    assert isinstance(darkest, int)
    assert isinstance(paper, int)
    assert (_light(paper) + 0.05) / (_light(darkest) + 0.05) >= 5


def _light(grey: int) -> float:
    """Relative luminance."""
    return float(((grey / 255 + 0.055) / 1.055) ** 2.4)


async def test_markup_is_drawn_as_it_was_typed_and_what_has_no_glyph_is_a_box() -> None:
    async with Charts() as charts:
        # As a formula the first would be an error.
        await charts.draw(chart(bar(1, r"From $\frac{$ to $5", r"\$")))
        assert await charts.draw(chart(bar(1, "<b>5</b>"))) != await charts.draw(chart(bar(1, "5")))
        assert await charts.draw(chart(bar(1, "Привет"))) != await charts.draw(chart(bar(1, "Ответы")))
        assert await charts.draw(chart(bar(1, "核電", "👍🏽"))) == await charts.draw(chart(bar(1, "□□", "□□")))
        hidden = await charts.draw(chart(bar(1, "a\x1b\u202eb\u200d\ud800", "1\x00")))
        assert hidden == await charts.draw(chart(bar(1, "ab", "1")))


def test_drawing_has_nothing_to_complain_of(tmp_path: Path) -> None:
    words = "Российско-американские отношения – «этап» № 3; „Größe“ œuvre, façade, 核 👍🏽 \x00 مرحبا \u202e$x$"
    columns = Columns(title=words, values=(None, *range(60)), first=words, last=words, top=words)
    huge = BarGroup(title=words, bars=(bar(10**400, words, words), bar(1, before=10**399), few(10**500)))
    drawn = BarChart(title=words, groups=(huge, BarGroup(title=words, bars=())), columns=columns, note=words)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "bot.charts.drawing"],
        input=to_json(drawn),
        cwd=ROOT,
        env={**os.environ, "MPLCONFIGDIR": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


# ---------------------------------------------------------------- bars


def test_a_label_stands_left_of_its_bar_and_the_number_behind_it() -> None:
    sheet = lay_out_bars(chart(bar(4, "NATO", "four"), bar(2, "INF", "two", before=3)), as_typewriter)
    at = {words.text: words for words in sheet.words}
    first, second = (box for box in sheet.boxes if box.look is Look.FULL)
    (before,) = (box for box in sheet.boxes if box.look is Look.BEFORE)
    assert at["NATO"].x < first.left < first.right < at["four"].x
    assert at["INF"].x < second.left < second.right < before.right < at["two"].x
    assert at["NATO"].y == at["four"].y < at["INF"].y == at["two"].y
    assert first.bottom < second.top < second.bottom < before.top


def test_the_smallest_count_beside_a_huge_one_can_be_seen_and_zero_cannot() -> None:
    huge, one = lengths(chart(bar(1_000_000), bar(1), bar(0, before=0)))
    assert huge > 100 * one > 0


def test_each_group_has_a_scale_of_its_own_and_all_begin_in_one_place() -> None:
    groups = tuple(
        BarGroup(title="", bars=(bar(value, label),)) for value, label in ((500, "a long label"), (5, "INF"))
    )
    first, second = boxes(BarChart(title="", groups=groups, columns=None), Look.FULL)
    assert (first.left, first.right) == (second.left, second.right)


def test_what_is_not_told_has_no_part_in_the_scale() -> None:
    assert lengths(chart(bar(4), bar(2), few(2_000))) == lengths(chart(bar(4), bar(2), few(0)))
    assert lengths(chart(few(1), few(2), few(9)), Look.STUB) == [STUB] * 3


def test_a_group_without_bars_says_that_there_is_nothing() -> None:
    sheet = lay_out_bars(chart(), as_typewriter)
    assert [words.text for words in sheet.words] == ["Topics", "Most asked", "–"]
    assert sheet.boxes == []


def test_letters_get_smaller_before_a_label_is_cut_short_and_it_has_two_lines_at_most() -> None:
    def sizes(label: str) -> tuple[set[float], list[str]]:
        words = lay_out_bars(chart(bar(1, label, "")), as_typewriter).words
        lines = [line for line in words if not line.face.bold]
        return {line.face.size for line in lines}, [line.text for line in lines]

    assert sizes("NATO") == ({LARGEST}, ["NATO"])
    size, lines = sizes(LABEL[:58])
    assert LEGIBLE <= max(size) < LARGEST
    assert " ".join(lines) == LABEL[:58].strip()
    size, lines = sizes(LABEL)
    assert size == {LEGIBLE}
    assert len(lines) == 2
    assert lines[1].endswith("…")


# ---------------------------------------------------------------- columns


def test_columns_stand_for_their_values_from_the_oldest_to_the_latest() -> None:
    drawn = boxes(chart(columns=days(4, 8, 2, 0, 6, 8, 1)), Look.FULL)
    assert [box.left for box in drawn] == sorted(box.left for box in drawn)
    heights = [box.bottom - box.top for box in drawn]
    assert [8 * height // max(heights) for height in heights] == [4, 8, 2, 6, 8, 1]
    (top,) = boxes(chart(columns=days(4, 8, 2, 0, 6, 8, 1)), Look.TOP)
    assert {top.bottom} == {box.top for box, value in zip(drawn, (4, 8, 2, 6, 8, 1), strict=True) if value == 8}


def test_what_is_not_told_of_columns_is_a_stub_of_one_height() -> None:
    drawn = boxes(chart(columns=days(None, 5, None, 900, None, 0, 0)), Look.STUB)
    assert [box.bottom - box.top for box in drawn] == [STUB_COLUMN] * 3
    assert len({box.bottom for box in drawn}) == 1
    assert boxes(chart(columns=days(*[None] * 7)), Look.TOP) == []


def test_neighbours_are_joined_where_there_would_be_too_many_columns() -> None:
    assert [values_a_column(count) for count in (7, 60, 61, 90, 180, 365, 366)] == [1, 1, 2, 2, 3, 7, 7]
    assert all(len(joined(range(count))) <= MOST_COLUMNS for count in range(7, MOST_VALUES + 1))
    year = (*[1] * 363, 5, None, None)
    oldest, *_, latest = joined(year)
    assert oldest == Column(values=2, told=2, untold=False)
    assert latest == Column(values=7, told=9, untold=True)
    assert highest(year) == 9
    assert highest([None] * 90) == 0


def test_a_column_of_fewer_values_is_as_much_narrower_and_what_is_not_told_stands_on_what_is() -> None:
    drawn = chart(columns=days(*[1] * 118, None))
    narrow, *others, last = boxes(drawn, Look.FULL)
    assert len(others) == MOST_COLUMNS - 2
    assert others[0].right - others[0].left == pytest.approx(2 * (narrow.right - narrow.left), abs=1)
    (stub,) = boxes(drawn, Look.STUB)
    assert (stub.left, stub.right, stub.bottom) == (last.left, last.right, last.top)


def test_the_ends_are_named_below_the_columns_and_the_highest_above() -> None:
    sheet = lay_out_bars(chart(columns=days(*range(30))), as_typewriter)
    at = {words.text: words for words in sheet.words}
    assert at["1 May"].x == MARGIN
    assert at["30 May"].x + as_typewriter("30 May", at["30 May"].face) == pytest.approx(WIDTH - MARGIN)
    columns = [box for box in sheet.boxes if box.look is Look.FULL]
    assert at["Most: 14"].y < min(box.top for box in columns)
    assert at["1 May"].y == at["30 May"].y > max(box.bottom for box in columns)


# ---------------------------------------------------------------- whatever is drawn

TEXTS = st.text(max_size=120)
COUNTS = st.integers(0, 10**6)
BARS = st.builds(Bar, label=TEXTS, value=COUNTS, shown=TEXTS, faint=st.booleans(), before=COUNTS | st.none())
GROUPS = st.builds(BarGroup, title=TEXTS, bars=st.lists(BARS, max_size=MOST_BARS).map(tuple))
VALUES = st.lists(COUNTS | st.none(), min_size=7, max_size=MOST_VALUES).map(tuple)
COLUMNS = st.builds(Columns, title=TEXTS, values=VALUES, first=TEXTS, last=TEXTS, top=TEXTS)


@st.composite
def charts_of_bars(draw: st.DrawFn) -> BarChart:
    groups = tuple(draw(st.lists(GROUPS, max_size=MOST_GROUPS)))
    columns = draw(COLUMNS if not groups else COLUMNS | st.none())
    return BarChart(title=draw(TEXTS), groups=groups, columns=columns, note=draw(TEXTS))


@settings(deadline=None)
@given(charts_of_bars())
def test_everything_is_between_the_margins_and_no_words_are_on_others_or_on_a_bar(drawn: BarChart) -> None:
    sheet = lay_out_bars(drawn, as_typewriter)
    assert sheet.height <= TALLEST
    places = [
        (words.x, words.x + as_typewriter(words.text, words.face), words.y - words.face.size * 0.7, words.y)
        for words in sheet.words
        if words.text
    ]
    solid = [box for box in sheet.boxes if box.look in (Look.FULL, Look.STUB, Look.BEFORE)]
    places += [(box.left, box.right, box.top, box.bottom) for box in solid]
    for left, right, top, bottom in places:
        assert MARGIN <= left <= right <= WIDTH - MARGIN + 0.01
        assert MARGIN <= top <= bottom < sheet.height
    for one, other in _neighbours(places):
        assert one[1] <= other[0] + 0.01 or other[1] <= one[0] + 0.01 or one[3] <= other[2] or other[3] <= one[2]


def _neighbours(places: list[tuple[float, float, float, float]]) -> Iterator[Any]:
    """All pairs of places that share some height."""
    under_way: list[tuple[float, float, float, float]] = []
    for place in sorted(places, key=lambda place: place[2]):
        under_way = [other for other in under_way if other[3] > place[2]]
        yield from ((other, place) for other in under_way)
        under_way.append(place)


def test_the_largest_chart_is_drawn_whole() -> None:
    sheet = lay_out_bars(full(), as_typewriter)
    assert sheet.height <= TALLEST
    rows = [box for box in sheet.boxes if box.look is Look.AXIS]
    assert len(rows) == MOST_GROUPS + 1
    assert all(above.bottom < below.top for above, below in pairwise(rows))


# ---------------------------------------------------------------- beside the timeline


async def test_both_kinds_are_drawn_through_one_and_kept_apart(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    timeline = Timeline(title="Topics", points=(point(),))
    async with Charts(command=counting(ledger)) as charts:
        assert charts.cached(chart(bar(1))) is None
        bars, events = await asyncio.gather(charts.draw(chart(bar(1))), charts.draw(timeline))
        assert bars.png != events.png
        assert charts.cached(chart(bar(1))) is bars
        assert charts.cached(timeline) is events
        assert await charts.draw(chart(bar(1))) is bars
        assert charts.cached(chart(bar(2))) is None
    assert ledger.read_text() == "begun\nended\n" * 2


def test_what_goes_to_the_child_comes_out_there_the_same() -> None:
    sent = chart(bar(3, "«Ё»\ud800", "$", before=0), few(1), columns=days(1, None, 0, 4, 5, 6, 7), note="n")
    timeline = Timeline(title="Topics", points=(point(),))
    for one in (sent, chart(), full(), timeline):
        assert from_json(to_json(one)) == one
        assert to_json(from_json(to_json(one))) == to_json(one)
    assert set(json.loads(to_json(timeline))) == {"title", "points", "note", "years"}


async def test_a_chart_of_no_known_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="not a kind of chart: 'pie'"):
        from_json(b'{"kind": "pie"}')
    pie = ["sh", "-c", """cat > /dev/null; echo '{"kind": "pie"}' | exec "$@" """, "sh", *DRAWING]
    async with Charts(command=pie) as charts:
        with pytest.raises(ChartError, match="not a kind of chart: 'pie'"):
            await charts.draw(chart())


# ---------------------------------------------------------------- bad input


def test_a_chart_has_something_to_draw_and_not_too_much() -> None:
    with pytest.raises(ValueError, match="groups or columns, and this has neither"):
        BarChart(title="", groups=(), columns=None)
    with pytest.raises(ValueError, match="at most 6 groups of bars, and this has 7"):
        BarChart(title="", groups=(BarGroup(title="", bars=()),) * 7, columns=None)
    with pytest.raises(ValueError, match="at most 12 bars, and this has 13"):
        chart(*[bar(1)] * 13)
    for count in (0, 6, 367):
        with pytest.raises(ValueError, match=f"7 to 366 values, and these have {count}"):
            days(*[1] * count)


def test_counts_are_not_below_zero() -> None:
    with pytest.raises(ValueError, match="not below 0: -1"):
        bar(-1)
    with pytest.raises(ValueError, match="not below 0: -2"):
        bar(1, before=-2)
    with pytest.raises(ValueError, match="not below 0: -3"):
        days(1, None, -3, 1, 1, 1, 1)
