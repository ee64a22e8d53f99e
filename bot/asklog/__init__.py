"""Which topics are asked about. Topics are counted, people are not: an Ask has no place for a person.

The SQL store is bot.asklog.sql: it is imported where it is opened, because its libraries take long to load.
"""

from bot.asklog.scrub import scrub
from bot.asklog.store import AskLog, MemoryAskLog

__all__ = ["AskLog", "MemoryAskLog", "scrub"]
