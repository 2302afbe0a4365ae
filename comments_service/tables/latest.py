"""The table of the latest comments."""

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from comments_service.tables.base import Base


class LatestComment(Base):
    """A published comment in a channel of its published article, and in `all`: one index reads any channel in order."""

    __tablename__ = "latest_comments"
    __table_args__ = (Index("latest_comments_of_article", "article_id"),)

    channel: Mapped[str] = mapped_column(String(64), primary_key=True)
    published_at: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    comment_id: Mapped[str] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True)
    article_id: Mapped[str] = mapped_column(ForeignKey("articles.id"))
