"""The tables of comments and of what readers say of them."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from comments_service.tables.base import Base


def shown(condition: str) -> dict[str, Any]:
    """Keeps the rows out of an index that its reads never want: no planner is tempted to read past them.

    SQLite compares the condition with that of a query word for word.
    """
    return {
        "postgresql_where": text(f"{condition} AND is_shown"),
        "sqlite_where": text(f"{condition} AND is_shown = 1"),
    }


class Comment(Base):
    """A reader's comment, published or not; what depends on others (counts, `is_shown`) changes with them."""

    __tablename__ = "comments"
    __table_args__ = (
        UniqueConstraint("article_id", "floor"),
        Index("comments_newest_roots", "article_id", "is_pinned", "floor", **shown("parent_id IS NULL")),
        Index(
            "comments_hottest_roots",
            "article_id",
            "is_pinned",
            "hotness",
            "floor",
            **shown("parent_id IS NULL"),
        ),
        Index("comments_of_parent", "parent_id", "floor", **shown("parent_id IS NOT NULL")),
        Index("comments_of_root", "root_id", "floor", **shown("root_id IS NOT NULL")),
        Index("comments_of_reader", "reader", "article_id", "status"),
        Index("comments_by_reader", "reader", "id"),
        Index("comments_by_text", "text_digest", "id"),
        Index("comments_by_network", "network", "id"),
        Index("comments_queue", "queued_at", "id"),
        Index("comments_by_status", "status", "id"),
        Index("comments_of_article_latest", "article_id", "status", "published_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    article_id: Mapped[str] = mapped_column(ForeignKey("articles.id"))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("comments.id"))
    root_id: Mapped[str | None] = mapped_column(String(26))
    """The comment at the top of the thread; NULL for that one itself."""
    floor: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(16))
    """One of comments_service.status.Status."""
    reader: Mapped[str | None] = mapped_column(String(64))
    """Who wrote it, as a random or private id; NULL once it is deleted."""
    text: Mapped[str] = mapped_column(Text)
    nickname: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))
    website: Mapped[str | None] = mapped_column(String(2048))
    notify_in: Mapped[str | None] = mapped_column(String(2))
    """The language in which its author wants mails about replies; NULL for none."""
    network: Mapped[str | None] = mapped_column(String(64))
    """The /24 or /48 that it was sent from, kept for some days."""
    address: Mapped[str | None] = mapped_column(String(32))
    """A keyed hash of the address that it was sent from, kept as long."""
    text_digest: Mapped[str | None] = mapped_column(String(32))
    """A digest of the text as the word filter reads it, by which a repeated text is found; kept as long."""
    is_shadowed: Mapped[bool] = mapped_column(Boolean, default=False)
    """Of a spam comment: its author, under a shadow ban, sees it as published."""
    is_shown: Mapped[bool] = mapped_column(Boolean, default=False)
    """Published, or the place above replies that are shown."""
    is_pinned: Mapped[bool] = mapped_column(Boolean, default=False)
    reply_count: Mapped[int] = mapped_column(Integer, default=0)
    """Replies to this very comment that are shown."""
    thread_count: Mapped[int] = mapped_column(Integer, default=0)
    """Of a comment at the top: everything below it that is shown."""
    up: Mapped[int] = mapped_column(Integer, default=0)
    down: Mapped[int] = mapped_column(Integer, default=0)
    hotness: Mapped[int] = mapped_column(BigInteger, default=0)
    """Where it stands in `sort=hot`, see comments_service.hotness."""
    report_count: Mapped[int] = mapped_column(Integer, default=0)
    """Reports since a moderator last decided."""
    held_for: Mapped[list[str] | None] = mapped_column(JSON)
    """Why it is in the queue."""
    queued_at: Mapped[int | None] = mapped_column(BigInteger)
    """Since when it is in the queue; NULL when no moderator has to decide."""
    created_at: Mapped[int] = mapped_column(BigInteger)
    published_at: Mapped[int | None] = mapped_column(BigInteger)
    """`occurred_at` of the comment.published that stands; NULL while it is not published."""
    edited_at: Mapped[int | None] = mapped_column(BigInteger)


class Vote(Base):
    """A reader's vote on a comment; a vote that was taken back has no row."""

    __tablename__ = "votes"

    comment_id: Mapped[str] = mapped_column(ForeignKey("comments.id"), primary_key=True)
    reader: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[int] = mapped_column(Integer)
    """1 or -1."""


class Report(Base):
    """What a reader has against a comment."""

    __tablename__ = "reports"

    comment_id: Mapped[str] = mapped_column(ForeignKey("comments.id"), primary_key=True)
    reader: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str] = mapped_column(String(32))
    note: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[int] = mapped_column(BigInteger)


class KeptAnswer(Base):
    """What a post with an Idempotency-Key was answered, kept for a day."""

    __tablename__ = "kept_answers"
    __table_args__ = (Index("kept_answers_age", "created_at"), Index("kept_answers_comment", "comment_id"))

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A digest of article, visitor and key."""
    body_digest: Mapped[str] = mapped_column(String(64))
    comment_id: Mapped[str] = mapped_column(String(26))
    answer: Mapped[str] = mapped_column(Text)
    """The body of the answer as it was sent."""
    created_at: Mapped[int] = mapped_column(BigInteger)
