"""The stamp of a deck: by it a message says which cards and documents it is from, and anybody can ask about it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from bot.interactions.components import Page
from bot.interactions.pages.outcomes import command
from bot.text import printable
from bot.translation import LANGUAGES, speaking
from bot.translation import gettext as _

_STAMP = r"\b(\d{4}-\d{2}-\d{2})\s{0,2}[·•∙‧・|/,–—-]\s{0,2}([0-9a-fA-F]{8})\b"
_COMMAND = r"`?/[^\s`]+`?"

MOST = 3
"""Stamps of one text that are spoken of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """A text without the lines that hold stamps, and those stamps, each once."""

    text: str
    stamps: tuple[str, ...]


def taken_apart(text: str) -> Pasted:
    """What somebody pasted, as words to be looked for and stamps to be judged.

    Only the stamps are taken out, with what we ourselves write around them: a quotation may stand on the same line.
    """
    stamps = dict.fromkeys(f"{day} · {digits.lower()}" for day, digits in re.findall(_STAMP, text))
    return Pasted(text=_lines().sub(" ", text).strip(" \n") if stamps else text, stamps=tuple(stamps))


@cache
def _lines() -> re.Pattern[str]:
    """A stamp with as much of its line as is there, in any of our languages."""
    ways = []
    for language in LANGUAGES:
        with speaking(language):
            before, after = _line("\0", "\1").split("\0")
        said = re.escape(after.rstrip()).replace("\1", _COMMAND)
        ways.append(f"(?:-# )?{re.escape(before)}{{}}(?:{said})?")
    either = "|".join(way.replace("{}", _STAMP.replace("(", "(?:")) for way in ways)
    return re.compile(f"{either}|{_STAMP}", re.IGNORECASE)


def _line(stamp: str, verify: str) -> str:
    return _("Deck {stamp} · {verify} tells whether a quotation is real").format(stamp=stamp, verify=verify)


def stamped(page: Page, stamp: str) -> Page:
    """The page, with the deck that it is from in its last line."""
    return page.footed(f"-# {_line(stamp, command('verify'))}")


def alone(stamps: Iterable[str], ours: str) -> str:
    """What is said where stamps were pasted and no words."""
    return f"{judged(stamps, ours)}\n{_('No words were checked: paste the quotation as well.')}"


def judged(stamps: Iterable[str], ours: str) -> str:
    """What stamps say that were pasted, where `ours` is that of the deck that answers; empty for none."""
    return "\n".join(_judged(printable(stamp), ours) for stamp in list(stamps)[:MOST])


def _judged(stamp: str, ours: str) -> str:
    if stamp == ours:
        return _(
            "Deck {stamp} is the edition of the cards that answers now. Anybody can copy that line; what counts is "
            "whether the words stand in the documents."
        ).format(stamp=stamp)
    return _(
        "Deck {stamp} is not the edition of the cards that answers now, which is {ours}: it is another one, or that "
        "line was made up. What counts is whether the words stand in the documents."
    ).format(stamp=stamp, ours=ours)
