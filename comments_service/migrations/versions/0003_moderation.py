"""Moderation, threads of any depth, votes, reports, the audit trail and the answers of idempotency keys."""

import math

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BIG = sa.BigInteger()
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# What comments_service.hotness gives a comment without votes, as it was when this migration was written: a later
# change of that module must not change what this one did.
UNVOTED = round(math.log2(1 / (1 + 1.281551565545**2)) * 1_000_000)
HALF_LIFE_MS = 86_400_000

ROOTS = """
WITH RECURSIVE tree(id, root) AS (
    SELECT id, id FROM comments WHERE parent_id IS NULL
    UNION ALL SELECT child.id, tree.root FROM comments AS child JOIN tree ON child.parent_id = tree.id
)
UPDATE comments SET root_id = (SELECT root FROM tree WHERE tree.id = comments.id) WHERE parent_id IS NOT NULL
"""
STATES = f"""
UPDATE comments SET
    is_shown = (status = 'published'),
    published_at = CASE WHEN status = 'published' THEN created_at END,
    queued_at = CASE WHEN status = 'pending' THEN created_at END,
    hotness = {UNVOTED} + created_at * 1000000 / {HALF_LIFE_MS}
"""  # noqa: S608  # two numbers from above
THREADS = """
UPDATE comments SET thread_count = (
    SELECT count(*) FROM comments AS below WHERE below.root_id = comments.id AND below.status = 'published'
)
"""


def upgrade() -> None:
    _extend_comments()
    op.create_table(
        "votes",
        sa.Column("comment_id", sa.String(26), sa.ForeignKey("comments.id"), primary_key=True),
        sa.Column("reader", sa.String(64), primary_key=True),
        sa.Column("value", sa.Integer(), nullable=False),
    )
    op.create_table(
        "reports",
        sa.Column("comment_id", sa.String(26), sa.ForeignKey("comments.id"), primary_key=True),
        sa.Column("reader", sa.String(64), primary_key=True),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("note", sa.String(500)),
        sa.Column("created_at", BIG, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("at", BIG, nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("comment_id", sa.String(26)),
        sa.Column("article_id", sa.String(128)),
        sa.Column("status_before", sa.String(16)),
        sa.Column("status_after", sa.String(16)),
        sa.Column("reason", sa.String(500)),
    )
    op.create_index("audit_of_comment", "audit", ["comment_id", "id"])
    op.create_table(
        "kept_answers",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("body_digest", sa.String(64), nullable=False),
        sa.Column("comment_id", sa.String(26), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
    )
    op.create_index("kept_answers_age", "kept_answers", ["created_at"])
    op.create_index("kept_answers_comment", "kept_answers", ["comment_id"])


def _extend_comments() -> None:
    for column in (
        sa.Column("root_id", sa.String(26)),
        sa.Column("reader", sa.String(64)),
        sa.Column("is_shown", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("is_pinned", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("thread_count", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("up", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("down", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("hotness", BIG, nullable=False, server_default="0"),
        sa.Column("report_count", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("held_for", sa.JSON()),
        sa.Column("queued_at", BIG),
        sa.Column("published_at", BIG),
        sa.Column("edited_at", BIG),
    ):
        op.add_column("comments", column)
    for statement in (ROOTS, STATES, THREADS):
        op.execute(sa.text(statement))
    op.drop_index("comments_of_article", "comments")
    op.drop_index("comments_of_parent", "comments")
    for name, columns in {
        "comments_of_article": ["article_id", "parent_id", "is_shown", "is_pinned", "floor"],
        "comments_hot": ["article_id", "parent_id", "is_shown", "is_pinned", "hotness", "floor"],
        "comments_of_parent": ["parent_id", "is_shown", "floor"],
        "comments_of_root": ["root_id", "is_shown", "floor"],
        "comments_of_reader": ["reader", "article_id", "status"],
        "comments_queue": ["queued_at", "id"],
        "comments_by_status": ["status", "id"],
        "comments_latest": ["status", "published_at", "id"],
        "comments_of_article_latest": ["article_id", "status", "published_at", "id"],
    }.items():
        op.create_index(name, "comments", columns)
