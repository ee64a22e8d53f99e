"""What a person gives: options of a command, choices of a select, fields of a modal, held to what the bot asked for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bot.sandbox.errors import Misuse
from bot.sandbox.messages import Upload
from bot.sandbox.payloads.commands import (
    ATTACHMENT,
    BOOLEAN,
    CHANNEL,
    INTEGER,
    MENTIONABLE,
    NUMBER,
    ROLE,
    STRING,
    SUB_COMMAND,
    SUB_COMMAND_GROUP,
    USER_OPTION,
)
from bot.sandbox.payloads.components import ACTION_ROW, TEXT_DISPLAY
from bot.sandbox.payloads.modals import LABEL, TEXT_INPUT
from bot.sandbox.payloads.selects import CHECKBOX, CHECKBOX_GROUP, ENTITIES, FILE_UPLOAD, RADIO_GROUP, STRING_SELECT
from bot.sandbox.places import Channel, Json, Role, Server, User

if TYPE_CHECKING:
    from bot.sandbox.world import Person

ENTITY_OPTIONS = {
    USER_OPTION: ("user",),
    CHANNEL: ("channel",),
    ROLE: ("role",),
    MENTIONABLE: ("user", "role"),
}
GROUPS = {SUB_COMMAND, SUB_COMMAND_GROUP}
STRING_LENGTH = 6_000
"""Characters of a string option where the command sets no limit."""


def given_options(
    person: "Person", command: Json, path: Sequence[str], values: dict[str, Any], *, focused: str | None = None
) -> Json:
    """The data of a command interaction. Raises Misuse where Discord's client would not send it."""
    resolved: Json = {}
    holder, nested = command, []
    for name in path:
        inside = [option for option in holder.get("options") or [] if option["name"] == name]
        if not inside or inside[0]["type"] not in GROUPS:
            raise Misuse(f"/{command['name']} has no «{name}».")
        holder = inside[0]
        nested.append(holder)
    known = {option["name"]: option for option in holder.get("options") or []}
    if unknown := set(values) - set(known):
        raise Misuse(f"/{command['name']} has no option «{min(unknown)}», only: {', '.join(known) or 'none'}.")
    missing = [name for name, option in known.items() if option.get("required") and values.get(name) in (None, "")]
    if missing and focused is None:
        raise Misuse(f"/{command['name']} needs «{missing[0]}».")
    options = [
        _option(person, known[name], value, resolved, focused=name == focused)
        for name, value in values.items()
        if value is not None
    ]
    for group in reversed(nested):
        options = [{"type": group["type"], "name": group["name"], "options": options}]
    data = {"id": command["id"], "name": command["name"], "type": command["type"], "options": options}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data | ({"resolved": resolved} if resolved else {})


def _option(person: "Person", option: Json, value: Any, resolved: Json, *, focused: bool) -> Json:
    kind, name = option["type"], option["name"]
    base = {"name": name, "type": kind}
    if focused:
        return {**base, "value": str(value), "focused": True}
    if kind == ATTACHMENT and isinstance(value, Upload):
        return {**base, "value": _resolve_file(person, value, resolved)}
    if kind in ENTITY_OPTIONS:
        return {**base, "value": _resolve(person, option, value, ENTITY_OPTIONS[kind], resolved)}
    wanted: dict[int, tuple[type, ...]] = {STRING: (str,), INTEGER: (int,), BOOLEAN: (bool,), NUMBER: (int, float)}
    if not isinstance(value, wanted.get(kind, ())) or (kind != BOOLEAN and isinstance(value, bool)):
        raise Misuse(f"«{name}» does not take {value!r}.")
    if option.get("choices") and value not in [choice["value"] for choice in option["choices"]]:
        raise Misuse(f"«{value}» is not one of the choices of «{name}».")
    size: Any = len(str(value)) if kind == STRING else value
    least, most = (
        (option.get("min_length", 0), option.get("max_length", STRING_LENGTH))
        if kind == STRING
        else (option.get("min_value", float("-inf")), option.get("max_value", float("inf")))
    )
    if kind != BOOLEAN and not least <= size <= most:
        unit = "characters" if kind == STRING else ""
        raise Misuse(f"«{name}» takes {least} to {most} {unit}".strip() + f", not {size}.")
    return {**base, "value": value}


def _resolve(person: "Person", asked: Json, value: Any, kinds: Sequence[str], resolved: Json) -> str:
    """The id of a user, role or channel of this place, and what Discord tells the bot of it. Raises Misuse.

    `asked`: the option or menu, which may say what types of channels it takes.
    """
    wanted, server = str(getattr(value, "id", value)), person.channel.server
    user = person.world.users.get(wanted) if "user" in kinds else None
    if user and (server is None or user.id in server.members):
        resolved.setdefault("users", {})[wanted] = user.json()
        if server:
            resolved.setdefault("members", {})[wanted] = partial_member(server, user)
        return wanted
    roles = {role.id: role for role in server.roles} if server else {}
    if "role" in kinds and wanted in roles:
        resolved.setdefault("roles", {})[wanted] = roles[wanted].json()
        return wanted
    if "channel" in kinds and (channel := _seen_channel(person, wanted, asked.get("channel_types"))):
        resolved.setdefault("channels", {})[wanted] = channel.chosen_by(person.user)
        return wanted
    raise Misuse(f"There is no {' or '.join(kinds)} {wanted} here.")


def _seen_channel(person: "Person", channel_id: str, types: Sequence[int] | None) -> Channel | None:
    """A channel of this server that the person sees. Raises Misuse where it is of another type than these."""
    server = person.channel.server
    found = next((known for known in server.channels if known.id == channel_id), None) if server else None
    if found is None or not found.has(person.user):
        return None
    if types and found.type not in types:
        raise Misuse(
            f"#{found.name} is a channel of type {found.type:d}, and only {', '.join(map(str, types))} is taken."
        )
    return found


def partial_member(server: Server, user: User) -> Json:
    """A member without the user, as Discord sends it beside the users."""
    return {key: item for key, item in server.member(user).items() if key != "user"}


def _resolve_file(person: "Person", file: Upload, resolved: Json) -> str:
    attachment = person.world.board.keep(file)
    resolved.setdefault("attachments", {})[attachment["id"]] = attachment
    return str(attachment["id"])


def filled_modal(person: "Person", modal: Json, values: dict[str, Any]) -> Json:
    """The data of a modal that is sent, with values by custom_id. Raises Misuse."""
    resolved: Json = {}

    def filled(part: Json) -> Json:
        kept = {"type": part["type"], "id": part.get("id", 0)}
        if part["type"] == TEXT_DISPLAY:
            return kept
        if part["type"] == ACTION_ROW:
            return kept | {"components": [filled(inside) for inside in part["components"]]}
        if part["type"] == LABEL:
            return kept | {"component": filled(part["component"])}
        made = submitted(person, part, values.get(part["custom_id"]))
        for kind, found in made.pop("resolved", {}).items():
            resolved.setdefault(kind, {}).update(found)
        return kept | made | {"custom_id": part["custom_id"]}

    components = [filled(part) for part in modal["components"]]
    return {"custom_id": modal["custom_id"], "components": components} | ({"resolved": resolved} if resolved else {})


def submitted(person: "Person", part: Json, value: Any) -> Json:
    """What a field sends: `values` of a select, `value` of a text, and what is resolved. Raises Misuse."""
    kind = part["type"]
    if kind == TEXT_INPUT:
        return {"value": _text(part, part.get("value") or "" if value is None else value)}
    if kind == RADIO_GROUP:
        return {"value": _radio(part, value)}
    if kind == CHECKBOX:
        return {"value": bool(part.get("default") if value is None else value)}
    resolved: Json = {}
    if kind == FILE_UPLOAD:
        files = [_resolve_file(person, file, resolved) for file in _bounded(part, list(value or []))]
        return {"values": files, "resolved": resolved}
    if value is None:
        value = _by_default(part)
    chosen = _bounded(part, [value] if isinstance(value, str | User | Role | Channel) else list(value))
    if kind in (STRING_SELECT, CHECKBOX_GROUP):
        offered = {option["value"] for option in part["options"]}
        if wrong := [item for item in chosen if item not in offered]:
            raise Misuse(f"«{wrong[0]}» is not one of the options of «{part['custom_id']}».")
        return {"values": chosen}
    ids = [_resolve(person, part, item, ENTITIES[kind], resolved) for item in chosen]
    # Discord leaves out what is empty: a menu that was cleared resolves nothing.
    return {"values": ids} | ({"resolved": resolved} if resolved else {})


def _by_default(part: Json) -> list[str]:
    """What a field that is left as it is has chosen."""
    chosen = [option["value"] for option in part.get("options") or [] if option.get("default")]
    return chosen or [str(default["id"]) for default in part.get("default_values") or []]


def _bounded(part: Json, chosen: list[Any], many: int = 1) -> list[Any]:
    if part["type"] == CHECKBOX_GROUP:
        many = len(part["options"])
    least = 1 if part.get("min_values") is None else part["min_values"]
    most = part.get("max_values") or many
    optional = part.get("required") is False
    if not least <= len(chosen) <= most and not (optional and not chosen):
        raise Misuse(f"«{part['custom_id']}» takes {least} to {most}, not {len(chosen)}.")
    return chosen


def _radio(part: Json, value: Any) -> str | None:
    if value is None:
        value = next((option["value"] for option in part["options"] if option.get("default")), None)
    if value is None and part.get("required", True):
        raise Misuse(f"«{part['custom_id']}» needs a choice.")
    if value is not None and value not in [option["value"] for option in part["options"]]:
        raise Misuse(f"«{value}» is not one of the options of «{part['custom_id']}».")
    return None if value is None else str(value)


def _text(part: Json, value: Any) -> str:
    text = str(value)
    least = part.get("min_length") or (1 if part.get("required", True) else 0)
    most = part.get("max_length") or 4_000
    if not (least <= len(text) <= most or (not text and part.get("required") is False)):
        raise Misuse(f"«{part['custom_id']}» takes {least} to {most} characters, not {len(text)}.")
    return text
