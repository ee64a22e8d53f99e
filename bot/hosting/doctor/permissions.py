"""How the application is set up in Discord's portal, where it may be installed, and which commands it has."""

from collections.abc import Iterator
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.hosting.doctor.asking import Reply, ask, failed
from bot.hosting.doctor.findings import Finding, right, several, skipped, warning, wrong
from bot.interactions import commands

PERMISSIONS = "permissions"

PRIVILEGED = {
    "presence": 1 << 12 | 1 << 13,
    "server members": 1 << 14 | 1 << 15,
    "message content": 1 << 18 | 1 << 19,
}
"""Flags of an application that may see more than the bot needs."""
SCOPES = {"bot", "applications.commands"}
SERVERS = "0"
"""Discord's key for what is installed in servers."""
PORTAL = "In the developer portal"


async def permissions(line: aiohttp.ClientSession, token: str, application: Reply) -> list[Finding]:
    if not application.good:
        return [failed(PERMISSIONS, "the application", application)]
    data = application.data
    found = [*_set_up(data), *_installed(data)]
    registered = await ask(line, f"/applications/{data['id']}/commands", token)
    found.append(_commands(registered.data) if registered.good else failed(PERMISSIONS, "the commands", registered))
    said = "not checked: whether it may write where a digest goes, since that takes a session (see /settings there)"
    return [*found, skipped(PERMISSIONS, said)]


def _set_up(data: dict[str, Any]) -> Iterator[Finding]:
    flags = int(data.get("flags") or 0)
    if open_to := [name for name, bits in PRIVILEGED.items() if flags & bits]:
        said = f"application {data['id']} may see more than the bot needs: {', '.join(open_to)}"
        yield right(PERMISSIONS, said, f"{PORTAL} → Bot, the privileged intents may be switched off.")
    else:
        yield right(PERMISSIONS, f"application {data['id']} has no privileged intents, and needs none")
    if data.get("interactions_endpoint_url"):
        said = "commands and presses are sent to a web address instead of the bot"
        yield wrong(PERMISSIONS, said, f"{PORTAL} → General Information, empty «Interactions Endpoint URL».")
    if data.get("bot_require_code_grant"):
        said = "adding the bot needs an OAuth2 code grant, so invitations fail"
        yield warning(PERMISSIONS, said, f"{PORTAL} → Bot, switch off «Requires OAuth2 Code Grant».")


def _installed(data: dict[str, Any]) -> Iterator[Finding]:
    invite = f"discord.com/oauth2/authorize?client_id={data['id']}&scope=bot%20applications.commands&permissions=0"
    contexts = data.get("integration_types_config")
    if contexts is not None:
        yield _context(contexts)
    count = data.get("approximate_guild_count")
    if count == 0:
        yield warning(PERMISSIONS, "the bot is in no server", f"Add it: https://{invite}")
    elif count:
        yield right(PERMISSIONS, f"the bot is in about {several(int(count), 'server')}")


def _context(contexts: dict[str, Any]) -> Finding:
    """Whether the app can be added to servers, with all that its commands need."""
    if SERVERS not in contexts:
        said = "the application cannot be added to servers"
        return warning(PERMISSIONS, said, f"{PORTAL} → Installation, switch on «Guild Install».")
    scopes = set(((contexts[SERVERS] or {}).get("oauth2_install_params") or {}).get("scopes") or ())
    if scopes and (lacking := SCOPES - scopes):
        named = ", ".join(sorted(lacking))
        said = f"Discord's own button for adding the bot leaves out: {named}"
        return warning(PERMISSIONS, said, f"{PORTAL} → Installation → Guild Install, add to the scopes: {named}.")
    return right(PERMISSIONS, "the application may be added to servers")


def _commands(registered: list[dict[str, Any]]) -> Finding:
    """What is registered, held against the commands of this version, in what members see of them."""
    # Never connected: the library needs one to say what it would register.
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))
    ours = {_sketch(command.to_dict(tree)) for command in commands.ALL}
    theirs = {_sketch(command) for command in registered}
    if ours == theirs:
        return right(PERMISSIONS, f"{several(len(theirs), 'command')} are registered, those of this version")
    names = sorted({sketch[1] for sketch in ours ^ theirs})
    said = f"{several(len(theirs), 'command')} registered; other than in this version: {', '.join(names[:5])}"
    return warning(PERMISSIONS, said, "Start the bot: it registers them; then reload Discord (Ctrl+R).")


def _sketch(command: Any) -> tuple[int, str, str, tuple[Any, ...]]:
    """Type, name, description and options of a command or an option: what members see of it."""
    options = tuple(_sketch(option) for option in command.get("options") or ())
    return int(command.get("type", 1)), str(command["name"]), str(command.get("description", "")), options
