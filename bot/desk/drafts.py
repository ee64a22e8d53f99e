"""A gap → the file of a draft card: the nearest sentences, the words that were typed, and what is to be written.

A draft loads as it is, and is shown to nobody before a curator publishes it. Pure.
"""

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from bot import limits
from bot.cards import TO_WRITE
from bot.corpus import locate, paragraph_numbers
from bot.desk.decks import Deck
from bot.desk.gaps import FEWEST, without_marks
from bot.model import Document, Gap, Passage, Quote, TextQuoteSelector, Unanswered
from bot.text import FUNCTION_WORDS, canonical, tokens

REVIEW_DAYS = 90
"""Days from a draft to its review, unless its curator says otherwise."""
QUOTE_IDS = ("first", "second", "third")
NAMES, NAME = 12, 100
"""Typed wordings that a draft takes over, and characters of each, at most."""
ID = 50
"""Characters of an id at most: it stands in the title too, which has few."""
ROOM = limits.CARD_TEXT - 900
"""Characters for quotes and for the names of their authors: the rest is for what is to be written."""
AROUND = 3
"""Words before and behind a quote that tell it from the same words elsewhere."""
SENTENCE = 6
"""Words from which what was typed is a question rather than an alias."""
DRAFTS = "Drafts"
"""The category of a draft that is near to no card."""

_ASKING = frozenset("what who whom whose which when where why how is are was were do does did can could will".split())
_MARK_UP = re.compile(r"[\\*_~|`>]")
_TRUTHS = frozenset("null true false yes no on off".split())
"""Words that other readers of YAML take for something else than text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What belongs into briefs/<folder>/<id>.yaml."""

    id: str
    folder: str
    quotes: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoDraft:
    """Why a draft cannot be made, in one sentence."""

    reason: str


@dataclass(frozen=True, slots=True)
class _Quoted:
    id: str
    passage: Passage
    selector: TextQuoteSelector

    @property
    def document(self) -> Document:
        return self.passage.document


def scaffold(gap: Gap, deck: Deck, today: date) -> Draft | NoDraft:
    """A draft card about a gap, or why there is none. `deck` has drafts too: their ids and names are taken as well."""
    topic = _line(without_marks(gap.topic))
    card_id = _id(topic)
    if known := deck.cards.get(card_id):
        return NoDraft(reason=f"{known.origin.path} is already there: go on with that one, or rename it.")
    quotes = list(_quotes(gap, deck))
    if len(quotes) < FEWEST:
        has = "only one sentence" if quotes else "no sentence"
        return NoDraft(reason=f"The documents have {has} near «{topic}», and a card needs {FEWEST} quotes at least.")
    title = f"{TO_WRITE}: a neutral title for {card_id}"
    taken = {tokens(name) for card in deck.cards.values() for name in card.names} | {tokens(title)}
    names = names_of(gap.wordings, taken)
    near = next((deck.cards[card] for card in gap.nearest if card in deck.cards), None)
    lines = [
        *_instructions(gap, topic, card_id),
        f"id: {card_id}",
        f"title: {_scalar(title)}",
        f"category: {_scalar(near.category if near else DRAFTS)}",
        "status: draft",
        f"as_of: {today}",
        f"review_by: {today + timedelta(days=REVIEW_DAYS)}",
        "",
        *_listed("aliases", [name for name in names if not is_question(name)]),
        *_listed("questions", [name for name in names if is_question(name)]),
        "",
        *_to_write(quotes),
    ]
    folder = near.origin.path.parent.name if near else DRAFTS.lower()
    return Draft(id=card_id, folder=folder, quotes=len(quotes), text="\n".join(lines) + "\n")


# ---------------------------------------------------------------- names


def names_of(wordings: Sequence[Unanswered], taken: Collection[tuple[str, ...]] = ()) -> list[str]:
    """Of wordings those that can be names of a card, in their order, at most twelve.

    Not those that are `taken` (as tokens), that something was taken out of, or that no name may be as long as.
    """
    found: dict[tuple[str, ...], str] = {}
    for wording in wordings:
        name = " ".join(wording.question.split())
        whole = name == without_marks(name) and name.isprintable() and "�" not in name
        if whole and 2 <= len(name) <= NAME and tokens(name) and tokens(name) not in taken:
            found.setdefault(tokens(name), name)
    return list(found.values())[:NAMES]


def is_question(name: str) -> bool:
    """Whether a name is a question rather than an alias."""
    said = tokens(name)
    return len(said) > 2 and (name.endswith("?") or len(said) >= SENTENCE or said[0] in _ASKING)


def _id(topic: str) -> str:
    """Its telling words, as the name of a file."""
    words = [word for word in tokens(topic) if word.isascii() and word.isalnum()]
    telling = [word for word in words if word not in FUNCTION_WORDS] or words
    made = "-".join(telling)[:ID].rstrip("-")
    return made or f"topic-{sha256(topic.encode()).hexdigest()[:8]}"


# ---------------------------------------------------------------- quotes


def _quotes(gap: Gap, deck: Deck) -> Iterator[_Quoted]:
    """The sentences near a gap that can be quoted, as far as there is room for them."""
    room = ROOM
    for number, (quote_id, match) in enumerate(zip(QUOTE_IDS, gap.passages, strict=False)):
        passage = match.passage
        selector = _selector(passage, deck)
        size = len(passage.text) + len(_MARK_UP.findall(passage.text)) + len(passage.document.author)
        if selector and size <= room and not any(_meet(passage, other.passage) for other in gap.passages[:number]):
            room -= size
            yield _Quoted(quote_id, passage, selector)


def _meet(passage: Passage, other: Passage) -> bool:
    same = passage.document.id == other.document.id
    return same and passage.position.start < other.position.end and other.position.start < passage.position.end


def _selector(passage: Passage, deck: Deck) -> TextQuoteSelector | None:
    """The words of a passage, with words around them where they stand twice; None where that does not tell."""
    text, position = passage.document.text, passage.position
    before = " ".join(text[passage.paragraph.start : position.start].split()[-AROUND:])
    after = " ".join(text[position.end : passage.paragraph.end].split()[:AROUND])
    exact = canonical(passage.text).text
    for prefix, suffix in (("", ""), (before, ""), ("", after), (before, after)):
        selector = TextQuoteSelector(exact=exact, prefix=prefix, suffix=suffix)
        match locate(Quote(document_id=passage.document.id, selector=selector), deck.corpus):
            case Passage(position=found) if found == position:
                return selector
    return None


# ---------------------------------------------------------------- the file


def _instructions(gap: Gap, topic: str, card_id: str) -> list[str]:
    times = f"{gap.asks} {'ask' if gap.asks == 1 else 'asks'}"
    wanted = f", {gap.wanted} {'request' if gap.wanted == 1 else 'requests'}" if gap.wanted else ""
    near = [f"# Near to it, for related or distinguish_from: {', '.join(gap.nearest)}"] if gap.nearest else []
    return [
        f"# Typed and not found: «{topic}» ({times}{wanted}). Nobody is shown this while it is a draft.",
        f"# Write what «{TO_WRITE}» stands for, keep the quotes that belong (two to five), and take out names that",
        "# mean something else: CONTRIBUTING.md, «Write a card», says what a card owes its reader. Then",
        f"#   python -m bot validate && python -m bot sandbox --card {card_id}",
        "# and, when a stranger would understand it, set as_of and review_by, and status to published.",
        *near,
        "",
    ]


def _listed(key: str, names: Sequence[str]) -> list[str]:
    return [f"{key}:", *(f"  - {_scalar(name)}" for name in names)] if names else []


def _to_write(quotes: Sequence[_Quoted]) -> list[str]:
    """Bottom line, key points, quotes and positions."""
    by_document: dict[str, list[_Quoted]] = {}
    for quote in quotes:
        by_document.setdefault(quote.document.id, []).append(quote)
    points = (
        (f'  - text: "{TO_WRITE}: one sentence, with who says it."', f"    cites: [{quote.id}]") for quote in quotes
    )
    held = (
        (
            f"  - holder: {_scalar(found[0].document.author)}",
            f'    stance: "{TO_WRITE}: a clause that goes on from the name."',
            f"    cites: [{', '.join(quote.id for quote in found)}]",
        )
        for found in by_document.values()
    )
    return [
        f'bottom_line: "{TO_WRITE}: what the documents say on the topic, attributed, in at most 280 characters."',
        "",
        "key_points:",
        *(line for point in points for line in point),
        "",
        "quotes:",
        *(line for quote in quotes for line in _quote(quote)),
        "",
        "positions:",
        *(line for position in held for line in position),
    ]


def _quote(quote: _Quoted) -> Iterator[str]:
    yield f"  - id: {quote.id}  # {paragraph_numbers(quote.passage)}"
    yield f"    document: {quote.document.id}"
    yield f"    exact: {_scalar(quote.selector.exact)}"
    if quote.selector.prefix:
        yield f"    prefix: {_scalar(quote.selector.prefix)}"
    if quote.selector.suffix:
        yield f"    suffix: {_scalar(quote.selector.suffix)}"


def _line(text: str) -> str:
    """Text that can stand in a comment: one line, nothing that YAML does not allow."""
    return "".join(c if c.isprintable() else "�" for c in " ".join(text.split()))


def _scalar(text: str) -> str:
    """Text as YAML: as it is where it can be, else in quotation marks."""
    plain = text[:1].isalpha() and text.isprintable() and not re.search(r": | #|[:\s]$", text)
    if plain and text.lower() not in _TRUTHS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in quoted)
