"""Subject → page: what a custom_id names, looked up in the deck as it is now.

A subject that the deck no longer has (a withdrawn card, a changed document) gets a page that says so.
"""

from datetime import date
from typing import assert_never

from bot.charts import Timeline
from bot.corpus import neighbours, passage_at
from bot.desk import BriefingDesk
from bot.interactions.components import Page
from bot.interactions.pages import browsing, comparing, outcomes, passages
from bot.interactions.pages.card import card, feedback_row
from bot.interactions.pages.stamps import stamped
from bot.interactions.subjects import (
    CardTab,
    Chronology,
    Comparison,
    Context,
    Source,
    SourceList,
    SourceQuotes,
    Subject,
    Term,
    TopicList,
    slug,
)
from bot.model import DatedEvent, GlossaryTerm, Passage

QUOTING = CardTab | Comparison | Chronology | Context | SourceQuotes
"""Subjects whose pages hold words of the documents: they say which deck those are from."""


def page_of(subject: Subject, desk: BriefingDesk, today: date, *, picture: bool = False) -> Page:
    """The page that shows a subject. `picture`: the one that `chart_of` describes is sent with it."""
    page = _page_of(subject, desk, today, picture=picture)
    return stamped(page, desk.deck.stamp) if isinstance(subject, QUOTING) and is_there(subject, desk) else page


def _page_of(subject: Subject, desk: BriefingDesk, today: date, *, picture: bool) -> Page:
    deck = desk.deck
    match subject:
        case CardTab():
            return _card(subject, desk, today)
        case Comparison(card=card_id):
            found = desk.card(card_id)
            return comparing.comparison(found, desk.sources(), subject) if found else outcomes.gone()
        case Chronology(card=card_id):
            found = desk.card(card_id)
            if card_id and found is None:
                return outcomes.gone()
            title = found.title if found else None
            return comparing.chronology(deck.dated(found), subject, title=title, picture=picture)
        case Context():
            return _context(subject, desk)
        case Term():
            return _term(subject, desk)
        case Source(document=document_id):
            document = deck.corpus.get(document_id)
            return browsing.source(document, deck.cards_on(document), subject) if document else outcomes.no_longer()
        case SourceQuotes(document=document_id):
            document = deck.corpus.get(document_id)
            if document is None:
                return outcomes.no_longer()
            return passages.of_source(document, deck.quotes_from(document), subject)
        case SourceList():
            return browsing.sources(desk.sources(), subject)
        case TopicList():
            return browsing.topics(desk.topics(), subject)
        case _:
            assert_never(subject)


def is_there(subject: Subject, desk: BriefingDesk) -> bool:
    """Whether the deck still has what a subject names."""
    match subject:
        case CardTab(card=card_id) | Comparison(card=card_id):
            return desk.card(card_id) is not None
        case Chronology(card=card_id):
            return not card_id or desk.card(card_id) is not None
        case Context():
            return _passage(subject, desk) is not None
        case Term():
            return _found_term(subject, desk) is not None
        case Source(document=document_id) | SourceQuotes(document=document_id):
            return document_id in desk.deck.corpus
        case _:
            return True


def chart_of(subject: Subject, desk: BriefingDesk) -> Timeline | None:
    """The picture that belongs to a subject, if one does."""
    if not isinstance(subject, Chronology):
        return None
    found = desk.card(subject.card)
    events: tuple[DatedEvent, ...] = () if subject.card and found is None else desk.deck.dated(found)
    # One event is told as well in words.
    return comparing.chart(events, subject.page, found.title if found else None) if len(events) > 1 else None


def _card(subject: CardTab, desk: BriefingDesk, today: date) -> Page:
    found = desk.card(subject.card)
    if found is None:
        return outcomes.gone()
    page = card(
        found,
        subject,
        today,
        related=desk.related(found),
        unlike=desk.unlike(found),
        dated=bool(desk.deck.dated(found)),
    )
    return page.under(feedback_row(found))


def _context(subject: Context, desk: BriefingDesk) -> Page:
    passage = _passage(subject, desk)
    if passage is None:
        return outcomes.changed_text()
    before, after = neighbours(passage)
    cards = desk.deck.quoting(passage)
    return passages.in_context(passage, before, after, section=passage.paragraph.section, cards=cards)


def _passage(subject: Context, desk: BriefingDesk) -> Passage | None:
    document = desk.deck.corpus.get(subject.document)
    same = document is not None and document.version == subject.version
    return passage_at(document, subject.start, subject.end) if document and same else None


def _found_term(subject: Term, desk: BriefingDesk) -> GlossaryTerm | None:
    return next((term for term in desk.deck.glossary if slug(term.term) == subject.slug), None)


def _term(subject: Term, desk: BriefingDesk) -> Page:
    found = _found_term(subject, desk)
    if found is None:
        return outcomes.no_longer()
    titles = {document.id: document.title for document in desk.deck.corpus.values()}
    return browsing.term(found, titles, desk.deck.known(found.cards))
