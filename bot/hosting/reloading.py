"""Edits of cards and documents, followed while the bot runs; its owner is told once of what is wrong."""

import asyncio
import logging
from collections.abc import Callable

from bot.config import Config
from bot.desk import BriefingDesk, Edit, reload_when_edited
from bot.desk.reloading import State

logger = logging.getLogger(__name__)

MOST_TOLD = 20
"""Problems of one edit that are logged one by one."""

AGAIN_SECONDS = 5.0


class Reloading:
    """Follows the folders; `told` hears whether each edit is live. What is wrong stands in the log once."""

    def __init__(self, config: Config, desk: BriefingDesk, told: Callable[[bool], None]) -> None:
        self._config = config
        self._desk = desk
        self._told = told
        self._known: tuple[str, ...] = ()
        """The problems that were logged last."""
        self._altered: tuple[str, ...] = ()

    def tell_of_documents(self) -> None:
        """Warn of each document that is not what was found."""
        altered = tuple(map(str, self._desk.deck.altered))
        for changed in altered:
            if changed not in self._altered:
                logger.warning("a document is not what was found: %s", changed)
        self._altered = altered

    async def follow(self, since: State) -> None:
        """Follow until cancelled, from the state that the desk's deck was loaded from."""
        while True:
            try:
                await reload_when_edited(self._config, self._desk, since, self._heard)
            except Exception as error:
                # Nobody waits for it, so nobody would hear that edits are not followed any more.
                self._stumbled(error)
            await asyncio.sleep(AGAIN_SECONDS)
            # Nothing that is there is known to be loaded: the next look counts as an edit.
            since = frozenset()

    def _stumbled(self, error: Exception) -> None:
        self._told(False)
        said = f"{type(error).__name__}: {error}"
        if self._known == (said,):
            return
        self._known = (said,)
        logger.error("edits of the deck could not be followed, and are again in a moment", exc_info=error)

    def _heard(self, edit: Edit) -> None:
        self._told(not edit.problems)
        for changed in edit.touched:
            logger.info("%s", changed)
        problems = tuple(map(str, edit.problems))
        if problems == self._known and problems:
            return
        self._known = problems
        deck = self._desk.deck
        if not problems:
            self.tell_of_documents()
            logger.info("an edit is live: deck %s, %s cards", deck.version, len(deck.cards))
            return
        logger.error("an edit is not live, deck %s still answers; problems: %s", deck.version, len(problems))
        for problem in problems[:MOST_TOLD]:
            logger.error("%s", problem)
        if len(problems) > MOST_TOLD:
            logger.error("… and %s more: python -m bot validate", len(problems) - MOST_TOLD)
