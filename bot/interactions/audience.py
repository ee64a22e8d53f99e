"""Who sees a message, and what it therefore offers below."""

from enum import Enum

from bot.interactions.components import Button, Page, Row
from bot.interactions.presses import Plain, Press, Reasons, Share
from bot.interactions.subjects import Subject
from bot.translation import gettext as _


class Audience(Enum):
    """Whoever asked alone, everybody in the channel, or a conversation with the bot, where nobody else is."""

    ASKER = "asker"
    CHANNEL = "channel"
    CONVERSATION = "conversation"


def dressed(
    page: Page,
    audience: Audience,
    *,
    subject: Subject | None = None,
    reasons: Reasons | None = None,
    sharer: int | None = None,
) -> Page:
    """The page with what can be done with its message: shared, put away, explained.

    `subject` is what a press of «Share» shows; `sharer` the id of the user who is named as having shared it.
    """
    shareable = Share(subject=subject) if subject else None
    match audience:
        case Audience.ASKER:
            buttons = [*_button(_("Share"), shareable), *_button(_("Dismiss"), Plain.DISMISS)]
        case Audience.CONVERSATION:
            buttons = [*_button(_("Dismiss"), Plain.DISMISS)]
        case Audience.CHANNEL:
            buttons = [*_button(_("Remove"), Plain.REMOVE)]
            # The reasons name words that somebody typed: they are for nobody else.
            reasons = None
    done = page.under(Row((*buttons, *_button(_("Why this card?"), reasons))))
    if sharer is None:
        return done
    return done.topped(f"-# {_('Shared by {member}').format(member=f'<@{sharer}>')}")


def _button(label: str, press: Press | None) -> tuple[Button, ...]:
    return (Button(label=label, press=press),) if press is not None else ()
