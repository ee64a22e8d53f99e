"""What to tell a curator whose file names a card, a document or a paragraph that is not there."""

from collections.abc import Collection

from bot.model import Corpus, Document, Problem
from bot.yamlfile import Place, YamlFile, nearest


def unknown_card(file: YamlFile, place: Place, card_id: str, known: Collection[str]) -> Problem:
    guess = nearest(card_id, known)
    hint = f"did you mean «{guess}»?" if guess else "write that card, or remove the id"
    return file.problem(place, "dangling", f"there is no card «{card_id}»", hint)


def unknown_document(file: YamlFile, place: Place, document_id: str, corpus: Corpus) -> Problem:
    hint = f"use one of: {', '.join(sorted(corpus))}"
    return file.problem(place, "unknown-document", f"there is no document «{document_id}»", hint)


def unknown_paragraph(file: YamlFile, place: Place, document: Document, number: int) -> Problem:
    hint = f"it has 1 to {len(document.paragraphs)}"
    return file.problem(place, "unknown-paragraph", f"{document.id} has no paragraph {number}", hint)
