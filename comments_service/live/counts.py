"""How many comments an article has now, and which was published last."""

from collections.abc import Collection
from dataclasses import dataclass

import msgspec
from sqlalchemy import and_, func, select

from comments_service.articles import PUBLISHED
from comments_service.database import Database
from comments_service.status import Status
from comments_service.tables import Article, Comment


@dataclass(frozen=True)
class Count:
    """An article's published comments; `latest` is None before the first."""

    total: int
    latest: str | None

    @property
    def id(self) -> str:
        """What a client sends back as Last-Event-ID: the same id says that it has missed nothing."""
        return f"{self.total}-{self.latest or ''}"

    @property
    def event(self) -> bytes:
        """The event that tells it."""
        data = msgspec.json.encode({"total": self.total, "latest": self.latest})
        return b"id: %s\nevent: comments\ndata: %s\n\n" % (self.id.encode(), data)


def read_counts(database: Database, article_ids: Collection[str]) -> dict[str, Count]:
    """The counts of those articles that are published; raises `database_unavailable`.

    One statement: with two, a comment that is committed between them would be the latest and not yet counted.
    """
    last = func.row_number().over(
        partition_by=Comment.article_id, order_by=(Comment.published_at.desc(), Comment.id.desc())
    )
    ranked = (
        select(Comment.article_id, Comment.id, last.label("place"))
        .where(Comment.article_id.in_(article_ids), Comment.status == Status.PUBLISHED)
        .subquery()
    )
    is_latest = and_(ranked.c.article_id == Article.id, ranked.c.place == 1)
    counts = (
        select(Article.id, Article.comment_count, ranked.c.id)
        .outerjoin(ranked, is_latest)
        .where(Article.id.in_(article_ids), Article.status == PUBLISHED)
    )
    with database.reading() as session:
        return {article_id: Count(total, latest) for article_id, total, latest in session.execute(counts)}
