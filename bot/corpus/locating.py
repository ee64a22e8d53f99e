"""Quote → Passage: exactly, after white-space folding only, inside one paragraph of one document.

A fuzzy anchor would put words into a document's mouth, so there is none: a quote is there or it is not.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.model import Corpus, Document, Paragraph, Passage, Quote, TextPositionSelector
from bot.text import Canonical, canonical, one_spaced, sentences


@dataclass(frozen=True, slots=True)
class Missing:
    """The words do not stand in the document."""

    quote: Quote


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The words stand there more than once, and prefix and suffix do not tell which is meant."""

    quote: Quote
    passages: tuple[Passage, ...]


def locate(quote: Quote, corpus: Corpus) -> Passage | Missing | Ambiguous:
    """Find a quote in the document that it names. An unknown document has nothing in it."""
    document = corpus.get(quote.document_id)
    found = occurrences(quote, document) if document else ()
    match found:
        case ():
            return Missing(quote)
        case (passage,):
            return passage
        case _:
            return Ambiguous(quote, found)


def occurrences(quote: Quote, document: Document) -> tuple[Passage, ...]:
    """Every place in the document where the quote stands between its prefix and suffix."""
    selector = quote.selector
    exact, prefix, suffix = map(one_spaced, (selector.exact, selector.prefix, selector.suffix))
    if not exact:
        return ()
    found: list[Passage] = []
    for paragraph in document.paragraphs:
        within = canonical_paragraph(document, paragraph)
        start = within.text.find(exact)
        while start >= 0:
            end = start + len(exact)
            before, after = within.text[:start].rstrip(), within.text[end:].lstrip()
            if not _cuts_a_word(within.text, start, end) and before.endswith(prefix) and after.startswith(suffix):
                found.append(_passage(document, paragraph, within, start, end))
            start = within.text.find(exact, start + 1)
    return tuple(found)


def _cuts_a_word(text: str, start: int, end: int) -> bool:
    """Whether a stretch begins or ends inside a word: «legal» is not what «illegal» says."""
    begins_inside = start > 0 and text[start - 1 : start + 1].isalnum()
    return begins_inside or (end < len(text) and text[end - 1 : end + 1].isalnum())


def canonical_paragraph(document: Document, paragraph: Paragraph) -> Canonical:
    return canonical(document.text[paragraph.start : paragraph.end])


def _passage(document: Document, paragraph: Paragraph, within: Canonical, start: int, end: int) -> Passage:
    first, last = within.span(start, end)
    position = TextPositionSelector(start=paragraph.start + first, end=paragraph.start + last)
    return Passage(document=document, position=position, paragraph=paragraph)


def paragraphs_of(passage: Passage) -> tuple[Paragraph, ...]:
    """The paragraphs that a passage touches, one for most."""
    start, end = passage.position.start, passage.position.end
    return tuple(found for found in passage.document.paragraphs if found.start < end and start < found.end)


def in_full(passage: Passage) -> Passage:
    """The whole sentences that a passage is part of."""
    position = passage.position
    touched = [
        (start, end)
        for start, end in _sentences(passage.document, paragraphs_of(passage))
        if start < position.end and end > position.start
    ]
    full = TextPositionSelector(start=touched[0][0], end=touched[-1][1])
    return Passage(document=passage.document, position=full, paragraph=passage.paragraph)


def neighbours(passage: Passage) -> tuple[str, str]:
    """The sentence before the whole sentences of a passage and the one after them; empty at the document's ends."""
    full, document = in_full(passage).position, passage.document
    spans = _sentences(document, document.paragraphs)
    before = [span for span in spans if span[1] <= full.start][-1:]
    after = [span for span in spans if span[0] >= full.end][:1]
    first, last = (" ".join(" ".join(document.text[a:b].split()) for a, b in side) for side in (before, after))
    return first, last


def _sentences(document: Document, paragraphs: Iterable[Paragraph]) -> list[tuple[int, int]]:
    """Code points of the document's text, end exclusive."""
    return [
        (paragraph.start + start, paragraph.start + end)
        for paragraph in paragraphs
        for start, end in sentences(document.text[paragraph.start : paragraph.end])
    ]


def passage_at(document: Document, start: int, end: int) -> Passage | None:
    """The code points of a document's text as a passage; None where no sentence of it stands there."""
    if not 0 <= start < end <= len(document.text) or not document.text[start:end].strip():
        return None
    first = next((found for found in document.paragraphs if found.start <= start < found.end), None)
    last = next((found for found in document.paragraphs if found.start < end <= found.end), None)
    if first is None or last is None:
        return None
    position = TextPositionSelector(start=start, end=end)
    return Passage(document=document, position=position, paragraph=first)


def is_cut(passage: Passage) -> tuple[bool, bool]:
    """Whether words of the sentence are missing before the passage, and after it.

    A closing full stop or quotation mark that is left out does not count: nothing is said in it.
    """
    full = in_full(passage)
    before = passage.document.text[full.position.start : passage.position.start]
    after = passage.document.text[passage.position.end : full.position.end]
    return any(map(str.isalnum, before)), any(map(str.isalnum, after))
