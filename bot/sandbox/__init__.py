"""A Discord on loopback, so that the real bot runs without a token: REST and gateway, held to Discord's limits."""

from bot.sandbox.server import Reply, Sandbox, point_library_at

__all__ = ["Reply", "Sandbox", "point_library_at"]
