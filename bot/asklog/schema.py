"""How an empty database gets the newest tables at once."""

import sqlalchemy as sa

from bot.asklog.tables import metadata

VERSIONED = "alembic_version"
"""The table in which migrations keep how far they came."""

_VERSION = sa.Table(
    VERSIONED,
    sa.MetaData(),
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def has_version(connection: sa.Connection) -> bool:
    """Whether migrations were ever made in a database."""
    return sa.inspect(connection).has_table(_VERSION.name)


def make(connection: sa.Connection, version: str) -> None:
    """Make in an empty database what all the migrations up to this one, the last, make; in the open transaction."""
    metadata.create_all(connection)
    _VERSION.create(connection)
    connection.execute(sa.insert(_VERSION), {"version_num": version})
