"""Buttons whose custom_id says everything, so that they work after a restart and from any process."""

import re
from typing import TYPE_CHECKING, Any

import discord

from bot import limits
from bot.interactions import errors, pages
from bot.interactions.pages import Action, Page
from bot.model import BriefingCard

if TYPE_CHECKING:
    from bot.interactions.client import BriefbotClient

TEMPLATE = rf"briefbot:(?P<action>{'|'.join(Action)}):(?P<card>[a-z0-9-]{{1,{limits.CARD_ID}}})"


class CardAction(discord.ui.DynamicItem[discord.ui.Button[Any]], template=TEMPLATE):
    """A button that shows a card, or a part of one."""

    def __init__(self, action: Action, card_id: str, label: str = "…") -> None:
        style = discord.ButtonStyle.primary if action is Action.PICK else discord.ButtonStyle.secondary
        super().__init__(
            discord.ui.Button(label=label[: limits.BUTTON_LABEL], style=style, custom_id=f"briefbot:{action}:{card_id}")
        )
        self.action = action
        self.card_id = card_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> "CardAction":
        return cls(Action(match["action"]), match["card"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        # The library only logs what is raised here; the command tree's net is not reached.
        try:
            await respond(interaction, await _page(interaction, self.action, self.card_id))
        except Exception as error:
            await errors.handle(interaction, error)


async def _page(interaction: "discord.Interaction[BriefbotClient]", action: Action, card_id: str) -> Page:
    desk = interaction.client.desk
    if action is Action.PICK:
        found = await desk.pick(card_id, guild=interaction.guild_id, locale=str(interaction.locale))
    else:
        found = desk.card(card_id)
    if found is None:
        return pages.gone()
    match action:
        case Action.PICK:
            return card_page(interaction, found)
        case Action.OPEN:
            return card_page(interaction, found, private=True)
        case Action.QUOTES:
            return pages.whole_sentences(found)
        case Action.NOTES:
            return pages.notes(found)


def card_page(interaction: "discord.Interaction[BriefbotClient]", card: BriefingCard, *, private: bool = False) -> Page:
    """A card with its neighbours in the deck, as of the day of the interaction."""
    desk = interaction.client.desk
    return pages.card(card, interaction.created_at.date(), desk.related(card), desk.unlike(card), private=private)


def view(page: Page) -> discord.ui.LayoutView:
    """A page as the library's components: one container, its texts, then its buttons."""
    layout = discord.ui.LayoutView(timeout=None)
    container: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container()
    for text in page.texts:
        container.add_item(discord.ui.TextDisplay(text))
    for row in page.rows:
        buttons = (CardAction(button.action, button.card, button.label) for button in row)
        container.add_item(discord.ui.ActionRow(*buttons))
    layout.add_item(container)
    return layout


async def respond(interaction: "discord.Interaction[BriefbotClient]", page: Page) -> None:
    await interaction.response.send_message(view=view(page), ephemeral=page.private)
