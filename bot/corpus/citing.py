"""How a passage is shown: its words, with every cut marked, and where they stand."""

from bot.corpus.locating import is_cut, paragraphs_of
from bot.model import Document, Passage


def shown(passage: Passage) -> str:
    """The words of the document, with […] where its sentence goes on before or after them."""
    before, after = is_cut(passage)
    words = " ".join(passage.text.split())
    return f"{'[…] ' if before else ''}{words}{' […]' if after else ''}"


def citation(passage: Passage) -> str:
    """Document, paragraph, standing and date, which always go together."""
    return f"{passage.document.title}, {paragraph_numbers(passage)} · {voice(passage.document)}"


def paragraph_numbers(passage: Passage) -> str:
    """¶3, or ¶3–4 where a passage goes on into the next."""
    numbers = [paragraph.number for paragraph in paragraphs_of(passage)]
    return f"¶{numbers[0]}" if len(numbers) == 1 else f"¶{numbers[0]}–{numbers[-1]}"


def voice(document: Document) -> str:
    """What kind of voice a document is, and of when."""
    return f"{document.standing} · {document.published.shown}"
