"""The briefing desk: the one service behind every shell, the deck it answers from, and how both are opened."""

from bot.desk.briefing import BriefingDesk, open_desk
from bot.desk.decks import ContentError, Deck, Review, load_deck, review_deck
from bot.desk.reloading import edits, reload_when_edited, state

__all__ = [
    "BriefingDesk",
    "ContentError",
    "Deck",
    "Review",
    "edits",
    "load_deck",
    "open_desk",
    "reload_when_edited",
    "review_deck",
    "state",
]
