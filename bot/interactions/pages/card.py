"""A card as five tabs. Everything a reader must know before believing a word of it is on the first."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from bot import limits
from bot.cards import balance_text
from bot.corpus import citation, shown, voice
from bot.interactions.components import (
    BODY,
    Beside,
    Block,
    Button,
    Menu,
    Page,
    Row,
    Style,
    Text,
    clip,
    each_button_once,
    joined,
    labelled,
    numbered,
    paged,
    plain,
)
from bot.interactions.pages.leading import card_option, page_row
from bot.interactions.pages.passages import context_button, superscript
from bot.interactions.presses import Choose, Rate, Report, Show, Turn
from bot.interactions.subjects import CardTab, Chronology, Comparison, Tab
from bot.model import BriefingCard, EditorsNote, NoteKind, Passage, Voice
from bot.translation import gettext as _
from bot.translation import pgettext


def card(
    found: BriefingCard,
    subject: CardTab,
    today: date,
    *,
    related: Sequence[BriefingCard] = (),
    unlike: Sequence[BriefingCard] = (),
    dated: bool = False,
) -> Page:
    """A tab of a card. `dated`: whether the corpus has dated events on it."""
    match subject.tab:
        case Tab.OVERVIEW:
            blocks = _overview(found, today, unlike)
        case Tab.QUOTES:
            blocks = _quotes(found)
        case Tab.POSITIONS:
            blocks = _positions(found)
        case Tab.TIMELINE:
            blocks = _timeline(found, dated=dated)
        case Tab.NOTES:
            blocks = _notes(found, subject)
    if subject.version not in ("", found.version):
        changed = _("This card was changed since the message was sent. This is how it stands now.")
        blocks = (Text(f"-# **{changed}**"), *blocks)
    further = _further(related, unlike) if subject.tab is Tab.OVERVIEW else ()
    return Page((*blocks, _tabs(found, subject.tab, dated=dated), *further))


def feedback_row(found: BriefingCard) -> Row:
    """What a reader can say about a card."""
    return Row(
        (
            Button(label=_("Helpful"), press=Rate(voice=Voice.HELPFUL, card=found.id, version=found.version)),
            Button(label=_("Not helpful"), press=Rate(voice=Voice.NOT_HELPFUL, card=found.id, version=found.version)),
            Button(label=_("Report an error"), press=Report(card=found.id, version=found.version)),
        )
    )


def _tabs(found: BriefingCard, current: Tab, *, dated: bool) -> Row:
    labels = {
        Tab.OVERVIEW: _("Overview"),
        Tab.QUOTES: _("Quotes"),
        Tab.POSITIONS: _("Positions"),
        Tab.TIMELINE: _("Timeline"),
        Tab.NOTES: _("Notes"),
    }
    empty = {Tab.TIMELINE: not (found.timeline or dated), Tab.NOTES: not found.editors_notes}
    return Row(
        tuple(
            Button(
                label=label,
                press=Turn(subject=CardTab(card=found.id, version=found.version, tab=tab)),
                style=Style.FIRST if tab is current else Style.PLAIN,
                enabled=tab is not current and not empty.get(tab, False),
            )
            for tab, label in labels.items()
        )
    )


# ---------------------------------------------------------------- overview


def _overview(found: BriefingCard, today: date, unlike: Sequence[BriefingCard]) -> tuple[Block, ...]:
    """The whole overview if it fits; else what stands on other tabs as well is left to them, least first."""
    cited = _cited(found)
    body = f"## {plain(found.title)}\n{plain(found.bottom_line)}"
    points = f"### {_('Key points')}\n" + "\n".join(
        f"- {plain(point.text)}\u00a0{cited(point.cites)}" for point in found.key_points
    )
    opening = f"> “{plain(shown(found.quotes[0]))}”\u00a0{cited(found.quotes[:1])}"
    quoted = f"### {_('Quoted here')}\n" + "\n".join(_quoted(found))
    foot = _foot(found, today)
    apart = _("Not the same as: {titles}").format(titles=plain("; ".join(other.title for other in unlike)))
    unlikes = f"-# {clip(apart, 400)}" if unlike else ""
    full, short = (_noted(found, links=links) for links in (True, False))
    for texts in (
        (body, points, opening, full, quoted, unlikes, foot),
        (body, points, opening, short, quoted, unlikes, foot),
        (body, points, short, quoted, unlikes, foot),
        (body, points, short, quoted, foot),
    ):
        kept = [text for text in texts if text]
        if sum(map(len, kept)) <= BODY:
            break
    return tuple(map(Text, kept))


def _quoted(found: BriefingCard) -> Iterator[str]:
    """The documents that the numbers lead to, with what kind of voice each is, and of when."""
    cited = _cited(found)
    for document in found.documents:
        marks = cited(passage for passage in found.quotes if passage.document is document)
        yield f"{marks} **{plain(document.title)}** · {plain(voice(document))}"


def _noted(found: BriefingCard, *, links: bool) -> str:
    if not found.editors_notes:
        return ""
    head = f"### {_('Editor’s notes')}\n-# {_('In our own words, not the documents’')}\n"
    return head + "\n".join(_note(note, links=links) for note in found.editors_notes)


def _note(note: EditorsNote, *, links: bool) -> str:
    checked = _("checked {date}").format(date=note.checked)
    text = f"- **{_kind(note.kind)}**: {plain(note.text)} *({checked})*"
    if not links:
        return text
    publishers = dict.fromkeys(reference.publisher for reference in note.references)
    first = {reference.publisher: reference for reference in reversed(note.references)}
    listed = "; ".join(f"[{plain(name)}]({first[name].url})" if first[name].url else plain(name) for name in publishers)
    return f"{text}\n  -# {_('References: {publishers}').format(publishers=listed)}"


def _kind(kind: NoteKind) -> str:
    return {
        NoteKind.WRONG: pgettext("note", "Wrong in the document"),
        NoteKind.OUTDATED: pgettext("note", "Outdated"),
        NoteKind.CONTESTED: pgettext("note", "Contested"),
        NoteKind.CONTEXT: pgettext("note", "Context"),
        NoteKind.UNCLEAR: pgettext("note", "Unclear"),
    }[kind]


def _foot(found: BriefingCard, today: date) -> str:
    lines = []
    if found.balance:
        lines.append(labelled(f"**{_('Balance')}**", plain(balance_text(found.balance))))
    if found.overdue(today):
        lines.append("**" + _("Review overdue: it was due on {date}.").format(date=found.review_by) + "**")
        lines.append("-# " + _("Reviewed {date}").format(date=found.as_of))
    else:
        reviewed = _("Reviewed {date} · next review due {due}").format(date=found.as_of, due=found.review_by)
        lines.append(f"-# {reviewed}")
    return "\n".join(lines)


def _further(related: Sequence[BriefingCard], unlike: Sequence[BriefingCard]) -> tuple[Menu, ...]:
    others = {other.id: (other, _("Related topic")) for other in related}
    others |= {other.id: (other, _("Not the same topic")) for other in unlike}
    if not others:
        return ()
    options = tuple(card_option(other, description) for other, description in others.values())
    menu = Menu(placeholder=_("Other topics"), press=Choose(in_place=False), options=options[: limits.SELECT_OPTIONS])
    return (menu,)


# ---------------------------------------------------------------- the other tabs


def _head(found: BriefingCard, part: str) -> str:
    return f"## {labelled(plain(found.title), part)}"


def _quotes(found: BriefingCard) -> tuple[Block, ...]:
    quotes = [
        Beside(
            f"> “{plain(shown(passage))}”\u00a0{superscript(number)}\n-# {plain(citation(passage))}",
            context_button(passage),
        )
        for number, passage in enumerate(found.quotes, 1)
    ]
    return (Text(_head(found, _("Quotes"))), *each_button_once(quotes), *reservations(found))


def reservations(found: BriefingCard) -> tuple[Block, ...]:
    """What must be known with any part of a card: how its documents lean, and what the editor has a note on."""
    lines = []
    if found.balance:
        lines.append(f"-# {labelled(_('Balance'), plain(balance_text(found.balance)))}")
    if found.editors_notes:
        kinds = ", ".join(dict.fromkeys(_kind(note.kind) for note in found.editors_notes))
        lines.append(f"-# {labelled(_('Editor’s notes on this topic'), kinds)}")
    return (Text("\n".join(lines)),) if lines else ()


def _positions(found: BriefingCard) -> tuple[Block, ...]:
    cited = _cited(found)
    held = [
        f"- **{plain(position.holder)}** {plain(position.stance)}\u00a0{cited(position.passages)}\n"
        f"  -# {plain(position.passages[0].document.title)} · {plain(voice(position.passages[0].document))}"
        for position in found.positions
    ]
    compare = Button(label=_("Compare, with quotes"), press=Show(subject=Comparison(card=found.id)))
    return (Text(_head(found, _("Positions"))), Text("\n".join(held)), *reservations(found), Row((compare,)))


def _timeline(found: BriefingCard, *, dated: bool) -> tuple[Block, ...]:
    cited = _cited(found)
    events = [
        f"- **{plain(event.date)}**: {plain(event.text)}\u00a0{cited(event.passages)}" for event in found.timeline
    ] or [_("This card has no dates of its own.")]
    picture = Button(label=_("All dated events on it"), press=Show(subject=Chronology(card=found.id)))
    below = (Row((picture,)),) if dated else ()
    return (Text(_head(found, _("Timeline"))), Text("\n".join(events)), *reservations(found), *below)


def _notes(found: BriefingCard, subject: CardTab) -> tuple[Block, ...]:
    head = _head(found, _("Notes"))
    texts = [Text(text) for note in found.editors_notes for text in (_note(note, links=False), *_references(note))]
    own = f"-# {_('In our own words, not the documents’')}"
    blocks, page, pages = paged(head + own, texts, subject.page)
    turned = page_row(page, pages, lambda number: replace(subject, version=found.version, page=number))
    if not texts:
        blocks = (Text(_("This card has no editor’s notes.")),)
    return (Text(f"{numbered(head, page, pages)}\n{own}"), *joined(blocks), *turned)


def _references(note: EditorsNote) -> Iterator[str]:
    for reference in note.references:
        title = f"[{plain(reference.title)}]({reference.url})" if reference.url else f"*{plain(reference.title)}*"
        dated = reference.date or _("no date")
        yield f"  - {title}, {plain(reference.publisher)}, {dated}: {plain(reference.supports)}"


# ---------------------------------------------------------------- numbers of quotes


def _cited(found: BriefingCard) -> Callable[[Iterable[Passage]], str]:
    numbers = {id(passage): number for number, passage in enumerate(found.quotes, 1)}

    def marks(passages: Iterable[Passage]) -> str:
        return "\u2009".join(superscript(numbers[id(passage)]) for passage in passages)

    return marks
