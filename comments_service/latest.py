"""The latest comments of a channel, of all channels, and of an article, as they are read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import literal, select, tuple_
from sqlalchemy.orm import Session

from comments_service.articles import published
from comments_service.cursors import TimedCursor
from comments_service.database import Database
from comments_service.status import Status
from comments_service.tables import Article, Comment, LatestComment
from comments_service.threads import quoted_by, votes_of

Row = TypeVar("Row", Comment, Article)


@dataclass(frozen=True)
class LatestPage:
    """A page of comments with their articles, newest first; `next` is behind what the next one begins."""

    comments: Sequence[tuple[Comment, Article]]
    next: TimedCursor | None
    reader: str | None
    votes: dict[str, int]
    quoted: dict[str, Comment]
    """The comments that these answer, by id."""


class Latest:
    """The latest comments in SQL, as they are read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, channel: str, *, limit: int, behind: TimedCursor | None, reader: str | None) -> LatestPage:
        """Published comments of a channel, newest first."""
        place = LatestComment.published_at, LatestComment.comment_id
        query = select(LatestComment).where(LatestComment.channel == channel).order_by(*(each.desc() for each in place))
        if behind:
            query = query.where(tuple_(*place) < tuple_(literal(behind.at), literal(behind.id)))
        with self._database.reading() as session:
            rows = session.scalars(query.limit(limit + 1)).all()
            # Three reads by key, not one join: whatever the planner knows, it cannot begin at the wrong end.
            comments = _by_id(session, Comment, (row.comment_id for row in rows[:limit]))
            articles = _by_id(session, Article, (row.article_id for row in rows[:limit]))
            found = [(comments[row.comment_id], articles[row.article_id]) for row in rows[:limit]]
            last = rows[limit - 1] if len(rows) > limit else None
            following = TimedCursor(last.published_at, last.comment_id) if last else None
            votes = votes_of(session, list(comments.values()), reader)
            return LatestPage(found, following, reader, votes, quoted_by(session, list(comments.values())))

    def of_article(self, article_id: str, limit: int) -> tuple[Article, Sequence[Comment]]:
        """Published comments of an article, newest first; raises `article_unknown`."""
        with self._database.reading() as session:
            article = published(session, article_id)
            query = (
                select(Comment)
                .where(Comment.article_id == article_id, Comment.status == Status.PUBLISHED)
                .order_by(Comment.published_at.desc(), Comment.id.desc())
            )
            return article, session.scalars(query.limit(limit)).all()


def _by_id(session: Session, kind: type[Row], ids: Iterable[str]) -> dict[str, Row]:
    return {row.id: row for row in session.scalars(select(kind).where(kind.id.in_(set(ids))))}
