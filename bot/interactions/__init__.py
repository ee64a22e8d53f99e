"""The Discord shell: what members type goes to the desk, what the desk says becomes components. No logic of its own."""

from bot.interactions.client import BriefbotClient

__all__ = ["BriefbotClient"]
