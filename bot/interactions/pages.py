"""Answers → pages: texts and buttons that fit one Discord message. Pure; knows no client and no interaction.

Nothing that a user typed is ever on a page, so nothing typed can ping, format or link.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from itertools import groupby

from discord.utils import escape_markdown

from bot import limits
from bot.cards import one_sided
from bot.corpus import citation, in_full, shown, voice
from bot.model import BriefingCard, Document, EditorsNote, Match, Passage, PassageMatch, Position, Verdict

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


class Action(StrEnum):
    """What a button does with its card."""

    PICK = "pick"
    OPEN = "open"
    QUOTES = "quotes"
    NOTES = "notes"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardButton:
    """`offer` tells one list of suggestions from another, in eight hexadecimal digits."""

    label: str
    action: Action
    card: str
    offer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one message shows: texts from top to bottom, then rows of buttons. `private`: for the asker's eyes only."""

    texts: tuple[str, ...]
    rows: tuple[tuple[CardButton, ...], ...] = ()
    private: bool = False

    def __post_init__(self) -> None:
        if sum(map(len, self.texts)) > limits.MESSAGE_TEXT or not all(self.texts) or not self.texts:
            raise ValueError(f"{sum(map(len, self.texts))} characters in {len(self.texts)} texts do not fit a message")
        if any(not row or len(row) > limits.ROW_BUTTONS for row in self.rows):
            raise ValueError("a row holds one to five buttons")


class Detail(IntEnum):
    """How much of a card a message shows, most first."""

    LINKS = 4
    VOICES = 3
    NOTES = 2
    QUOTES = 1
    BONES = 0


# ---------------------------------------------------------------- a card


def card(
    found: BriefingCard,
    today: date,
    related: Sequence[BriefingCard] = (),
    unlike: Sequence[BriefingCard] = (),
    *,
    private: bool = False,
) -> Page:
    """The whole card if it fits; else what the buttons show as well is left to them, least first."""
    buttons = [CardButton(label="Whole sentences", action=Action.QUOTES, card=found.id)]
    if found.editors_notes:
        buttons.append(CardButton(label="Notes and references", action=Action.NOTES, card=found.id))
    titles = [other.title for other in unlike]
    for level in Detail:
        foot = _foot(found, today, titles if level >= Detail.VOICES else [])
        texts = (*_card(found, level), foot)
        if sum(map(len, texts)) <= limits.MESSAGE_TEXT:
            break
    further = tuple(
        CardButton(label=other.title, action=Action.OPEN, card=other.id) for other in related[: limits.ROW_BUTTONS]
    )
    return Page(texts=texts, rows=(tuple(buttons), further) if further else (tuple(buttons),), private=private)


def _card(found: BriefingCard, level: Detail) -> Iterator[str]:
    numbers = {id(passage): number for number, passage in enumerate(found.quotes, 1)}

    def cited(passages: Iterable[Passage]) -> str:
        return " " + "\u2009".join(_superscript(numbers[id(passage)]) for passage in passages)

    yield f"## {_plain(found.title)}\n{_plain(found.bottom_line)}"
    yield "### Key points\n" + "\n".join(f"- {_plain(point.text)}{cited(point.cites)}" for point in found.key_points)
    voices = level >= Detail.VOICES
    yield "### Who says what\n" + "\n".join(_position(held, cited(held.passages), voices) for held in found.positions)
    if level >= Detail.QUOTES:
        yield "### Quotes\n" + "\n".join(_quotes(found.quotes))
    else:
        yield f"### Quotes\n-# {len(found.quotes)}, under «Whole sentences»."
    if found.timeline and level >= Detail.NOTES:
        yield "### Dates\n" + "\n".join(
            f"- **{_plain(event.date)}**: {_plain(event.text)}{cited(event.passages)}" for event in found.timeline
        )
    if found.editors_notes and level >= Detail.NOTES:
        notes = (_note(note, links=level >= Detail.LINKS) for note in found.editors_notes)
        yield "### Editor's notes\n" + "\n".join(notes)
    elif found.editors_notes:
        kinds = ", ".join(note.kind.value for note in found.editors_notes)
        yield f"### Editor's notes\n-# {len(found.editors_notes)} ({kinds}), under «Notes and references»."


def _position(held: Position, cited: str, voices: bool) -> str:
    document = held.passages[0].document
    where = f"\n  -# {_plain(document.title)} · {_plain(voice(document))}" if voices else ""
    return f"- **{_plain(held.holder)}** {_plain(held.stance)}{cited}{where}"


def _quotes(quotes: Sequence[Passage]) -> Iterator[str]:
    """Quotes under the name, standing and date of their document."""
    numbered = list(enumerate(quotes, 1))
    for _, group in groupby(numbered, key=lambda pair: pair[1].document.id):
        pairs = list(group)
        yield f"**{_plain(pairs[0][1].document.title)}** · {_plain(voice(pairs[0][1].document))}"
        for number, passage in pairs:
            yield f"> {_superscript(number)} “{_plain(shown(passage))}” ¶{passage.paragraph.number}"


def _note(note: EditorsNote, *, links: bool) -> str:
    text = f"- **{note.kind.value.capitalize()}**: {_plain(note.text)} *(checked {note.checked})*"
    if not links:
        return text
    listed = ", ".join(
        f"[{_plain(reference.publisher)}]({reference.url})" if reference.url else _plain(reference.publisher)
        for reference in note.references
    )
    return f"{text}\n  -# {listed}"


def _foot(found: BriefingCard, today: date, unlike: Sequence[str]) -> str:
    lines = [f"-# ⚖️ {_plain(found.balance)}"] if found.balance else []
    lines += [f"-# Not the same as: {_plain('; '.join(unlike))}"] if unlike else []
    overdue = " **(overdue)**" if found.overdue(today) else ""
    return "\n".join([*lines, f"-# Reviewed {found.as_of} · next review due {found.review_by}{overdue}"])


def whole_sentences(found: BriefingCard) -> Page:
    """Every quote of a card in its whole sentences, for those who want to see what was cut."""
    blocks = [
        f"> {_superscript(number)} “{_plain(' '.join(in_full(passage).text.split()))}”\n-# {_plain(citation(passage))}"
        for number, passage in enumerate(found.quotes, 1)
    ]
    return Page(texts=_fit(f"### {_plain(found.title)}: whole sentences", blocks), private=True)


def notes(found: BriefingCard) -> Page:
    """The editor's notes of a card with their references in full."""
    blocks = [block for note in found.editors_notes for block in (_note(note, links=False), *_references(note))]
    return Page(texts=_fit(f"### {_plain(found.title)}: editor's notes", blocks), private=True)


def _references(note: EditorsNote) -> Iterator[str]:
    for reference in note.references:
        title = f"[{_plain(reference.title)}]({reference.url})" if reference.url else f"*{_plain(reference.title)}*"
        yield f"  - {title}, {_plain(reference.publisher)}, {reference.date or 'no date'}: {_plain(reference.supports)}"


# ---------------------------------------------------------------- everything else


def suggestions(matches: Sequence[Match[BriefingCard]], offer: str) -> Page:
    """What is near, a row each: titles are long, and a phone shows a wide row badly."""
    near = matches[: limits.ROW_BUTTONS]
    rows = tuple(
        (CardButton(label=match.card.title, action=Action.PICK, card=match.card.id, offer=offer),) for match in near
    )
    return Page(texts=("Nothing is clearly what you asked for. Did you mean one of these?",), rows=rows, private=True)


def nothing() -> Page:
    text = "There is no briefing on that here. `/topics` lists what there is; `/quote` searches the documents."
    return Page(texts=(text,), private=True)


def gone() -> Page:
    return Page(texts=("That card is no longer in the deck. `/topics` lists what there is.",), private=True)


def passages(found: Sequence[PassageMatch]) -> Page:
    """The best passages, whole sentences, each with where it stands and what kind of voice that is."""
    blocks = [
        f"> “{_plain(' '.join(match.passage.text.split()))}”\n-# {_plain(citation(match.passage))}"
        for match in found[:3]
    ]
    exact = all(match.verdict is Verdict.VERBATIM for match in found[:3])
    head = (
        "### In the documents"
        if exact
        else "### Nearest in the documents\n-# Not word for word what you typed; what stands here is the document's."
    )
    return Page(texts=_fit(head, blocks))


def no_passage() -> Page:
    text = "No document here has words like that. `/sources` lists the documents; a few words in a row work best."
    return Page(texts=(text,), private=True)


def topics(grouped: dict[str, tuple[BriefingCard, ...]]) -> Page:
    blocks = [
        f"**{_plain(category)}**\n" + " · ".join(_plain(found.title) for found in cards)
        for category, cards in grouped.items()
    ]
    return Page(texts=_fit("### Topics\n-# Type `/brief` and a few letters of one.", blocks), private=True)


def sources(documents: Sequence[Document]) -> Page:
    blocks = [_source(document) for document in documents]
    leaning = [document for document in documents if document.side]
    balance = ""
    if leaning:
        one_side = " None argues the other side." if one_sided(leaning, documents) else ""
        argue = f"{len(leaning)} of {len(documents)} documents argue a case.{one_side}"
        balance = f"\n-# ⚖️ {argue} The number of sources is not weight of evidence."
    return Page(texts=_fit(f"### Sources{balance}", blocks), private=True)


def _source(document: Document) -> str:
    title = f"[{_plain(document.title)}]({document.url})" if document.url else _plain(document.title)
    leans = f"Argues for {document.leans}." if document.leans else "Takes no side."
    return (
        f"**{title}**\n{_plain(document.author)} · {_plain(document.publisher)}\n"
        f"{_plain(voice(document))} · {len(document.paragraphs)} paragraphs\n"
        f"-# {_plain(leans)} Date: {_plain(document.published.basis)}"
    )


def failed() -> Page:
    return Page(
        texts=("Something went wrong on our side, and it has been noted. Please try again in a minute.",), private=True
    )


# ---------------------------------------------------------------- fitting


def _fit(head: str, blocks: Sequence[str]) -> tuple[str, ...]:
    """The head and as many blocks as fit, with the number of those that do not."""
    room = limits.MESSAGE_TEXT - len(head) - len(_more(len(blocks)))
    kept: list[str] = []
    for block in blocks:
        room -= len(block) + 2
        if room < 0:
            break
        kept.append(block)
    left = len(blocks) - len(kept)
    return (head, *(("\n\n".join(kept),) if kept else ()), *((_more(left),) if left else ()))


def _more(count: int) -> str:
    return f"-# {count} more would not fit into one message."


def _plain(text: str) -> str:
    return escape_markdown(text)


def _superscript(number: int) -> str:
    return "".join(SUPERSCRIPTS[int(digit)] for digit in str(number))
