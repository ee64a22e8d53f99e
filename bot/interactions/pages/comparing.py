"""Who says what on a topic, side by side, and when things happened."""

from collections.abc import Sequence

from bot.charts import MOST_POINTS, Timeline, TimelinePoint, gaps
from bot.corpus import paragraph_numbers, shown, voice
from bot.interactions.components import (
    PICTURE,
    Beside,
    Block,
    Button,
    Page,
    Picture,
    Row,
    Text,
    each_button_once,
    labelled,
    nearest_page,
    numbered,
    page_slices,
    paged,
    plain,
)
from bot.interactions.pages.card import reservations
from bot.interactions.pages.leading import page_row
from bot.interactions.pages.passages import context_button
from bot.interactions.presses import Show
from bot.interactions.subjects import CardTab, Chronology, Comparison
from bot.model import BriefingCard, DatedBy, DatedEvent, Document, Position
from bot.translation import gettext as _
from bot.translation import ngettext, pgettext

PAGE_OF_EVENTS = 2_000
"""Characters of the events on a page."""
NOTED = "*"
"""Behind the events of a picture that the editor has a note on."""


def comparison(card: BriefingCard, documents: Sequence[Document], subject: Comparison) -> Page:
    """Each holder with a quote and its date; and each document in which no position was found."""
    head = f"## {labelled(plain(card.title), _('Who says what'))}"
    quoted = {passage.document.id for position in card.positions for passage in position.passages}
    silent = [document for document in documents if document.id not in quoted]
    blocks: list[Block] = [_held(position) for position in card.positions]
    blocks += [Text(_silent(document)) for document in silent]
    blocks += reservations(card)
    kept, page, pages = paged(head, each_button_once(blocks), subject.page)
    turned = page_row(page, pages, lambda number: Comparison(card=card.id, page=number))
    whole = Row((Button(label=_("The whole card"), press=Show(subject=CardTab(card=card.id))),))
    return Page((Text(numbered(head, page, pages)), *kept, *turned, whole))


def _held(position: Position) -> Beside:
    passage = position.passages[0]
    where = f"{passage.document.title}, {paragraph_numbers(passage)} · {voice(passage.document)}"
    text = f"**{plain(position.holder)}** {plain(position.stance)}\n> “{plain(shown(passage))}”\n-# {plain(where)}"
    return Beside(text, context_button(passage))


def _silent(document: Document) -> str:
    nothing = _("No position found in this corpus.")
    return f"{labelled(f'**{plain(document.title)}**', nothing)}\n-# {plain(voice(document))}"


# ---------------------------------------------------------------- dated events


def chronology(events: Sequence[DatedEvent], subject: Chronology, *, title: str | None, picture: bool) -> Page:
    """Dated events, oldest first; with the picture of those on the page where it is at hand."""
    head = f"## {plain(heading(title))}"
    if not events:
        return Page((Text(f"{head}\n{_('The documents here date nothing on this topic.')}"),))
    pages = _pages(events)
    page = nearest_page(subject.page, len(pages))
    shown_events = pages[page]
    turned = page_row(page, len(pages), lambda number: Chronology(card=subject.card, page=number))
    drawn = (Picture(filename=PICTURE, alt=_alt(shown_events)),) if picture else ()
    listed = Text("\n".join(_event(event) for event in shown_events))
    return Page((Text(numbered(head, page, len(pages))), *drawn, listed, *turned))


def _pages(events: Sequence[DatedEvent]) -> list[Sequence[DatedEvent]]:
    """The events of each page: as many as a picture shows well."""
    slices = page_slices([Text(_event(event)) for event in events], PAGE_OF_EVENTS)
    return [events[part] for part in slices]


def heading(title: str | None) -> str:
    """What the events are about."""
    if title is None:
        return _("Timeline of the documents")
    return _("Timeline: {title}").format(title=title)


def _event(event: DatedEvent) -> str:
    passage = event.passage
    where = f"{plain(passage.document.title)}, ¶{passage.paragraph.number} · {_dated(event.dated_by)}"
    note = f"\n  -# {labelled(_('Editor’s note'), plain(event.note))}" if event.note else ""
    return f"- **{plain(event.date)}**: {plain(event.text)}\n  -# {where}{note}"


def _dated(by: DatedBy) -> str:
    return {
        DatedBy.STATED: pgettext("date", "date stated there"),
        DatedBy.RELATIVE: pgettext("date", "date relative to something there"),
        DatedBy.INFERRED: pgettext("date", "date inferred by the editor"),
        DatedBy.UNDATED: pgettext("date", "not dated there"),
    }[by]


def _alt(events: Sequence[DatedEvent]) -> str:
    return ngettext(
        "Timeline of {n} event, {first}. It is listed in the text as well.",
        "Timeline of {n} events from {first} to {last}. They are listed in the text as well.",
        len(events),
    ).format(n=len(events), first=events[0].date, last=events[-1].date)


def chart(events: Sequence[DatedEvent], page: int, title: str | None) -> Timeline:
    """The picture of the dated events of a page."""
    pages = _pages(events)
    drawn = pages[nearest_page(page, len(pages))][:MOST_POINTS]
    points = tuple(map(_point, drawn))
    years = {n: ngettext("{n} year", "{n} years", n).format(n=n) for n in gaps(points) if n}
    noted = any(event.note for event in drawn)
    note = _("{mark}: the editor has a note on it, which stands in the text.").format(mark=NOTED) if noted else ""
    return Timeline(title=heading(title), points=points, note=note, years=years)


def _point(event: DatedEvent) -> TimelinePoint:
    mark = NOTED if event.note else ""
    return TimelinePoint(
        sort=event.sort,
        shown=event.date,
        text=f"{event.text}{mark}",
        source=event.passage.document.title,
        dated=event.year_stated,
    )
