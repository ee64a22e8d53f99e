"""What the library sends stands in Discord's description, and what it would never send is named."""

from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands, ui
from discord.http import handle_message_parameters
from discord.webhook.async_ import interaction_message_response_params, interaction_response_params

from bot.sandbox.payloads import callback_refusals, command_refusals
from tests.openapi import NOT_AT_HAND, Description, find_description

FOUND = find_description()
needs_description = pytest.mark.skipif(FOUND is None, reason=NOT_AT_HAND)
CALLBACK = "/interactions/1/token/callback"
COMMANDS = "/applications/1/commands"
MESSAGES = "/channels/1/messages"
V2 = 1 << 15


@pytest.fixture(scope="module")
def description() -> Description:
    assert FOUND is not None
    return Description(FOUND)


class Card(ui.LayoutView):
    """One of every component that a message may have."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        texts: ui.Section[Card] = ui.Section(
            "a", "b", accessory=ui.Thumbnail("attachment://a.png", description="a picture")
        )
        beside: ui.Section[Card] = ui.Section("c", accessory=ui.Button(label="d", custom_id="d"))
        gallery: ui.MediaGallery[Card] = ui.MediaGallery(
            discord.MediaGalleryItem("https://example.org/a.png", description="a")
        )
        box: ui.Container[Card] = ui.Container(texts, beside, gallery, accent_colour=discord.Colour.blue())
        box.add_item(ui.Separator(spacing=discord.SeparatorSpacing.large)).add_item(ui.File("attachment://a.png"))
        box.add_item(ui.ActionRow(ui.Button(label="e", custom_id="e"), ui.Button(label="f", url="https://example.org")))
        self.add_item(ui.TextDisplay("# g")).add_item(box)
        options = [discord.SelectOption(label="h", description="i", emoji="🙂", default=True)]
        defaults = [discord.SelectDefaultValue(id=5, type=discord.SelectDefaultValueType.user)]
        menus: list[ui.Item[Card]] = [
            ui.Select(custom_id="j", placeholder="k", options=options),
            ui.UserSelect(custom_id="l", default_values=defaults),
            ui.RoleSelect(custom_id="m", min_values=0, max_values=3),
            ui.MentionableSelect(custom_id="n", default_values=defaults),
            ui.ChannelSelect(custom_id="o", channel_types=[discord.ChannelType.text]),
        ]
        for menu in menus:
            self.add_item(ui.ActionRow(menu))


def form() -> ui.Modal:
    """One of every item that a modal may have."""
    modal = ui.Modal(title="a", custom_id="b")
    asked: list[ui.Item[Any]] = [
        ui.TextInput(custom_id="c", style=discord.TextStyle.long, min_length=1, max_length=9, placeholder="d"),
        ui.Select(custom_id="e", options=[discord.SelectOption(label="f")]),
        ui.UserSelect(custom_id="g"),
        ui.FileUpload(custom_id="h", max_values=2),
    ]
    for item in asked:
        modal.add_item(ui.Label(text="i", description="j", component=item))
    return modal.add_item(ui.TextDisplay("k"))


def choice_form() -> ui.Modal:
    modal = ui.Modal(title="a", custom_id="b")
    radios = [discord.RadioGroupOption(label="c", value="c"), discord.RadioGroupOption(label="d", value="d")]
    boxes = [discord.CheckboxGroupOption(label="e", value="e")]
    asked: list[ui.Item[Any]] = [
        ui.RadioGroup(custom_id="f", options=radios),
        ui.CheckboxGroup(custom_id="g", options=boxes),
        ui.Checkbox(custom_id="h"),
    ]
    for item in asked:
        modal.add_item(ui.Label(text="i", component=item))
    return modal.add_item(ui.TextInput(label="j", custom_id="k"))


@app_commands.command(description="a")
@app_commands.choices(size=[app_commands.Choice(name="small", value=1)])
async def search(
    interaction: discord.Interaction,
    text: app_commands.Range[str, 1, 500],
    size: int,
    share: app_commands.Range[float, 0, 1],
    member: discord.Member | None = None,
    place: discord.TextChannel | None = None,
    role: discord.Role | None = None,
    anyone: discord.Member | discord.Role | None = None,
    file: discord.Attachment | None = None,
    quietly: bool = False,
) -> None:
    """One of every option."""


@search.autocomplete("text")
async def _complete(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return []


async def _menu(interaction: discord.Interaction, message: discord.Message) -> None: ...


def tree_payload() -> list[dict[str, Any]]:
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))
    inner = app_commands.Group(name="inner", description="b")
    inner.command(name="leaf", description="c")(_leaf)
    outer = app_commands.Group(
        name="outer", description="d", default_permissions=discord.Permissions(manage_guild=True)
    )
    outer.add_command(inner)
    menu = app_commands.ContextMenu(name="Check this", callback=_menu)
    menu.allowed_contexts = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
    commands: list[Any] = [search, outer, menu]
    return [command.to_dict(tree) for command in commands]


async def _leaf(interaction: discord.Interaction) -> None: ...


@needs_description
async def test_what_the_library_makes_of_a_layout_is_in_the_description(description: Description) -> None:
    quiet = discord.AllowedMentions(users=[discord.Object(5)], roles=False, everyone=False)
    sent = interaction_message_response_params(type=4, view=Card(), allowed_mentions=quiet)
    assert sent.payload
    assert description.problems("POST", CALLBACK, sent.payload) == []
    body = handle_message_parameters(view=Card(), allowed_mentions=quiet).payload
    assert body
    for method, path in (
        ("POST", MESSAGES),
        ("PATCH", f"{MESSAGES}/2"),
        ("POST", "/webhooks/1/token?wait=true"),
        ("PATCH", "/webhooks/1/token/messages/@original"),
    ):
        assert description.problems(method, path, body) == []


@needs_description
async def test_what_the_library_sends_beside_a_file_is_in_the_description(description: Description) -> None:
    attached = [{"id": 0, "filename": "a.png", "description": "b"}]
    body = {"content": "c", "tts": False, "attachments": attached, "embeds": [discord.Embed(title="d").to_dict()]}
    assert description.problems("POST", MESSAGES, body, multipart=True) == []
    assert description.problems("POST", CALLBACK, {"type": 4, "data": body}, multipart=True) == []


@needs_description
@pytest.mark.parametrize("make", [form, choice_form])
async def test_what_the_library_makes_of_a_modal_is_in_the_description(description: Description, make: Any) -> None:
    sent = interaction_response_params(9, make().to_dict()).payload
    assert description.problems("POST", CALLBACK, sent) == []


@needs_description
@pytest.mark.parametrize("value", ["a", 1, 0.5])
def test_autocompletions_of_every_kind_are_in_the_description(description: Description, value: str | float) -> None:
    choices = [app_commands.Choice(name="a", value=value).to_dict()]
    assert description.problems("POST", CALLBACK, interaction_response_params(8, {"choices": choices}).payload) == []


@needs_description
@pytest.mark.parametrize("kind", [5, 6])
def test_a_deferral_needs_no_data(description: Description, kind: int) -> None:
    assert description.problems("POST", CALLBACK, interaction_response_params(kind).payload) == []


@needs_description
async def test_what_the_library_registers_is_in_the_description(description: Description) -> None:
    payload = tree_payload()
    assert description.problems("PUT", COMMANDS, payload) == []
    assert description.problems("PUT", "/applications/1/guilds/2/commands", payload) == []
    assert description.problems("POST", COMMANDS, payload[0]) == []


@pytest.mark.parametrize(
    "make",
    [
        lambda: interaction_message_response_params(type=4, view=Card()).payload,
        lambda: interaction_response_params(9, form().to_dict()).payload,
        lambda: interaction_response_params(9, choice_form().to_dict()).payload,
    ],
)
async def test_what_the_library_makes_is_taken_by_the_sandbox(make: Any) -> None:
    assert callback_refusals(make(), interaction_type=2, files=("a.png",)) == []


async def test_what_the_library_registers_is_taken_by_the_sandbox() -> None:
    assert command_refusals(tree_payload()) == []


def button(**fields: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "a", "custom_id": "b", **fields}


def reply(*components: Any, **fields: Any) -> dict[str, Any]:
    return {"type": 4, "data": {"flags": V2, "components": list(components), **fields}}


@needs_description
@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        pytest.param("GET", "/nowhere", None, "GET /nowhere: no such operation", id="unknown path"),
        pytest.param("DELETE", "/gateway", None, "DELETE /gateway: no such operation", id="unknown method"),
        pytest.param("POST", MESSAGES, None, f"POST {MESSAGES}: a body is needed", id="no body"),
        pytest.param("GET", "/users/@me", {}, "GET /users/@me: takes no body", id="a body too many"),
        pytest.param(
            "POST", CALLBACK, reply({"type": 1, "components": [button(custom_id="c" * 101)]}),
            "data/components/0/components/0/custom_id (ButtonComponentForMessageRequest): ", id="a long custom_id",
        ),
        pytest.param(
            "POST", CALLBACK, reply({"type": 17, "components": [{"type": 17, "components": []}]}),
            "data/components/0/components/0: its type is that of none of ActionRowComponentForMessageRequest, ",
            id="a container in a container",
        ),
        pytest.param(
            "POST", CALLBACK, reply({"type": 9, "components": [{"type": 10, "content": "a"}]}),
            "data/components/0 (SectionComponentForMessageRequest): 'accessory' is a required property",
            id="a section without an accessory",
        ),
        pytest.param("POST", CALLBACK, reply(content="a" * 2_001), "is too long", id="long content"),
        pytest.param("POST", CALLBACK, {"type": 99}, "the body: its type is that of none of", id="an unknown callback"),
        pytest.param(
            "POST", CALLBACK, {"type": 8, "data": {"choices": [{"name": "", "value": "a"}]}},
            "data/choices/0/name (ApplicationCommandOptionStringChoice): '' should be non-empty", id="a nameless choice",
        ),
        pytest.param(
            "POST", CALLBACK, {"type": 9, "data": {"custom_id": "a", "title": "b" * 46, "components": [{"type": 10, "content": "c"}]}},
            "data/title (ModalInteractionCallbackRequest): ", id="a long title",
        ),
        pytest.param("PUT", COMMANDS, [{"name": "a" * 33}], f"PUT {COMMANDS}: 0/name: ", id="a long command"),
        pytest.param(
            "PUT", COMMANDS, [{"name": "a", "type": 9}], "0/type (ApplicationCommandType): 9 is not valid",
            id="an unknown type of command",
        ),
        pytest.param(
            "POST", MESSAGES, {"attachments": [{"id": -1}]}, "attachments/0/id: -1 is less than the minimum of 0",
            id="a negative id",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_request_is_named(
    description: Description, method: str, path: str, body: Any, said: str
) -> None:
    problems = description.problems(method, path, body)
    assert len(problems) == 1
    assert said in problems[0]
    assert problems[0].startswith(f"{method} {path}: ")


@needs_description
def test_every_wrong_field_of_a_body_is_named(description: Description) -> None:
    row = {"type": 1, "components": [button(style=9), button(label="a" * 81)]}
    assert len(description.problems("POST", CALLBACK, reply(row, {"type": 10, "content": ""}))) == 3


@needs_description
def test_a_path_of_words_comes_before_one_of_ids(description: Description) -> None:
    assert description.problems("PATCH", "/users/@me", {"username": 5}) != []
    wrong = {"content": 5}
    at_original = description.problems("PATCH", "/webhooks/1/token/messages/@original", wrong)
    assert at_original == ["PATCH /webhooks/1/token/messages/@original: content: 5 is not of type 'string', 'null'"]


@needs_description
def test_files_are_taken_only_where_the_description_says_so(description: Description) -> None:
    assert description.problems("PUT", COMMANDS, [], multipart=True) == [f"PUT {COMMANDS}: takes no files"]


def test_the_description_is_the_file_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "openapi.json"
    monkeypatch.setenv("BRIEFBOT_DISCORD_OPENAPI", str(path))
    assert find_description() is None
    path.write_text("{}", encoding="utf-8")
    assert find_description() == path
