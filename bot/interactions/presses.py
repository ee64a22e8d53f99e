"""What a press of a button or a choice in a menu means: a custom_id read back, whoever sent the message and when.

Pure. A custom_id that means nothing (forged, or of a version that is not known) is None, never an error.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from bot import limits
from bot.interactions.subjects import CardTab, Chronology, Comparison, Subject, Tab, decode, encode
from bot.model import Voice, Why
from bot.text import fold

OURS = "briefbot"


class Want(StrEnum):
    """What was asked for on a topic, kept through a choice between topics."""

    BRIEF = "b"
    QUOTES = "q"
    COMPARE = "c"
    TIMELINE = "t"


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """Show a subject in a message of its own, for the presser alone."""

    subject: Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Show a subject in place of what the message shows, where the message is the presser's own."""

    subject: Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Show a subject to everybody in the channel."""

    subject: Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """The card that was chosen from what was offered to an ask."""

    card: str
    ask: str
    want: Want = Want.BRIEF


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Why a card came up: what `Why` says, as far as it fits a custom_id. `lead` is in percent."""

    exact: bool
    lead: int
    words: tuple[str, ...]
    corrected: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """«Please cover this», of an ask that found nothing."""

    ask: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Helpful, or not."""

    voice: Voice
    card: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An error on a card: opens the form, and is what the form is sent under."""

    card: str
    version: str


class Setting(StrEnum):
    """What a server's managers choose."""

    VISIBILITY = "visibility"
    LANGUAGE = "language"
    DIGEST_CHANNEL = "channel"
    DIGEST_TIME = "time"
    TIME_ZONE = "zone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose:
    """A menu of subjects. `in_place`: what is chosen is turned to, not shown beside."""

    in_place: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A menu of a setting's values."""

    setting: Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """The statistics of so many days, in place of those that the message shows: of this server, or of everything."""

    days: int
    everything: bool = False


class Plain(StrEnum):
    """What needs to know nothing but the message."""

    DISMISS = "dismiss"
    REMOVE = "remove"
    EXPORT = "export"
    ERASE = "erase"
    ERASE_ALL = "erase-all"


Press: TypeAlias = Show | Turn | Share | Pick | Reasons | Request | Rate | Report | Choose | Change | Count | Plain

_ID = r"[a-z0-9-]{1,60}"
_WORD = r"[a-z0-9]+"
_HEX = r"[0-9a-f]"
_PICK = re.compile(rf"(?P<card>{_ID}):(?P<ask>{_HEX}{{16}}):(?P<want>[{''.join(Want)}])")
_REASONS = re.compile(
    rf"(?P<exact>[xy])(?P<lead>[0-9]{{1,3}}):(?P<words>{_WORD}(?:~{_WORD})?(?: {_WORD}(?:~{_WORD})?)*|)"
)
_VOTES = {"yes": Voice.HELPFUL, "no": Voice.NOT_HELPFUL}
_RATE = re.compile(rf"(?P<voice>{'|'.join(_VOTES)}):(?P<card>{_ID}):(?P<version>{_HEX}{{8}})")
_COUNT = re.compile(r"(?P<days>[1-9][0-9]{0,2}):(?P<of>all|here)")
_REPORT = re.compile(rf"(?P<card>{_ID}):(?P<version>{_HEX}{{8}})")


def custom_id(press: Press) -> str:
    """At most 100 characters; `parse` reads it back."""
    match press:
        case Show(subject=subject):
            parts = ("show", encode(subject))
        case Turn(subject=subject):
            parts = ("turn", encode(subject))
        case Share(subject=subject):
            parts = ("share", encode(subject))
        case Pick():
            parts = ("pick", f"{press.card}:{press.ask}:{press.want}")
        case Reasons():
            parts = ("why", _reasons_code(press))
        case Request(ask=ask):
            parts = ("cover", ask)
        case Rate():
            vote = next(word for word, voice in _VOTES.items() if voice is press.voice)
            parts = ("rate", f"{vote}:{press.card}:{press.version}")
        case Report():
            parts = ("report", f"{press.card}:{press.version}")
        case Choose(in_place=in_place):
            parts = ("choose", "turn" if in_place else "show")
        case Change(setting=setting):
            parts = ("set", setting)
        case Count():
            parts = ("count", f"{press.days}:{'all' if press.everything else 'here'}")
        case Plain():
            parts = ("plain", press)
    return ":".join((OURS, *parts))


def parse(custom_id: str) -> Press | None:
    """What a custom_id means; None where it means nothing to this version."""
    ours, _, rest = custom_id.partition(":")
    verb, _, code = rest.partition(":")
    if ours != OURS:
        return None
    match verb:
        case "show" | "turn" | "share":
            subject = decode(code)
            return _on(verb, subject) if subject else None
        case "pick":
            if not (found := _PICK.fullmatch(code)):
                return _earlier(verb, code)
            return Pick(card=found["card"], ask=found["ask"], want=Want(found["want"]))
        case "why":
            return _reasons(code)
        case "cover":
            return Request(ask=code) if re.fullmatch(rf"{_HEX}{{16}}", code) else None
        case "rate":
            found = _RATE.fullmatch(code)
            if not found:
                return None
            return Rate(voice=_VOTES[found["voice"]], card=found["card"], version=found["version"])
        case "report":
            found = _REPORT.fullmatch(code)
            return Report(card=found["card"], version=found["version"]) if found else None
        case "count":
            found = _COUNT.fullmatch(code)
            return Count(days=int(found["days"]), everything=found["of"] == "all") if found else None
        case "choose" if code in ("turn", "show"):
            return Choose(in_place=code == "turn")
        case "set" if code in set(Setting):
            return Change(setting=Setting(code))
        case "plain" if code in set(Plain):
            return Plain(code)
        case _:
            return _earlier(verb, code)


def _on(verb: str, subject: Subject) -> Press:
    match verb:
        case "show":
            return Show(subject=subject)
        case "turn":
            return Turn(subject=subject)
        case _:
            return Share(subject=subject)


def _earlier(verb: str, code: str) -> Press | None:
    """Buttons of version 0.1.0, which stand in channels for ever: a card's id, and for a pick an offer's digits."""
    card = re.fullmatch(rf"(?P<card>{_ID})(?::{_HEX}{{8}})?", code)
    tabs = {"pick": Tab.OVERVIEW, "open": Tab.OVERVIEW, "quotes": Tab.QUOTES, "notes": Tab.NOTES}
    return Show(subject=CardTab(card=card["card"], tab=tabs[verb])) if card and verb in tabs else None


# ---------------------------------------------------------------- reasons


def reasons(why: Why, vocabulary: Collection[str]) -> Reasons:
    """What a match says of itself, cut to whole words that a custom_id holds.

    What a word was read as is only said where it is in the `vocabulary` that readers are shown: names that are only
    for matching have other words.
    """
    corrected = {typed: meant for typed, meant in why.corrected if meant in vocabulary}
    kept: list[str] = []
    room = limits.CUSTOM_ID - len(f"{OURS}:why:x100:")
    for typed in dict.fromkeys((*why.words, *(typed for typed, _meant in why.corrected))):
        pair = "~".join(filter(None, (_plain(typed), _plain(corrected.get(typed, "")))))
        if _plain(typed) and len(pair) + 1 <= room:
            kept.append(pair)
            room -= len(pair) + 1
    pairs = [pair.split("~") for pair in kept]
    return Reasons(
        exact=why.exact,
        lead=round(100 * why.lead),
        words=tuple(pair[0] for pair in pairs if len(pair) == 1),
        corrected=tuple((pair[0], pair[1]) for pair in pairs if len(pair) == 2),
    )


def _plain(word: str) -> str:
    return "".join(c for c in fold(word) if c.isascii() and c.isalnum())


def _reasons_code(found: Reasons) -> str:
    words = " ".join((*found.words, *("~".join(pair) for pair in found.corrected)))
    return f"{'x' if found.exact else 'y'}{found.lead}:{words}"


def _reasons(code: str) -> Reasons | None:
    found = _REASONS.fullmatch(code)
    if not found:
        return None
    pairs = [pair.split("~") for pair in found["words"].split()]
    return Reasons(
        exact=found["exact"] == "x",
        lead=int(found["lead"]),
        words=tuple(pair[0] for pair in pairs if len(pair) == 1),
        corrected=tuple((pair[0], pair[1]) for pair in pairs if len(pair) == 2),
    )


# ---------------------------------------------------------------- what is wanted


def wanted(want: Want, card: str) -> Subject:
    """The subject that answers a question on a topic."""
    match want:
        case Want.BRIEF:
            return CardTab(card=card)
        case Want.QUOTES:
            return CardTab(card=card, tab=Tab.QUOTES)
        case Want.COMPARE:
            return Comparison(card=card)
        case Want.TIMELINE:
            return Chronology(card=card)
