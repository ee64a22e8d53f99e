"""The token's shape. Nothing of it is told but the application's id, which is public."""

import base64
import binascii
import os
import re
from pathlib import Path

from bot.config import TOKEN_VARIABLE
from bot.hosting.doctor.findings import Case, Finding, Findings, right, wrong

TOKEN = "token"  # noqa: S105  # the name of an area
PORTAL = "copy the token from the developer portal (your application → Bot → Reset Token)"

_SNOWFLAKE = re.compile(r"[0-9]{17,20}")
_OTHERS = (
    (_SNOWFLAKE, "the application's id"),
    (re.compile(r"[0-9a-f]{64}"), "the application's public key"),
    (re.compile(r"[\w-]{32}"), "a client secret"),
)
"""What else the portal shows, by its shape."""


async def token(_case: Case) -> Findings:
    given = os.environ.get(TOKEN_VARIABLE)
    yield shaped(given) if given and given.strip() else _missing()


def shaped(given: str) -> Finding:
    """What the shape of a token tells of it."""
    secret = given.strip()
    if secret[0] in "\"'«“" or secret[-1] in "\"'»”":
        return wrong(TOKEN, f"{TOKEN_VARIABLE} has quotation marks in it", "Write it without them: in an env file too.")
    if secret.lower().startswith(("bot ", "bearer ")):
        return wrong(TOKEN, f"{TOKEN_VARIABLE} begins with a word", "Leave «Bot» out: the bot adds it by itself.")
    if not secret.isprintable() or " " in secret:
        return wrong(TOKEN, f"{TOKEN_VARIABLE} has a blank or a line break in it", f"In one line, {PORTAL}.")
    for other, name in _OTHERS:
        if other.fullmatch(secret):
            return wrong(TOKEN, f"{TOKEN_VARIABLE} looks like {name}, not like a token", f"Instead of it, {PORTAL}.")
    parts = secret.split(".")
    application = _application(parts[0])
    if len(parts) != 3 or application is None or not all(re.fullmatch(r"[\w-]+", part) for part in parts):
        said = f"{TOKEN_VARIABLE} has not the shape of a token: three parts with dots between them"
        return wrong(TOKEN, said, f"As a whole, {PORTAL}.")
    blanks = "; the blanks around it do no harm" if secret != given else ""
    return right(TOKEN, f"{TOKEN_VARIABLE} has the shape of a token, of the application {application}{blanks}")


def _application(part: str) -> str | None:
    """The id that the first part of a token holds."""
    try:
        decoded = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return decoded if _SNOWFLAKE.fullmatch(decoded) else None


def _missing() -> Finding:
    like = sorted(name for name in os.environ if "TOKEN" in name.upper() and "DISCORD" in name.upper())
    others = [name for name in like if name != TOKEN_VARIABLE]
    if others:
        return wrong(
            TOKEN, f"{TOKEN_VARIABLE} is not set, but {others[0]} is", f"Name the variable {TOKEN_VARIABLE} instead."
        )
    if Path(".env").exists():
        said = f"{TOKEN_VARIABLE} is not set; there is a file .env here, which the bot does not read by itself"
        return wrong(TOKEN, said, "Before you start the bot: set -a; . ./.env; set +a")
    said = f"{TOKEN_VARIABLE} is not set in the environment of this command"
    # Whoever runs it as a service has it set there, and not here.
    load = "of a service, load its env file: set -a; . FILE; set +a"
    return wrong(TOKEN, said, f"{PORTAL[:1].upper()}{PORTAL[1:]}, then: export {TOKEN_VARIABLE}=… — {load}")
