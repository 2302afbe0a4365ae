"""The tables of moderation."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from comments_service.tables.base import Base, RowNumber


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
    subject: Mapped[str | None] = mapped_column(String(300))
    """What it was done to, when that is no comment: a word, a ban, a channel."""
    channel: Mapped[str | None] = mapped_column(String(64))
    """The channel for which it holds; NULL for every channel, and for what is done to an article or a comment."""
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What a decision changed of its comment, as it was: undoing it puts this back."""
    undone_at: Mapped[int | None] = mapped_column(BigInteger)


class Ban(Base):
    """Somebody who may not write, or whom nobody hears."""

    __tablename__ = "bans"
    __table_args__ = (UniqueConstraint("kind", "value", "channel"),)

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    """`reader`, `prefix` or `nickname`."""
    value: Mapped[str] = mapped_column(String(128))
    """A reader's id, a network such as 203.0.113.0/24, or a pattern of nicknames in which * is anything."""
    channel: Mapped[str] = mapped_column(String(64))
    """Empty for every channel: NULLs would not be unique."""
    until: Mapped[int | None] = mapped_column(BigInteger)
    """When it ends; NULL for never."""
    is_shadow: Mapped[bool] = mapped_column(Boolean)
    """The banned write on, and only they themselves see it."""
    reason: Mapped[str | None] = mapped_column(String(500))
    added_by: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[int] = mapped_column(BigInteger)


class ChallengeSwitch(Base):
    """What moderators set for a channel's proof of work; a channel without a row decides by its flood of comments."""

    __tablename__ = "challenges"

    channel: Mapped[str] = mapped_column(String(64), primary_key=True)
    mode: Mapped[str] = mapped_column(String(8))
    """`on` or `off`."""
    changed_by: Mapped[str] = mapped_column(String(100))
    changed_at: Mapped[int] = mapped_column(BigInteger)


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
