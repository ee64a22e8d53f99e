"""Reloading: cards and documents that are edited answer from the next question on, or the last good deck stays."""

import asyncio
from collections.abc import Callable

import watchfiles

from bot.config import Config
from bot.desk.briefing import BriefingDesk
from bot.desk.decks import ContentError, load_deck
from bot.model import Problem

DEBOUNCE_MS = 200
"""Editors write a file in several steps; what is written within this time is one edit."""


async def reload_when_edited(
    config: Config, desk: BriefingDesk, told: Callable[[list[Problem]], None], *, drafts: bool = False
) -> None:
    """Follow the folders until cancelled. `told` hears of each edit: its problems, or none where it is live now."""
    async for _ in watchfiles.awatch(config.briefs, config.corpus, debounce=DEBOUNCE_MS, step=50):
        try:
            deck = await asyncio.to_thread(load_deck, config, drafts=drafts)
        except ContentError as error:
            told(error.problems)
            continue
        desk.replace(deck)
        told([])
