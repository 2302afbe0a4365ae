"""Bans, challenges, modes that moderators set, where a comment came from, and what undoing a decision needs."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

BIG = sa.BigInteger()
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "bans",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("value", sa.String(128), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("until", BIG),
        sa.Column("is_shadow", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(500)),
        sa.Column("added_by", sa.String(100), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.UniqueConstraint("kind", "value", "channel"),
    )
    op.create_table(
        "challenges",
        sa.Column("channel", sa.String(64), primary_key=True),
        sa.Column("mode", sa.String(8), nullable=False),
        sa.Column("changed_by", sa.String(100), nullable=False),
        sa.Column("changed_at", BIG, nullable=False),
    )
    op.add_column("articles", sa.Column("close_after_days", sa.Integer()))
    op.add_column("articles", sa.Column("moderators_mode", sa.String(16)))
    for column in (
        sa.Column("is_shadowed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("network", sa.String(64)),
        sa.Column("address", sa.String(32)),
        sa.Column("text_digest", sa.String(32)),
    ):
        op.add_column("comments", column)
    op.create_index("comments_by_reader", "comments", ["reader", "id"])
    op.create_index("comments_by_text", "comments", ["text_digest", "id"])
    op.create_index("comments_by_network", "comments", ["network", "id"])
    op.add_column("audit", sa.Column("subject", sa.String(300)))
    op.add_column("audit", sa.Column("channel", sa.String(64)))
    op.add_column("audit", sa.Column("before", sa.JSON()))
    op.add_column("audit", sa.Column("undone_at", BIG))
