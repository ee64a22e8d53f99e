"""open_desk: the one place where things are wired."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from bot.asklog import AskLog
from bot.config import Config
from bot.desk.apart import load_apart
from bot.desk.briefing import BriefingDesk
from bot.desk.decks import load_deck
from bot.desk.stores import in_time
from bot.model import Period

OPEN_SECONDS = 2.0
"""How long the first answer may wait for the log to be opened; it goes on being opened meanwhile."""

POPULAR_DAYS = 90
"""How far back completions know what was asked about."""


@asynccontextmanager
async def open_desk(
    config: Config, *, drafts: bool = False, ahead: bool = True, lean: bool = False
) -> AsyncIterator[BriefingDesk]:
    """A desk with its deck loaded; with `drafts`, unpublished cards too. Raises ContentError.

    Its log is opened `ahead` of the first ask; otherwise by whoever uses it first, who is then told what is wrong.
    A `lean` one is for a process that is to last: it takes a few hundredths of a second more, and a fifth less memory.
    """
    deck = load_apart(config, drafts=drafts) if lean else load_deck(config, drafts=drafts)
    from bot.asklog.database import Database
    from bot.asklog.sql import SqlAskLog
    from bot.asklog.sql_servers import SqlServerBook

    database = Database(config.asklog_url)
    asklog = SqlAskLog(database, retention=timedelta(days=config.retention_days), spool=config.spool)
    try:
        desk = BriefingDesk(deck, asklog, SqlServerBook(database), fewest=config.fewest_shown)
        if ahead:
            # With what was asked before. Where that fails each ask tries again.
            desk.remember(await in_time(_open(asklog), OPEN_SECONDS, {}, "the ask log cannot be opened"))
        yield desk
    finally:
        await asklog.close()


async def _open(asklog: AskLog) -> dict[str, int]:
    await asklog.open()
    counted: Counter[str] = Counter()
    for count in await asklog.tally(Period.ending(datetime.now(UTC).date(), POPULAR_DAYS)):
        if count.card:
            counted[count.card] += count.asks
    return dict(counted)
