"""The tables of comments_service. Times are milliseconds since 1970 (UTC), as in the events.

Values that a query never looks into (channels, tags) are JSON beside the row; what queries look for is in
`article_labels`.
"""

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# SQLite counts only a column of the type INTEGER by itself; it holds 64 bits there.
RowNumber = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """The metadata of every table here."""


class Article(Base):
    """An article as the portal's CMS put it last, with its counts."""

    __tablename__ = "articles"

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    status: Mapped[str] = mapped_column(String(16))
    """`published` or `withdrawn`."""
    revision: Mapped[int] = mapped_column(BigInteger)
    """Grows by one with every change; the highest wins in every projection."""
    title: Mapped[str] = mapped_column(String(300))
    url: Mapped[str] = mapped_column(String(2048))
    channels: Mapped[list[str]] = mapped_column(JSON)
    tags: Mapped[list[str]] = mapped_column(JSON)
    published_at: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str | None] = mapped_column(String(100))
    editor: Mapped[str | None] = mapped_column(String(100))
    image: Mapped[str | None] = mapped_column(String(2048))
    comments_mode: Mapped[str] = mapped_column(String(16))
    """`open`, `moderated` or `closed`."""
    clicks: Mapped[int] = mapped_column(BigInteger, default=0)
    """Projected from the event log by the worker; a second or so behind it."""
    comment_count: Mapped[int] = mapped_column(Integer, default=0)
    """Published comments, replies among them."""
    last_floor: Mapped[int] = mapped_column(Integer, default=0)
    """The highest floor ever given; floors are not reused."""
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)


class ArticleLabel(Base):
    """A tag or a channel of a published article, in the order in which related articles are read."""

    __tablename__ = "article_labels"
    __table_args__ = (Index("article_labels_newest", "kind", "name", "published_at", "article_id"),)

    article_id: Mapped[str] = mapped_column(ForeignKey("articles.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    """`tag` or `channel`."""
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    published_at: Mapped[int] = mapped_column(BigInteger)


class Comment(Base):
    """A reader's comment, published or not; what depends on others (counts, `is_shown`) changes with them."""

    __tablename__ = "comments"
    __table_args__ = (
        UniqueConstraint("article_id", "floor"),
        Index("comments_of_article", "article_id", "parent_id", "is_shown", "is_pinned", "floor"),
        Index("comments_hot", "article_id", "parent_id", "is_shown", "is_pinned", "hotness", "floor"),
        Index("comments_of_parent", "parent_id", "is_shown", "floor"),
        Index("comments_of_root", "root_id", "is_shown", "floor"),
        Index("comments_of_reader", "reader", "article_id", "status"),
        Index("comments_queue", "queued_at", "id"),
        Index("comments_by_status", "status", "id"),
        Index("comments_latest", "status", "published_at", "id"),
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


class AuditEntry(Base):
    """One thing that a moderator did."""

    __tablename__ = "audit"
    __table_args__ = (Index("audit_of_comment", "comment_id", "id"),)

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger)
    who: Mapped[str] = mapped_column(String(100))
    """The name of the moderator's API key."""
    action: Mapped[str] = mapped_column(String(32))
    comment_id: Mapped[str | None] = mapped_column(String(26))
    article_id: Mapped[str | None] = mapped_column(String(128))
    status_before: Mapped[str | None] = mapped_column(String(16))
    status_after: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(500))


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


class OutboxRow(Base):
    """An event that was committed with its row and has to reach the event log."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_waiting", "relayed_at", "id"),)

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    event: Mapped[str] = mapped_column(Text)
    """The event as it will stand in the log."""
    relayed_at: Mapped[int | None] = mapped_column(BigInteger)


class LogCursor(Base):
    """How far the click counts of a partition are projected, moved in the transaction that adds them."""

    __tablename__ = "log_cursors"

    partition: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    position: Mapped[str] = mapped_column(String(64))


class Word(Base):
    """A word of the filter, for every channel or for one."""

    __tablename__ = "words"
    __table_args__ = (UniqueConstraint("channel", "folded"),)

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    channel: Mapped[str] = mapped_column(String(64))
    """Empty for every channel: NULLs would not be unique."""
    folded: Mapped[str] = mapped_column(String(800))
    """The word as the filter compares it; one character can fold to several."""
    word: Mapped[str] = mapped_column(String(100))
    """The word as a moderator wrote it."""
    tier: Mapped[str] = mapped_column(String(8))
    """`block`, `hold`, `mask` or `allow`."""
    added_by: Mapped[str | None] = mapped_column(String(100))
    """The name of the API key that put it; NULL for a file."""
    created_at: Mapped[int] = mapped_column(BigInteger)


class WordListVersion(Base):
    """One row that grows with every change of the words: what the processes look at to learn of it."""

    __tablename__ = "word_list_version"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigInteger)
