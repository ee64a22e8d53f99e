"""The machine-readable face of the terminal: values → plain data for JSON. The keys are a contract."""

from typing import Any, assert_never

from bot.cards import Use, balance_text
from bot.desk import BriefingDesk
from bot.model import (
    Abstained,
    Answer,
    BriefingCard,
    DatedEvent,
    Document,
    Found,
    GlossaryTerm,
    Match,
    Outcome,
    Passage,
    PassageMatch,
    Problem,
    Suggested,
    Verdict,
)

Json = dict[str, Any]


def answer(question: str, given: Answer[BriefingCard], *, why: bool = False) -> Json:
    """With `why`, each match says which words counted, what was read as what, and how far it leads the next."""
    made = _given(question, given)
    if why and not isinstance(given, Abstained):
        for row, match in zip(made["matches"], given.matches, strict=True):
            row["why"] = {
                "words": list(match.why.words),
                "corrected": [list(pair) for pair in match.why.corrected],
                "lead": match.why.lead,
            }
    return made


def _given(question: str, given: Answer[BriefingCard]) -> Json:
    match given:
        case Found(match=match, matches=matches):
            card = match.card
            return _answer(question, Outcome.FOUND, _title(card), matches, [_quote(passage) for passage in card.quotes])
        case Suggested(matches=matches):
            return _answer(question, Outcome.SUGGESTED, None, matches, [])
        case Abstained():
            return _answer(question, Outcome.ABSTAINED, None, (), [])
        case _:
            assert_never(given)


def _answer(
    question: str, outcome: Outcome, card: Json | None, matches: tuple[Match[BriefingCard], ...], quotes: list[Json]
) -> Json:
    listed = [{**_title(match.card), "score": match.score, "name": match.name} for match in matches]
    return {"question": question, "outcome": outcome.value, "card": card, "matches": listed, "quotes": quotes}


def passages(question: str, found: tuple[PassageMatch, ...]) -> Json:
    return {"question": question, "passages": [_passage(match) for match in found]}


def _passage(match: PassageMatch) -> Json:
    passage = match.passage
    return {
        "document": passage.document.id,
        "section": passage.paragraph.section,
        "paragraph": passage.paragraph.number,
        "start": passage.position.start,
        "end": passage.position.end,
        "text": passage.text,
        "score": match.score,
        "verdict": match.verdict.value,
    }


def verified(pasted: str, found: PassageMatch | None) -> Json:
    """`verdict` is verbatim, altered or not found; `differences` are in order, either side may be empty."""
    differences = [{"typed": one.typed, "stands": one.stands} for one in found.differences] if found else []
    verdict = found.verdict if found else Verdict.NOT_FOUND
    passage = _passage(found) if found else None
    return {"question": pasted, "verdict": verdict.value, "differences": differences, "passage": passage}


def choices(cards: tuple[BriefingCard, ...]) -> Json:
    return {"choices": [_title(card) for card in cards]}


def topics(grouped: dict[str, tuple[BriefingCard, ...]]) -> Json:
    return {
        "categories": [
            {"category": category, "cards": [_title(card) for card in cards]} for category, cards in grouped.items()
        ]
    }


def sources(documents: tuple[Document, ...]) -> Json:
    return {
        "documents": [
            {
                "id": document.id,
                "title": document.title,
                "author": document.author,
                "publisher": document.publisher,
                "published": document.published.value,
                "inferred": document.published.inferred,
                "basis": document.published.basis,
                "kind": document.kind,
                "standing": document.standing,
                "leans": document.leans,
                "url": document.url,
                "paragraphs": len(document.paragraphs),
                "sha256": document.sha256,
            }
            for document in documents
        ]
    }


def card(shown: BriefingCard, desk: BriefingDesk) -> Json:
    return {
        **_title(shown),
        "category": shown.category,
        "bottom_line": shown.bottom_line,
        "key_points": [
            {"text": point.text, "cites": [_quote(passage) for passage in point.cites]} for point in shown.key_points
        ],
        "positions": [
            {"holder": held.holder, "stance": held.stance, "passages": [_quote(passage) for passage in held.passages]}
            for held in shown.positions
        ],
        "quotes": [_quote(passage) for passage in shown.quotes],
        "timeline": [{"date": event.date, "text": event.text} for event in shown.timeline],
        "editors_notes": [
            {
                "kind": note.kind.value,
                "text": note.text,
                "checked": note.checked.isoformat(),
                "references": [
                    {
                        "title": reference.title,
                        "publisher": reference.publisher,
                        "date": reference.date,
                        "url": reference.url,
                        "supports": reference.supports,
                    }
                    for reference in note.references
                ],
            }
            for note in shown.editors_notes
        ],
        "related": [other.id for other in desk.related(shown)],
        "distinguish_from": [other.id for other in desk.unlike(shown)],
        "balance": balance_text(shown.balance) if shown.balance else None,
        "status": shown.status.value,
        "as_of": shown.as_of.isoformat(),
        "review_by": shown.review_by.isoformat(),
    }


def coverage(uses: tuple[Use, ...]) -> Json:
    documents = {use.document.id: [other for other in uses if other.document.id == use.document.id] for use in uses}
    return {
        "covered": sum(not use.gap for use in uses),
        "total": len(uses),
        "gaps": [{"document": use.document.id, "paragraph": use.paragraph.number} for use in uses if use.gap],
        "documents": [
            {
                "id": document,
                "covered": sum(not use.gap for use in found),
                "total": len(found),
                "paragraphs": [
                    {
                        "paragraph": use.paragraph.number,
                        "section": use.paragraph.section,
                        "quoted_by": list(use.quoted_by),
                        "covered_by": list(use.covered_by),
                    }
                    for use in found
                ],
            }
            for document, found in documents.items()
        ],
    }


def glossary(terms: tuple[GlossaryTerm, ...]) -> Json:
    return {
        "terms": [
            {
                "term": term.term,
                "also": list(term.also),
                "definition": term.definition,
                "mentions": [{"document": found.document, "paragraph": found.number} for found in term.mentions],
                "cards": list(term.cards),
            }
            for term in terms
        ]
    }


def timeline(events: tuple[DatedEvent, ...]) -> Json:
    return {
        "events": [
            {
                "date": event.date,
                "sort": event.sort,
                "text": event.text,
                "dated_by": event.dated_by.value,
                "quote": _quote(event.passage),
                "cards": list(event.cards),
                "note": event.note,
            }
            for event in events
        ]
    }


def problems(found: list[Problem]) -> Json:
    return {
        "problems": [
            {
                "code": problem.code,
                "path": str(problem.origin.path),
                "line": problem.origin.line,
                "column": problem.origin.column,
                "message": problem.message,
                "hint": problem.hint,
            }
            for problem in found
        ]
    }


def _title(shown: BriefingCard) -> Json:
    return {"id": shown.id, "title": shown.title}


def _quote(passage: Passage) -> Json:
    return {"document": passage.document.id, "paragraph": passage.paragraph.number, "text": passage.text}
