"""Python, the packages, and SQLite."""

import platform
import re
import sqlite3
import sys
from importlib import metadata
from pathlib import Path

import bot
from bot.hosting.doctor.findings import Case, Finding, Findings, right, skipped, warning, wrong

PYTHON, PACKAGES, SQLITE = "Python", "packages", "SQLite"

OLDEST, NEWEST = (3, 11), (3, 14)
"""Of Python: what the bot needs, and what it was tried with."""

FIRST_OF_LOG, MENDED = (3, 7, 0), (3, 51, 3)
BACKPORTS: dict[tuple[int, ...], int] = {(3, 50): 7, (3, 44): 6}
"""Lines of SQLite that were mended as well, each from which release on."""

OPTIONAL = {"asyncpg"}
"""What only PostgreSQL needs: the store says when it is missing."""
SHOWN = 3
PINS = Path(bot.__file__).parents[1] / "requirements.lock"
INSTALL = f"{sys.executable} -m pip install -r requirements.lock"


async def runtime(_case: Case) -> Findings:
    yield _python(sys.version_info[:2])
    yield _packages(PINS)
    yield _sqlite(sqlite3.sqlite_version_info)


def _python(version: tuple[int, ...]) -> Finding:
    where = f"{platform.system()} {platform.release()} {platform.machine()}"
    contained = ", in a container" if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists() else ""
    said = f"Briefbot {bot.__version__} with Python {platform.python_version()} on {where}{contained}"
    newest = ".".join(map(str, NEWEST))
    if version < OLDEST:
        return wrong(PYTHON, f"{said}: too old", f"Install Python {'.'.join(map(str, OLDEST))} or newer.")
    if version > NEWEST:
        return warning(PYTHON, f"{said}: newer than what it was tried with", f"If it fails, use Python {newest}.")
    return right(PYTHON, said)


def _packages(pins: Path) -> Finding:
    """What is installed, held against the versions that the tests run with."""
    try:
        text = pins.read_text(encoding="utf-8")
    except OSError:
        return skipped(PACKAGES, "not compared: requirements.lock is not beside the bot")
    pinned: dict[str, set[str]] = {}
    needed: set[str] = set()
    for name, version, rest in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)(.*)$", text, re.MULTILINE):
        pinned.setdefault(name, set()).add(version)
        # With a condition behind it, it may be for another system.
        if ";" not in rest:
            needed.add(name)
    found = {name: _installed(name) for name in pinned}
    missing = sorted(name for name in needed - OPTIONAL if found[name] is None)
    if missing:
        return wrong(PACKAGES, f"not installed: {_few(missing)}", f"{INSTALL}, in the folder of the bot.")
    others = [
        f"{name} {version}, tried with {' or '.join(sorted(pinned[name]))}"
        for name, version in sorted(found.items())
        if version and version not in pinned[name]
    ]
    library = f"discord.py {found.get('discord-py')}"
    if others:
        said = f"{library}; other versions than those of requirements.lock: {_few(others)}"
        return warning(PACKAGES, said, f"{INSTALL}, in the folder of the bot.")
    return right(PACKAGES, f"{library}; all are as in requirements.lock")


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _few(names: list[str]) -> str:
    more = f", and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _sqlite(version: tuple[int, ...]) -> Finding:
    said = f"SQLite {'.'.join(map(str, version))}"
    if not FIRST_OF_LOG <= version < MENDED or version[2] >= BACKPORTS.get(version[:2], 1_000):
        return right(SQLITE, said)
    mended = ".".join(map(str, MENDED))
    return right(
        SQLITE,
        f"{said}: before {mended} a write-ahead log can be damaged by two connections at once; the bot guards against "
        "it, by taking its log over with writers shut out",
        "Let no other program write to the bot's database while it runs.",
    )
