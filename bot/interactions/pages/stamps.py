"""The stamp of a deck: by it a message says which cards and documents it is from, and anybody can ask about it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.interactions.components import Page
from bot.interactions.pages.outcomes import command
from bot.text import printable
from bot.translation import gettext as _

_STAMP = re.compile(r"\b(\d{4}-\d{2}-\d{2})\W{1,5}([0-9a-fA-F]{8})\b")
_LINE = re.compile(rf"^.*{_STAMP.pattern}.*$", re.MULTILINE)

MOST = 3
"""Stamps of one text that are spoken of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """A text without the lines that hold stamps, and those stamps, each once."""

    text: str
    stamps: tuple[str, ...]


def taken_apart(text: str) -> Pasted:
    """What somebody pasted, as words to be looked for and stamps to be judged."""
    stamps = dict.fromkeys(f"{day} · {digits.lower()}" for day, digits in _STAMP.findall(text))
    return Pasted(text=_LINE.sub("", text).strip() if stamps else text, stamps=tuple(stamps))


def stamped(page: Page, stamp: str) -> Page:
    """The page, with the deck that it is from in its last line."""
    told = _("Deck {stamp} · {verify} tells whether a quotation is real").format(stamp=stamp, verify=command("verify"))
    return page.footed(f"-# {told}")


def judged(stamps: Iterable[str], ours: str) -> str:
    """What stamps say that were pasted, where `ours` is that of the deck that answers; empty for none."""
    return "\n".join(_judged(printable(stamp), ours) for stamp in list(stamps)[:MOST])


def _judged(stamp: str, ours: str) -> str:
    if stamp == ours:
        return _(
            "Deck {stamp} is the one that answers now. Anybody can copy that line; what counts is whether the words "
            "stand in the documents."
        ).format(stamp=stamp)
    return _(
        "Deck {stamp} is not the one that answers now, which is {ours}: it is an older one, or that line was made up. "
        "What counts is whether the words stand in the documents."
    ).format(stamp=stamp, ours=ours)
