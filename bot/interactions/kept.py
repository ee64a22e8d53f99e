"""Pages that were shown before, as they were made: most people ask for the same few cards."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from gettext import NullTranslations
from typing import TypeAlias
from weakref import ref

from bot.desk import BriefingDesk, Deck
from bot.interactions.components import Block, Page
from bot.interactions.showing import page_of
from bot.interactions.subjects import Subject
from bot.interactions.views import Component, component
from bot.translation import spoken

PAGES = 128
"""Pages that are kept, about 14 kB each."""

_Key: TypeAlias = tuple[Subject, date, bool, NullTranslations, NullTranslations | None]


class KeptPages:
    """At most so many pages of subjects, those shown least lately given up first. Nothing of who asked is in them.

    A page is kept for the day and the language that it is of, and all of them for one deck.
    """

    def __init__(self, most: int = PAGES) -> None:
        self._most = most
        self._deck: Callable[[], Deck | None] = lambda: None
        """The deck that the pages are of, which is not kept by them."""
        self._pages: OrderedDict[_Key, Page] = OrderedDict()
        self._components: dict[int, Component] = {}
        """Of each block of a page that is kept, by its identity."""

    def of(self, subject: Subject, desk: BriefingDesk, today: date, *, picture: bool = False) -> Page:
        """What `page_of` gives."""
        if self._deck() is not desk.deck:
            self._pages.clear()
            self._components.clear()
            self._deck = ref(desk.deck)
        key = (subject, today, picture, *spoken())
        page = self._pages.get(key)
        if page is not None:
            self._pages.move_to_end(key)
            return page
        page = self._pages[key] = page_of(subject, desk, today, picture=picture)
        self._components |= {id(block): component(block) for block in page.blocks}
        while len(self._pages) > self._most:
            _, gone = self._pages.popitem(last=False)
            for block in gone.blocks:
                self._components.pop(id(block), None)
        return page

    def component(self, block: Block) -> Component:
        """What Discord is told of a block: known where it is of a page that is kept."""
        return self._components.get(id(block)) or component(block)
