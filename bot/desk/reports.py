"""Reports: what the log tells, for managers, curators and hosts. Who asked is nowhere in it."""

from collections.abc import Callable

from bot.asklog import AskLog
from bot.desk.decks import Deck
from bot.desk.statistics import statistics
from bot.model import Feedback, Period, Statistics, Unanswered


class Reports:
    """Reads the log beside the deck as it is now. `guild` narrows to one server; None is everything.

    `fewest`: counts below it are not to be shown. Every method raises OSError where the log cannot be read, with one
    line that says why.
    """

    def __init__(self, deck: Callable[[], Deck], asklog: AskLog, *, fewest: int) -> None:
        self._deck = deck
        self._asklog = asklog
        self._fewest = fewest

    async def statistics(self, period: Period, guild: int | None = None) -> Statistics:
        """What was asked about in a period, and whether that is more than in the one before."""
        return statistics(
            await self._asklog.tally(period, guild),
            await self._asklog.tally(period.before, guild),
            await self._asklog.days(period, guild),
            {card.id: card.title for card in self._deck().cards.values()},
            period=period,
            guild=guild,
            fewest=self._fewest,
        )

    async def unanswered(self, period: Period, guild: int | None = None) -> tuple[Unanswered, ...]:
        """The words that found nothing clear."""
        return await self._asklog.unanswered(period, guild)

    async def feedback(self, period: Period | None = None, guild: int | None = None) -> tuple[Feedback, ...]:
        """What members said of cards and misses, oldest first."""
        return await self._asklog.feedback(period, guild)
