"""Accounts of the moderators' desk."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("name_digest", sa.String(64), nullable=False, unique=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("channels", sa.JSON()),
        sa.Column("password_hash", sa.String(255)),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("invitation_digest", sa.String(64), unique=True),
        sa.Column("invitation_ends_at", sa.BigInteger()),
        sa.Column("created_by", sa.String(100), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_in_at", sa.BigInteger()),
    )
