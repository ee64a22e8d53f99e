"""Where the quoted documents lean one way, the card says so: the number of sources is not weight of evidence."""

from collections.abc import Iterable, Sequence

from bot.model import Corpus, Document


def balance(quoted: Sequence[Document], corpus: Corpus) -> str | None:
    """The warning to show with a card that quotes these documents; None where they lean nowhere, or both ways."""
    sides = {document.side for document in quoted if document.side}
    if len(sides) != 1:
        return None
    leaning = [document for document in quoted if document.side]
    causes = " or ".join(dict.fromkeys(document.leans for document in leaning if document.leans))
    neutral = len(quoted) - len(leaning)
    match len(leaning), neutral:
        case 1, 0:
            opening = f"The one document quoted here argues for {causes}."
        case 2, 0:
            opening = f"Both documents quoted here argue for {causes}."
        case _, 0:
            opening = f"All {len(leaning)} documents quoted here argue for {causes}."
        case 1, _:
            opening = f"One document quoted here argues for {causes}; {_others(neutral)} no side."
        case many, _:
            opening = f"{many} documents quoted here argue for {causes}; {_others(neutral)} no side."
    if not one_sided(leaning, corpus.values()):
        return opening
    return f"{opening} No document in this corpus argues the other side."


def one_sided(leaning: Iterable[Document], among: Iterable[Document]) -> bool:
    """Whether no document argues against any of the leaning ones."""
    sides = {document.side for document in among if document.side}
    return not any(opposed(document.side, side) for document in leaning if document.side for side in sides)


def opposed(side: str, other: str) -> bool:
    """Whether two sides answer the same question differently: ties/closer, ties/looser."""
    return side != other and side.split("/")[0] == other.split("/")[0]


def _others(count: int) -> str:
    return "the other takes" if count == 1 else "the others take"
