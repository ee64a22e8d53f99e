"""What to tell a curator whose quote was not found: where it nearly stands, and where it differs."""

import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from functools import partial
from itertools import zip_longest

from rapidfuzz import fuzz

from bot.corpus import Ambiguous, Missing, locate
from bot.corpus.locating import canonical_paragraph, occurrences
from bot.model import Corpus, Document, Origin, Passage, Problem, Quote, TextQuoteSelector
from bot.text import one_spaced

MOST_COMPARED = 150
"""Words of a quote for which the words that it should have are looked for one by one: the cost grows with the cube."""
MIN_PIECE = 3
"""Words that a piece must have to call a quote stitched: two match by chance."""


def resolve(quote: Quote, corpus: Corpus, origin_of: Callable[[str], Origin]) -> Passage | Problem:
    """The passage that a quote names, or what is wrong with it and what to write instead.

    The corpus must have the document that the quote names. `origin_of` gives the place of a word of the quote in the
    curator's file.
    """
    match locate(quote, corpus):
        case Passage() as passage:
            return passage
        case Ambiguous(passages=passages):
            return _ambiguous(passages, origin_of(quote.selector.exact))
        case Missing():
            return _missing(quote, corpus, origin_of)


def _problem(code: str, message: str, hint: str, origin: Origin) -> Problem:
    return Problem(code=code, message=message, hint=hint, origin=origin)


def _ambiguous(passages: tuple[Passage, ...], origin: Origin) -> Problem:
    first, second, *_ = passages
    places = " and ".join(f"paragraph {passage.paragraph.number}" for passage in (first, second))
    before, after = _around(second)
    offer = f"prefix: {before!r}" if before else f"suffix: {after!r}" if after else "quote the other one"
    return _problem(
        "quote-twice",
        f"the quote stands {len(passages)} times in {first.document.id} ({places})",
        f"add a prefix or a suffix that tells which is meant; for the second, {offer}",
        origin,
    )


def _around(passage: Passage) -> tuple[str, str]:
    """The three words on either side of a passage, within its paragraph."""
    text, paragraph = passage.document.text, passage.paragraph
    before = text[paragraph.start : passage.position.start].split()[-3:]
    after = text[passage.position.end : paragraph.end].split()[:3]
    return " ".join(before), " ".join(after)


def _missing(quote: Quote, corpus: Corpus, origin_of: Callable[[str], Origin]) -> Problem:
    origin = origin_of(quote.selector.exact)
    document = corpus[quote.document_id]
    if quote.selector.prefix or quote.selector.suffix:
        bare = TextQuoteSelector(exact=quote.selector.exact)
        if occurrences(Quote(document_id=document.id, selector=bare), document):
            return _problem(
                "quote-context",
                "the quote is there, its prefix or suffix is not",
                "correct them, or leave them out",
                origin,
            )
    return (
        _elsewhere(quote, corpus, origin)
        or _stitched(quote.selector.exact, corpus, document, origin)
        or _nearest(quote.selector.exact, document, origin_of)
    )


def _elsewhere(quote: Quote, corpus: Corpus, origin: Origin) -> Problem | None:
    for other in corpus.values():
        found = occurrences(quote, other) if other.id != quote.document_id else ()
        if found:
            message = (
                f"the quote is not in {quote.document_id}, but in {other.id} (paragraph {found[0].paragraph.number})"
            )
            return _problem("quote-elsewhere", message, f"write document: {other.id}", origin)
    return None


def _stitched(exact: str, corpus: Corpus, document: Document, origin: Origin) -> Problem | None:
    for first, second in _cuts(exact):
        found = [_anywhere(piece, corpus, document) for piece in (first, second)]
        if all(found) and not _close(*found):
            places = " and ".join(f"{place.document.id} paragraph {place.paragraph.number}" for place in found if place)
            return _problem(
                "quote-stitched",
                f"the quote is put together from two places ({places}); the second begins «{_clip(second, 40)}»",
                "make it two quotes",
                origin,
            )
    return None


def _close(first: Passage | None, second: Passage | None) -> bool:
    """Whether only a few words lie between two pieces: then words were dropped, and nothing was stitched."""
    if first is None or second is None or first.paragraph != second.paragraph:
        return False
    between = first.document.text[first.position.end : second.position.start]
    return first.position.end <= second.position.start and len(between.split()) <= MIN_PIECE


def _cuts(exact: str) -> Iterator[tuple[str, str]]:
    """Ways to cut a quote in two, at an ellipsis if there is one, both pieces long enough to mean something."""
    pieces = re.split(r"\s*(?:\[(?:…|\.\.\.)\]|…|\.\.\.)\s*", exact, maxsplit=1)
    if len(pieces) == 2:
        yield pieces[0], pieces[1]
    words = one_spaced(exact).split(" ")
    for cut in range(len(words) - MIN_PIECE, MIN_PIECE - 1, -1):
        yield " ".join(words[:cut]), " ".join(words[cut:])


def _anywhere(piece: str, corpus: Corpus, first: Document) -> Passage | None:
    if len(piece.split()) < MIN_PIECE:
        return None
    for document in (first, *corpus.values()):
        found = occurrences(Quote(document_id=document.id, selector=TextQuoteSelector(exact=piece)), document)
        if found:
            return found[0]
    return None


def _nearest(exact: str, document: Document, origin_of: Callable[[str], Origin]) -> Problem:
    """The stretch of the document that is most like the quote, and the first place where they differ."""
    wanted = one_spaced(exact)
    scored = [
        (
            alignment.score,
            paragraph.number,
            canonical_paragraph(document, paragraph).text,
            alignment.dest_start,
        )
        for paragraph in document.paragraphs
        if (alignment := fuzz.partial_ratio_alignment(wanted, canonical_paragraph(document, paragraph).text))
    ]
    score, number, text, start = max(scored)
    if score < 60:
        message = f"the quote is not in {document.id}, nor anything like it"
        return _problem("quote-missing", message, "copy it from the document", origin_of(exact))
    real = _whole_words(text, start, wanted)
    ours, theirs = _difference(wanted, real)
    message = f"the quote is not in {document.id}; the nearest is in paragraph {number}"
    if ours and theirs:
        change = f"«{_clip(ours, 60)}» should be «{_clip(theirs, 60)}»"
    else:
        change = f"remove «{_clip(ours, 60)}»" if ours else f"add «{_clip(theirs, 60)}»"
    hint = f"{change}; the document has: {real}"
    return _problem("quote-missing", message, hint, origin_of(ours or exact))


def _whole_words(text: str, start: int, wanted: str) -> str:
    """The words around a place that are most like the quote, a few more or fewer than it has."""
    words, length = text.split(" "), len(wanted.split(" "))
    first = text.count(" ", 0, start)
    if length > MOST_COMPARED:
        return " ".join(words[first : first + length])
    windows = (
        words[begin : begin + size]
        for begin in range(max(first - 4, 0), min(first + 5, len(words)))
        for size in range(max(length - 4, 1), length + 5)
        if begin + size <= len(words)
    )
    return " ".join(max(windows, key=partial(_likeness, wanted.split(" ")), default=words))


def _likeness(wanted: list[str], window: list[str]) -> tuple[float, float]:
    """Words in common, less a little for a difference in length; then letters."""
    common = sum(block.size for block in SequenceMatcher(None, wanted, window, autojunk=False).get_matching_blocks())
    return common - 0.3 * abs(len(window) - len(wanted)), fuzz.ratio(" ".join(window), " ".join(wanted))


def _difference(wanted: str, real: str) -> tuple[str, str]:
    """The first words in which a quote differs from the document: those typed, and those that stand there."""
    ours, theirs = wanted.split(" "), real.split(" ")
    if len(ours) > MOST_COMPARED:
        return next(((one, other) for one, other in zip_longest(ours, theirs, fillvalue="") if one != other), ("", ""))
    changes = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    first = next(((i, j, k, m) for change, i, j, k, m in changes if change != "equal"), (0, 0, 0, 0))
    return " ".join(ours[first[0] : first[1]]), " ".join(theirs[first[2] : first[3]])


def _clip(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
