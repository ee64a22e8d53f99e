"""Pages become messages, and presses become pages. A button's custom_id says everything, so it works after a restart.

Also the one error net: what nobody expected is logged, and the user is told something useful.
"""

import logging
import re
from typing import TYPE_CHECKING, Any

import discord

from bot import limits
from bot.interactions import pages
from bot.interactions.pages import Action, Page
from bot.model import BriefingCard

if TYPE_CHECKING:
    from bot.interactions.client import BriefbotClient

logger = logging.getLogger(__name__)

UNKNOWN_INTERACTION = 10062
ALREADY_ANSWERED = 40060

TEMPLATE = (
    rf"briefbot:(?P<action>{'|'.join(Action)}):(?P<card>[a-z0-9-]{{1,{limits.CARD_ID}}})(?::(?P<offer>[0-9a-f]{{8}}))?"
)


class CardAction(discord.ui.DynamicItem[discord.ui.Button[Any]], template=TEMPLATE):
    """A button that shows a card, or a part of one."""

    def __init__(self, action: Action, card_id: str, offer: str | None = None, label: str = "…") -> None:
        style = discord.ButtonStyle.primary if action is Action.PICK else discord.ButtonStyle.secondary
        custom_id = ":".join(("briefbot", action, card_id, *([offer] if offer else ())))
        super().__init__(discord.ui.Button(label=label[: limits.BUTTON_LABEL], style=style, custom_id=custom_id))
        self.action = action
        self.card_id = card_id
        self.offer = offer

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> "CardAction":
        return cls(Action(match["action"]), match["card"], match["offer"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        # The library only logs what is raised here; the command tree's net is not reached.
        try:
            await respond(interaction, await self._page(interaction))
        except Exception as error:
            await handle(interaction, error)

    async def _page(self, interaction: "discord.Interaction[BriefbotClient]") -> Page:
        desk = interaction.client.desk
        if self.action is Action.PICK:
            found = await desk.pick(
                self.card_id, self.offer, guild=interaction.guild_id, locale=str(interaction.locale)
            )
        else:
            found = desk.card(self.card_id)
        if found is None:
            return pages.gone()
        match self.action:
            case Action.PICK:
                return card_page(interaction, found)
            case Action.OPEN:
                return card_page(interaction, found, private=True)
            case Action.QUOTES:
                return pages.whole_sentences(found)
            case Action.NOTES:
                return pages.notes(found)


def view(page: Page) -> discord.ui.LayoutView:
    """A page as the library's components: one container, its texts, then its buttons.

    Without a timeout, and with dynamic items only: a view that expires would take the class of its buttons with it.
    """
    layout = discord.ui.LayoutView(timeout=None)
    container: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container()
    for text in page.texts:
        container.add_item(discord.ui.TextDisplay(text))
    for row in page.rows:
        buttons = (CardAction(button.action, button.card, button.offer, button.label) for button in row)
        container.add_item(discord.ui.ActionRow(*buttons))
    layout.add_item(container)
    # The buttons are found by their class. A view that listens would be kept, with a task, for fifteen minutes.
    layout.stop()
    return layout


async def respond(interaction: "discord.Interaction[BriefbotClient]", page: Page) -> None:
    await interaction.response.send_message(view=view(page), ephemeral=page.private)


async def handle(interaction: "discord.Interaction[BriefbotClient]", error: Exception) -> None:
    """The one net: log an error with its traceback and apologize, unless it is too late for any answer."""
    cause = getattr(error, "original", error)
    if isinstance(cause, discord.HTTPException) and cause.code in (UNKNOWN_INTERACTION, ALREADY_ANSWERED):
        logger.warning("too late to answer an interaction (code %s)", cause.code)
        return
    logger.error("an interaction failed", exc_info=cause)
    if interaction.type is discord.InteractionType.autocomplete:
        return
    try:
        if interaction.response.is_done():
            await interaction.followup.send(view=view(pages.failed()), ephemeral=True)
        else:
            await respond(interaction, pages.failed())
    except discord.HTTPException as failed:
        logger.warning("the apology could not be sent either: %s", failed)


def card_page(interaction: "discord.Interaction[BriefbotClient]", card: BriefingCard, *, private: bool = False) -> Page:
    """A card with its neighbours in the deck, as of the day of the interaction."""
    desk = interaction.client.desk
    return pages.card(card, interaction.created_at.date(), desk.related(card), desk.unlike(card), private=private)
