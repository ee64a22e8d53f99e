"""What Discord refuses of the bodies that a bot sends, which the library hardly checks; pure functions."""

from bot.sandbox.payloads.callbacks import Callback, Kind, callback_refusals, choices_refusals
from bot.sandbox.payloads.commands import command_refusals, one_command_refusals
from bot.sandbox.payloads.measures import Measure, measures
from bot.sandbox.payloads.messages import is_empty, message_refusals
from bot.sandbox.payloads.modals import modal_refusals
from bot.sandbox.payloads.refusals import Refusal, form_errors

__all__ = [
    "Callback",
    "Kind",
    "Measure",
    "Refusal",
    "callback_refusals",
    "choices_refusals",
    "command_refusals",
    "form_errors",
    "is_empty",
    "measures",
    "message_refusals",
    "modal_refusals",
    "one_command_refusals",
]
