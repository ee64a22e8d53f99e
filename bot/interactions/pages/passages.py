"""Words of the documents: passages that were found, a passage in its context, a quotation held against them."""

from collections.abc import Sequence
from urllib.parse import quote

from bot import limits
from bot.corpus import citation, shown
from bot.interactions.components import (
    Beside,
    Block,
    Button,
    Link,
    Menu,
    Page,
    Row,
    Text,
    clip,
    defused,
    labelled,
    more,
    numbered,
    paged,
    plain,
)
from bot.interactions.pages.leading import card_option, page_row
from bot.interactions.presses import Choose, Show
from bot.interactions.subjects import Context, SourceQuotes
from bot.model import BriefingCard, Difference, Document, Passage, PassageMatch, Verdict
from bot.translation import gettext as _
from bot.translation import ngettext

VERSION = 6
"""Hexadecimal digits of a document's SHA-256 that stand for its version in a button."""
MOST_DIFFERENCES = 8
FRAGMENT_WORDS = 6


def context_of(passage: Passage) -> Context:
    """The subject that shows a passage among its neighbours."""
    return Context(
        document=passage.document.id,
        version=passage.document.sha256[:VERSION],
        start=passage.position.start,
        end=passage.position.end,
    )


def context_button(passage: Passage) -> Button:
    return Button(label=_("In context"), press=Show(subject=context_of(passage)))


def quoted(passage: Passage) -> str:
    """A passage as a quotation, and where it stands."""
    return f"> “{plain(shown(passage))}”\n-# {plain(citation(passage))}"


# ---------------------------------------------------------------- found


def found(matches: Sequence[PassageMatch], cards: Sequence[BriefingCard] = ()) -> Page:
    """Whole sentences, best first, each with where it stands and what kind of voice that is; `cards` quote them."""
    if all(match.verdict is Verdict.VERBATIM for match in matches):
        head = f"### {_('In the documents')}"
    else:
        unlike = _("Not word for word what you typed; what stands here is the document’s.")
        head = f"### {_('Nearest in the documents')}\n-# {unlike}"
    blocks: list[Block] = [
        Beside(quoted(match.passage), context_button(match.passage)) for match in _without_twins(matches)
    ]
    shown_blocks, _page, pages = paged(head, blocks, 0)
    left = len(blocks) - len(shown_blocks) if pages > 1 else 0
    return Page((Text(head), *shown_blocks, *((Text(more(left)),) if left else ()), *_leading_to(cards)))


def _without_twins(matches: Sequence[PassageMatch]) -> tuple[PassageMatch, ...]:
    """One match for each place: a search may come upon the same sentence twice."""
    return tuple({(m.passage.document.id, m.passage.position): m for m in matches}.values())


def _leading_to(cards: Sequence[BriefingCard]) -> tuple[Block, ...]:
    """The cards that say more on these words: what they quote may have an editor's note there."""
    if not cards:
        return ()
    noted = [card for card in cards if card.editors_notes]
    text = _("Cards that quote these words, some with an editor’s note on them:") if noted else ""
    plainly = _("Cards that quote these words:")
    options = tuple(
        card_option(card, _("With an editor’s note") if card in noted else "")
        for card in cards[: limits.SELECT_OPTIONS]
    )
    return (
        Text(f"-# {text or plainly}"),
        Menu(placeholder=_("Open a card"), press=Choose(in_place=False), options=options),
    )


def no_passage() -> str:
    """What is said where no document has such words."""
    return _("No document here has words like that. A few words in a row, as you remember them, work best.")


# ---------------------------------------------------------------- in context


def in_context(
    passage: Passage, before: str, after: str, *, section: str | None, cards: Sequence[BriefingCard] = ()
) -> Page:
    """A passage with the sentence before it and the one after, and all there is to say about where it stands."""
    document = passage.document
    around = [
        f"{plain(clip(before, 700))}" if before else f"*({_('the document begins here')})*",
        f"> **“{plain(shown(passage))}”**",
        f"{plain(clip(after, 700))}" if after else f"*({_('the document ends here')})*",
    ]
    place = _("Paragraph {number}").format(number=passage.paragraph.number)
    heading = f", {_('section “{heading}”').format(heading=plain(section))}" if section else ""
    where = [
        f"**{plain(document.title)}** · {place}{heading}",
        f"{plain(document.author)} · {plain(document.publisher)}",
        f"{plain(document.standing)} · {plain(document.published.shown)}",
    ]
    text = "\n\n".join(around)
    link = fragment_link(passage)
    rows = (Row((Link(label=_("Open at the source"), url=link),)),) if link else ()
    head = Text(f"### {_('In context')}")
    return Page((head, Text(clip(text, 2_600)), Text(clip("\n".join(where), 900)), *_leading_to(cards), *rows))


def fragment_link(passage: Passage) -> str | None:
    """The address of a passage on the page of its document; None where there is none, or it is too long for a button.

    Source: WICG, URL Fragment Text Directives (`#:~:text=start,end`).
    """
    if not passage.document.url:
        return None
    said = passage.text.split()
    head, tail = " ".join(said[:FRAGMENT_WORDS]), " ".join(said[-FRAGMENT_WORDS:])
    parts = [head] if len(said) <= FRAGMENT_WORDS else [head, tail]
    # A hyphen is told apart from the directive's own only when it is encoded as well.
    directive = ",".join(quote(part, safe="").replace("-", "%2D") for part in parts)
    link = f"{passage.document.url.split('#')[0]}#:~:text={directive}"
    return link if len(link) <= limits.LINK else None


# ---------------------------------------------------------------- what the cards quote from a document


def of_source(document: Document, quotes: Sequence[Passage], subject: SourceQuotes) -> Page:
    head = f"### {labelled(plain(document.title), _('Quotes'))}"
    blocks = [Beside(quoted(passage), context_button(passage)) for passage in quotes]
    if not blocks:
        return Page((Text(f"{head}\n{_('No card quotes this document.')}"),))
    kept, page, pages = paged(head, blocks, subject.page)
    turned = page_row(page, pages, lambda number: SourceQuotes(document=document.id, page=number))
    return Page((Text(numbered(head, page, pages)), *kept, *turned))


# ---------------------------------------------------------------- held against the documents


def verified(match: PassageMatch | None, cards: Sequence[BriefingCard] = ()) -> Page:
    """Whether a pasted quotation stands in the documents, and what differs."""
    if match is None:
        head = f"### {_('Not in these documents')}"
        body = _(
            "No sentence of the documents here says this in these words. That says nothing about other documents, "
            "and nothing about whether it is true."
        )
        return Page((Text(f"{head}\n{body}"),))
    passage = match.passage
    if match.verdict is Verdict.VERBATIM:
        head = f"### {_('Verbatim')}\n{_('These words stand in the document.')}"
        return Page((Text(head), Beside(quoted(passage), context_button(passage)), *_leading_to(cards)))
    count = len(match.differences)
    differs = ngettext("{n} difference", "{n} differences", count).format(n=count)
    head = f"### {labelled(_('Altered'), differs)}\n{_('What the document says:')}"
    listed = [_difference(difference) for difference in match.differences[:MOST_DIFFERENCES]]
    left = count - len(listed)
    text = f"**{_('What differs')}**\n" + "\n".join([*listed, *([more(left)] if left else [])])
    return Page(
        (Text(head), Beside(clip(quoted(passage), 2_000), context_button(passage)), Text(text), *_leading_to(cards))
    )


def _difference(difference: Difference) -> str:
    typed, stands = defused(difference.typed, 70), plain(clip(difference.stands, 70))
    if not typed:
        return "- " + _("left out: “{stands}”").format(stands=stands)
    if not stands:
        return "- " + _("not in the document: “{typed}”").format(typed=typed)
    return "- " + _("quoted as “{typed}”, the document has “{stands}”").format(typed=typed, stands=stands)
