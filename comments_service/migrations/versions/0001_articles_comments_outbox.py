"""Articles with their labels, comments, the outbox, and the cursors of the click counts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG = sa.BigInteger()
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "articles",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("revision", BIG, nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("url", sa.String(2048), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("published_at", BIG, nullable=False),
        sa.Column("source", sa.String(100)),
        sa.Column("editor", sa.String(100)),
        sa.Column("image", sa.String(2048)),
        sa.Column("comments_mode", sa.String(16), nullable=False),
        sa.Column("clicks", BIG, nullable=False),
        sa.Column("comment_count", sa.Integer(), nullable=False),
        sa.Column("last_floor", sa.Integer(), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("updated_at", BIG, nullable=False),
    )
    op.create_table(
        "article_labels",
        sa.Column("article_id", sa.String(128), sa.ForeignKey("articles.id"), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("published_at", BIG, nullable=False),
    )
    op.create_index("article_labels_newest", "article_labels", ["kind", "name", "published_at", "article_id"])
    op.create_table(
        "comments",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("article_id", sa.String(128), sa.ForeignKey("articles.id"), nullable=False),
        sa.Column("parent_id", sa.String(26), sa.ForeignKey("comments.id")),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("nickname", sa.String(40)),
        sa.Column("email", sa.String(254)),
        sa.Column("website", sa.String(2048)),
        sa.Column("reply_count", sa.Integer(), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.UniqueConstraint("article_id", "floor"),
    )
    op.create_index("comments_of_article", "comments", ["article_id", "parent_id", "status", "floor"])
    op.create_index("comments_of_parent", "comments", ["parent_id", "status", "floor"])
    op.create_table(
        "outbox",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("relayed_at", BIG),
    )
    op.create_index("outbox_waiting", "outbox", ["relayed_at", "id"])
    op.create_table(
        "log_cursors",
        sa.Column("partition", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("position", sa.String(64), nullable=False),
    )
