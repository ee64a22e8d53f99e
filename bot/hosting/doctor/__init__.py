"""`python -m bot doctor`: what is right and wrong with a bot and the machine it is on, each with what to do.

Nothing of it is secret or private, so that the page can be copied into a report; and nothing of the bot's is written.
"""

from bot.hosting.doctor.examination import CHECKS, examine
from bot.hosting.doctor.findings import Case, Finding, Verdict

__all__ = ["CHECKS", "Case", "Finding", "Verdict", "examine"]
