"""Cards: the file format, its JSON Schema, briefs/ → (cards, problems), and what stands beside the cards."""

from bot.cards.balance import balance_text, one_sided
from bot.cards.companions import load_glossary, load_start, load_timeline
from bot.cards.confusable import Confusable, confusable, confusable_problems
from bot.cards.coverage import Use, coverage, coverage_problems
from bot.cards.format import CardFormat, json_schema
from bot.cards.gates import TO_WRITE
from bot.cards.loading import VERSION, load_cards
from bot.cards.paths import card_paths

__all__ = [
    "TO_WRITE",
    "VERSION",
    "CardFormat",
    "Confusable",
    "Use",
    "balance_text",
    "card_paths",
    "confusable",
    "confusable_problems",
    "coverage",
    "coverage_problems",
    "json_schema",
    "load_cards",
    "load_glossary",
    "load_start",
    "load_timeline",
    "one_sided",
]
