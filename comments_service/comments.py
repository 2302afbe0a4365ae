"""Comments: what readers say under an article. A published comment is committed with its event."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from comments_service.articles import PUBLISHED, published
from comments_service.database import Database
from comments_service.ids import new_id
from comments_service.outbox import Outbox
from comments_service.tables import Article, Comment, OutboxRow
from shared.clock import Clock
from shared.errors import RedianError
from shared.events import CommentPublished

PENDING = "pending"
FIRST_REPLIES = 3
"""Replies that a listing shows under each comment."""


@dataclass(frozen=True)
class Draft:
    """What a reader wrote."""

    text: str
    parent_id: str | None
    nickname: str | None
    email: str | None
    website: str | None


@dataclass(frozen=True)
class Threaded:
    """A comment with the first of its replies."""

    comment: Comment
    replies: Sequence[Comment] = field(default=())


@dataclass(frozen=True)
class Page:
    """A page of comments; `next_floor` is where the next begins (behind this floor), None at the end."""

    comments: list[Threaded]
    next_floor: int | None
    total: int
    article: Article


class Comments:
    """The comments in SQL."""

    def __init__(self, database: Database, outbox: Outbox, clock: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock

    def post(self, article_id: str, draft: Draft) -> Comment:
        """Store a comment, published or, where comments are moderated, pending.

        Raises `article_unknown`, `comments_closed`, or `comment_unknown` for a parent that is not there.
        """
        now = self._clock()
        with self._database.writing() as session:
            # The article's row is the lock under which its floors are given, so no two comments get the same.
            article = published(session, article_id, for_update=True)
            if article.comments_mode == "closed":
                raise RedianError("comments_closed", "This article takes no comments.")
            parent = visible(session, draft.parent_id, article_id) if draft.parent_id else None
            article.last_floor += 1
            comment = _comment(article, draft, now)
            session.add(comment)
            rows = [] if comment.status == PENDING else [self._publish(session, article, comment, parent)]
        self._outbox.relay_now(rows)
        return comment

    def page(self, article_id: str, *, newest_first: bool, limit: int, behind: int | None) -> Page:
        """Comments that reply to none, behind a floor, each with its first replies."""
        with self._database.reading() as session:
            article = published(session, article_id)
            roots = select(Comment).where(Comment.article_id == article_id, Comment.parent_id.is_(None))
            rows, next_floor = _slice(session, roots, newest_first=newest_first, limit=limit, behind=behind)
            return Page(_with_replies(session, rows), next_floor, article.comment_count, article)

    def replies(self, comment_id: str, *, limit: int, behind: int | None) -> Page:
        """The replies to a comment behind a floor, oldest first; raises `comment_unknown`."""
        with self._database.reading() as session:
            parent = visible(session, comment_id)
            article = published(session, parent.article_id)
            replies = select(Comment).where(Comment.parent_id == comment_id)
            rows, next_floor = _slice(session, replies, newest_first=False, limit=limit, behind=behind)
            return Page(_with_replies(session, rows), next_floor, parent.reply_count, article)

    def counts(self, article_ids: Sequence[str]) -> dict[str, int]:
        """Published comments of each article; 0 for one that is not there."""
        query = select(Article.id, Article.comment_count).where(
            Article.id.in_(article_ids), Article.status == PUBLISHED
        )
        with self._database.reading() as session:
            known = dict(session.execute(query).all())
        return {article_id: known.get(article_id, 0) for article_id in article_ids}

    def _publish(self, session: Session, article: Article, comment: Comment, parent: Comment | None) -> OutboxRow:
        article.comment_count += 1
        if parent:
            parent.reply_count += 1
        event = CommentPublished(new_id(comment.created_at), article.id, comment.created_at, comment.id)
        return self._outbox.add(session, event)


def visible(session: Session, comment_id: str, article_id: str | None = None) -> Comment:
    """A published comment, of this article when one is given; raises `comment_unknown`."""
    comment = session.get(Comment, comment_id)
    if comment is None or comment.status != PUBLISHED or article_id not in {None, comment.article_id}:
        raise RedianError("comment_unknown", f"There is no comment {comment_id}.")
    return comment


def _comment(article: Article, draft: Draft, now: int) -> Comment:
    return Comment(
        id=new_id(now),
        article_id=article.id,
        floor=article.last_floor,
        status=PENDING if article.comments_mode == "moderated" else PUBLISHED,
        reply_count=0,
        created_at=now,
        **vars(draft),
    )


def _slice(
    session: Session, query: Select[Comment], *, newest_first: bool, limit: int, behind: int | None
) -> tuple[Sequence[Comment], int | None]:
    """Up to `limit` published comments of a query behind a floor, and the floor behind which there are more."""
    query = query.where(Comment.status == PUBLISHED)
    if behind is not None:
        query = query.where(Comment.floor < behind if newest_first else Comment.floor > behind)
    order = Comment.floor.desc() if newest_first else Comment.floor.asc()
    rows = session.scalars(query.order_by(order).limit(limit + 1)).all()
    more = len(rows) > limit
    return rows[:limit], rows[limit - 1].floor if more else None


def _with_replies(session: Session, comments: Sequence[Comment]) -> list[Threaded]:
    """Comments with their first replies, read in one query however many there are."""
    parents = [comment.id for comment in comments if comment.reply_count]
    replies: dict[str | None, list[Comment]] = defaultdict(list)
    if parents:
        for reply in session.scalars(_first_replies(parents)):
            replies[reply.parent_id].append(reply)
    return [Threaded(comment, replies[comment.id]) for comment in comments]


def _first_replies(parents: Sequence[str]) -> Select[Comment]:
    place = func.row_number().over(partition_by=Comment.parent_id, order_by=Comment.floor).label("place")
    ranked = (
        select(Comment, place).where(Comment.parent_id.in_(parents), Comment.status == PUBLISHED).subquery("ranked")
    )
    first = aliased(Comment, ranked)
    return select(first).where(ranked.c.place <= FIRST_REPLIES).order_by(ranked.c.floor)
