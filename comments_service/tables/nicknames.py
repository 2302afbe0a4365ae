"""The table of protected nicknames."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from comments_service.tables.base import Base


class ProtectedNickname(Base):
    """A name under which no guest may write."""

    __tablename__ = "protected_nicknames"
    __table_args__ = (Index("protected_nicknames_of_reader", "reader"),)

    digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Of the name as names are compared, which can be longer than an index takes."""
    nickname: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(16))
    """`editor` or `member`."""
    reader: Mapped[str | None] = mapped_column(String(64))
    """The member whose name it is."""
