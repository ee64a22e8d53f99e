"""What the doctor finds: one thing that is right or wrong, what was seen of it, and what to do."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from bot.config import Config
from bot.model import Problem


class Verdict(StrEnum):
    """`warning`: the bot runs with it; `skipped`: nobody looked."""

    RIGHT = "right"
    WRONG = "wrong"
    WARNING = "warning"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`said` is what was seen, in a line; `fix` what to do about it, in a sentence, always there for what is wrong."""

    area: str
    verdict: Verdict
    said: str
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is to be examined. `config` is None where it does not load: `problems` say why.

    `file` is the configuration file that was named on the command line; `offline` leaves Discord alone.
    """

    config: Config | None
    problems: tuple[Problem, ...] = ()
    file: Path | None = None
    offline: bool = False


Findings: TypeAlias = AsyncIterator[Finding]
Check: TypeAlias = Callable[[Case], Findings]


def right(area: str, said: str, fix: str = "") -> Finding:
    """Something in order; `fix` only where it could be better still."""
    return Finding(area=area, verdict=Verdict.RIGHT, said=said, fix=fix)


def wrong(area: str, said: str, fix: str) -> Finding:
    return Finding(area=area, verdict=Verdict.WRONG, said=said, fix=fix)


def warning(area: str, said: str, fix: str) -> Finding:
    return Finding(area=area, verdict=Verdict.WARNING, said=said, fix=fix)


def skipped(area: str, said: str) -> Finding:
    return Finding(area=area, verdict=Verdict.SKIPPED, said=said)


def size(count: int) -> str:
    """A number of bytes as people read it."""
    if count >= 10**10:
        return f"{count / 1e9:,.0f} GB"
    return f"{count / 1e6:,.1f} MB" if count >= 100_000 else f"{count / 1e3:,.0f} kB"


def several(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def sentence(text: str) -> str:
    """A hint of a problem, which begins small and has no end, as a sentence."""
    # Behind a command a full stop would be typed along.
    ended = text.endswith((".", "?", "!", ")")) or "python -m" in text
    return f"{text[:1].upper()}{text[1:]}" + ("" if ended else ".")
