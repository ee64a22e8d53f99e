"""Modals, choices, first responses and commands: at Discord's limits they are taken, beyond they are refused."""

from typing import Any

import pytest

from bot.sandbox.payloads import (
    Refusal,
    callback_refusals,
    choices_refusals,
    command_refusals,
    form_errors,
    modal_refusals,
    one_command_refusals,
)
from tests.bodies import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    FIRST,
    IN_ROW,
    SUBMISSION,
    Json,
    box,
    button,
    checkboxes,
    choices,
    command,
    entry,
    field_of,
    file,
    layout,
    legacy,
    menu,
    modal,
    named,
    option,
    options,
    places,
    radio,
    row,
    select,
    sub,
    text,
    users,
    with_choices,
)

ITEM = ("components", 0)
ASKED = (*ITEM, "component")

TAKEN_MODALS: dict[str, Json] = {
    "5 items": modal(*(field_of(entry(str(number))) for number in range(5))),
    "names at their limits": modal(text(), custom_id="a" * 100, title="b" * 45),
    "a label at its limits": modal(field_of(entry(), label="a" * 45, description="b" * 100)),
    "a text input at its limits": modal(field_of(entry(value="a" * 4_000, placeholder="b" * 100, min_length=4_000, max_length=4_000))),
    "a row with a text input": modal(row(entry(label="a"))),
    "every menu": modal(field_of(select()), *(field_of({**users(), "type": kind, "custom_id": str(kind)}) for kind in (5, 6, 7, 8))),
    "a menu that may be left empty": modal(field_of(select(min_values=0, required=False))),
    "groups": modal(field_of(radio(10)), field_of(checkboxes(10, min_values=0, max_values=10))),
    "a checkbox and a file": modal(field_of({"type": 23, "custom_id": "x"}), field_of({"type": 19, "custom_id": "f", "max_values": 10})),
    "a menu that says it is not disabled": modal(field_of(select(disabled=False))),
    "a group with every box ticked": modal(field_of({**checkboxes(0), "options": options(3, default=True)})),
}  # fmt: skip

REFUSED_MODALS: list[tuple[str, Any, tuple[str | int, ...], str]] = [
    ("no object", "a", (), "MODEL_TYPE_CONVERT"),
    ("no custom_id", modal(text(), custom_id=None), ("custom_id",), "BASE_TYPE_REQUIRED"),
    ("a custom_id of 101 characters", modal(text(), custom_id="a" * 101), ("custom_id",), "BASE_TYPE_BAD_LENGTH"),
    ("an empty title", modal(text(), title=""), ("title",), "BASE_TYPE_BAD_LENGTH"),
    ("a title of 46 characters", modal(text(), title="a" * 46), ("title",), "BASE_TYPE_BAD_LENGTH"),
    ("no items", modal(), ("components",), "BASE_TYPE_BAD_LENGTH"),
    ("6 items", modal(*(text() for _ in range(6))), ("components",), "BASE_TYPE_BAD_LENGTH"),
    ("a container", modal(box(text())), ITEM, "UNION_TYPE_CHOICES"),
    ("a text input by itself", modal(entry(label="a")), ITEM, "UNION_TYPE_CHOICES"),
    ("a button under a label", modal(field_of(button())), ASKED, "UNION_TYPE_CHOICES"),
    ("a menu in a row", modal(row(select())), IN_ROW, "UNION_TYPE_CHOICES"),
    ("two text inputs in a row", modal(row(entry("a", label="a"), entry("b", label="b"))), (*ITEM, "components", 1), "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
    ("a text input in a row without a label", modal(row(entry())), (*IN_ROW, "label"), "BASE_TYPE_REQUIRED"),
    ("a label of 46 characters", modal(field_of(entry(), label="a" * 46)), (*ITEM, "label"), "BASE_TYPE_BAD_LENGTH"),
    ("a description of 101 characters", modal(field_of(entry(), description="a" * 101)), (*ITEM, "description"), "BASE_TYPE_BAD_LENGTH"),
    ("a label without a component", modal({"type": 18, "label": "a"}) , ASKED, "BASE_TYPE_REQUIRED"),
    ("a placeholder of 101 characters", modal(field_of(entry(placeholder="a" * 101))), (*ASKED, "placeholder"), "BASE_TYPE_MAX_LENGTH"),
    ("an unknown style", modal(field_of(entry(style=3))), (*ASKED, "style"), "BASE_TYPE_CHOICES"),
    ("max_length of 4001", modal(field_of(entry(max_length=4_001))), (*ASKED, "max_length"), "NUMBER_TYPE_MAX"),
    ("max_length of 0", modal(field_of(entry(max_length=0))), (*ASKED, "max_length"), "NUMBER_TYPE_MIN"),
    ("min_length above max_length", modal(field_of(entry(min_length=6, max_length=5))), (*ASKED, "min_length"), "NUMBER_TYPE_MAX"),
    ("a value above max_length", modal(field_of(entry(value="a" * 6, max_length=5))), (*ASKED, "value"), "BASE_TYPE_MAX_LENGTH"),
    ("a value below min_length", modal(field_of(entry(value="a", min_length=2))), (*ASKED, "value"), "BASE_TYPE_BAD_LENGTH"),
    ("a custom_id twice", modal(field_of(entry("a")), field_of(entry("a"))), ("components", 1, "component", "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED"),
    ("a required menu of which nothing may be chosen", modal(field_of(select(min_values=0))), (*ASKED, "min_values"), "SELECT_COMPONENT_REQUIRED_ZERO_MIN_VALUES"),
    ("another one", modal(field_of(users(min_values=0, required=True))), (*ASKED, "min_values"), "SELECT_COMPONENT_REQUIRED_ZERO_MIN_VALUES"),
    ("a disabled menu", modal(field_of(select(disabled=True))), (*ASKED, "disabled"), "BASE_TYPE_CHOICES"),
    ("one radio button", modal(field_of(radio(1))), (*ASKED, "options"), "BASE_TYPE_BAD_LENGTH"),
    ("11 radio buttons", modal(field_of(radio(11))), (*ASKED, "options"), "BASE_TYPE_BAD_LENGTH"),
    ("two chosen radio buttons", modal(field_of(radio(2, default=True))), (*ASKED, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES"),
    ("11 boxes", modal(field_of(checkboxes(11))), (*ASKED, "options"), "BASE_TYPE_BAD_LENGTH"),
    ("more boxes to tick than there are", modal(field_of(checkboxes(2, min_values=3))), (*ASKED, "min_values"), "NUMBER_TYPE_MAX"),
    ("a box's value twice", modal(field_of(checkboxes(0, options=[*options(1), *options(1)]))), (*ASKED, "options", 1), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"),
    ("11 files", modal(field_of({"type": 19, "custom_id": "f", "max_values": 11})), (*ASKED, "max_values"), "NUMBER_TYPE_MAX"),
]  # fmt: skip


@pytest.mark.parametrize("body", [pytest.param(body, id=what) for what, body in TAKEN_MODALS.items()])
def test_a_modal_at_the_limit_is_taken(body: Json) -> None:
    assert modal_refusals(body) == []


@pytest.mark.parametrize(("body", "path", "code"), [pytest.param(*rest, id=what) for what, *rest in REFUSED_MODALS])
def test_a_modal_beyond_the_limit_is_refused_where_it_is_wrong(
    body: Any, path: tuple[str | int, ...], code: str
) -> None:
    assert places(modal_refusals(body)) == [(path, code)]


@pytest.mark.parametrize(
    "data", [choices(0), choices(25), choices(1, "a" * 100, "b" * 100), choices(1, "a", 5), choices(1, "a", 0.5)]
)
def test_choices_at_the_limit_are_taken(data: Json) -> None:
    assert choices_refusals(data) == []


@pytest.mark.parametrize(
    ("data", "path", "code"),
    [
        ([], (), "MODEL_TYPE_CONVERT"),
        ({}, ("choices",), "BASE_TYPE_REQUIRED"),
        (choices(26), ("choices",), "BASE_TYPE_MAX_LENGTH"),
        (choices(1, ""), ("choices", 0, "name"), "BASE_TYPE_BAD_LENGTH"),
        (choices(1, "a" * 101), ("choices", 0, "name"), "BASE_TYPE_BAD_LENGTH"),
        (choices(1, "a", "b" * 101), ("choices", 0, "value"), "BASE_TYPE_BAD_LENGTH"),
        (choices(1, "a", None), ("choices", 0, "value"), "BASE_TYPE_REQUIRED"),
        (choices(1, "a", True), ("choices", 0, "value"), "STRING_TYPE_CONVERT"),
        ({"choices": ["a"]}, ("choices", 0), "MODEL_TYPE_CONVERT"),
    ],
)
def test_choices_beyond_the_limit_are_refused(data: Any, path: tuple[str | int, ...], code: str) -> None:
    assert places(choices_refusals(data)) == [(path, code)]


@pytest.mark.parametrize(
    ("kind", "taken"),
    [(1, {1}), (COMMAND, {4, 5, 9}), (COMPONENT, {4, 5, 6, 7, 9}), (AUTOCOMPLETE, {8}), (SUBMISSION, {4, 5})],
)
def test_an_interaction_takes_the_responses_of_its_kind(kind: int, taken: set[int]) -> None:
    data = {8: choices(), 9: modal(text())}
    bodies = [{"type": answer, "data": data.get(answer, {"content": "a"})} for answer in range(1, 14)]
    assert {body["type"] for body in bodies if not callback_refusals(body, interaction_type=kind)} == taken


def test_a_modal_that_a_button_opened_may_update_the_message() -> None:
    body = {"type": 7, "data": {"content": "a"}}
    assert callback_refusals(body, interaction_type=SUBMISSION, component_origin=True) == []
    assert places(callback_refusals(body, interaction_type=SUBMISSION)) == [(("type",), "BASE_TYPE_CHOICES")]


@pytest.mark.parametrize(
    ("body", "kind", "path", "code"),
    [
        ([], COMMAND, (), "MODEL_TYPE_CONVERT"),
        ({}, COMMAND, ("type",), "BASE_TYPE_REQUIRED"),
        ({"type": 99}, COMMAND, ("type",), "BASE_TYPE_CHOICES"),
        ({"type": 4, "data": "a"}, COMMAND, ("data",), "MODEL_TYPE_CONVERT"),
        ({"type": 4, "data": layout(row())}, COMMAND, ("data", *FIRST, "components"), "BASE_TYPE_BAD_LENGTH"),
        ({"type": 5, "data": {"flags": "a"}}, COMMAND, ("data", "flags"), "NUMBER_TYPE_COERCE"),
        ({"type": 7, "data": legacy(text())}, COMPONENT, ("data", *FIRST), "UNION_TYPE_CHOICES"),
        ({"type": 8}, AUTOCOMPLETE, ("data",), "BASE_TYPE_REQUIRED"),
        ({"type": 8, "data": choices(26)}, AUTOCOMPLETE, ("data", "choices"), "BASE_TYPE_MAX_LENGTH"),
        ({"type": 9, "data": modal()}, COMMAND, ("data", "components"), "BASE_TYPE_BAD_LENGTH"),
    ],
)
def test_a_response_is_refused_under_its_data(body: Any, kind: int, path: tuple[str | int, ...], code: str) -> None:
    assert places(callback_refusals(body, interaction_type=kind)) == [(path, code)]


def test_a_deferral_needs_no_data() -> None:
    assert callback_refusals({"type": 5}, interaction_type=COMMAND) == []
    assert callback_refusals({"type": 5, "data": {"flags": 64}}, interaction_type=COMMAND) == []


def test_an_update_of_a_message_with_components_v2_keeps_them_and_may_show_its_files() -> None:
    body = {"type": 7, "data": {"components": [file("attachment://a.pdf")]}}
    assert callback_refusals(body, interaction_type=COMPONENT, v2=True, files=("a.pdf",)) == []
    assert len(callback_refusals(body, interaction_type=COMPONENT, v2=True)) == 1
    assert len(callback_refusals(body, interaction_type=COMPONENT, files=("a.pdf",))) == 1


def heavy(description: str, **fields: Any) -> Json:
    """With a description of one character, a command of 8000 characters."""
    full, last = ({"name": "a" * length, "value": "b" * length} for length in (100, 97))
    held = [option("a", choices=[full] * 20), option("b", choices=[*[full] * 19, last])]
    return command(description=description, options=held, **fields)


TAKEN_COMMANDS: dict[str, list[Json]] = {
    "names at their limits": [command("a" * 32, description="b" * 100)],
    "letters of other scripts": [command("поиск"), command("検索"), command("ค้นหา"), command("खोज"), command("a-b_c'1")],
    "a context menu with blanks and capitals": [menu("Check this"), menu("Check this", 2)],
    "the same name in three kinds": [command("check"), menu("check"), menu("check", 2)],
    "all that a scope takes": [*named(100, command), *named(15, menu), *named(15, menu, 2)],
    "25 options": [command(options=named(25, option))],
    "25 choices": [with_choices(25, "a" * 100, "b" * 100)],
    "whole and broken numbers": [with_choices(1, value=5, kind=4, min_value=1, max_value=1), with_choices(1, value=0.5, kind=10) | {"name": "b"}],
    "autocomplete": [command(options=[option(autocomplete=True, choices=[])])],
    "an option of 6000 characters": [command(options=[option(min_length=6_000, max_length=6_000)])],
    "required before optional": [command(options=[option("a", required=True), option("b"), option("c")])],
    "the same option in two sub-commands": [command(options=[sub(option(), name="b"), sub(option(), name="c")])],
    "a group of sub-commands": [command(options=[sub(sub(option()), kind=2)])],
    "a command of 8000 characters": [heavy("a")],
    "a command of 8000 characters whose translation is no longer": [heavy("a", description_localizations={"de": "b"})],
    "contexts": [command(contexts=[0, 1, 2], integration_types=[0, 1], default_member_permissions="0", nsfw=False)],
}  # fmt: skip


REFUSED_COMMANDS: list[tuple[str, Any, tuple[str | int, ...], str]] = [
    ("no list", {}, (), "LIST_TYPE_CONVERT"),
    ("no object", ["a"], (0,), "MODEL_TYPE_CONVERT"),
    ("no name", [{"description": "a"}], (0, "name"), "BASE_TYPE_REQUIRED"),
    ("a name of 33 characters", [command("a" * 33)], (0, "name"), "BASE_TYPE_BAD_LENGTH"),
    ("a capital", [command("Brief")], (0, "name"), "APPLICATION_COMMAND_INVALID_NAME"),
    ("a blank", [command("a b")], (0, "name"), "APPLICATION_COMMAND_INVALID_NAME"),
    ("a dot", [command("a.b")], (0, "name"), "APPLICATION_COMMAND_INVALID_NAME"),
    ("a menu's name of 33 characters", [menu("A" * 33)], (0, "name"), "BASE_TYPE_BAD_LENGTH"),
    ("an unknown type", [command(type=9)], (0, "type"), "BASE_TYPE_CHOICES"),
    ("no description", [{"name": "a"}], (0, "description"), "BASE_TYPE_REQUIRED"),
    ("an empty description", [command(description="")], (0, "description"), "BASE_TYPE_BAD_LENGTH"),
    ("a description of 101 characters", [command(description="a" * 101)], (0, "description"), "BASE_TYPE_MAX_LENGTH"),
    ("a menu with a description", [menu(description="a")], (0, "description"), "BASE_TYPE_MAX_LENGTH"),
    ("a menu with options", [menu(options=[option()])], (0, "options"), "BASE_TYPE_MAX_LENGTH"),
    ("a name twice", [command("a"), command("b"), command("a")], (2,), "APPLICATION_COMMANDS_DUPLICATE_NAME"),
    ("101 commands", named(101, command), (), "BASE_TYPE_MAX_LENGTH"),
    ("16 user menus", named(16, menu, 2), (), "BASE_TYPE_MAX_LENGTH"),
    ("16 message menus", named(16, menu), (), "BASE_TYPE_MAX_LENGTH"),
    ("26 options", [command(options=named(26, option))], (0, "options"), "BASE_TYPE_MAX_LENGTH"),
    ("an option with a capital", [command(options=[option("Topic")])], (0, "options", 0, "name"), "APPLICATION_COMMAND_INVALID_NAME"),
    ("an option's name twice", [command(options=[option(), option()])], (0, "options", 1), "APPLICATION_COMMANDS_DUPLICATE_NAME"),
    ("an option without a description", [command(options=[{"name": "a", "type": 3}])], (0, "options", 0, "description"), "BASE_TYPE_REQUIRED"),
    ("an option's description of 101 characters", [command(options=[option(description="a" * 101)])], (0, "options", 0, "description"), "BASE_TYPE_BAD_LENGTH"),
    ("an unknown option", [command(options=[option(kind=12)])], (0, "options", 0), "UNION_TYPE_CHOICES"),
    ("optional before required", [command(options=[option("a"), option("b", required=True)])], (0, "options", 1), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"),
    ("26 choices", [with_choices(26)], (0, "options", 0, "choices"), "BASE_TYPE_MAX_LENGTH"),
    ("a choice's name of 101 characters", [with_choices(1, "a" * 101)], (0, "options", 0, "choices", 0, "name"), "BASE_TYPE_BAD_LENGTH"),
    ("a choice's value of 101 characters", [with_choices(1, "a", "b" * 101)], (0, "options", 0, "choices", 0, "value"), "BASE_TYPE_MAX_LENGTH"),
    ("a word for a whole number", [with_choices(1, kind=4)], (0, "options", 0, "choices", 0, "value"), "NUMBER_TYPE_COERCE"),
    ("a word for a number", [with_choices(1, kind=10)], (0, "options", 0, "choices", 0, "value"), "NUMBER_TYPE_COERCE"),
    ("choices and autocomplete", [with_choices(1, autocomplete=True)], (0, "options", 0, "choices"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"),
    ("autocomplete of a user", [command(options=[option(kind=6, autocomplete=True)])], (0, "options", 0, "autocomplete"), "APPLICATION_COMMAND_REQUIRED_INVALID"),
    ("min_length above max_length", [command(options=[option(min_length=5, max_length=4)])], (0, "options", 0, "min_length"), "NUMBER_TYPE_MAX"),
    ("max_length of 6001", [command(options=[option(max_length=6_001)])], (0, "options", 0, "max_length"), "NUMBER_TYPE_MAX"),
    ("min_value above max_value", [command(options=[option(kind=4, min_value=5, max_value=4)])], (0, "options", 0, "min_value"), "NUMBER_TYPE_MAX"),
    ("an option beside a sub-command", [command(options=[sub(), option()])], (0, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"),
    ("a sub-command in a sub-command", [command(options=[sub(sub())])], (0, "options", 0, "options", 0), "UNION_TYPE_CHOICES"),
    ("an option in a group", [command(options=[sub(option(), kind=2)])], (0, "options", 0, "options", 0), "UNION_TYPE_CHOICES"),
    ("a group in a group", [command(options=[sub(sub(kind=2), kind=2)])], (0, "options", 0, "options", 0), "UNION_TYPE_CHOICES"),
    ("a wrong name in a group", [command(options=[sub(sub(option("A")), kind=2)])], (0, "options", 0, "options", 0, "options", 0, "name"), "APPLICATION_COMMAND_INVALID_NAME"),
    ("8001 characters", [heavy("aa")], (0,), "APPLICATION_COMMAND_TOO_LARGE"),
    ("8001 characters with a translation", [heavy("a", description_localizations={"de": "bb"})], (0,), "APPLICATION_COMMAND_TOO_LARGE"),
    ("no context", [command(contexts=[])], (0, "contexts"), "BASE_TYPE_MIN_LENGTH"),
    ("a long translation", [command(name_localizations={"de": "a" * 33})], (0, "name_localizations", "de"), "BASE_TYPE_BAD_LENGTH"),
]  # fmt: skip


@pytest.mark.parametrize("commands", [pytest.param(commands, id=what) for what, commands in TAKEN_COMMANDS.items()])
def test_commands_at_the_limit_are_taken(commands: list[Json]) -> None:
    assert command_refusals(commands) == []


@pytest.mark.parametrize(
    ("commands", "path", "code"), [pytest.param(*rest, id=what) for what, *rest in REFUSED_COMMANDS]
)
def test_commands_beyond_the_limit_are_refused_where_they_are_wrong(
    commands: Any, path: tuple[str | int, ...], code: str
) -> None:
    assert places(command_refusals(commands)) == [(path, code)]


def test_one_command_is_refused_without_an_index() -> None:
    assert places(one_command_refusals(command("A"))) == [(("name",), "APPLICATION_COMMAND_INVALID_NAME")]
    assert one_command_refusals(command()) == []


def test_errors_nest_as_the_body_does() -> None:
    found = callback_refusals({"type": 4, "data": layout("a", row())}, interaction_type=COMMAND)
    assert form_errors(found) == {
        "message": "Invalid Form Body",
        "code": 50035,
        "errors": {
            "data": {
                "components": {
                    "0": {
                        "_errors": [
                            {
                                "code": "MODEL_TYPE_CONVERT",
                                "message": "Only dictionaries may be used in a ModelType",
                            }
                        ]
                    },
                    "1": {
                        "components": {
                            "_errors": [
                                {"code": "BASE_TYPE_BAD_LENGTH", "message": "Must be between 1 and 5 in length."}
                            ]
                        }
                    },
                }
            }
        },
    }


def test_an_error_of_the_whole_body_stands_at_the_root_and_two_of_one_place_side_by_side() -> None:
    errors = form_errors([Refusal((), "A", "a"), Refusal((), "B", "b"), Refusal((0,), "C", "c")])["errors"]
    assert [error["code"] for error in errors["_errors"]] == ["A", "B"]
    assert errors["0"] == {"_errors": [{"code": "C", "message": "c"}]}
