"""What was typed, without what could say who typed it."""

import re

from bot.text import printable

MAX_LENGTH = 200

_PRIVATE = (
    (re.compile(r"<(?:@[!&]?|#|a?:\w+:|/[^:>]*:|t:)\d+[^>]*>"), "[mention]"),
    (re.compile(r"\b(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\S*", re.IGNORECASE), "[link]"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"@[\w.]*\w|\b\w[\w.]*#\d{4}\b"), "[mention]"),
    (re.compile(r"[+(]*\d(?:[\s()./\u2010-\u2015-]{0,3}\d){6,}"), "[number]"),
)


def scrub(typed: str, most: int = MAX_LENGTH) -> str:
    """At most `most` characters, without mentions, links, e-mail addresses and runs of seven digits or more."""
    text = " ".join(printable(typed[: 4 * most]).split())
    for pattern, instead in _PRIVATE:
        text = pattern.sub(instead, text)
    return text[:most]
