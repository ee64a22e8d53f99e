"""Which topics are asked about, what is said about the answers, and what each server decided.

Topics are counted, people are not: no value that is kept here has a place for a person.
The SQL stores are bot.asklog.sql and bot.asklog.sql_servers, on one bot.asklog.database: they are imported where
they are opened, because their libraries take long to load.
"""

from bot.asklog.scrub import scrub
from bot.asklog.servers import MemoryServerBook, ServerBook
from bot.asklog.store import AskLog, Entry, MemoryAskLog, StoreState

__all__ = ["AskLog", "Entry", "MemoryAskLog", "MemoryServerBook", "ServerBook", "StoreState", "scrub"]
