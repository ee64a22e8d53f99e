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
    each_button_once,
    labelled,
    more,
    numbered,
    paged,
    plain,
)
from bot.interactions.pages.leading import card_option, page_row
from bot.interactions.presses import Choose, Show
from bot.interactions.subjects import Context, SourceQuotes
from bot.model import BriefingCard, Checked, Difference, Document, Passage, PassageMatch, Verdict
from bot.text import telling, words
from bot.translation import gettext as _
from bot.translation import ngettext

MOST_DIFFERENCES = 8
FRAGMENT_WORDS = 6
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def context_of(passage: Passage) -> Context:
    """The subject that shows a passage among its neighbours."""
    return Context(
        document=passage.document.id,
        version=passage.document.version,
        start=passage.position.start,
        end=passage.position.end,
    )


def context_button(passage: Passage) -> Button:
    return Button(label=_("In context"), press=Show(subject=context_of(passage)))


def quoted(passage: Passage, number: int | None = None) -> str:
    """A passage as a quotation, and where it stands: document, paragraph, standing, date, leaning."""
    mark = f"\u00a0{superscript(number)}" if number else ""
    return f"> “{plain(shown(passage))}”{mark}\n-# {plain(citation(passage))} · {leaning_of(passage.document)}"


def quotations(passages: Sequence[Passage]) -> list[Block]:
    """Passages one under another, numbered where there are several, each with its context a press away."""
    numbers = range(1, len(passages) + 1) if len(passages) > 1 else [None]
    return each_button_once(
        Beside(quoted(passage, number), context_button(passage))
        for number, passage in zip(numbers, passages, strict=False)
    )


def leaning_of(document: Document) -> str:
    """What a document argues for."""
    if document.leans:
        return _("Argues for {cause}.").format(cause=plain(document.leans))
    return _("Takes no side.")


def superscript(number: int) -> str:
    """A number as a mark behind a quotation or a point."""
    return "".join(SUPERSCRIPTS[int(digit)] for digit in str(number))


# ---------------------------------------------------------------- found


def found(matches: Sequence[PassageMatch], cards: Sequence[BriefingCard] = ()) -> Page:
    """Whole sentences, best first, each with where it stands and what kind of voice that is; `cards` quote them."""
    if all(match.verdict is Verdict.VERBATIM for match in matches):
        head = f"## {_('In the documents')}"
    else:
        unlike = _("Not word for word what you typed; what stands here is the document’s.")
        head = f"## {_('Nearest in the documents')}\n-# {unlike}"
    blocks = quotations([match.passage for match in _without_twins(matches)])
    shown_blocks, _page, pages = paged(head, blocks, 0)
    further = (Text(f"-# {_('These fit best. More words narrow it down.')}"),) if pages > 1 else ()
    return Page((Text(head), *shown_blocks, *further, *leading_to(cards)))


def _without_twins(matches: Sequence[PassageMatch]) -> tuple[PassageMatch, ...]:
    """One match for each place: a search may come upon the same sentence twice."""
    return tuple({(m.passage.document.id, m.passage.position): m for m in matches}.values())


def leading_to(cards: Sequence[BriefingCard]) -> tuple[Block, ...]:
    """The cards that say more on these words: what they quote may have an editor's note there."""
    if not cards:
        return ()
    options = tuple(
        card_option(card, _("With an editor’s note") if card.editors_notes else "")
        for card in cards[: limits.SELECT_OPTIONS]
    )
    return (
        Text(f"-# {_('Cards that quote these words, and what the editor has to say on them:')}"),
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
    parts = [plain(clip(before, 700)), f"**{plain(shown(passage))}**", plain(clip(after, 700))]
    around = [f"> “{' '.join(filter(None, parts))}”"]
    around += [] if before else [f"*({_('the document begins here')})*"]
    around += [] if after else [f"*({_('the document ends here')})*"]
    place = _("Paragraph {number}").format(number=passage.paragraph.number)
    heading = f", {_('section “{heading}”').format(heading=plain(section))}" if section else ""
    where = [
        f"**{plain(document.title)}** · {place}{heading}",
        f"{plain(document.author)} · {plain(document.publisher)}",
        f"{plain(document.standing)} · {plain(document.published.shown)} · {leaning_of(document)}",
    ]
    text = "\n".join(around)
    link = fragment_link(passage)
    rows = (Row((Link(label=_("Open at the source"), url=link),)),) if link else ()
    head = Text(f"## {_('In context')}")
    return Page((head, Text(clip(text, 2_600)), Text(clip("\n".join(where), 900)), *leading_to(cards), *rows))


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
    head = f"## {labelled(plain(document.title), _('Quotes'))}"
    blocks = quotations(quotes)
    if not blocks:
        return Page((Text(f"{head}\n{_('No card quotes this document.')}"),))
    kept, page, pages = paged(head, blocks, subject.page)
    turned = page_row(page, pages, lambda number: SourceQuotes(document=document.id, page=number))
    return Page((Text(numbered(head, page, pages)), *kept, *turned))


# ---------------------------------------------------------------- held against the documents


WORST_FIRST = (Verdict.NOT_FOUND, Verdict.ALTERED, Verdict.VERBATIM)


def verified(checked: Sequence[Checked], cards: Sequence[BriefingCard] = ()) -> Page:
    """Whether pasted quotations stand in the documents, and what differs; where there are several, the worst first."""
    several = len(checked) > 1
    blocks: list[Block] = []
    for one in sorted(checked, key=lambda one: WORST_FIRST.index(verdict(one))):
        told, differs = _told(one)
        named = several or one.part
        opening = f"\n{_('Of “{beginning}”').format(beginning=defused(_bare(one.quotation), 60))}" if named else ""
        blocks.append(Text(f"## {told[0]}{opening}\n{told[1]}"))
        if one.match:
            blocks.append(Beside(clip(quoted(one.match.passage), 1_200), context_button(one.match.passage)))
        blocks += [Text(differs)] if differs else []
    blocks = each_button_once(blocks)
    kept, _page, pages = paged("", blocks, 0)
    left = (Text(more(len(blocks) - len(kept))),) if pages > 1 else ()
    rest = _("Only what stands in quotation marks was checked, and nothing of what is said around it.")
    beside = (Text(f"-# {rest}"),) if any(one.part for one in checked) else ()
    return Page((*kept, *left, *beside, *leading_to(cards)))


def verdict(checked: Checked) -> Verdict:
    return checked.match.verdict if checked.match else Verdict.NOT_FOUND


def _told(checked: Checked) -> tuple[tuple[str, str], str]:
    """The verdict and what it means; then what differs, if anything does."""
    match = checked.match
    if match is None and not telling(words(checked.quotation)):
        return (_("Too short to check"), _("Paste a few words in a row.")), ""
    if match is None:
        meaning = _(
            "No sentence of the documents here says this in these words. That says nothing about other documents, "
            "and nothing about whether it is true."
        )
        return (_("Not in these documents"), meaning), ""
    if match.verdict is Verdict.VERBATIM:
        return (_("Verbatim"), _verbatim(checked.quotation, match)), ""
    count = len(match.differences)
    differs = ngettext("{n} difference", "{n} differences", count).format(n=count)
    listed = [_difference(difference) for difference in match.differences[:MOST_DIFFERENCES]]
    left = [more(count - len(listed))] if count > len(listed) else []
    text = f"**{_('What differs')}**\n" + "\n".join([*listed, *left])
    return (labelled(_("Altered"), differs), _("What the document says:")), text


def _verbatim(quotation: str, match: PassageMatch) -> str:
    if match.differences:
        return _("These words stand in the document, with words left out where the quotation says so.")
    if _bare(quotation) in " ".join(match.passage.text.split()):
        return _("These words stand in the document, letter for letter.")
    return _("These words stand in the document. Capitals or punctuation differ.")


def _bare(quotation: str) -> str:
    """A quotation without what marks it as one."""
    return " ".join(quotation.split()).strip("\"“”„«»'‘’ >")


def _difference(difference: Difference) -> str:
    typed, stands = defused(difference.typed, 70), plain(clip(difference.stands, 70))
    if not typed:
        return "- " + _("left out: “{stands}”").format(stands=stands)
    if not stands:
        return "- " + _("not in the document: “{typed}”").format(typed=typed)
    return "- " + _("quoted as “{typed}”, the document has “{stands}”").format(typed=typed, stands=stands)
