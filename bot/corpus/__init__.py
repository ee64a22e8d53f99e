"""The corpus: documents, the quotes found in them, and how a raw file becomes one."""

from bot.corpus.citing import citation, paragraph_numbers, shown, voice
from bot.corpus.documents import END_OF_SECTION, FRONT_MATTER_END, load_corpus, parse_document
from bot.corpus.importing import import_document
from bot.corpus.locating import Ambiguous, Missing, in_full, is_cut, locate, neighbours, passage_at
from bot.corpus.provenance import altered, unkept

__all__ = [
    "END_OF_SECTION",
    "FRONT_MATTER_END",
    "Ambiguous",
    "Missing",
    "altered",
    "citation",
    "import_document",
    "in_full",
    "is_cut",
    "load_corpus",
    "locate",
    "neighbours",
    "paragraph_numbers",
    "parse_document",
    "passage_at",
    "shown",
    "unkept",
    "voice",
]
