"""The table of asks."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "asks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("surface", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("card", sa.String(80)),
        sa.Column("picked", sa.Boolean, nullable=False),
        sa.Column("score", sa.Float),
        sa.Column("guild", sa.BigInteger),
        sa.Column("locale", sa.String(16)),
        sa.Column("question", sa.String(200)),
    )
    op.create_index("ix_asks_at", "asks", ["at"])
    op.create_index("ix_asks_card", "asks", ["card"])


def downgrade() -> None:
    op.drop_table("asks")
