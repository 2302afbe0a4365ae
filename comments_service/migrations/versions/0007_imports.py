"""Which comment a row of another system became."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "imported_comments",
        sa.Column("source", sa.String(64), primary_key=True),
        sa.Column("source_id", sa.String(128), primary_key=True),
        sa.Column("comment_id", sa.String(26), sa.ForeignKey("comments.id"), nullable=False),
    )
    op.create_index("imported_comments_comment", "imported_comments", ["comment_id"])
