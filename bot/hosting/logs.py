"""Log lines on standard error, without secrets and without what members typed: to read, or as JSON."""

import json
import logging
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

SPARING_SECONDS, SPARING_LINES = 10.0, 10
"""So many lines of a kind are written in so many seconds."""
MOST_KINDS = 1_000

_INTERACTION_TOKEN = re.compile(r"((?:webhooks|interactions)/\d+/)[\w.~-]{20,}")


class Redacted(logging.Formatter):
    """A formatter that keeps the bot's token and the tokens of interactions out of every line, tracebacks included."""

    def __init__(self, secret: str, lines: logging.Formatter) -> None:
        super().__init__()
        self._secret = secret
        self._lines = lines

    def format(self, record: logging.LogRecord) -> str:
        text = self._lines.format(record)
        if self._secret:
            text = text.replace(self._secret, "[token]")
        return _INTERACTION_TOKEN.sub(r"\1[token]", text)


class JsonLines(logging.Formatter):
    """One JSON object a line: `time` (ISO 8601, UTC), `level`, `logger`, `message`, `traceback` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)


class Sparing(logging.Filter):
    """Lets the first few lines of a kind through and then says how many more there were: a flood of the same would cost
    what is left of the time to answer. `now` is in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}
        """For each kind (who says it, and the words without what is filled in): since when, and how often since."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Where all words are filled in they are what tells one kind from another.
        words = record.getMessage() if record.msg == "%s" else str(record.msg)
        kind, now = (record.name, words), self._now()
        since, times = self._seen.get(kind, (now, 0))
        if now - since >= SPARING_SECONDS:
            if times > SPARING_LINES:
                record.msg = f"{record.getMessage()} (and {times - SPARING_LINES} more like it before)"
                record.args = None
            since, times = now, 0
        if len(self._seen) > MOST_KINDS:
            self._seen.clear()
        self._seen[kind] = (since, times + 1)
        return times < SPARING_LINES


def without_people(record: logging.LogRecord) -> bool:
    """What the library says of a failed keystroke names the member."""
    if str(record.msg).startswith("Ignoring exception in autocomplete") and isinstance(record.args, tuple):
        record.msg, record.args = "an autocomplete of /%s failed", record.args[:1]
    return True


def log_to_stderr(level: str, token: str, form: Literal["text", "json"] = "text") -> None:
    """Have everything that is logged from this level on written to standard error, and nothing else."""
    lines = JsonLines() if form == "json" else logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacted(token, lines))
    handler.addFilter(Sparing())
    logging.getLogger("discord.app_commands.tree").addFilter(without_people)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Below these levels the libraries tell each keep-alive, each request and each step of a migration.
    logging.getLogger("discord").setLevel(max(logging.getLevelName(level), logging.INFO))
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for database in ("aiosqlite", "asyncpg", "sqlalchemy"):
        # Below this level they tell each statement with its values, what members typed among them.
        logging.getLogger(database).setLevel(logging.WARNING)
    # Warnings about what the bot does without on purpose: the guild cache, and voice.
    logging.getLogger("discord.state").addFilter(
        lambda record: "intent seems to be disabled" not in record.getMessage()
    )
    logging.getLogger("discord.client").addFilter(
        lambda record: "voice will NOT be supported" not in record.getMessage()
    )
