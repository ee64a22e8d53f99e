"""A place in a file, and something wrong there."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Origin:
    """A place in a file. `line` and `column` count from 1, as editors do; line 0 is the thing as a whole."""

    path: Path
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else str(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong in a file. `code` is stable, for scripts; `hint` says what to do."""

    code: str
    message: str
    hint: str
    origin: Origin

    def __str__(self) -> str:
        # A value that is named may have line ends in it; a problem is one line.
        return " ".join(f"{self.origin}: {self.message} — {self.hint}".split())
