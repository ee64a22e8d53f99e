"""A Discord on loopback, so that the real bot runs without a token: REST, gateway, a world to act in, a chat page."""

from bot.sandbox.errors import Misuse, NoAnswer
from bot.sandbox.interactions import Interaction
from bot.sandbox.messages import Message
from bot.sandbox.server import NotLoopback, PortTaken, Sandbox, point_library_at
from bot.sandbox.world import Person, World

__all__ = [
    "Interaction",
    "Message",
    "Misuse",
    "NoAnswer",
    "NotLoopback",
    "Person",
    "PortTaken",
    "Sandbox",
    "World",
    "point_library_at",
]
