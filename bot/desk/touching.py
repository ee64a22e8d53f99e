"""Which cards and quotes a changed document touches."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.desk.decks import Deck
from bot.model import Corpus


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A document that was changed, or is `gone`, and what quotes it: each card's id with the numbers of its quotes."""

    document: str
    gone: bool
    quotes: tuple[tuple[str, tuple[int, ...]], ...]

    def __str__(self) -> str:
        became = "is gone" if self.gone else "was changed"
        if not self.quotes:
            return f"the document {self.document} {became}; no card quotes it"
        listed = "; ".join(f"{card} ({_numbered(numbers)})" for card, numbers in self.quotes)
        return f"the document {self.document} {became}; what quotes it: {listed}"


def touched(before: Deck, after: Corpus) -> tuple[Touched, ...]:
    """The documents of a deck that are not as they were, in order of their ids."""
    return tuple(
        Touched(document=document.id, gone=document.id not in after, quotes=tuple(_quoting(before, document.id)))
        for document in sorted(before.corpus.values(), key=lambda document: document.id)
        if document.id not in after or after[document.id] != document
    )


def _quoting(deck: Deck, document: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    for card in sorted(deck.cards.values(), key=lambda card: card.id):
        numbers = [number for number, quote in enumerate(card.quotes, 1) if quote.document.id == document]
        if numbers:
            yield card.id, tuple(numbers)


def _numbered(numbers: tuple[int, ...]) -> str:
    return f"quote{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
