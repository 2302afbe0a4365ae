"""The tables of reply mails. No mail address stands here: it stays with the comment, and goes with it."""

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from comments_service.tables.base import Base, RowNumber


class Subscription(Base):
    """What the owner of an address said of mails about replies to one reader's comments."""

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("address", "reader"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    address: Mapped[str] = mapped_column(String(64))
    """A keyed hash of the mail address."""
    reader: Mapped[str] = mapped_column(String(64))
    """Who gave it: somebody else who types the same address has to be confirmed by its owner too."""
    status: Mapped[str] = mapped_column(String(16))
    """One of comments_service.mails.subscriptions.SubscriptionStatus."""
    asked_at: Mapped[int] = mapped_column(BigInteger)
    """When a mail last asked for the confirmation."""
    changed_at: Mapped[int] = mapped_column(BigInteger)


class Mail(Base):
    """A mail on its way, made in the transaction that moves the projection's cursor."""

    __tablename__ = "mails"
    __table_args__ = (UniqueConstraint("key"), Index("mails_due", "status", "next_at"))

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    key: Mapped[str] = mapped_column(String(100))
    """What it is about, so that it is made once; the Message-ID follows from it."""
    kind: Mapped[str] = mapped_column(String(16))
    """`confirmation` or `reply`."""
    subscription_id: Mapped[str] = mapped_column(ForeignKey("subscriptions.id"))
    comment_id: Mapped[str] = mapped_column(ForeignKey("comments.id"))
    """The comment whose author gets it, and which has the address."""
    reply_id: Mapped[str | None] = mapped_column(ForeignKey("comments.id"))
    status: Mapped[str] = mapped_column(String(16))
    """One of comments_service.mails.mails.MailStatus."""
    attempts: Mapped[int] = mapped_column(Integer)
    next_at: Mapped[int] = mapped_column(BigInteger)
    """When it is due; of one in hand, when it was taken."""
    last_error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[int] = mapped_column(BigInteger)
    finished_at: Mapped[int | None] = mapped_column(BigInteger)
