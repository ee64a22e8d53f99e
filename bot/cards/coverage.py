"""Which cards use which paragraph: every paragraph of every document should belong to at least one."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.model import BriefingCard, Corpus, Document, Paragraph, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A paragraph with the ids of the cards that quote it, and of those that cover it without a quote."""

    document: Document
    paragraph: Paragraph
    quoted_by: tuple[str, ...]
    covered_by: tuple[str, ...]

    @property
    def gap(self) -> bool:
        return not self.quoted_by and not self.covered_by


def coverage(cards: Iterable[BriefingCard], corpus: Corpus) -> tuple[Use, ...]:
    """Every paragraph of the corpus, in order of document and number."""
    cards = tuple(cards)
    quoted = {card.id: {passage.paragraph for passage in card.quotes} for card in cards}
    return tuple(
        Use(
            document=document,
            paragraph=paragraph,
            quoted_by=tuple(card.id for card in cards if paragraph in quoted[card.id]),
            covered_by=tuple(
                card.id for card in cards if paragraph in card.covers and paragraph not in quoted[card.id]
            ),
        )
        for document in corpus.values()
        for paragraph in document.paragraphs
    )


def coverage_problems(uses: Iterable[Use]) -> list[Problem]:
    """A problem for each paragraph that no card uses, at the paragraph."""
    return [
        Problem(
            code="uncovered",
            message=f"paragraph {use.paragraph.number} belongs to no card: «{opening(use)}»",
            hint="quote it in a card, or list it under a card's covers",
            origin=use.document.origin_of(use.paragraph),
        )
        for use in uses
        if use.gap
    ]


def opening(use: Use, words: int = 8) -> str:
    """The first words of a paragraph."""
    text = use.document.text[use.paragraph.start : use.paragraph.end].split()
    return " ".join(text[:words]) + ("…" if len(text) > words else "")
