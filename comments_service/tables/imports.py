"""The table of what was imported."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from comments_service.tables.base import Base


class ImportedComment(Base):
    """Which comment a row of another system became: a second import of it finds it here."""

    __tablename__ = "imported_comments"
    __table_args__ = (Index("imported_comments_comment", "comment_id"),)

    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The name of the other system, by default its format's."""
    source_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    comment_id: Mapped[str] = mapped_column(ForeignKey("comments.id"))
