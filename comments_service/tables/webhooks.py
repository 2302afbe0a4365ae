"""The tables of webhooks."""

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from comments_service.tables.base import Base, RowNumber


class Webhook(Base):
    """An address that is told of events. Its secrets are not kept: they follow from SECRET_KEY, `id` and a number."""

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    url: Mapped[str] = mapped_column(String(2048))
    events: Mapped[list[str]] = mapped_column(JSON)
    """The kinds of events that it wants."""
    description: Mapped[str | None] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(Boolean)
    """Off, it is told of nothing; what happens meanwhile is not made up for."""
    secret_number: Mapped[int] = mapped_column(Integer)
    """Grows by one with every rotation."""
    previous_until: Mapped[int | None] = mapped_column(BigInteger)
    """Until when the secret before this one signs too."""
    created_by: Mapped[str] = mapped_column(String(100))
    """The name of an API key."""
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)


class Delivery(Base):
    """An event on its way to a webhook, made in the transaction that moves the projection's cursor."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        Index("webhook_deliveries_due", "status", "next_at"),
        Index("webhook_deliveries_of_hook", "webhook_id", "id"),
    )

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    """In the order of the log, which ids that are made in one millisecond would not keep."""
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id"))
    event_id: Mapped[str] = mapped_column(String(26))
    kind: Mapped[str] = mapped_column(String(32))
    """The event's name, such as `comment.published`."""
    event: Mapped[str] = mapped_column(Text)
    """The event as it stands in the log."""
    status: Mapped[str] = mapped_column(String(16))
    """One of comments_service.webhooks.deliveries.DeliveryStatus."""
    attempts: Mapped[int] = mapped_column(Integer)
    next_at: Mapped[int] = mapped_column(BigInteger)
    """When it is due; of one in hand, when it was taken."""
    last_status: Mapped[int | None] = mapped_column(Integer)
    """The HTTP status of the last answer."""
    last_error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[int] = mapped_column(BigInteger)
    finished_at: Mapped[int | None] = mapped_column(BigInteger)
