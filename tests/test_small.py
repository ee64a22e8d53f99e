"""What the bot does without while it runs is not loaded: it is to fit on a small machine."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT

RUNS = """
import sys
import bot.cli
from bot.asklog import sql, sql_servers
from bot.hosting import process
"""


@pytest.mark.parametrize(
    "spared", ["sqlalchemy.orm", "alembic", "rich", "babel", "matplotlib", "trafilatura", "playwright"]
)
def test_the_running_bot_does_without(spared: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"{RUNS}\nassert {spared!r} not in sys.modules"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_whoever_wants_all_of_the_library_for_databases_gets_it() -> None:
    wanted = f"""{RUNS}
from bot.asklog.engines import AsyncEngine
from sqlalchemy.ext import asyncio
assert asyncio.AsyncEngine is AsyncEngine
assert asyncio.AsyncSession.__init__
"""
    done = subprocess.run([sys.executable, "-c", wanted], cwd=ROOT, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (0, "")
