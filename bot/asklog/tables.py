"""The tables, and what each of their columns keeps, in the plain words that /privacy is made from."""

from typing import Any

import sqlalchemy as sa

from bot.translation import N_

KEY = 64
"""Characters of a key."""
EVERYTHING = 0
"""Stands for all servers together where counts are kept by server: no server has this id."""
NO_CARD = ""
"""Stands for no card where counts are kept by card: a part of a primary key cannot be null."""

metadata = sa.MetaData()


def _column(name: str, kind: "sa.types.TypeEngine[Any]", keeps: str, **options: Any) -> "sa.Column[Any]":
    return sa.Column(name, kind, doc=keeps, **options)


_NUMBER = N_("a number of the row")
_RANDOM = N_("a random key, so that nothing is counted twice")
_SERVER = N_("the number of the server (none in direct messages, and where only members installed the bot)")
_LOCALE = N_("the language that Discord is set to")

asks = sa.Table(
    "asks",
    metadata,
    _column("id", sa.Integer(), _NUMBER, primary_key=True),
    _column("key", sa.String(KEY), _RANDOM, nullable=False, unique=True),
    _column("at", sa.DateTime(timezone=True), N_("when, in UTC"), nullable=False),
    _column("surface", sa.String(16), N_("by which command, by a mention or by a message’s menu"), nullable=False),
    _column("outcome", sa.String(16), N_("whether a card was found, several were offered, or none"), nullable=False),
    _column("card", sa.String(80), N_("the card that was the answer")),
    _column("picked", sa.Boolean(), N_("whether it was chosen from several"), nullable=False),
    _column("score", sa.Float(), N_("how well it fitted")),
    _column("guild", sa.BigInteger(), _SERVER, index=True),
    _column("locale", sa.String(16), _LOCALE),
    _column(
        "question",
        sa.String(200),
        N_("the words, only where no card was clear, without mentions, links, addresses and long numbers"),
    ),
)
_few: dict[sa.Index, Any] = {}
for _name, _of in (("words", asks.c.question.is_not(None)), ("picks", asks.c.picked)):
    # Words and choices are few among many asks.
    _few[sa.Index(f"ix_asks_{_name}", asks.c.at, sqlite_where=_of)] = _of


def _tell_postgresql(_table: sa.Table, connection: sa.Connection, **_: Any) -> None:
    if connection.dialect.name == "postgresql":
        for index, of in _few.items():
            index.dialect_options["postgresql"]["where"] = of


# Not with the indexes: whatever names PostgreSQL has its whole dialect loaded, three megabytes.
sa.event.listen(asks, "before_create", _tell_postgresql)

feedback = sa.Table(
    "feedback",
    metadata,
    _column("id", sa.Integer(), _NUMBER, primary_key=True),
    _column("key", sa.String(KEY), _RANDOM, nullable=False, unique=True),
    _column("at", sa.DateTime(timezone=True), N_("when, in UTC"), nullable=False, index=True),
    _column("voice", sa.String(16), N_("what was said: helpful, not helpful, an error, a wish"), nullable=False),
    _column("card", sa.String(80), N_("the card it is about")),
    _column("version", sa.String(16), N_("the version of the card")),
    _column("part", sa.String(80), N_("for an error, the part of the card")),
    _column("text", sa.String(300), N_("for an error, the words of the report, cleaned like those of a question")),
    _column("ask", sa.String(KEY), N_("for a wish, the random key of the question")),
    _column("guild", sa.BigInteger(), _SERVER),
    _column("locale", sa.String(16), _LOCALE),
)

daily = sa.Table(
    "daily",
    metadata,
    _column("guild", sa.BigInteger(), _SERVER, primary_key=True, autoincrement=False),
    _column("day", sa.Date(), N_("the day, in UTC"), primary_key=True),
    _column("card", sa.String(80), N_("the card that was the answer"), primary_key=True),
    _column("surface", sa.String(16), N_("by which command, by a mention or by a message’s menu"), primary_key=True),
    _column("outcome", sa.String(16), N_("whether a card was found, several were offered, or none"), primary_key=True),
    _column("picked", sa.Boolean(), N_("whether it was chosen from several"), primary_key=True),
    _column(
        "asks", sa.Integer(), N_("how many questions were alike in server, card, command and outcome"), nullable=False
    ),
    sqlite_with_rowid=False,
)
"""The asks counted by day, once for their server and once for EVERYTHING: what statistics are read from.

Without it a month of a busy bot would be half a million rows to count.
"""

servers = sa.Table(
    "servers",
    metadata,
    _column("guild", sa.BigInteger(), N_("the number of the server"), primary_key=True, autoincrement=False),
    _column("visibility", sa.String(16), N_("who sees answers"), nullable=False),
    _column("language", sa.String(16), N_("the language of the server")),
    _column("changed", sa.DateTime(timezone=True), N_("when that was last changed"), nullable=False),
    _column("digest_channel", sa.BigInteger(), N_("the channel of the weekly digest")),
    _column("digest_time", sa.String(16), N_("day and hour of the digest")),
    _column("time_zone", sa.String(64), N_("the time zone of the digest")),
)

digests = sa.Table(
    "digests",
    metadata,
    _column("guild", sa.BigInteger(), N_("the number of the server"), primary_key=True, autoincrement=False),
    _column("week", sa.String(8), N_("the week of the digest"), primary_key=True),
    _column("claimed", sa.DateTime(timezone=True), N_("when the digest was begun"), nullable=False),
    _column("sent", sa.DateTime(timezone=True), N_("when it was sent")),
)

departures = sa.Table(
    "departures",
    metadata,
    _column("guild", sa.BigInteger(), N_("the number of the server"), primary_key=True, autoincrement=False),
    _column("since", sa.DateTime(timezone=True), N_("since when the bot is no longer in it"), nullable=False),
)


def stored() -> dict[str, tuple[tuple[str, str], ...]]:
    """Every table with its columns, each with what it keeps, in words that are to be translated."""
    return {
        table.name: tuple((column.name, column.doc or "") for column in table.columns)
        for table in metadata.sorted_tables
    }
