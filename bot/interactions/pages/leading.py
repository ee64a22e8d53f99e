"""What leads on from a page: to the next one of what is too long for a message, and to cards."""

from collections.abc import Callable, Sequence

from bot import limits
from bot.interactions.components import Button, Menu, Option, Row, clip
from bot.interactions.presses import Choose, Turn
from bot.interactions.subjects import CardTab, Subject, encode
from bot.model import BriefingCard
from bot.translation import gettext as _


def page_row(page: int, pages: int, subject_of: Callable[[int], Subject]) -> tuple[Row, ...]:
    """«Previous» and «Next»; nothing where there is one page."""
    if pages < 2:
        return ()
    buttons = []
    if page > 0:
        buttons.append(Button(label=_("Previous"), press=Turn(subject=subject_of(page - 1))))
    if page < pages - 1:
        buttons.append(Button(label=_("Next"), press=Turn(subject=subject_of(page + 1))))
    return (Row(tuple(buttons)),)


def card_option(found: BriefingCard, description: str = "") -> Option:
    """A card in a menu."""
    return Option(
        label=clip(found.title, limits.SELECT_OPTION),
        value=encode(CardTab(card=found.id)),
        description=clip(description, limits.SELECT_OPTION),
    )


def card_menu(cards: Sequence[BriefingCard]) -> tuple[Menu, ...]:
    """A menu that opens a card, of the first 25; nothing where there is none."""
    if not cards:
        return ()
    options = tuple(card_option(card) for card in cards[: limits.SELECT_OPTIONS])
    return (Menu(placeholder=_("Open a card"), press=Choose(in_place=False), options=options),)
