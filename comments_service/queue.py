"""The moderators' queue: what waits for a decision, oldest first, what was decided, by state, and a search in all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_

from comments_service.articles import articles_in
from comments_service.cursors import TimedCursor
from comments_service.database import Database
from comments_service.status import Status
from comments_service.tables import Article, Comment


@dataclass(frozen=True)
class Held:
    """A comment before a moderator, with its article."""

    comment: Comment
    article: Article


@dataclass(frozen=True)
class Search:
    """Which comments are looked for; what is None does not matter. `text` is part of a text or of a nickname."""

    status: Status | None = None
    text: str | None = None
    reader: str | None = None
    article_id: str | None = None
    network: str | None = None
    channels: Collection[str] | None = None


@dataclass(frozen=True)
class Tally:
    """How many comments wait for a decision, since when the first does (None: none), and how many are in each state."""

    waiting: int
    oldest: int | None
    by_status: dict[Status, int]


class Queue:
    """The queue in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, status: Status, *, channels: Collection[str] | None, limit: int, behind: TimedCursor | None
    ) -> tuple[Sequence[Held], TimedCursor | None]:
        """Comments of a state (in these channels), oldest first, and behind which there are more.

        `pending` is all that waits for a decision, published comments among it that readers reported, by the time since
        when they wait; the other states are ordered by when the comments were written.
        """
        query = _waiting(behind) if status is Status.PENDING else _of_state(status, behind)
        found, last = self._read(query.where(*_within(channels)), limit)
        if last is None:
            return found, None
        return found, TimedCursor((last.queued_at or 0) if status is Status.PENDING else last.created_at, last.id)

    def search(self, search: Search, *, limit: int, behind: str | None) -> tuple[Sequence[Held], str | None]:
        """The comments that are looked for, newest first, and behind which id there are more."""
        query = _all().order_by(Comment.id.desc())
        wanted = {
            Comment.status: search.status,
            Comment.reader: search.reader,
            Comment.article_id: search.article_id,
            Comment.network: search.network,
        }
        query = query.where(*(column == value for column, value in wanted.items() if value is not None))
        if search.text is not None:
            found_in = (column.icontains(search.text, autoescape=True) for column in (Comment.text, Comment.nickname))
            query = query.where(or_(*found_in))
        if behind is not None:
            query = query.where(Comment.id < behind)
        found, last = self._read(query.where(*_within(search.channels)), limit)
        return found, last.id if last else None

    def tally(self, channels: Collection[str] | None) -> Tally:
        """How much there is to do (in these channels)."""
        states = select(Comment.status, func.count()).group_by(Comment.status).where(*_within(channels))
        waiting = select(func.count(), func.min(Comment.queued_at)).where(*_within(channels))
        with self._database.reading() as session:
            by_status = dict(session.execute(states).all())
            count, oldest = session.execute(waiting.where(Comment.queued_at.is_not(None))).one()
        return Tally(count, oldest, {status: by_status.get(status, 0) for status in Status})

    def _read(self, query: Select[Comment, Article], limit: int) -> tuple[Sequence[Held], Comment | None]:
        """What a query finds up to the limit, and the last of it when there is more."""
        with self._database.reading() as session:
            rows = session.execute(query.limit(limit + 1)).all()
        found = [Held(comment, article) for comment, article in rows[:limit]]
        return found, found[-1].comment if len(rows) > limit else None


def _within(channels: Collection[str] | None) -> list[ColumnElement[bool]]:
    """What holds for the comments of channels."""
    return [] if channels is None else [Comment.article_id.in_(articles_in(channels))]


def _waiting(behind: TimedCursor | None) -> Select[Comment, Article]:
    query = _all().where(Comment.queued_at.is_not(None)).order_by(Comment.queued_at, Comment.id)
    return query.where(tuple_(Comment.queued_at, Comment.id) > tuple_(behind.at, behind.id)) if behind else query


def _of_state(status: Status, behind: TimedCursor | None) -> Select[Comment, Article]:
    query = _all().where(Comment.status == status).order_by(Comment.id)
    return query.where(Comment.id > behind.id) if behind else query


def _all() -> Select[Comment, Article]:
    return select(Comment, Article).join(Article, Article.id == Comment.article_id)
