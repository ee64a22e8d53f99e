"""A bot of the tests' own: every component, modal, menu and callback, so that the sandbox is whole before Briefbot is.

Also a process of its own: DISCORD_TOKEN=… python -m tests.showcase URL
"""

import asyncio
import io
import os
import sys
from typing import Any

import discord
from discord import app_commands, ui

from bot.sandbox import point_library_at

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "5e4dd8450000000049454e44ae426082"
)


EXPORT = b"PK\x05\x06" + bytes(18)
"""An archive of nothing."""


class Everything(ui.LayoutView):
    """One of each: what a Components V2 message can hold."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        container: ui.Container[Any] = ui.Container(accent_colour=discord.Colour(0x5865F2))
        container.add_item(
            ui.TextDisplay("# Heading\n**bold** *italic* __under__ ~~gone~~ ||hidden|| `code`\n-# small")
        )
        container.add_item(ui.Section("A section", accessory=Counter(0)))
        container.add_item(
            ui.Section("With a picture", accessory=ui.Thumbnail("attachment://dot.png", description="A dot"))
        )
        container.add_item(ui.Separator(spacing=discord.SeparatorSpacing.large))
        container.add_item(ui.MediaGallery(discord.MediaGalleryItem("attachment://dot.png", description="A dot")))
        container.add_item(ui.File("attachment://notes.txt"))
        self.add_item(container)
        self.add_item(ui.ActionRow(Chooser("fruit")))
        for select in (ui.UserSelect, ui.RoleSelect, ui.MentionableSelect, ui.ChannelSelect):
            self.add_item(ui.ActionRow(_picker(select)))
        self.add_item(ui.ActionRow(*_buttons()))
        self.add_item(ui.Container(ui.TextDisplay("a secret"), spoiler=True))


class Counter(ui.Button[Any]):
    """Changes the message it stands on."""

    def __init__(self, count: int) -> None:
        super().__init__(label=f"Pressed {count}", custom_id="count", style=discord.ButtonStyle.primary)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        pressed = next(part for part in _parts(interaction.message) if getattr(part, "custom_id", None) == "count")
        again = Everything()
        found = next(item for item in again.walk_children() if getattr(item, "custom_id", None) == "count")
        assert isinstance(found, ui.Button)
        found.label = f"Pressed {int((pressed.label or '0').split()[-1]) + 1}"
        await interaction.response.edit_message(view=again)


class Chooser(ui.Select[Any]):
    def __init__(self, custom_id: str) -> None:
        options = [
            discord.SelectOption(label=f"{name}s", value=name, description="tasty") for name in ("apple", "pear")
        ]
        super().__init__(custom_id=custom_id, placeholder="Choose fruit", options=options, max_values=2)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(f"You chose {', '.join(self.values)}", ephemeral=True)


class Act(ui.Button[Any]):
    """A button that answers in one of the ways that Discord has."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        answer = interaction.response
        match self.custom_id:
            case "later":
                await answer.defer()
                changed = ui.LayoutView(timeout=None)
                changed.add_item(ui.TextDisplay("changed later"))
                await interaction.edit_original_response(view=changed)
            case "thinking":
                await answer.defer(thinking=True, ephemeral=True)
                await interaction.followup.send("thought about it")
            case "form":
                await answer.send_modal(Form())
            case "choices":
                await answer.send_modal(Choices())
            case "private":
                await answer.send_message("only for you", ephemeral=True)
            case "remove":
                await answer.defer()
                await interaction.delete_original_response()
            case "silent":
                pass


class Form(ui.Modal, title="A form"):
    intro: ui.TextDisplay[Any] = ui.TextDisplay("Tell us *more*")
    short: ui.Label[Any] = ui.Label(
        text="Name", description="as you like", component=ui.TextInput(custom_id="name", max_length=20)
    )
    long: ui.Label[Any] = ui.Label(
        text="Story",
        component=ui.TextInput(custom_id="story", style=discord.TextStyle.paragraph, required=False, default="once"),
    )
    fruit: ui.Label[Any] = ui.Label(text="Fruit", component=Chooser("modal-fruit"))
    file: ui.Label[Any] = ui.Label(text="File", component=ui.FileUpload(custom_id="upload", required=False))

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("Form: " + _values(interaction), ephemeral=True)


class Choices(ui.Modal, title="Choices"):
    radio: ui.Label[Any] = ui.Label(
        text="One of",
        component=ui.RadioGroup(
            custom_id="radio",
            options=[discord.RadioGroupOption(label="Yes", value="y"), discord.RadioGroupOption(label="No", value="n")],
        ),
    )
    group: ui.Label[Any] = ui.Label(
        text="Any of",
        component=ui.CheckboxGroup(
            custom_id="group",
            options=[
                discord.CheckboxGroupOption(label="A", value="a"),
                discord.CheckboxGroupOption(label="B", value="b"),
            ],
        ),
    )
    box: ui.Label[Any] = ui.Label(text="Sure?", component=ui.Checkbox(custom_id="box"))
    user: ui.Label[Any] = ui.Label(text="Who", component=ui.UserSelect(custom_id="user", required=False))

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("Choices: " + _values(interaction))


def _picker(select: Any) -> Any:
    class Picker(select):  # type: ignore[misc]
        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            await interaction.response.send_message(f"Picked {', '.join(str(v) for v in self.values)}", ephemeral=True)

    return Picker(custom_id=f"pick-{select.__name__}", placeholder=select.__name__)


class Meant(ui.LayoutView):
    """Which channel is meant, if any: of those that hold texts."""

    def __init__(self, chosen: app_commands.AppCommandChannel | None = None) -> None:
        super().__init__(timeout=None)
        self.add_item(ui.TextDisplay(f"Meant: {chosen.name}" if chosen else "None is meant"))
        self.add_item(ui.ActionRow(ChannelChooser(chosen)))


class ChannelChooser(ui.ChannelSelect[Any]):
    def __init__(self, chosen: app_commands.AppCommandChannel | None) -> None:
        types = [discord.ChannelType.text, discord.ChannelType.news]
        default = [chosen] if chosen else []
        super().__init__(
            custom_id="meant", placeholder="Which channel?", channel_types=types, min_values=0, default_values=default
        )

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        chosen = next(iter(self.values), None)
        assert chosen is None or isinstance(chosen, app_commands.AppCommandChannel)
        await interaction.response.edit_message(view=Meant(chosen))


def _buttons() -> list[ui.Button[Any]]:
    plain = [Act(label=name.capitalize(), custom_id=name) for name in ("form", "choices", "private", "thinking")]
    return [*plain, ui.Button(label="A link", url="https://example.org/")]


def _parts(message: discord.Message | None) -> list[Any]:
    def inside(part: Any) -> list[Any]:
        children = [*getattr(part, "children", []), *([part.accessory] if hasattr(part, "accessory") else [])]
        return [part, *(found for child in children for found in inside(child))]

    return [found for part in (message.components if message else []) for found in inside(part)]


def _values(interaction: discord.Interaction[Any]) -> str:
    def said(part: Any) -> list[str]:
        inner = [*part.get("components", []), *([part["component"]] if "component" in part else [])]
        own = [f"{part['custom_id']}={part.get('value', part.get('values'))}"] if "custom_id" in part else []
        return [*own, *(line for child in inner for line in said(child))]

    assert interaction.data is not None
    return "; ".join(line for part in interaction.data["components"] for line in said(part))  # type: ignore[typeddict-item]


@app_commands.command(description="One of every component")
async def everything(interaction: discord.Interaction[Any]) -> None:
    files = [discord.File(io.BytesIO(PNG), "dot.png"), discord.File(io.BytesIO(b"some notes"), "notes.txt")]
    await interaction.response.send_message(view=Everything(), files=files)


@app_commands.command(description="What a button can do")
async def acts(interaction: discord.Interaction[Any]) -> None:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay("Acts"))
    view.add_item(
        ui.ActionRow(*(Act(label=name.capitalize(), custom_id=name) for name in ("later", "remove", "silent")))
    )
    await interaction.response.send_message(view=view)


@app_commands.command(description="Which channel is meant")
async def meant(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.send_message(view=Meant())


@app_commands.command(description="A file for whoever asks for it")
async def export(interaction: discord.Interaction[Any]) -> None:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay("All of it"))
    view.add_item(ui.File("attachment://all.zip"))
    file = discord.File(io.BytesIO(EXPORT), "all.zip")
    await interaction.response.send_message(view=view, file=file, ephemeral=True)


@app_commands.command(description="Text, an embed and a file, as before Components V2")
async def legacy(interaction: discord.Interaction[Any]) -> None:
    embed = discord.Embed(title="An embed", description="with **marks**", colour=0x57F287).add_field(
        name="A", value="1"
    )
    view = ui.View(timeout=None)
    view.add_item(Act(label="Private", custom_id="private"))
    await interaction.response.send_message(
        "plain <@1> words", embed=embed, view=view, file=discord.File(io.BytesIO(b"x"), "x.txt")
    )


@app_commands.command(description="Thinks first")
@app_commands.describe(private="Whether only you see it", follow_ups="How many more messages")
async def slow(interaction: discord.Interaction[Any], private: bool = False, follow_ups: int = 0) -> None:
    await interaction.response.defer(thinking=True, ephemeral=private)
    await interaction.followup.send("done thinking", ephemeral=True)
    for number in range(follow_ups):
        await interaction.followup.send(f"further {number + 1}")


@app_commands.command(description="Never answers")
async def silent(interaction: discord.Interaction[Any]) -> None:
    pass


group = app_commands.Group(name="give", description="Every kind of option")


@group.command(description="Says what it was given")
@app_commands.describe(text="Some text", number="A number", colour="One of three")
@app_commands.choices(colour=[app_commands.Choice(name=name, value=name.lower()) for name in ("Red", "Green", "Blue")])
async def all_of(
    interaction: discord.Interaction[Any],
    text: app_commands.Range[str, 1, 20],
    number: app_commands.Range[int, 1, 10],
    share: float | None = None,
    sure: bool | None = None,
    who: discord.User | None = None,
    where: discord.TextChannel | None = None,
    role: discord.Role | None = None,
    anyone: discord.Member | discord.Role | None = None,
    file: discord.Attachment | None = None,
    colour: str | None = None,
) -> None:
    content = (await file.read()).decode() if file else None
    given = [text, number, share, sure, who, where, role, anyone, content, colour]
    await interaction.response.send_message(" | ".join(str(value) for value in given if value is not None))


@all_of.autocomplete("text")
async def complete_text(interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
    number = getattr(interaction.namespace, "number", None)
    return [
        app_commands.Choice(name=f"{typed}{ending} {number or ''}".strip(), value=f"{typed}{ending}")
        for ending in "abc"
    ]


@app_commands.context_menu(name="Quote this")
async def quote_this(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    await interaction.response.send_message(f"They wrote: {message.content}", ephemeral=True)


@app_commands.context_menu(name="Who is this")
async def who_is_this(interaction: discord.Interaction[Any], user: discord.User) -> None:
    await interaction.response.send_message(f"This is {user.display_name}", ephemeral=True)


@app_commands.command(description="For those who manage the server")
@app_commands.default_permissions(manage_guild=True)
async def settings(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.send_message("settings", ephemeral=True)


class Showcase(discord.AutoShardedClient):
    """Sees who mentions it, and nothing that needs Discord's leave."""

    def __init__(self, shard_count: int = 1) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        # Servers come at once here; the library would wait two seconds for more of them.
        super().__init__(
            intents=intents, allowed_mentions=discord.AllowedMentions.none(), shard_count=shard_count,
            guild_ready_timeout=0.5,
        )  # fmt: skip
        installs = app_commands.AppInstallationType(guild=True, user=True)
        contexts = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
        self.tree = app_commands.CommandTree(self, allowed_installs=installs, allowed_contexts=contexts)
        commands: tuple[Any, ...] = (everything, acts, meant, export, legacy, slow, silent, group, settings)
        for command in (*commands, quote_this, who_is_this):
            self.tree.add_command(command)

    async def setup_hook(self) -> None:
        self.add_view(Everything())
        self.add_view(Meant())
        rest = ui.View(timeout=None)
        for name in ("later", "remove", "silent"):
            rest.add_item(Act(label=name, custom_id=name))
        self.add_view(rest)
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        if self.user is not None and self.user in message.mentions and message.author != self.user:
            async with message.channel.typing():
                await message.reply(f"You said: {message.content.split('>', 1)[-1].strip()}")


async def _main(url: str) -> None:
    point_library_at(url)
    async with Showcase() as client:
        await client.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
