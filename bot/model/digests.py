"""What a server is told once a week."""

from dataclasses import dataclass

from bot.model.cards import BriefingCard
from bot.model.statistics import Statistics


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The week of a server.

    `nearest` are the topics that came nearest to questions that found nothing, each to at least as many as may be told;
    `wanted` is how often a missing card was asked for; `due` are the cards of the deck that are to be reviewed.
    """

    statistics: Statistics
    nearest: tuple[BriefingCard, ...]
    wanted: int
    due: tuple[BriefingCard, ...]
