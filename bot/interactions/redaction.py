"""Log lines without secrets and without what members typed."""

import logging
import re
from typing import Any

_INTERACTION_TOKEN = re.compile(r"((?:webhooks|interactions)/\d+/)[\w.~-]{20,}")


class Redacted(logging.Formatter):
    """A formatter that keeps the bot's token and the tokens of interactions out of every line, tracebacks included."""

    def __init__(self, secret: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        if self._secret:
            text = text.replace(self._secret, "[token]")
        return _INTERACTION_TOKEN.sub(r"\1[token]", text)
