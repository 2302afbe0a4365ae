"""The archive, the freezes, the overlay and its audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "ranking_ledger",
        sa.Column("partition", sa.SmallInteger, primary_key=True),
        sa.Column("slot", sa.Integer, primary_key=True),
        sa.Column("column", sa.String(32), primary_key=True),
        sa.Column("article_id", sa.String(128), primary_key=True),
        sa.Column("value", sa.Double, nullable=False),
    )
    op.create_table(
        "ranking_articles",
        sa.Column("article_id", sa.String(128), primary_key=True),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_table(
        "ranking_freezes",
        sa.Column("slot", sa.Integer, primary_key=True),
        sa.Column("channel", sa.String(64), primary_key=True),
        sa.Column("board", sa.String(32), primary_key=True),
        sa.Column("metric", sa.String(16), primary_key=True),
        sa.Column("entries", sa.Text, nullable=False),
    )
    op.create_table(
        "ranking_overlays",
        sa.Column("channel", sa.String(64), primary_key=True),
        sa.Column("board", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("article_id", sa.String(128), primary_key=True),
        sa.Column("value", sa.Integer, nullable=False),
    )
    op.create_table(
        "ranking_audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("board", sa.String(32), nullable=False),
        sa.Column("article_id", sa.String(128), nullable=False),
        sa.Column("value", sa.Integer, nullable=False),
    )
    op.create_index("ranking_audit_at", "ranking_audit", ["at_ms"])
