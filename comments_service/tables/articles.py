"""The tables of articles."""

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from comments_service.tables.base import Base


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
    """`open`, `moderated` or `closed`, as the CMS put it."""
    close_after_days: Mapped[int | None] = mapped_column(Integer)
    """So many days after `published_at` no more comments are taken, as the CMS put it."""
    moderators_mode: Mapped[str | None] = mapped_column(String(16))
    """What a moderator set instead of all that the CMS and the rules say; it outlives the next put."""
    clicks: Mapped[int] = mapped_column(BigInteger, default=0)
    """Projected from the event log by the worker; a second or so behind it."""
    comment_count: Mapped[int] = mapped_column(Integer, default=0)
    """Published comments, replies among them."""
    last_floor: Mapped[int] = mapped_column(Integer, default=0)
    """The highest floor ever given; floors are not reused."""
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)

    @property
    def is_published(self) -> bool:
        """Whether readers see it."""
        return self.status == "published"


class ArticleLabel(Base):
    """A tag or a channel of a published article, in the order in which related articles are read."""

    __tablename__ = "article_labels"
    __table_args__ = (Index("article_labels_newest", "kind", "name", "published_at", "article_id"),)

    article_id: Mapped[str] = mapped_column(ForeignKey("articles.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    """`tag` or `channel`."""
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    published_at: Mapped[int] = mapped_column(BigInteger)
