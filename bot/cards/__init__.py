"""Cards: the file format, its JSON Schema, and briefs/ → (cards, problems)."""

from bot.cards.format import CardFormat, json_schema
from bot.cards.loading import load_cards

__all__ = ["CardFormat", "json_schema", "load_cards"]
