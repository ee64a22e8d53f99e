"""Pictures: a child process draws them, and whatever becomes of it, the bot goes on."""

import asyncio
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.charts import MOST_POINTS, ChartError, Charts, Picture, Timeline, TimelinePoint, gaps
from bot.charts.layout import lay_out
from bot.charts.paper import MARGIN, TALLEST, WIDTH, Face
from bot.charts.process import DRAWING, KEPT
from bot.charts.timeline import from_json, to_json
from bot.desk import Deck
from tests.conftest import ROOT, Shelf
from tests.test_cli import bot as terminal

LONG = "The committee, having heard several former ambassadors, recommends that both governments resume the regular "
LONG = LONG + "consultations that lapsed when the treaty did and were never held again."
TITLE = "A long title of a document on the state of the relations between two countries, which fills a row"


def point(
    sort: str = "2008", text: str = "Something happens.", source: str = "A memo", shown: str = ""
) -> TimelinePoint:
    return TimelinePoint(sort=sort, shown=shown or sort, text=text, source=source)


def chart(*points: TimelinePoint, title: str = "Events") -> Timeline:
    return Timeline(title=title, points=points or (point(),))


def at_first(script: str, *words: object) -> list[str]:
    """A command that does this the first time it is run, and draws whenever it is run again.

    $0 is the first of `words`, a folder that the first run makes; the others are $1 and so on.
    """
    count = len(words) - 1
    return [
        "sh",
        "-c",
        f'if mkdir "$0" 2>/dev/null; then {script}; fi; shift {count}; exec "$@"',
        *map(str, words),
        *DRAWING,
    ]


def counting(ledger: Path, command: Sequence[str] = DRAWING) -> list[str]:
    """A command that writes a line when it begins and one when it has ended."""
    return ["sh", "-c", 'echo begun >> "$0"; "$@"; echo ended >> "$0"', str(ledger), *command]


def gone(pid: int) -> bool:
    """Not even a zombie is left."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


# ---------------------------------------------------------------- the picture


def opened(picture: Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.png))
    image.load()
    return image


async def test_a_picture_is_a_png_of_the_size_that_it_says(deck: Deck) -> None:
    real = tuple(
        point(event.sort, event.text, event.passage.document.title, event.date) for event in deck.timeline[:MOST_POINTS]
    )
    forty = tuple(point(str(1900 + 3 * n), LONG, f"{TITLE} {n % 6}", "Between January and March") for n in range(40))
    async with Charts() as charts:
        for drawn in (chart(), chart(*real), chart(*forty)):
            picture = await charts.draw(drawn)
            image = opened(picture)
            assert image.format == "PNG"
            assert image.size == (picture.width, picture.height)
            assert picture.width == WIDTH
            assert picture.height <= TALLEST
            assert len(picture.png) < 1_000_000


async def test_nothing_is_drawn_on_the_margins() -> None:
    drawn = chart(point(text=LONG * 2, source=TITLE, shown="Late in 2008"), point("2020"), title=LONG)
    async with Charts() as charts:
        image = opened(await charts.draw(drawn)).convert("RGB")
    margin = MARGIN - 4  # a letter may lean over its edge
    for box in (
        (0, 0, margin, image.height),
        (image.width - margin, 0, image.width, image.height),
        (0, 0, image.width, margin),
        (0, image.height - 16, image.width, image.height),
    ):
        assert len(image.crop(box).getcolors() or ()) == 1


async def test_markup_is_drawn_as_it_was_typed() -> None:
    async with Charts() as charts:
        # As a formula the first would be an error.
        await charts.draw(chart(title=r"From $\frac{$ to $5"))
        assert await charts.draw(chart(title=r"\$5")) != await charts.draw(chart(title="$5"))
        assert await charts.draw(chart(title="<b>5</b>")) != await charts.draw(chart(title="5"))


async def test_letters_of_other_alphabets_are_drawn_and_what_has_no_glyph_is_a_box() -> None:
    async with Charts() as charts:
        assert await charts.draw(chart(title="Привет")) != await charts.draw(chart(title="Ответы"))
        assert await charts.draw(chart(title="Straße")) != await charts.draw(chart(title="Straẞe"))
        boxes = await charts.draw(chart(title="□□"))
        assert boxes == await charts.draw(chart(title="核電"))
        assert boxes.png == (await charts.draw(chart(title="👍🏽"))).png
        assert (await charts.draw(chart(title="a\x1b\u202eb\u200d\ud800"))).png == (
            await charts.draw(chart(title="ab"))
        ).png


def test_drawing_has_nothing_to_complain_of(tmp_path: Path) -> None:
    words = "Российско-американские отношения – «этап» № 3; „Größe“ œuvre, façade, 核 👍🏽 \x00 مرحبا \u202e$x$"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "bot.charts.drawing"],
        input=to_json(Timeline(title=words, points=(point(text=words, source=words, shown=words),), note=words)),
        cwd=ROOT,
        env={**os.environ, "MPLCONFIGDIR": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


# ---------------------------------------------------------------- where things are on it


def as_typewriter(words: str, face: Face) -> float:
    return 0.6 * face.size * len(words)


def test_the_latest_event_is_the_lowest_and_each_has_its_source_below_it() -> None:
    sheet = lay_out(chart(point("2021", "Last.", "B"), point("1962-10", "First.", "A"), point("2019")), as_typewriter)
    heights = {words.text: words.y for words in sheet.words}
    assert heights["First."] < heights["Something happens."] < heights["Last."]
    texts = [words.text for words in sheet.words]
    assert texts[texts.index("First.") + 1] == "A"
    assert texts[texts.index("Last.") + 1] == "B"


def test_each_source_has_its_marker_on_the_line_in_the_row_and_in_the_legend() -> None:
    sheet = lay_out(
        chart(point("2001", source="A"), point("2002", source="B"), point("2003", source="A")), as_typewriter
    )
    assert sorted(mark.source for mark in sheet.marks) == [0, 0, 0, 0, 0, 1, 1, 1]


def test_as_many_sources_as_there_can_be_have_shapes_of_their_own() -> None:
    check = "from bot.charts.timeline_drawing import SHAPES; print(len(set(SHAPES)))"
    done = subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, check=True)
    assert int(done.stdout) >= MOST_POINTS


def test_a_gap_in_time_is_marked_with_its_length() -> None:
    points = (point("1700"), point("1775"), point("1778"), point("1991-12-26"), point("1995-02"))
    assert gaps(points) == (0, 75, 0, 214, 3)
    drawn = Timeline(title="", points=points, years={75: "75 лет"})
    sheet = lay_out(drawn, as_typewriter)
    assert [words.text for words in sheet.words if words.face.italic] == ["75 лет", "214", "3"]
    assert sum(stroke.dotted for stroke in sheet.strokes) == 3


def test_letters_get_smaller_before_a_text_is_cut_short() -> None:
    few = lay_out(chart(point()), as_typewriter)
    many = lay_out(chart(*(point(text=LONG) for _ in range(40))), as_typewriter)
    assert max(words.face.size for words in many.words) < max(words.face.size for words in few.words)
    assert not any(words.text.endswith("…") for words in many.words)
    endless = lay_out(chart(*(point(text=LONG * 9) for _ in range(40))), as_typewriter)
    assert endless.height <= TALLEST
    assert any(words.text.endswith("…") for words in endless.words)


@given(st.lists(st.tuples(st.text(max_size=200), st.text(max_size=60), st.text(max_size=120)), min_size=1, max_size=40))
def test_every_line_is_between_the_margins_and_no_line_is_on_another(rows: list[tuple[str, str, str]]) -> None:
    points = [point("2008", text, source, shown) for text, shown, source in rows]
    sheet = lay_out(chart(*points), as_typewriter)
    assert sheet.height <= TALLEST
    for words in sheet.words:
        assert words.x >= MARGIN
        assert words.x + as_typewriter(words.text, words.face) <= WIDTH - MARGIN + 0.01
        assert words.y < sheet.height
    for x in {words.x for words in sheet.words}:
        column = sorted((words for words in sheet.words if words.x == x), key=lambda words: words.y)
        for above, below in pairwise(column):
            assert below.y - above.y >= below.face.size * 0.99


def test_a_chart_has_some_points_and_not_too_many_and_their_dates_are_dates() -> None:
    for count in (0, MOST_POINTS + 1):
        with pytest.raises(ValueError, match=f"1 to {MOST_POINTS} points"):
            Timeline(title="", points=(point(),) * count)
    for sort in ("", "late 2008", "2008-1", "2008-12-31T00"):
        with pytest.raises(ValueError, match="ISO 8601"):
            point(sort, shown="x")


def test_what_goes_to_the_child_comes_out_there_the_same() -> None:
    sent = Timeline(title="«Ё»\ud800", points=(point("2008-12"), point()), note="$", years={75: "75 лет", 4: "4 года"})
    assert from_json(to_json(sent)) == sent


# ---------------------------------------------------------------- the cache


async def test_what_was_drawn_is_drawn_once(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    async with Charts(command=counting(ledger)) as charts:
        assert charts.cached(chart()) is None
        first = await charts.draw(chart())
        assert await charts.draw(chart()) is first
        assert charts.cached(chart()) is first
        assert charts.cached(chart(title="Another")) is None
    assert ledger.read_text() == "begun\nended\n"


async def test_the_pictures_asked_for_lately_are_kept(tmp_path: Path) -> None:
    async with Charts() as charts:
        (tmp_path / "a.png").write_bytes((await charts.draw(chart())).png)
    async with Charts(command=["cat", str(tmp_path / "a.png")]) as charts:
        asked = [chart(title=str(n)) for n in range(KEPT + 1)]
        for one in asked[:-1]:
            await charts.draw(one)
        assert charts.cached(asked[0])
        await charts.draw(asked[-1])
        assert [n for n, one in enumerate(asked) if not charts.cached(one)] == [1]


async def test_those_who_ask_at_once_for_one_chart_share_a_child(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    async with Charts(command=counting(ledger)) as charts:
        one, *others = await asyncio.gather(*(charts.draw(chart()) for _ in range(5)))
    assert all(other is one for other in others)
    assert ledger.read_text() == "begun\nended\n"


async def test_there_is_one_child_at_a_time(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    async with Charts(command=counting(ledger)) as charts:
        await asyncio.gather(*(charts.draw(chart(title=str(n))) for n in range(3)))
    assert ledger.read_text() == "begun\nended\n" * 3


# ---------------------------------------------------------------- what can become of a child


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo working >&2; echo no letters here >&2; exit 3", "failed with code 3: no letters here"),
        ("kill -9 $$", "was killed by signal 9"),
        ("exit 0", "printed no picture"),
        ("echo hello; exit 0", "printed no picture"),
        (r"printf '\211PNG\r\n\032\n'; exit 0", "printed no picture"),
    ],
)
async def test_a_child_that_fails_is_a_reason_and_the_next_one_draws(tmp_path: Path, script: str, reason: str) -> None:
    async with Charts(command=at_first(script, tmp_path / "run")) as charts:
        with pytest.raises(ChartError, match=reason) as raised:
            await charts.draw(chart())
        assert "\n" not in str(raised.value)
        assert charts.cached(chart()) is None
        assert (await charts.draw(chart())).width == WIDTH


async def test_a_child_that_hangs_is_ended_and_the_next_one_draws(tmp_path: Path) -> None:
    hangs = at_first('echo $$ > "$0/pid"; exec sleep 600', tmp_path / "run")
    async with Charts(command=hangs, patience=1) as charts:
        with pytest.raises(ChartError, match="longer than 1 s"):
            await charts.draw(chart())
        assert gone(int((tmp_path / "run" / "pid").read_text()))
        charts.patience = 60
        assert (await charts.draw(chart())).width == WIDTH


async def test_a_child_that_cannot_be_started_is_a_reason(tmp_path: Path) -> None:
    async with Charts(command=[str(tmp_path / "nothing")]) as charts:
        with pytest.raises(ChartError, match="cannot be started: no such file or directory"):
            await charts.draw(chart())


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    """To be read until a child writes."""
    os.mkfifo(tmp_path / "fifo")
    return tmp_path / "fifo"


async def test_whoever_no_longer_waits_takes_nothing_from_the_others(tmp_path: Path, fifo: Path) -> None:
    async with Charts(command=at_first('echo $$ > "$1"', tmp_path / "run", fifo)) as charts:
        one, other = (asyncio.create_task(charts.draw(chart())) for _ in range(2))
        pid = int(await asyncio.to_thread(fifo.read_text))
        one.cancel()
        assert (await other).width == WIDTH
        assert one.cancelled()
        assert gone(pid)


async def test_a_drawing_that_nobody_waits_for_is_finished_and_kept(tmp_path: Path, fifo: Path) -> None:
    ledger = tmp_path / "ledger"
    async with Charts(command=counting(ledger, at_first('echo $$ > "$1"', tmp_path / "run", fifo))) as charts:
        only = asyncio.create_task(charts.draw(chart()))
        await asyncio.to_thread(fifo.read_text)
        only.cancel()
        await asyncio.wait({only})
        assert (await charts.draw(chart())).width == WIDTH
    assert ledger.read_text() == "begun\nended\n"


async def test_closing_ends_the_child_and_tells_whoever_waits(tmp_path: Path, fifo: Path) -> None:
    charts = Charts(command=at_first('echo $$ > "$1"; exec sleep 600', tmp_path / "run", fifo))
    waiting = [asyncio.create_task(charts.draw(chart(title=title))) for title in ("drawn", "drawn", "in the queue")]
    pid = int(await asyncio.to_thread(fifo.read_text))
    await charts.close()
    assert gone(pid)
    for task in waiting:
        with pytest.raises(ChartError, match="the bot is ending"):
            await task
    with pytest.raises(ChartError, match="the bot is ending"):
        await charts.draw(chart())
    await charts.close()


# ---------------------------------------------------------------- what a child knows


async def test_the_token_is_not_in_the_childs_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "a-secret")
    monkeypatch.setenv("BRIEFBOT_ASKLOG_URL", "postgresql+asyncpg://bot:a-secret@localhost/asks")
    async with Charts(command=at_first('env > "$0/env"; exit 1', tmp_path / "run")) as charts:
        with pytest.raises(ChartError):
            await charts.draw(chart())
    environment = (tmp_path / "run" / "env").read_text()
    assert "PATH=" in environment
    assert "a-secret" not in environment
    assert "DISCORD_TOKEN" not in environment


async def test_what_lies_in_the_working_directory_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Charts() as charts:
        elsewhere = await charts.draw(chart())
    for name in ("json.py", "bot.py", "matplotlib.py"):
        (tmp_path / name).write_text("raise SystemExit('this is another module')")
    (tmp_path / "matplotlibrc").write_text("text.usetex: True\nfont.family: serif\n")
    monkeypatch.chdir(tmp_path)
    async with Charts() as charts:
        assert await charts.draw(chart()) == elsewhere


def test_the_bot_does_not_load_matplotlib() -> None:
    look = """
import asyncio, json, sys
import bot.cli, bot.cli.picturing, bot.interactions
from bot.charts import Charts, Timeline, TimelinePoint

async def draw():
    async with Charts() as charts:
        return await charts.draw(
            Timeline(title="", points=(TimelinePoint(sort="2008", shown="2008", text="", source=""),))
        )

width = asyncio.run(draw()).width
print(json.dumps([width, sorted({"matplotlib", "PIL"} & set(sys.modules))]))
"""
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, check=True)
    assert json.loads(done.stdout) == [WIDTH, []]


# ---------------------------------------------------------------- the terminal


def test_the_terminal_draws_the_timeline_into_a_file(tmp_path: Path) -> None:
    log, file = f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3", tmp_path / "timeline.png"
    done = terminal("timeline", "--png", str(file), log=log)
    with Image.open(file) as image:
        assert done.stdout == f"{file}: {image.width} × {image.height} pixels\n"
    assert (done.returncode, done.stderr) == (0, "")
    assert "--png timeline.png" in terminal("timeline", "--help", log=log).stdout


def test_the_terminal_says_in_a_line_why_there_is_no_picture(tmp_path: Path, shelf: Shelf) -> None:
    log, nowhere = f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3", tmp_path / "nowhere" / "a.png"
    done = terminal("timeline", "--png", str(nowhere), log=log)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{nowhere}: cannot be written: no such file or directory — choose another place with --png\n"
    done = terminal(
        "timeline",
        "--png",
        str(tmp_path / "a.png"),
        log=log,
        BRIEFBOT_BRIEFS=str(shelf.config.briefs),
        BRIEFBOT_CORPUS=str(shelf.config.corpus),
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "There is no picture: a timeline has 1 to 40 points, and this has 0\n"
    assert terminal("timeline", "--json", "--png", str(tmp_path / "a.png"), log=log).returncode == 2
