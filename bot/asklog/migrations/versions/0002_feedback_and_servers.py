"""The tables of feedback and of servers' settings."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voice", sa.String(16), nullable=False),
        sa.Column("card", sa.String(80)),
        sa.Column("version", sa.String(16)),
        sa.Column("part", sa.String(80)),
        sa.Column("text", sa.String(300)),
        sa.Column("ask", sa.String(64)),
        sa.Column("guild", sa.BigInteger),
        sa.Column("locale", sa.String(16)),
    )
    op.create_index("ix_feedback_at", "feedback", ["at"])
    op.create_table(
        "servers",
        sa.Column("guild", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("visibility", sa.String(16), nullable=False),
        sa.Column("language", sa.String(16)),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("servers")
    op.drop_table("feedback")
