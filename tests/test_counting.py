"""The log in the terminal: stats, gaps, feedback, purge, export; for people, for programs, and when there is no log."""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.asklog.database import Database
from bot.asklog.sql import SqlAskLog
from bot.model import Ask, Feedback, Outcome, Surface, Voice
from tests.conftest import ROOT, Shelf
from tests.databases import in_folder, run_sql

NOW = datetime.now(UTC)
FOUND = Ask(
    at=NOW, surface=Surface.BRIEF, outcome=Outcome.FOUND, card="bridge", picked=False, score=1.0, guild=7, locale="en-GB",
    question=None,
)  # fmt: skip
MISSED = replace(FOUND, outcome=Outcome.ABSTAINED, card=None, question="council money for a third bridge")


@pytest.fixture
async def asked(shelf: Shelf) -> Shelf:
    """A small deck, and a log of some asks beside it."""
    log = SqlAskLog(Database(in_folder(shelf.folder)), retention=timedelta(days=90), spool=shelf.folder / "spool")
    for number in range(5):
        await log.record(replace(FOUND, at=NOW - timedelta(days=number)))
    await log.record(replace(FOUND, guild=8, at=NOW - timedelta(days=1)))
    await log.record(MISSED, "a")
    await log.record(replace(MISSED, question="=1+1 \x1b[31mred", guild=8), "b")
    for voice, text in ((Voice.HELPFUL, None), (Voice.ERROR, "it was 1902"), (Voice.REQUEST, None)):
        about = None if voice is Voice.REQUEST else "bridge"
        await log.note(
            Feedback(
                at=NOW, voice=voice, card=about, version="0f1e2d3c" if about else None, part=None, text=text,
                ask=None if about else "a", guild=7, locale=None,
            )
        )  # fmt: skip
    await log.close()
    return shelf


def terminal(shelf: Shelf, *arguments: str, url: str | None = None) -> "subprocess.CompletedProcess[str]":
    environment = {
        **os.environ,
        "BRIEFBOT_BRIEFS": str(shelf.config.briefs),
        "BRIEFBOT_CORPUS": str(shelf.config.corpus),
        "BRIEFBOT_ASKLOG_URL": url or in_folder(shelf.folder),
        "BRIEFBOT_SPOOL": str(shelf.folder / "spool"),
    }
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


async def test_what_was_asked_about_is_told_in_words(asked: Shelf) -> None:
    told = terminal(asked, "stats")
    assert told.returncode == 0, told.stderr
    assert "Questions: 8 (before: 0)" in told.stdout
    assert "The bridge" in told.stdout
    assert "not told" in told.stdout
    assert "\x1b" not in told.stdout


async def test_what_was_asked_about_is_told_as_data(asked: Shelf) -> None:
    told = json.loads(terminal(asked, "stats", "--json").stdout)
    assert told["asks"] == 8
    assert told["topics"] == [{"id": "bridge", "title": "The bridge", "asks": 6, "before": 0}]
    assert told["outcomes"] == {"answered": None, "chosen": 0, "not chosen": 0, "missed": None}
    assert len(told["days"]) == 30
    of_one = json.loads(terminal(asked, "stats", "--json", "--guild", "8").stdout)
    assert (of_one["guild"], of_one["asks"], of_one["topics"]) == ("8", None, [])
    since = json.loads(terminal(asked, "stats", "--json", "--since", "2d").stdout)
    assert len(since["days"]) == 2
    rows = list(csv.DictReader(io.StringIO(terminal(asked, "stats", "--csv").stdout)))
    assert [row["asks"] for row in rows if row["key"] == "bridge"] == ["6"]


async def test_what_was_asked_about_is_drawn(asked: Shelf) -> None:
    picture = asked.folder / "stats.png"
    told = terminal(asked, "stats", "--png", str(picture))
    assert "pixels" in told.stdout, told.stderr
    assert picture.read_bytes().startswith(b"\x89PNG")
    none = terminal(asked, "stats", "--guild", "8", "--png", str(picture))
    assert (none.returncode, none.stderr) == (2, "There is no picture: too few questions to draw\n")


@pytest.mark.parametrize("since", ["yesterday", "2999-01-01", "-3d", "0d", ""])
async def test_a_time_that_is_none_is_said(asked: Shelf, since: str) -> None:
    told = terminal(asked, "stats", "--since", since)
    assert told.returncode == 2
    assert "--since" in told.stderr
    assert "Traceback" not in told.stderr


async def test_what_was_asked_in_vain_is_listed_with_what_to_do_and_becomes_a_draft(asked: Shelf) -> None:
    listed = terminal(asked, "gaps")
    assert listed.returncode == 0, listed.stderr
    assert "1 topic in 1 wording" in listed.stdout
    # What the deck answers by now is no gap.
    assert "1 more wording is answered by" in listed.stdout
    assert "\x1b" not in listed.stdout
    first = json.loads(terminal(asked, "gaps", "--json").stdout)
    assert first
    assert terminal(asked, "validate").returncode == 0


async def test_what_members_say_is_listed_by_card_and_version(asked: Shelf) -> None:
    listed = terminal(asked, "feedback").stdout
    assert "bridge" in listed
    assert "0f1e2d3c" in listed
    assert "it was 1902" in listed
    assert "council money for a third bridge" in listed


async def test_a_server_is_erased_from_the_terminal_after_a_question(asked: Shelf) -> None:
    refused = terminal(asked, "purge", "--guild", "7")
    assert refused.returncode != 0
    told = terminal(asked, "purge", "--guild", "7", "--yes")
    assert "9 rows about server 7 were erased" in told.stdout
    assert await run_sql(in_folder(asked.folder), "select distinct guild from asks") == [(8,)]
    assert "removed from 0 rows" in terminal(asked, "purge").stdout


async def test_what_is_kept_of_a_server_is_exported_once(asked: Shelf) -> None:
    file = asked.folder / "server.zip"
    told = terminal(asked, "export", "8", str(file))
    assert told.returncode == 0, told.stderr
    with zipfile.ZipFile(file) as archive:
        rows = list(csv.reader(io.StringIO(archive.read("asks.csv").decode())))
    assert len(rows) == 2
    again = terminal(asked, "export", "8", str(file))
    assert (again.returncode, again.stderr) == (2, f"{file}: cannot be made: file exists — choose another name\n")


@pytest.mark.parametrize("command", [["stats"], ["gaps"], ["feedback"], ["purge"], ["export", "7", "FILE"]])
async def test_a_log_that_cannot_be_read_is_one_line(shelf: Shelf, command: list[str]) -> None:
    broken = shelf.folder / "broken.sqlite3"
    broken.write_text("nothing of ours\n" * 100)
    target = shelf.folder / "out.zip"
    arguments = [str(target) if word == "FILE" else word for word in command]
    told = terminal(shelf, *arguments, url=f"sqlite+aiosqlite:///{broken}")
    assert told.returncode == 2
    assert told.stderr.count("\n") == 1
    assert f"{broken} is not a database of SQLite" in told.stderr
    assert not target.exists()


async def test_an_answer_is_given_though_the_log_cannot_be_opened(shelf: Shelf, tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite3"
    broken.write_text("nothing of ours\n" * 100)
    told = terminal(shelf, "ask", "the bridge", url=f"sqlite+aiosqlite:///{broken}")
    assert told.returncode == 0
    assert told.stdout.startswith("The bridge")
    assert "Traceback" not in told.stderr
