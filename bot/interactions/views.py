"""Pages as the library's components."""

from collections.abc import Callable
from typing import Any, TypeAlias, assert_never

import discord

from bot import limits
from bot.interactions import components as ours
from bot.interactions.components import Block, Button, Link, Option, Page, Style, clip
from bot.interactions.presses import custom_id

Item = discord.ui.Item[discord.ui.LayoutView]
Component: TypeAlias = dict[str, Any]
"""A component as Discord is told of it. Not to be changed: it may be kept."""


class _Written(discord.ui.LayoutView):
    """A view of components that are written out already."""

    def __init__(self, components: list[Component]) -> None:
        super().__init__(timeout=None)
        self._components = components
        # A press is read from its custom_id. A view that listens would be kept, with a task, for fifteen minutes.
        self.stop()

    def to_components(self) -> list[Component]:
        return self._components

    def has_components_v2(self) -> bool:
        return True


def component(block: Block) -> Component:
    """A block as the library writes it."""
    return _item(block).to_component_dict()


def view(page: Page, of: Callable[[Block], Component] = component) -> discord.ui.LayoutView:
    """A page as the library's components, in one container."""
    around: discord.ui.Container[Any] = discord.ui.Container()
    return _Written([around.to_component_dict() | {"components": list(map(of, page.blocks))}])


def _item(block: Block) -> Item:
    match block:
        case ours.Text(text=text):
            return discord.ui.TextDisplay(text)
        case ours.Beside(text=text, button=button):
            return discord.ui.Section(text, accessory=_button(button))
        case ours.Row(buttons=buttons):
            return discord.ui.ActionRow(*map(_button, buttons))
        case ours.Menu(placeholder=placeholder, press=press, options=options):
            select: discord.ui.Select[Any] = discord.ui.Select(
                custom_id=custom_id(press),
                placeholder=clip(placeholder, limits.SELECT_PLACEHOLDER),
                options=list(map(_option, options)),
            )
            return discord.ui.ActionRow(select)
        case ours.ChannelMenu():
            return discord.ui.ActionRow(_channels(block))
        case ours.Attached(filename=filename):
            return discord.ui.File(f"attachment://{filename}")
        case ours.Picture(filename=filename, alt=alt):
            shown = discord.MediaGalleryItem(
                f"attachment://{filename}", description=clip(alt, limits.MEDIA_DESCRIPTION)
            )
            return discord.ui.MediaGallery(shown)
        case _:
            assert_never(block)


def _button(button: Button | Link) -> discord.ui.Button[Any]:
    label = clip(button.label, limits.BUTTON_LABEL)
    if isinstance(button, Link):
        return discord.ui.Button(label=label, url=button.url)
    style = discord.ButtonStyle.primary if button.style is Style.FIRST else discord.ButtonStyle.secondary
    return discord.ui.Button(label=label, style=style, custom_id=custom_id(button.press), disabled=not button.enabled)


def _channels(menu: ours.ChannelMenu) -> discord.ui.ChannelSelect[Any]:
    chosen = [] if menu.chosen is None else [discord.SelectDefaultValue.from_channel(discord.Object(menu.chosen))]
    return discord.ui.ChannelSelect(
        custom_id=custom_id(menu.press),
        placeholder=clip(menu.placeholder, limits.SELECT_PLACEHOLDER),
        channel_types=[discord.ChannelType.text, discord.ChannelType.news],
        min_values=0,
        default_values=chosen,
    )


def _option(option: Option) -> discord.SelectOption:
    return discord.SelectOption(
        label=option.label, value=option.value, description=option.description or None, default=option.chosen
    )
