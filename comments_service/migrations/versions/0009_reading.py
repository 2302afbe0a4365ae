"""The latest comments by channel, and indexes of threads that hold what is read by them and nothing else.

PostgreSQL preferred to read past all replies in the index of floors, SQLite to read the roots of every article.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

ROOTS = "parent_id IS NULL"
LATEST = """
INSERT INTO latest_comments (channel, published_at, comment_id, article_id)
SELECT label.name, comments.published_at, comments.id, comments.article_id FROM comments
JOIN article_labels AS label ON label.article_id = comments.article_id AND label.kind = 'channel'
WHERE comments.status = 'published'
UNION ALL
SELECT 'all', comments.published_at, comments.id, comments.article_id FROM comments
JOIN articles ON articles.id = comments.article_id AND articles.status = 'published'
WHERE comments.status = 'published'
"""


def upgrade() -> None:
    op.create_table(
        "latest_comments",
        sa.Column("channel", sa.String(64), primary_key=True),
        sa.Column("published_at", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("comment_id", sa.String(26), sa.ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("article_id", sa.String(128), sa.ForeignKey("articles.id"), nullable=False),
    )
    op.execute(sa.text(LATEST))
    op.create_index("latest_comments_of_article", "latest_comments", ["article_id"])
    for name in ("comments_of_article", "comments_hot", "comments_latest", "comments_of_parent", "comments_of_root"):
        op.drop_index(name, "comments")
    for name, columns, condition in (
        ("comments_newest_roots", ["article_id", "is_pinned", "floor"], ROOTS),
        ("comments_hottest_roots", ["article_id", "is_pinned", "hotness", "floor"], ROOTS),
        ("comments_of_parent", ["parent_id", "floor"], "parent_id IS NOT NULL"),
        ("comments_of_root", ["root_id", "floor"], "root_id IS NOT NULL"),
    ):
        on_postgres, on_sqlite = sa.text(f"{condition} AND is_shown"), sa.text(f"{condition} AND is_shown = 1")
        op.create_index(name, "comments", columns, postgresql_where=on_postgres, sqlite_where=on_sqlite)
