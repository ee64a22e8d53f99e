"""What goes wrong in the sandbox: an answer of Discord's API to the bot, or a misuse by who drives the world."""

from collections.abc import Sequence
from typing import Any

from bot.sandbox.payloads import Refusal, form_errors


class ApiError(Exception):
    """An answer other than success: HTTP status, Discord's code, message, and the errors by field."""

    def __init__(self, status: int, code: int, message: str, errors: dict[str, Any] | None = None) -> None:
        super().__init__(f"{status} (code {code}): {message}")
        self.status = status
        self.body: dict[str, Any] = {"message": message, "code": code, **({"errors": errors} if errors else {})}


class Misuse(Exception):  # it is no error of the bot
    """A person tried what Discord's client would not let them do."""


class NoAnswer(Exception):  # «The application did not respond» is what the person reads
    """The bot gave no first response within three seconds."""


def invalid_form(refusals: Sequence[Refusal]) -> ApiError:
    body = form_errors(refusals)
    return ApiError(400, body["code"], body["message"], body["errors"])


def unknown(what: str, code: int) -> ApiError:
    return ApiError(404, code, f"Unknown {what}")


MISSING_ACCESS, TOO_LARGE, INVALID_JSON, CANNOT_SEND = 50001, 40005, 50109, 50007
UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MEMBER, UNKNOWN_MESSAGE, UNKNOWN_USER = 10003, 10004, 10007, 10008, 10013
UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION, UNKNOWN_COMMAND = 10015, 10062, 10063
ALREADY_ACKNOWLEDGED, TOO_MANY_FOLLOW_UPS, INVALID_WEBHOOK_TOKEN = 40060, 40094, 50027
EMPTY_MESSAGE, NOT_THE_AUTHOR, MISSING_PERMISSIONS = 50006, 50005, 50013
"""Discord's JSON error codes. Source: its documentation, «Opcodes and Status Codes»."""
