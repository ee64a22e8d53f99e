"""What people see in a terminal: values → rich renderables. Colour carries no meaning that the words do not."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.cards import Use, balance_text, one_sided
from bot.cards.coverage import opening
from bot.corpus import citation, shown, voice
from bot.desk import BriefingDesk, Deck, Review
from bot.model import (
    BriefingCard,
    Checked,
    DatedBy,
    DatedEvent,
    Difference,
    Document,
    EditorsNote,
    GlossaryTerm,
    Match,
    Passage,
    PassageMatch,
    Problem,
    Status,
    Verdict,
)
from bot.text import printable, telling, words

PLAIN_WIDTH = 100
"""Columns of output that goes to a file or another program."""


def console(*, stderr: bool = False) -> Console:
    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    return (
        made
        if made.is_terminal
        else Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=PLAIN_WIDTH, no_color=True)
    )


def card(shown_card: BriefingCard, desk: BriefingDesk, today: date) -> RenderableType:
    return Group(*_card(shown_card, desk, today))


def _card(shown_card: BriefingCard, desk: BriefingDesk, today: date) -> Iterator[RenderableType]:
    numbers = {id(passage): number for number, passage in enumerate(shown_card.quotes, 1)}

    def cited(passages: tuple[Passage, ...]) -> str:
        return "".join(f" [{numbers[id(passage)]}]" for passage in passages)

    yield Text.assemble((shown_card.title, "bold"), (f"  {shown_card.category}", "dim"))
    yield Text(shown_card.bottom_line)
    yield _heading("Key points")
    for point in shown_card.key_points:
        yield _item(Text.assemble(point.text, (cited(point.cites), "dim")))
    yield _heading("Who says what")
    for held in shown_card.positions:
        document = held.passages[0].document
        where = f"{document.title} · {voice(document)}"
        yield _item(
            Text.assemble(
                (held.holder, "bold"), f" {held.stance}", (cited(held.passages), "dim"), (f"\n{where}", "dim")
            )
        )
    yield _heading("Quotes")
    for number, passage in enumerate(shown_card.quotes, 1):
        yield _quote(f"[{number}] ", passage)
    if shown_card.timeline:
        yield _heading("Dates")
        for event in shown_card.timeline:
            yield _item(Text.assemble((event.date, "bold"), f": {event.text}", (cited(event.passages), "dim")))
    if shown_card.editors_notes:
        yield _heading("Editor's notes")
        for note in shown_card.editors_notes:
            yield from _note(note)
    yield Text("")
    if shown_card.balance:
        yield Text(f"Balance: {balance_text(shown_card.balance)}")
    for heading, others in (("Not the same as", desk.unlike(shown_card)), ("Related", desk.related(shown_card))):
        if others:
            yield Text(f"{heading}: {'; '.join(f'{other.title} ({other.id})' for other in others)}", style="dim")
    draft = "DRAFT, not shown to members · " if shown_card.status is Status.DRAFT else ""
    overdue = " (overdue)" if shown_card.overdue(today) else ""
    yield Text(
        f"{draft}Reviewed {shown_card.as_of} · next review due {shown_card.review_by}{overdue} · card {shown_card.id}",
        style="dim",
    )


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold cyan")


def _item(text: Text, mark: str = "• ") -> RenderableType:
    return _hanging(mark, text)


def _hanging(mark: str, text: Text) -> RenderableType:
    """A paragraph whose further lines are set under its first word."""
    grid = Table.grid(padding=0)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(mark, text)
    return grid


def _quote(mark: str, passage: Passage) -> RenderableType:
    return _hanging(mark, Text.assemble(f"“{shown(passage)}”", (f"\n— {citation(passage)}", "dim")))


def _note(note: EditorsNote) -> Iterator[RenderableType]:
    yield _item(
        Text.assemble((note.kind.value.capitalize(), "bold"), f": {note.text} ", (f"(checked {note.checked})", "dim"))
    )
    for reference in note.references:
        parts = (reference.title, reference.publisher, reference.date or "no date")
        yield Padding(_item(Text(", ".join(parts), style="dim"), "– "), (0, 0, 0, 2))
        if reference.url:
            yield _address(f"    {reference.url}")


def _address(url: str) -> Text:
    """An address on a line of its own, never broken, so that it can be clicked or copied."""
    return Text(url, style="dim", no_wrap=True, overflow="ignore")


def problems(found: list[Problem]) -> str:
    """A problem a line, never wrapped, so that an editor can jump to it; then their number."""
    count = f"{len(found)} problem{'' if len(found) == 1 else 's'}."
    return "\n".join([*(printable(str(problem)) for problem in found), count])


def in_order(deck: Deck, review: Review) -> str:
    quotes = sum(len(one.quotes) for one in deck.cards.values())
    covered = f"{sum(not use.gap for use in review.uses)} of {len(review.uses)} paragraphs covered"
    beside = f"{len(deck.glossary)} terms, {len(deck.timeline)} dated events"
    holds = f"{len(deck.corpus)} documents, {len(deck.cards)} cards, {quotes} quotes, {beside}"
    listed = [
        f"  {pair.first.id} («{pair.names[0]}») and {pair.second.id} («{pair.names[1]}»)" for pair in review.pairs
    ]
    confused = f"{len(listed)} pairs of cards have names that are easily confused, and name each other:"
    kept = len(deck.corpus) - len(review.unkept)
    faithful = [f"{kept} of {len(deck.corpus)} documents say what their raw files say."] if kept else []
    unheld = [f"Without a raw file, so held against none: {', '.join(review.unkept)}."] if review.unkept else []
    return "\n".join(
        [f"{holds}: no problems.", *faithful, *unheld, f"{covered}.", *([confused, *listed] if listed else [])]
    )


def coverage(uses: tuple[Use, ...]) -> RenderableType:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("document", "¶", "quoted by", "covered by", "begins"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "¶" else "left")
    for use in sorted(uses, key=lambda use: not use.gap):
        named = Text("no card", style="bold red") if use.gap else Text(", ".join(use.quoted_by))
        begins = Text(opening(use, 5), style="dim")
        table.add_row(use.document.id, str(use.paragraph.number), named, ", ".join(use.covered_by), begins)
    return Group(table, Text(f"\n{sum(not use.gap for use in uses)} of {len(uses)} paragraphs belong to a card."))


def glossary(terms: tuple[GlossaryTerm, ...]) -> RenderableType:
    rows: list[RenderableType] = []
    for term in terms:
        stands = "; ".join(
            f"{document} ¶{', '.join(str(found.number) for found in group)}"
            for document, group in groupby(term.mentions, key=lambda found: found.document)
        )
        where = f"{stands} · cards: {', '.join(term.cards)}"
        rows.append(_item(Text.assemble((term.term, "bold"), f": {term.definition}", (f"\n{where}", "dim"))))
    return Group(*rows)


def how_dated(event: DatedEvent) -> str:
    """What to put behind the date, where the document does not state it and the date itself does not say so."""
    told = event.dated_by is DatedBy.STATED or event.dated_by.value in event.date or "date" in event.date
    return "" if told else f" ({event.dated_by.value})"


def timeline(events: tuple[DatedEvent, ...]) -> RenderableType:
    rows: list[RenderableType] = []
    for event in events:
        rows.append(Text.assemble(("\n" + event.date, "bold"), (how_dated(event), "dim"), f": {event.text}"))
        rows.append(Padding(_quote("", event.passage), (0, 0, 0, 2)))
        if event.note:
            rows.append(Padding(Text(f"Editor's note: {event.note}"), (0, 0, 0, 2)))
        rows.append(Text(f"  cards: {', '.join(event.cards)}", style="dim"))
    return Group(*rows)


def suggestions(matches: tuple[Match[BriefingCard], ...]) -> RenderableType:
    rows = [
        Text.assemble((f"  {number}  ", "bold"), match.card.title, (f"  ({match.card.id})", "dim"))
        for number, match in enumerate(matches, 1)
    ]
    return Group(Text("Nothing is clearly what you asked for. Did you mean:"), *rows)


def nothing() -> RenderableType:
    return Text("Nothing here on that. The topics: python -m bot topics")


def passages(found: tuple[PassageMatch, ...]) -> RenderableType:
    return Group(
        *(_quote("" if match.verdict == "verbatim" else "~ ", match.passage) for match in found), *_likeness(found)
    )


def _likeness(found: tuple[PassageMatch, ...]) -> Iterator[RenderableType]:
    if any(match.verdict != "verbatim" for match in found):
        yield Text("~ the words differ from what you typed; what stands here is the document's.", style="dim")


def checked(found: Sequence[Checked]) -> RenderableType:
    """What was checked, each with its words where they are only a part of what was pasted."""
    return Group(*(part for one in found for part in _checked(one)))


def _checked(one: Checked) -> Iterator[RenderableType]:
    if one.part:
        yield Text(f"Of “{' '.join(printable(one.quotation).split())}”", "bold")
    if one.match is None and not telling(words(one.quotation)):
        yield Text("Too short to check: paste a few words in a row.")
    else:
        yield _verified(one.match)


def _verified(found: PassageMatch | None) -> RenderableType:
    if found is None:
        return Text("Not found: no document has these words, or nearly these.")
    if found.verdict is Verdict.VERBATIM:
        left_out = ", with words left out where the quotation says so" if found.differences else ""
        return Group(Text(f"Verbatim: these are the document's words{left_out}."), _quote("", found.passage))
    rows = [_item(_difference(difference)) for difference in found.differences]
    return Group(Text("Altered: the document's words are not quite these."), *rows, _quote("", found.passage))


def _difference(difference: Difference) -> Text:
    typed, stands = printable(difference.typed), difference.stands
    if not typed:
        return Text(f"«{stands}» was left out")
    return Text(f"«{typed}» is not there" if not stands else f"«{typed}» should be «{stands}»")


def reasons(matches: tuple[Match[BriefingCard], ...]) -> RenderableType:
    rows: list[RenderableType] = [_heading("Why")]
    for match in matches:
        words = (
            "a name of it" if match.why.exact else ", ".join(map(printable, match.why.words)) or "its words together"
        )
        rows.append(_item(Text.assemble((match.card.id, "bold"), f" {match.score:.2f}: {words}")))
    if read := [f"{printable(typed)} → {meant}" for typed, meant in matches[0].why.corrected]:
        rows.append(Text("  read as: " + ", ".join(read)))
    rows.append(Text(f"  the first leads the next by {matches[0].why.lead:.0%}", style="dim"))
    return Group(*rows)


def no_passage() -> RenderableType:
    return Text("No document has words like that. The documents: python -m bot sources")


def topics(grouped: dict[str, tuple[BriefingCard, ...]]) -> RenderableType:
    rows: list[RenderableType] = []
    for category, cards in grouped.items():
        rows.append(_heading(category))
        rows.extend(Text.assemble(f"  {one.title}", (f"  ({one.id})", "dim")) for one in cards)
    return Group(*rows)


def sources(documents: tuple[Document, ...]) -> RenderableType:
    rows: list[RenderableType] = []
    for document in documents:
        rows.append(Text.assemble(("\n" + document.title, "bold"), (f"  ({document.id})", "dim")))
        rows.append(Text(f"  {document.author} · {document.publisher}"))
        rows.append(Text(f"  {voice(document)} · {len(document.paragraphs)} paragraphs"))
        rows.append(Text(f"  Date: {document.published.basis}", style="dim"))
        rows.append(Text(f"  Argues for {document.leans}." if document.leans else "  Takes no side."))
        if document.url:
            rows.append(_address(f"  {document.url}"))
    leaning = [document for document in documents if document.side]
    if leaning:
        neutral = len(documents) - len(leaning)
        rows.append(
            Text(
                f"\nBalance: {len(leaning)} of {len(documents)} documents argue a case, {neutral} takes no side."
                + (" No document argues the other side." if one_sided(leaning, documents) else "")
            )
        )
    return Group(*rows)
