"""What one process of the bot runs: the connection, its logs, edits that come live, and how it is."""

from bot.hosting.logs import log_to_stderr
from bot.hosting.process import run_bot

__all__ = ["log_to_stderr", "run_bot"]
