"""The names of editors and members, under which no guest may write."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "protected_nicknames",
        sa.Column("digest", sa.String(32), primary_key=True),
        sa.Column("nickname", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("reader", sa.String(64)),
    )
    op.create_index("protected_nicknames_of_reader", "protected_nicknames", ["reader"])
