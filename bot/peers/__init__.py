"""The other processes of the same bot, where there are any, and what all of them agree on.

`bot.peers.several` is imported where it is used: its driver of PostgreSQL may not be installed.
"""

from bot.peers.alone import Alone, Peers

__all__ = ["Alone", "Peers"]
