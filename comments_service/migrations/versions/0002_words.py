"""The words of the filter, and the version of their list that every process looks at."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

BIG = sa.BigInteger()
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "words",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("folded", sa.String(800), nullable=False),
        sa.Column("word", sa.String(100), nullable=False),
        sa.Column("tier", sa.String(8), nullable=False),
        sa.Column("added_by", sa.String(100)),
        sa.Column("created_at", BIG, nullable=False),
        sa.UniqueConstraint("channel", "folded"),
    )
    version = op.create_table(
        "word_list_version",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("version", BIG, nullable=False),
    )
    op.bulk_insert(version, [{"id": 1, "version": 0}])
