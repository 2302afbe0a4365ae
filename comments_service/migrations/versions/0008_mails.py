"""Reply mails: who asked for them, who confirmed, and each mail on its way."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

BIG = sa.BigInteger()


def upgrade() -> None:
    op.add_column("comments", sa.Column("notify_in", sa.String(2)))
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("reader", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("asked_at", BIG, nullable=False),
        sa.Column("changed_at", BIG, nullable=False),
        sa.UniqueConstraint("address", "reader"),
    )
    op.create_table(
        "mails",
        sa.Column("id", BIG.with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subscription_id", sa.String(26), sa.ForeignKey("subscriptions.id"), nullable=False),
        sa.Column("comment_id", sa.String(26), sa.ForeignKey("comments.id"), nullable=False),
        sa.Column("reply_id", sa.String(26), sa.ForeignKey("comments.id")),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", BIG, nullable=False),
        sa.Column("last_error", sa.String(300)),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("finished_at", BIG),
        sa.UniqueConstraint("key"),
    )
    op.create_index("mails_due", "mails", ["status", "next_at"])
