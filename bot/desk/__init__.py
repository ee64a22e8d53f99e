"""The briefing desk: the one service behind every shell, the deck it answers from, and how both are opened."""

from bot.desk.briefing import BriefingDesk
from bot.desk.decks import ContentError, Deck, Review, load_deck, review_deck
from bot.desk.opening import open_desk
from bot.desk.reloading import Edit, edits, reload_when_edited, state
from bot.desk.reports import Reports
from bot.desk.statistics import told, told_topics
from bot.desk.upkeep import AWAY

__all__ = [
    "AWAY",
    "BriefingDesk",
    "ContentError",
    "Deck",
    "Edit",
    "Reports",
    "Review",
    "edits",
    "load_deck",
    "open_desk",
    "reload_when_edited",
    "review_deck",
    "state",
    "told",
    "told_topics",
]
