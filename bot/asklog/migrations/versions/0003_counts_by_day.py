"""Counts by day, the weekly digest, and servers that the bot has left; indexes of what is few among many asks."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "daily",
        sa.Column("guild", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("card", sa.String(80), primary_key=True),
        sa.Column("surface", sa.String(16), primary_key=True),
        sa.Column("outcome", sa.String(16), primary_key=True),
        sa.Column("picked", sa.Boolean, primary_key=True),
        sa.Column("asks", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    _count()
    op.create_table(
        "digests",
        sa.Column("guild", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("week", sa.String(8), primary_key=True),
        sa.Column("claimed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "departures",
        sa.Column("guild", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("servers", sa.Column("digest_channel", sa.BigInteger))
    op.add_column("servers", sa.Column("digest_time", sa.String(16)))
    op.add_column("servers", sa.Column("time_zone", sa.String(64)))
    op.drop_index("ix_asks_at", "asks")
    op.drop_index("ix_asks_card", "asks")
    op.create_index("ix_asks_guild", "asks", ["guild"])
    for name, of in (("words", sa.text("question IS NOT NULL")), ("picks", sa.text("picked"))):
        op.create_index(f"ix_asks_{name}", "asks", ["at"], sqlite_where=of, postgresql_where=of)


def _count() -> None:
    """Count what is there: each ask for everything, and for its server where it has one."""
    day = "date(at)" if op.get_bind().dialect.name == "sqlite" else "(at at time zone 'UTC')::date"
    cell = f"{day}, coalesce(card, ''), surface, outcome, picked"
    into = "insert into daily (guild, day, card, surface, outcome, picked, asks)"
    op.execute(f"{into} select 0, {cell}, count(*) from asks group by {cell}")  # noqa: S608  # words of ours
    of_servers = f"select guild, {cell}, count(*) from asks where guild <> 0 group by guild, {cell}"  # noqa: S608
    op.execute(f"{into} {of_servers}")


def downgrade() -> None:
    for index in ("words", "picks", "guild"):
        op.drop_index(f"ix_asks_{index}", "asks")
    op.create_index("ix_asks_at", "asks", ["at"])
    op.create_index("ix_asks_card", "asks", ["card"])
    for column in ("digest_channel", "digest_time", "time_zone"):
        op.drop_column("servers", column)
    for table in ("departures", "digests", "daily"):
        op.drop_table(table)
