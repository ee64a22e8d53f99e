"""Looking around: topics by category, documents, terms."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot import limits
from bot.cards import one_sided
from bot.corpus import voice
from bot.interactions.components import (
    Block,
    Button,
    Link,
    Menu,
    Option,
    Page,
    Row,
    Text,
    clip,
    joined,
    labelled,
    more,
    nearest_page,
    numbered,
    paged,
    plain,
)
from bot.interactions.pages.leading import card_menu, page_row
from bot.interactions.pages.outcomes import command
from bot.interactions.pages.passages import leaning_of
from bot.interactions.presses import Choose, Show, Turn
from bot.interactions.subjects import Source, SourceList, SourceQuotes, Term, TopicList, encode, slug
from bot.model import BriefingCard, Document, GlossaryTerm
from bot.translation import gettext as _
from bot.translation import ngettext

Grouped = Mapping[str, Sequence[BriefingCard]]


def _slices(count: int, page: int) -> tuple[slice, int, int]:
    """Which of so many things are on a page, as many as a menu holds; the page's number, and how many there are."""
    pages = max(1, -(-count // limits.SELECT_OPTIONS))
    page = nearest_page(page, pages)
    return slice(page * limits.SELECT_OPTIONS, (page + 1) * limits.SELECT_OPTIONS), page, pages


def _menu(placeholder: str, options: Iterable[Option]) -> tuple[Menu, ...]:
    """A menu that turns to what is chosen; nothing for no options.

    Names that a code cannot tell apart lead to the first of them: a menu has no value twice.
    """
    once = tuple({option.value: option for option in reversed([*options])}.values())[::-1]
    return (Menu(placeholder=placeholder, press=Choose(in_place=True), options=once),) if once else ()


def _listed(head: str, texts: Iterable[str], *below: Block) -> Page:
    """As many texts as fit under a heading, with the number of those that do not."""
    blocks = [Text(text) for text in texts]
    kept, _first, _all = paged(head, blocks, 0)
    left = len(blocks) - len(kept)
    return Page((Text(head), *joined(kept, "\n\n"), *((Text(more(left)),) if left else ()), *below))


# ---------------------------------------------------------------- topics


def topics(grouped: Grouped, subject: TopicList) -> Page:
    """The categories, or the topics of one; a menu leads on."""
    chosen = next((category for category in grouped if slug(category) == subject.category), None)
    return _category(chosen, grouped[chosen], subject) if chosen else _categories(grouped, subject)


def _categories(grouped: Grouped, subject: TopicList) -> Page:
    part, page, pages = _slices(len(grouped), subject.page)
    listed = list(grouped.items())[part]
    hint = _("{brief} and a few letters of a topic find it quicker.").format(brief=command("brief"))
    head = numbered(f"## {_('Topics')}\n-# {hint}", page, pages)
    texts = (
        f"**{plain(category)}** ({len(cards)})\n{clip(plain(' · '.join(card.title for card in cards)), 600)}"
        for category, cards in listed
    )
    options = (
        Option(
            label=clip(category, limits.SELECT_OPTION),
            value=encode(TopicList(category=slug(category))),
            description=_count(len(cards)),
        )
        for category, cards in listed
    )
    turned = page_row(page, pages, lambda number: TopicList(page=number))
    return _listed(head, texts, *_menu(_("Choose a category"), options), *turned)


def _category(category: str, cards: Sequence[BriefingCard], subject: TopicList) -> Page:
    part, page, pages = _slices(len(cards), subject.page)
    listed = cards[part]
    head = numbered(f"## {plain(category)}\n-# {_count(len(cards))}", page, pages)
    titles = Text("\n".join(f"- {plain(card.title)}" for card in listed))
    turned = page_row(page, pages, lambda number: replace(subject, page=number))
    back = Row((Button(label=_("All categories"), press=Turn(subject=TopicList())),))
    return Page((Text(head), titles, *card_menu(listed), *turned, back))


def _count(cards: int) -> str:
    return ngettext("{n} topic", "{n} topics", cards).format(n=cards)


# ---------------------------------------------------------------- sources


def sources(documents: Sequence[Document], subject: SourceList) -> Page:
    """The documents with what kind of voice each is; a menu leads to one."""
    part, page, pages = _slices(len(documents), subject.page)
    head = numbered(f"## {_('Sources')}\n{leaning(documents)}", page, pages)
    listed = documents[part]
    options = (
        Option(
            label=clip(document.title, limits.SELECT_OPTION),
            value=encode(Source(document=document.id)),
            description=clip(voice(document), limits.SELECT_OPTION),
        )
        for document in listed
    )
    turned = page_row(page, pages, lambda number: SourceList(page=number))
    return _listed(head, map(_brief_source, listed), *_menu(_("Open a source"), options), *turned)


def leaning(documents: Sequence[Document]) -> str:
    """How many documents argue a case, and that none argues the other side where that is so."""
    leans = [document for document in documents if document.side]
    count = ngettext("{n} document.", "{n} documents.", len(documents)).format(n=len(documents))
    if not leans:
        return count
    causes = "; ".join(dict.fromkeys(document.leans for document in leans if document.leans))
    argue = ngettext("{n} of them argues a case ({causes}).", "{n} of them argue a case ({causes}).", len(leans))
    argue = argue.format(n=len(leans), causes=plain(causes))
    other = _("None argues the other side.") if one_sided(leans, documents) else ""
    weight = _("The number of sources is not weight of evidence.")
    return " ".join(filter(None, (count, argue, other, weight)))


def _brief_source(document: Document) -> str:
    return f"**{plain(document.title)}**\n{plain(document.author)}\n{plain(voice(document))}\n-# {leaning_of(document)}"


def source(document: Document, cards: Sequence[BriefingCard], subject: Source) -> Page:
    """Who says it, when, how sure that is, its standing and leaning, and the cards that quote it."""
    part, page, pages = _slices(len(cards), subject.page)
    published = document.published
    if published.inferred:
        sure = _("The date is inferred. {basis}").format(basis=plain(published.basis))
    else:
        sure = plain(published.basis)
    count = len(document.paragraphs)
    lines = [
        f"## {plain(document.title)}",
        labelled(f"**{_('Author')}**", plain(document.author)),
        labelled(f"**{_('Published by')}**", plain(document.publisher)),
        labelled(f"**{_('Date')}**", plain(published.shown)),
        f"-# {sure}",
        labelled(f"**{_('Standing')}**", plain(document.standing)),
        labelled(f"**{_('Leaning')}**", leaning_of(document)),
        labelled(f"**{_('Length')}**", ngettext("{n} paragraph", "{n} paragraphs", count).format(n=count)),
        f"-# SHA-256 {document.sha256}",
    ]
    blocks: list[Block] = [Text(clip("\n".join(lines), 3_000))]
    if cards:
        use = ngettext("{n} card quotes it.", "{n} cards quote it.", len(cards)).format(n=len(cards))
        blocks.append(Text(numbered(use, page, pages)))
        blocks += card_menu(cards[part])
    turned = page_row(page, pages, lambda number: replace(subject, page=number))
    buttons: list[Button | Link] = [
        Button(label=_("What the cards quote"), press=Show(subject=SourceQuotes(document=document.id))),
        Button(label=_("All sources"), press=Turn(subject=SourceList())),
    ]
    if document.url and len(document.url) <= limits.LINK:
        buttons.append(Link(label=_("Open at the source"), url=document.url))
    return Page((*blocks, *turned, Row(tuple(buttons))))


# ---------------------------------------------------------------- terms


def term(found: GlossaryTerm, titles: Mapping[str, str], cards: Sequence[BriefingCard]) -> Page:
    """A term in the editor's words, where it stands (`titles` by the documents' ids) and the cards about it."""
    lines = [
        f"## {plain(found.term)}",
        plain(found.definition),
        f"-# {_('In our own words, not the documents’')}",
    ]
    if found.also:
        lines.append(_("Also: {wordings}").format(wordings=plain(", ".join(found.also))))
    places: dict[str, list[str]] = {}
    for paragraph in found.mentions:
        places.setdefault(titles[paragraph.document], []).append(f"¶{paragraph.number}")
    for title, numbers in places.items():
        lines.append(f"- {plain(title)}: {', '.join(numbers)}")
    return Page((Text(clip("\n".join(lines), 3_000)), *card_menu(cards)))


def terms(found: Sequence[GlossaryTerm]) -> Page:
    """Several terms to choose from."""
    kept = found[: limits.SELECT_OPTIONS]
    options = tuple(
        Option(
            label=clip(term.term, limits.SELECT_OPTION),
            value=encode(Term(slug=slug(term.term))),
            description=clip(term.definition, limits.SELECT_OPTION),
        )
        for term in kept
    )
    head = _("Which term do you mean?")
    left = len(found) - len(kept)
    return Page((Text(head), *_menu(_("Choose a term"), options), *((Text(more(left)),) if left else ())))


def no_source(*, several: bool) -> Page:
    """Where what was typed is no source, or not one of them."""
    return Page(
        (
            Text(_("Several sources are called that.") if several else _("There is no such source here.")),
            Row((Button(label=_("All sources"), press=Show(subject=SourceList())),)),
        )
    )


def no_category() -> Page:
    return Page(
        (
            Text(_("There is no such category here.")),
            Row((Button(label=_("All categories"), press=Show(subject=TopicList())),)),
        )
    )


def no_term() -> str:
    return _("The glossary has no such term.")
