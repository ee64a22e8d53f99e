"""What a user typed → one card, a choice of cards, or nothing; and words half remembered → a passage."""

from bot.matching.card_index import CardIndex, Entry
from bot.matching.passage_index import PassageIndex

__all__ = ["CardIndex", "Entry", "PassageIndex"]
