"""The moderators' queue: what waits for a decision, oldest first, and what was decided, by state."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select, tuple_

from comments_service.cursors import TimedCursor
from comments_service.database import Database
from comments_service.status import Status
from comments_service.tables import Article, ArticleLabel, Comment


@dataclass(frozen=True)
class Held:
    """A comment before a moderator, with its article."""

    comment: Comment
    article: Article


class Queue:
    """The queue in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, status: Status, *, channel: str | None, limit: int, behind: TimedCursor | None
    ) -> tuple[Sequence[Held], TimedCursor | None]:
        """Comments of a state, oldest first, and behind which there are more.

        `pending` is all that waits for a decision, published comments among it that readers reported, by the time since
        when they wait; the other states are ordered by when the comments were written.
        """
        query = _waiting(behind) if status is Status.PENDING else _of_state(status, behind)
        if channel is not None:
            query = query.where(Comment.article_id.in_(_articles_of(channel)))
        with self._database.reading() as session:
            rows = session.execute(query.limit(limit + 1)).all()
        found = [Held(comment, article) for comment, article in rows[:limit]]
        if len(rows) <= limit:
            return found, None
        last = found[-1].comment
        return found, TimedCursor((last.queued_at or 0) if status is Status.PENDING else last.created_at, last.id)


def _articles_of(channel: str) -> Select[str]:
    return select(ArticleLabel.article_id).where(ArticleLabel.kind == "channel", ArticleLabel.name == channel)


def _waiting(behind: TimedCursor | None) -> Select[Comment, Article]:
    query = _all().where(Comment.queued_at.is_not(None)).order_by(Comment.queued_at, Comment.id)
    return query.where(tuple_(Comment.queued_at, Comment.id) > tuple_(behind.at, behind.id)) if behind else query


def _of_state(status: Status, behind: TimedCursor | None) -> Select[Comment, Article]:
    query = _all().where(Comment.status == status).order_by(Comment.id)
    return query.where(Comment.id > behind.id) if behind else query


def _all() -> Select[Comment, Article]:
    return select(Comment, Article).join(Article, Article.id == Comment.article_id)
