"""Webhooks and their deliveries; cursors for more than one projection."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

BIG = sa.BigInteger()


def upgrade() -> None:
    _give_cursors_a_consumer()
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("url", sa.String(2048), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("description", sa.String(200)),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("secret_number", sa.Integer(), nullable=False),
        sa.Column("previous_until", BIG),
        sa.Column("created_by", sa.String(100), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("updated_at", BIG, nullable=False),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", BIG.with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("webhook_id", sa.String(26), sa.ForeignKey("webhooks.id"), nullable=False),
        sa.Column("event_id", sa.String(26), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", BIG, nullable=False),
        sa.Column("last_status", sa.Integer()),
        sa.Column("last_error", sa.String(300)),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("finished_at", BIG),
        sa.UniqueConstraint("webhook_id", "event_id"),
    )
    op.create_index("webhook_deliveries_due", "webhook_deliveries", ["status", "next_at"])
    op.create_index("webhook_deliveries_of_hook", "webhook_deliveries", ["webhook_id", "id"])


def _give_cursors_a_consumer() -> None:
    op.rename_table("log_cursors", "log_cursors_before")
    op.create_table(
        "log_cursors",
        sa.Column("consumer", sa.String(32), nullable=False),
        sa.Column("partition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.String(64), nullable=False),
        # The old table keeps its constraint's name until it is dropped, and PostgreSQL wants another for this one.
        sa.PrimaryKeyConstraint("consumer", "partition", name="log_cursors_of_consumers"),
    )
    op.execute(
        "INSERT INTO log_cursors (consumer, partition, position) "
        "SELECT 'comments', partition, position FROM log_cursors_before"
    )
    op.drop_table("log_cursors_before")
