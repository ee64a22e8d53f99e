"""Menus and groups: components that offer options or entities, in messages and in modals."""

from collections.abc import Iterator

from bot import limits
from bot.sandbox.payloads.fields import Check, Rule, boolean, many, model, one_of, snowflake, text, whole
from bot.sandbox.payloads.refusals import Json, Path, Refusal, bad_length, too_great

NUMBERED = {"id": whole(0, limits.COMPONENT_NUMBER)}
CUSTOM_ID = text(1, limits.CUSTOM_ID)
CHANNEL_TYPES = (*range(6), *range(10, 17))
"""Of all channels that Discord has, those of conversations too: a menu takes whichever it is told."""
STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 3, 5, 6, 7, 8
FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 19, 21, 22, 23
ENTITIES = {
    USER_SELECT: ("user",),
    ROLE_SELECT: ("role",),
    MENTIONABLE_SELECT: ("user", "role"),
    CHANNEL_SELECT: ("channel",),
}


def emoji_shown(component: Json, path: Path) -> Iterator[Refusal]:
    """An emoji is a custom one by its id, or the character itself."""
    emoji = component.get("emoji")
    if emoji and not emoji.get("id") and emoji["name"].isascii():
        yield Refusal((*path, "emoji", "name"), "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji")


EMOJI = model({"name": text(0, limits.EMOJI_NAME)}, {"id": snowflake, "animated": boolean})
_OPTION_TEXT = {"label": text(1, limits.SELECT_OPTION), "value": text(1, limits.SELECT_OPTION)}
_OPTION_MORE = {"description": text(0, limits.SELECT_OPTION), "default": boolean}
OPTION = model(_OPTION_TEXT, {**_OPTION_MORE, "emoji": EMOJI}, emoji_shown)
GROUP_OPTION = model(_OPTION_TEXT, _OPTION_MORE)


def _range(component: Json, path: Path) -> Iterator[Refusal]:
    least, most = component.get("min_values"), component.get("max_values")
    if least is not None and least > (1 if most is None else most):
        yield too_great((*path, "min_values"), 1 if most is None else most)


def _values_once(component: Json, path: Path) -> Iterator[Refusal]:
    values = [option["value"] for option in component["options"]]
    for index, value in enumerate(values):
        if value in values[:index]:
            words = "The specified option value is already used"
            yield Refusal((*path, "options", index), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", words)


def _enough_options(component: Json, path: Path) -> Iterator[Refusal]:
    """Discord says it of the options, not of `max_values`."""
    most = component.get("max_values") or 1
    if most > len(component["options"]):
        top = limits.SELECT_OPTIONS if component["type"] == STRING_SELECT else limits.GROUP_OPTIONS
        yield bad_length((*path, "options"), most, top)


def _defaults(component: Json, path: Path) -> Iterator[Refusal]:
    chosen = sum(bool(option.get("default")) for option in component.get("options") or [])
    all_of_a_group = len(component["options"]) if component["type"] == CHECKBOX_GROUP else 1
    if chosen > (component.get("max_values") or all_of_a_group):
        yield _too_many_defaults((*path, "options"))


def _default_values(component: Json, path: Path) -> Iterator[Refusal]:
    if len(component.get("default_values") or []) > (component.get("max_values") or 1):
        yield _too_many_defaults((*path, "default_values"))


def _types_once(component: Json, path: Path) -> Iterator[Refusal]:
    types = component.get("channel_types") or []
    for index, kind in enumerate(types):
        if kind in types[:index]:
            # The closest code, that of other lists in which each thing stands once.
            words = "The set already contains this value"
            yield Refusal((*path, "channel_types", index), "SET_TYPE_ALREADY_CONTAINS_VALUE", words)


def _too_many_defaults(path: Path) -> Refusal:
    words = "The specified number of default values exceeds the specified maximum values"
    return Refusal(path, "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", words)


def _group_range(component: Json, path: Path) -> Iterator[Refusal]:
    """A checkbox group without `max_values` lets all be ticked."""
    yield from _range({"max_values": len(component.get("options") or []) or 1, **_given(component)}, path)


def _given(component: Json) -> Json:
    return {name: value for name, value in component.items() if value is not None}


def answerable(component: Json, path: Path) -> Iterator[Refusal]:
    """A rule of modals, where a menu is required unless it says otherwise; messages do not look at `required`."""
    if component.get("min_values") == 0 and component.get("required") is not False:
        words = "Select menus marked as required cannot have a min_values of 0"
        yield Refusal((*path, "min_values"), "SELECT_COMPONENT_REQUIRED_ZERO_MIN_VALUES", words)


def selects(disabled: Check, *rules: Rule) -> dict[int, Check]:
    """The five select menus by their type, with rules of the place where they stand."""
    common = {
        **NUMBERED,
        "placeholder": text(0, limits.SELECT_PLACEHOLDER),
        "min_values": whole(0, limits.SELECT_OPTIONS),
        "max_values": whole(1, limits.SELECT_OPTIONS),
        "disabled": disabled,
        "required": boolean,
    }
    options = many(OPTION, 1, limits.SELECT_OPTIONS)
    of_strings = (*rules, _range, _values_once, _enough_options, _defaults)
    made = {STRING_SELECT: model({"custom_id": CUSTOM_ID, "options": options}, common, *of_strings)}
    for kind, entities in ENTITIES.items():
        default = model({"id": snowflake, "type": one_of(*entities)}, {})
        more: dict[str, Check] = {"default_values": many(default, 0, limits.SELECT_OPTIONS)}
        of_entities = (*rules, _range, _default_values)
        if kind == CHANNEL_SELECT:
            more["channel_types"] = many(one_of(*CHANNEL_TYPES))
            of_entities = (*of_entities, _types_once)
        made[kind] = model({"custom_id": CUSTOM_ID}, {**common, **more}, *of_entities)
    return made


def _group(least: int) -> dict[str, Check]:
    return {"custom_id": CUSTOM_ID, "options": many(GROUP_OPTION, least, limits.GROUP_OPTIONS)}


_COUNTED = {
    **NUMBERED,
    "required": boolean,
    "min_values": whole(0, limits.GROUP_OPTIONS),
    "max_values": whole(1, limits.GROUP_OPTIONS),
}
MODAL_ONLY = {
    FILE_UPLOAD: model({"custom_id": CUSTOM_ID}, _COUNTED, _range),
    RADIO_GROUP: model(_group(2), {**NUMBERED, "required": boolean}, _values_once, _defaults),
    CHECKBOX_GROUP: model(_group(1), _COUNTED, _group_range, _values_once, _enough_options, _defaults),
    CHECKBOX: model({"custom_id": CUSTOM_ID}, {**NUMBERED, "default": boolean}),
}
