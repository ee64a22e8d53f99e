"""What must hold in a card's file beyond its format: by itself, and between the cards of a deck."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from bot import limits
from bot.cards.format import CardFormat
from bot.cards.links import unknown_card, unknown_document, unknown_paragraph
from bot.model import Corpus, Problem
from bot.text import one_spaced, tokens
from bot.yamlfile import Place, YamlFile, nearest

SourceCard = tuple[YamlFile, CardFormat]
T = TypeVar("T")

# ---------------------------------------------------------------- one card


def card_problems(file: YamlFile, source: CardFormat, corpus: Corpus, broken: Collection[str]) -> list[Problem]:
    """What is wrong with a card by itself, its quotes and its wording apart."""
    return [
        *_wrong_places(file, source, corpus, broken),
        *_citing(file, source, corpus),
        *_repeated(file, source),
        *_size(file, source),
    ]


def _wrong_places(file: YamlFile, source: CardFormat, corpus: Corpus, broken: Collection[str]) -> list[Problem]:
    problems: list[Problem] = []
    if source.id and source.id != file.path.stem:
        problems.append(
            file.problem(
                ("id",),
                "wrong-id",
                f"id is «{source.id}», the file is «{file.path.name}»",
                "give both the same name",
            )
        )
    for i, quote in enumerate(source.quotes):
        if quote.document and quote.document not in (*corpus, *broken):
            problems.append(unknown_document(file, ("quotes", i, "document"), quote.document, corpus))
    for document_id, numbers in source.covers.items():
        place: Place = ("covers", document_id)
        document = corpus.get(document_id)
        if document is None and document_id not in broken:
            problems.append(unknown_document(file, place, document_id, corpus))
        there = {paragraph.number for paragraph in document.paragraphs} if document else set()
        for i, number in enumerate(numbers):
            if document and number not in there:
                problems.append(unknown_paragraph(file, (*place, i), document, number))
    return problems


def _citing(file: YamlFile, source: CardFormat, corpus: Corpus) -> list[Problem]:
    """Quotes cited that do not exist, quotes that nothing cites, and ids given twice."""
    problems: list[Problem] = []
    known = dict.fromkeys(quote.id for quote in source.quotes)
    for i, quote_id in _again([quote.id for quote in source.quotes]):
        if quote_id:
            problems.append(
                file.problem(
                    ("quotes", i, "id"),
                    "duplicate-id",
                    f"quote id «{quote_id}» stands here for the second time",
                    "give each quote its own",
                )
            )
    cited: set[str] = set()
    for place, cites in _citations(source):
        cited.update(cites)
        for k, quote_id in enumerate(cites):
            if quote_id and quote_id not in known:
                guess = nearest(quote_id, known)
                hint = f"did you mean «{guess}»?" if guess else f"the quotes are: {', '.join(known)}"
                problems.append(file.problem((*place, k), "unknown-quote", f"there is no quote «{quote_id}»", hint))
    whole = cited <= known.keys()
    for i, quote_id in enumerate(quote.id for quote in source.quotes):
        if quote_id and quote_id not in cited and whole:
            problems.append(
                file.problem(
                    ("quotes", i), "unused-quote", f"nothing cites the quote «{quote_id}»", "cite it or remove it"
                )
            )
    problems += _mixed_positions(file, source)
    problems += _strange_holders(file, source, corpus)
    return problems


def _mixed_positions(file: YamlFile, source: CardFormat) -> list[Problem]:
    """A position is stated in one document: that is what its standing and date are taken from."""
    document_of = {quote.id: quote.document for quote in source.quotes}
    return [
        file.problem(
            ("positions", i, "cites"),
            "mixed-position",
            f"the position of {entry.holder} cites {len(documents)} documents",
            "make it one position a document",
        )
        for i, entry in enumerate(source.positions)
        if len(documents := {document_of[quote] for quote in entry.cites if quote in document_of}) > 1
    ]


def _repeated(file: YamlFile, source: CardFormat) -> list[Problem]:
    """Ids and numbers that stand twice in one list."""
    lists: list[tuple[Place, tuple[object, ...]]] = [
        (("related",), source.related),
        (("distinguish_from",), source.distinguish_from),
        *((("covers", document), numbers) for document, numbers in source.covers.items()),
        *_citations(source),
    ]
    return [
        file.problem((*place, i), "repeated", f"«{entry}» stands here for the second time", "keep one")
        for place, entries in lists
        for i, entry in _again(entries)
        if entry
    ]


def _again(entries: Sequence[T]) -> Iterator[tuple[int, T]]:
    """What stands in a list for the second time or more, with its position."""
    seen: set[T] = set()
    for i, entry in enumerate(entries):
        if entry in seen:
            yield i, entry
        seen.add(entry)


def _strange_holders(file: YamlFile, source: CardFormat, corpus: Corpus) -> list[Problem]:
    """A position is its document's author's, or that of somebody whom the document names."""
    document_of = {quote.id: corpus[quote.document] for quote in source.quotes if quote.document in corpus}
    problems: list[Problem] = []
    for i, entry in enumerate(source.positions):
        document = next((document_of[quote] for quote in entry.cites if quote in document_of), None)
        if not document or not entry.holder or entry.holder == document.author:
            continue
        if not entry.holder[0].isupper() or not _mentions(document.text, entry.holder):
            message = f"{document.id} is not by «{entry.holder}» and does not name them"
            hint = f"write «{document.author}», or a name as the document has it"
            problems.append(file.problem(("positions", i, "holder"), "unknown-holder", message, hint))
    return problems


def _mentions(text: str, name: str) -> bool:
    """Whether a text has a name as it is written, white space apart."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", one_spaced(text)) is not None


def _size(file: YamlFile, source: CardFormat) -> list[Problem]:
    """What Discord could not show even with every reference behind a button."""
    texts = [
        source.title,
        source.bottom_line,
        *(point.text for point in source.key_points),
        *(text for held in source.positions for text in (held.holder, held.stance)),
        *(quote.exact for quote in source.quotes),
        *(text for event in source.timeline for text in (event.date, event.text)),
        *(note.text for note in source.editors_notes),
    ]
    # A sign of mark-up is shown with a stroke before it, which counts too.
    size = sum(len(text) + len(re.findall(r"[\\*_~|`>]", text)) for text in texts)
    if size <= limits.CARD_TEXT:
        return []
    message = f"the card has {size:,} characters to show, a Discord message takes {limits.CARD_TEXT:,} of them"
    return [file.problem((), "card-too-long", message, "shorten quotes and notes")]


def _citations(source: CardFormat) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """Every list of cites in a card, with its place."""
    yield from ((("key_points", i, "cites"), entry.cites) for i, entry in enumerate(source.key_points))
    yield from ((("positions", i, "cites"), entry.cites) for i, entry in enumerate(source.positions))
    yield from ((("timeline", i, "cites"), entry.cites) for i, entry in enumerate(source.timeline))


# ---------------------------------------------------------------- between cards


def deck_problems(sources: list[SourceCard], ids: Collection[str]) -> list[Problem]:
    """What is wrong between cards: ids and names taken twice, links to nowhere."""
    return [*_duplicate_ids(sources), *_shared_names(sources), *_dangling(sources, ids), *_one_sided(sources)]


def _duplicate_ids(sources: list[SourceCard]) -> list[Problem]:
    first: dict[str, YamlFile] = {}
    problems: list[Problem] = []
    for file, source in sources:
        other = first.setdefault(source.id, file)
        if source.id and other is not file:
            problems.append(
                file.problem(
                    ("id",),
                    "duplicate-id",
                    f"the id «{source.id}» is taken by {other.path}",
                    "give each card its own",
                )
            )
    return problems


def _shared_names(sources: list[SourceCard]) -> list[Problem]:
    """Names that match alike may point to one card only: otherwise a clear question has two answers."""
    taken: dict[tuple[str, ...], tuple[YamlFile, CardFormat, str]] = {}
    problems: list[Problem] = []
    for file, source in sources:
        for place, name in _names(source):
            key = tokens(name)
            first_file, first, first_name = taken.setdefault(key, (file, source, name))
            if not key:
                problems.append(file.problem(place, "empty-name", f"«{name}» has no letter or digit", "remove it"))
            elif first_file is not file and first.id == source.id:
                # A copy under the same id: that is said once, of the id.
                continue
            elif first_file is not file:
                message = f"«{name}» is also a name of the card {first.id} ({first_file.path})"
                problems.append(
                    file.problem(place, "shared-name", message, "keep it on one of the two, or say more in both")
                )
            elif first_name is not name:
                message = f"«{name}» matches the same as «{first_name}»"
                problems.append(file.problem(place, "duplicate-name", message, "remove one"))
    return problems


def _names(source: CardFormat) -> list[tuple[Place, str]]:
    names: list[tuple[Place, str]] = [
        (("title",), source.title),
        *((("aliases", i), name) for i, name in enumerate(source.aliases)),
        *((("questions", i), name) for i, name in enumerate(source.questions)),
    ]
    return [(place, name) for place, name in names if name]


def _dangling(sources: list[SourceCard], ids: Collection[str]) -> list[Problem]:
    problems: list[Problem] = []
    for file, source in sources:
        for part, others in (("related", source.related), ("distinguish_from", source.distinguish_from)):
            for i, other in enumerate(others):
                if not other:
                    continue
                if other == source.id:
                    problems.append(file.problem((part, i), "self-related", "the card names itself", "remove it"))
                elif other not in ids:
                    problems.append(unknown_card(file, (part, i), other, ids))
    return problems


def _one_sided(sources: list[SourceCard]) -> list[Problem]:
    """Who takes one card for another may as well take the other for the one: both name each other."""
    names = {source.id: source.distinguish_from for _, source in sources}
    return [
        file.problem(
            ("distinguish_from", i),
            "one-sided",
            f"{other} does not name {source.id} in return",
            f"add {source.id} to the distinguish_from of {other}",
        )
        for file, source in sources
        for i, other in enumerate(source.distinguish_from)
        if other in names and other != source.id and source.id not in names[other]
    ]
