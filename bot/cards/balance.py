"""Where the quoted documents lean one way, the card says so: the number of sources is not weight of evidence."""

from collections.abc import Iterable, Sequence

from bot.model import Balance, Corpus, Document
from bot.translation import gettext as _
from bot.translation import ngettext


def balance(quoted: Sequence[Document], corpus: Corpus) -> Balance | None:
    """How the documents that a card quotes lean; None where they lean nowhere, or both ways."""
    sides = {document.side for document in quoted if document.side}
    if len(sides) != 1:
        return None
    leaning = [document for document in quoted if document.side]
    return Balance(
        leaning=len(leaning),
        neutral=len(quoted) - len(leaning),
        causes=tuple(dict.fromkeys(document.leans for document in leaning if document.leans)),
        one_sided=one_sided(leaning, corpus.values()),
    )


def balance_text(found: Balance) -> str:
    """The warning to show with a card, in the reader's language; what is argued for stays in ours."""
    n, causes = found.leaning, _(" or ").join(found.causes)
    match n, found.neutral:
        case 1, 0:
            opening = _("The one document quoted here argues for {causes}.")
        case 2, 0:
            opening = _("Both documents quoted here argue for {causes}.")
        case _, 0:
            opening = ngettext(
                "The {n} document quoted here argues for {causes}.",
                "All {n} documents quoted here argue for {causes}.",
                n,
            )
        case _, 1:
            opening = ngettext(
                "One document quoted here argues for {causes}; the other takes no side.",
                "{n} documents quoted here argue for {causes}; the other takes no side.",
                n,
            )
        case _:
            opening = ngettext(
                "One document quoted here argues for {causes}; the others take no side.",
                "{n} documents quoted here argue for {causes}; the others take no side.",
                n,
            )
    opening = opening.format(n=n, causes=causes)
    return f"{opening} {_('No document in this corpus argues the other side.')}" if found.one_sided else opening


def one_sided(leaning: Iterable[Document], among: Iterable[Document]) -> bool:
    """Whether no document argues against any of the leaning ones."""
    sides = {document.side for document in among if document.side}
    return not any(opposed(document.side, side) for document in leaning if document.side for side in sides)


def opposed(side: str, other: str) -> bool:
    """Whether two sides answer the same question differently: ties/closer, ties/looser."""
    return side != other and side.split("/")[0] == other.split("/")[0]
