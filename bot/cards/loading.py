"""briefs/**/*.yaml → (cards, problems). A card is built only when all of it holds; problems hide nobody else's.

Knows nothing of matching, of Discord's components, or of today's date.
"""

from collections.abc import Iterable
from pathlib import Path

from bot import limits
from bot.cards.anchoring import resolve
from bot.cards.balance import balance
from bot.cards.format import CardFormat
from bot.cards.gates import quoted_words_problems, stance_problems
from bot.model import (
    BriefingCard,
    Corpus,
    EditorsNote,
    KeyPoint,
    Origin,
    Paragraph,
    Passage,
    Position,
    Problem,
    Quote,
    Reference,
    TextQuoteSelector,
    TimelineEvent,
)
from bot.text import tokens
from bot.yamlfile import Place, YamlFile, nearest, parse_model, read_yaml

SourceCard = tuple[YamlFile, CardFormat]


def load_cards(folder: Path, corpus: Corpus) -> tuple[tuple[BriefingCard, ...], list[Problem]]:
    """Every card of a folder whose quotes are all in the corpus, and every problem, in order of place."""
    here = Origin(path=folder)
    if not folder.is_dir():
        return (), [Problem(code="no-cards", message="is not a folder", hint="name the cards' folder in the configuration", origin=here)]
    sources, problems = _read(folder)
    if not sources and not problems:
        problems.append(Problem(code="no-cards", message="holds no cards (*.yaml)", hint="write one: python -m bot schema --help", origin=here))
    cards: list[BriefingCard] = []
    for file, source in sources:
        card, found = _resolve(file, source, corpus)
        problems += found
        if card:
            cards.append(card)
    problems += _across(sources)
    return tuple(cards), sorted(problems, key=lambda problem: problem.origin)


def _read(folder: Path) -> tuple[list[SourceCard], list[Problem]]:
    sources: list[SourceCard] = []
    problems: list[Problem] = []
    for path in sorted((*folder.rglob("*.yaml"), *folder.rglob("*.yml"))):
        if path.parent == folder:
            problems.append(_misplaced(path))
            continue
        file, found = read_yaml(path)
        problems += found
        if file is None:
            continue
        source, found = parse_model(file, CardFormat, "card")
        problems += found
        if source:
            sources.append((file, source))
    return sources, problems


def _misplaced(path: Path) -> Problem:
    return Problem(code="misplaced", message="is a card outside a category's folder", hint="move it to briefs/<category>/", origin=Origin(path=path))


# ---------------------------------------------------------------- one card


def _resolve(file: YamlFile, source: CardFormat, corpus: Corpus) -> tuple[BriefingCard | None, list[Problem]]:
    passages, problems = _passages(file, source, corpus)
    problems += _wrong_places(file, source, corpus)
    problems += _citing(file, source)
    problems += _size(file, source)
    problems += stance_problems(file, source)
    problems += quoted_words_problems(file, source, corpus)
    if problems:
        return None, problems
    return _card(file, source, passages, corpus), []


def _passages(file: YamlFile, source: CardFormat, corpus: Corpus) -> tuple[dict[str, Passage], list[Problem]]:
    passages: dict[str, Passage] = {}
    problems: list[Problem] = []
    for i, entry in enumerate(source.quotes):
        selector = TextQuoteSelector(exact=entry.exact, prefix=entry.prefix, suffix=entry.suffix)
        found = resolve(Quote(document_id=entry.document, selector=selector), corpus, lambda word, i=i: file.origin_of(word, ("quotes", i, "exact")))
        match found:
            case Passage():
                passages[entry.id] = found
            case Problem():
                problems.append(found)
    return passages, problems


def _wrong_places(file: YamlFile, source: CardFormat, corpus: Corpus) -> list[Problem]:
    problems: list[Problem] = []
    if source.id != file.path.stem:
        problems.append(_problem(file, ("id",), "wrong-id", f"id is «{source.id}», the file is «{file.path.name}»", "give both the same name"))
    for document_id, numbers in source.covers.items():
        document = corpus.get(document_id)
        if document is None:
            problems.append(_problem(file, ("covers", document_id), "unknown-document", f"there is no document «{document_id}»", f"use one of: {', '.join(sorted(corpus))}"))
            continue
        for i, number in enumerate(numbers):
            if document.paragraph(number) is None:
                problems.append(_problem(file, ("covers", document_id, i), "unknown-paragraph", f"{document_id} has no paragraph {number}", f"it has 1 to {len(document.paragraphs)}"))
    return problems


def _citing(file: YamlFile, source: CardFormat) -> list[Problem]:
    """Quotes cited that do not exist, quotes that nothing cites, and ids given twice."""
    problems: list[Problem] = []
    known = [quote.id for quote in source.quotes]
    for i, quote_id in enumerate(known):
        if quote_id in known[:i]:
            problems.append(_problem(file, ("quotes", i, "id"), "duplicate-id", f"quote id «{quote_id}» stands here for the second time", "give each quote its own"))
    cited: set[str] = set()
    for part, entries in (("key_points", source.key_points), ("positions", source.positions), ("timeline", source.timeline)):
        for i, entry in enumerate(entries):
            cited.update(entry.cites)
            for k, quote_id in enumerate(entry.cites):
                if quote_id not in known:
                    guess = nearest(quote_id, known)
                    hint = f"did you mean «{guess}»?" if guess else f"the quotes are: {', '.join(known)}"
                    problems.append(_problem(file, (part, i, "cites", k), "unknown-quote", f"there is no quote «{quote_id}»", hint))
    for i, quote_id in enumerate(known):
        if quote_id not in cited:
            problems.append(_problem(file, ("quotes", i), "unused-quote", f"nothing cites the quote «{quote_id}»", "cite it or remove it"))
    problems += _mixed_positions(file, source)
    return problems


def _mixed_positions(file: YamlFile, source: CardFormat) -> list[Problem]:
    """A position is stated in one document: that is what its standing and date are taken from."""
    document_of = {quote.id: quote.document for quote in source.quotes}
    return [
        _problem(file, ("positions", i, "cites"), "mixed-position", f"the position of {entry.holder} cites {len(documents)} documents", "make it one position a document")
        for i, entry in enumerate(source.positions)
        if len(documents := {document_of[quote] for quote in entry.cites if quote in document_of}) > 1
    ]


def _size(file: YamlFile, source: CardFormat) -> list[Problem]:
    """What Discord could not show even with every reference behind a button."""
    size = (
        len(source.title)
        + len(source.bottom_line)
        + sum(len(point.text) for point in source.key_points)
        + sum(len(position.holder) + len(position.stance) for position in source.positions)
        + sum(len(quote.exact) for quote in source.quotes)
        + sum(len(event.date) + len(event.text) for event in source.timeline)
        + sum(len(note.text) for note in source.editors_notes)
    )
    if size <= limits.CARD_TEXT:
        return []
    message = f"the card has {size:,} characters to show, a Discord message takes {limits.CARD_TEXT:,} of them"
    return [_problem(file, (), "card-too-long", message, "shorten quotes and notes")]


def _problem(file: YamlFile, place: Place, code: str, message: str, hint: str) -> Problem:
    return Problem(code=code, message=message, hint=hint, origin=file.origin(place))


def _card(file: YamlFile, source: CardFormat, passages: dict[str, Passage], corpus: Corpus) -> BriefingCard:
    def cited(cites: Iterable[str]) -> tuple[Passage, ...]:
        return tuple(passages[quote_id] for quote_id in cites)

    quoted = tuple({passage.document.id: passage.document for passage in passages.values()}.values())
    covers = [corpus[document].paragraph(number) for document, numbers in source.covers.items() for number in numbers]
    return BriefingCard(
        id=source.id,
        title=source.title,
        category=source.category,
        aliases=source.aliases,
        questions=source.questions,
        bottom_line=source.bottom_line,
        key_points=tuple(KeyPoint(text=point.text, cites=cited(point.cites)) for point in source.key_points),
        quotes=tuple(passages.values()),
        positions=tuple(
            Position(holder=entry.holder, stance=entry.stance, passages=cited(entry.cites)) for entry in source.positions
        ),
        timeline=tuple(
            TimelineEvent(date=event.date, text=event.text, passages=cited(event.cites)) for event in source.timeline
        ),
        editors_notes=tuple(
            EditorsNote(
                kind=note.kind,
                text=note.text,
                checked=note.checked,
                references=tuple(Reference(**reference.model_dump()) for reference in note.references),
            )
            for note in source.editors_notes
        ),
        covers=tuple(paragraph for paragraph in covers if isinstance(paragraph, Paragraph)),
        related=source.related,
        distinguish_from=source.distinguish_from,
        balance=balance(quoted, corpus),
        as_of=source.as_of,
        review_by=source.review_by,
        status=source.status,
        origin=Origin(path=file.path),
    )


# ---------------------------------------------------------------- between cards


def _across(sources: list[SourceCard]) -> list[Problem]:
    return [*_duplicate_ids(sources), *_shared_names(sources), *_dangling(sources)]


def _duplicate_ids(sources: list[SourceCard]) -> list[Problem]:
    first: dict[str, YamlFile] = {}
    problems: list[Problem] = []
    for file, source in sources:
        other = first.setdefault(source.id, file)
        if other is not file:
            problems.append(_problem(file, ("id",), "duplicate-id", f"the id «{source.id}» is taken by {other.path}", "give each card its own"))
    return problems


def _shared_names(sources: list[SourceCard]) -> list[Problem]:
    """Names that match alike may point to one card only: otherwise a clear question has two answers."""
    taken: dict[tuple[str, ...], tuple[str, str]] = {}
    problems: list[Problem] = []
    for file, source in sources:
        for place, name in _names(source):
            key = tokens(name)
            if not key:
                problems.append(_problem(file, place, "empty-name", f"«{name}» has no letter or digit", "remove it"))
            elif key not in taken:
                taken[key] = (source.id, name)
            elif taken[key][0] == source.id:
                problems.append(_problem(file, place, "duplicate-name", f"«{name}» matches the same as «{taken[key][1]}»", "remove one"))
            else:
                problems.append(
                    _problem(file, place, "shared-name", f"«{name}» is also a name of the card {taken[key][0]}", "keep it on one of the two, or say more in both")
                )
    return problems


def _names(source: CardFormat) -> list[tuple[Place, str]]:
    return [
        (("title",), source.title),
        *((("aliases", i), name) for i, name in enumerate(source.aliases)),
        *((("questions", i), name) for i, name in enumerate(source.questions)),
    ]


def _dangling(sources: list[SourceCard]) -> list[Problem]:
    ids = {source.id for _, source in sources}
    problems: list[Problem] = []
    for file, source in sources:
        for part, others in (("related", source.related), ("distinguish_from", source.distinguish_from)):
            for i, other in enumerate(others):
                if other == source.id:
                    problems.append(_problem(file, (part, i), "self-related", "the card names itself", "remove it"))
                elif other not in ids:
                    guess = nearest(other, ids)
                    hint = f"did you mean «{guess}»?" if guess else "write that card, or remove the id"
                    problems.append(_problem(file, (part, i), "dangling", f"there is no card «{other}»", hint))
    return problems
