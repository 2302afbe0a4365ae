"""The table of accounts."""

from sqlalchemy import JSON, BigInteger, Boolean, String
from sqlalchemy.orm import Mapped, mapped_column

from comments_service.tables.base import Base


class Account(Base):
    """Somebody who signs in at the desk with a password."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    """A name or a mail address, as it stands in the audit trail."""
    name_digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the name as names are compared, which can be longer than an index takes."""
    role: Mapped[str] = mapped_column(String(16))
    """`editor` or `administrator`."""
    channels: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """NULL for every channel."""
    password_hash: Mapped[str | None] = mapped_column(String(255))
    """Argon2 with its parameters; NULL until the invitation was taken up."""
    is_disabled: Mapped[bool] = mapped_column(Boolean)
    invitation_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the one-time link's token."""
    invitation_ends_at: Mapped[int | None] = mapped_column(BigInteger)
    created_by: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[int] = mapped_column(BigInteger)
    signed_in_at: Mapped[int | None] = mapped_column(BigInteger)
    """The last time."""
