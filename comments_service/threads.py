"""Threads: an article's comments as they are read, page by page; no page takes more queries than another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, and_, or_, select, true, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from comments_service.articles import PUBLISHED, published
from comments_service.cursors import Cursor
from comments_service.database import Database
from comments_service.publication import unknown
from comments_service.status import Status
from comments_service.tables import Article, Comment, Vote

FIRST_REPLIES = 3
"""Replies that a listing shows under each comment."""
SHOWN_LEVELS = 3
"""Levels of replies that `view=tree` shows under a comment; what is deeper is read by asking for replies."""
MOST_HELD = 50
"""Own comments waiting for a moderator that a reader is shown on one article."""


@dataclass(frozen=True)
class Ask:
    """What page is asked for, and by whom."""

    limit: int
    sort: str = "newest"
    view: str = "tree"
    behind: Cursor | None = None
    reader: str | None = None


@dataclass(frozen=True)
class Threaded:
    """A comment with the first of its replies; `total` counts the replies that are there, in the view asked for."""

    comment: Comment
    total: int
    replies: list["Threaded"] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """A page of comments; `next` is behind what the next one begins, None at the end."""

    comments: list[Threaded]
    next: Cursor | None
    total: int
    article: Article
    reader: str | None
    votes: dict[str, int]
    """The reader's own votes on these comments."""
    quoted: dict[str, Comment]
    """The comments that replies of a flat view answer, by id."""


class Threads:
    """The comments in SQL, as they are read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, article_id: str, ask: Ask) -> Page:
        """Comments that reply to none, pinned ones first, each with its first replies; raises `article_unknown`."""
        with self._database.reading() as session:
            article = published(session, article_id)
            rows, following = _roots(session, article_id, ask)
            return _page(session, article, ask, rows, following, article.comment_count)

    def replies(self, comment_id: str, ask: Ask) -> Page:
        """The replies to a comment, oldest first; of a flat view, all that is below one at the top.

        Raises `comment_unknown`.
        """
        with self._database.reading() as session:
            parent = session.get(Comment, comment_id)
            if parent is None or not parent.is_shown:
                raise unknown(comment_id)
            article = published(session, parent.article_id)
            is_flat = ask.view == "flat" and parent.root_id is None
            above = Comment.root_id if is_flat else Comment.parent_id
            query = select(Comment).where(above == comment_id, Comment.is_shown == true())
            rows, following = _cut(_ordered(session, query, "oldest", ask.behind, ask.limit), ask, hot=False)
            total = parent.thread_count if is_flat else parent.reply_count
            return _page(session, article, ask, rows, following, total, parent)

    def counts(self, article_ids: Sequence[str]) -> dict[str, int]:
        """Published comments of each article; 0 for one that is not there."""
        query = select(Article.id, Article.comment_count).where(
            Article.id.in_(article_ids), Article.status == PUBLISHED
        )
        with self._database.reading() as session:
            known = dict(session.execute(query).all())
        return {article_id: known.get(article_id, 0) for article_id in article_ids}


def _roots(session: Session, article_id: str, ask: Ask) -> tuple[list[Comment], Cursor | None]:
    rows: list[Comment] = []
    for is_pinned in (True, False):
        behind = ask.behind if ask.behind and ask.behind.is_pinned == is_pinned else None
        is_past = is_pinned and ask.behind is not None and not ask.behind.is_pinned
        if is_past or len(rows) > ask.limit:
            continue
        query = select(Comment).where(
            Comment.article_id == article_id,
            Comment.parent_id.is_(None),
            Comment.is_shown == true(),
            Comment.is_pinned == is_pinned,
        )
        rows += _ordered(session, query, ask.sort, behind, ask.limit - len(rows))
    return _cut(rows, ask, hot=ask.sort == "hot")


def _ordered(
    session: Session, query: Select[Comment], sort: str, behind: Cursor | None, limit: int
) -> Sequence[Comment]:
    """The comments of a query in an order, one more than the limit when there are more."""
    if sort == "hot":
        query = query.order_by(Comment.hotness.desc(), Comment.floor.desc())
        if behind:
            query = query.where(tuple_(Comment.hotness, Comment.floor) < tuple_(behind.hotness, behind.floor))
    elif sort == "newest":
        query = query.order_by(Comment.floor.desc())
        query = query.where(Comment.floor < behind.floor) if behind else query
    else:
        query = query.order_by(Comment.floor.asc())
        query = query.where(Comment.floor > behind.floor) if behind else query
    return session.scalars(query.limit(limit + 1)).all()


def _cut(rows: Sequence[Comment], ask: Ask, *, hot: bool) -> tuple[list[Comment], Cursor | None]:
    if len(rows) <= ask.limit:
        return list(rows), None
    last = rows[ask.limit - 1]
    is_pinned = last.is_pinned and last.parent_id is None
    return list(rows[: ask.limit]), Cursor(last.floor, last.hotness if hot else None, is_pinned=is_pinned)


def _page(
    session: Session,
    article: Article,
    ask: Ask,
    rows: list[Comment],
    following: Cursor | None,
    total: int,
    parent: Comment | None = None,
) -> Page:
    held = _held(session, article.id, ask.reader)
    if ask.behind is None:
        rows = _own_first(rows, held, parent)
    threaded = _with_replies(session, rows, ask.view)
    _hang(threaded, held, ask.view)
    shown = list(_flatten(threaded))
    return Page(
        threaded,
        following,
        total,
        article,
        ask.reader,
        votes_of(session, shown, ask.reader),
        quoted_by(session, [each for each in shown if each.parent_id != each.root_id]) if ask.view == "flat" else {},
    )


def _held(session: Session, article_id: str, reader: str | None) -> Sequence[Comment]:
    """The reader's own comments that he alone sees, held or under a shadow ban, newest first."""
    if reader is None:
        return []
    query = select(Comment).where(
        Comment.reader == reader,
        Comment.article_id == article_id,
        or_(Comment.status == Status.PENDING, and_(Comment.status == Status.SPAM, Comment.is_shadowed == true())),
    )
    # By id, which grows with time: by floor, SQLite would walk through the whole article for the few that are his.
    return session.scalars(query.order_by(Comment.id.desc()).limit(MOST_HELD)).all()


def _own_first(rows: list[Comment], held: Sequence[Comment], parent: Comment | None) -> list[Comment]:
    """A first page with the reader's held comments before it, which no page's limit and no count knows."""
    above = parent.id if parent else None
    own = [comment for comment in held if comment.parent_id == above and not comment.is_shown]
    return own + rows


def _with_replies(session: Session, comments: Sequence[Comment], view: str) -> list[Threaded]:
    """Comments with their first replies, level by level, one query a level."""
    is_flat = view == "flat"
    threaded = [Threaded(each, _total(each, is_flat=is_flat)) for each in comments]
    level = threaded
    for _ in range(1 if is_flat else SHOWN_LEVELS):
        above = {each.comment.id: each for each in level if each.total}
        if not above:
            break
        level = []
        replies = session.scalars(_first_replies(list(above), is_flat=is_flat))
        for reply in sorted(replies, key=lambda reply: reply.floor):
            below = Threaded(reply, reply.reply_count)
            above[(reply.root_id if is_flat else reply.parent_id) or ""].replies.append(below)
            level.append(below)
    return threaded


def _total(comment: Comment, *, is_flat: bool) -> int:
    return comment.thread_count if is_flat and comment.root_id is None else comment.reply_count


def _first_replies(ids: Sequence[str], *, is_flat: bool) -> Select[Comment]:
    """The first replies to each of these comments, which the index gives one by one: of ten thousand, three are read.

    A window function, which says it shorter, reads them all.
    """
    top, reply = aliased(Comment), aliased(Comment)
    above = reply.root_id if is_flat else reply.parent_id
    replies = select(reply.id).where(above == top.id, reply.is_shown == true()).order_by(reply.floor).limit(1)
    places = (select(replies.offset(place).scalar_subquery()).where(top.id.in_(ids)) for place in range(FIRST_REPLIES))
    return select(Comment).where(Comment.id.in_(union_all(*places)))


def _hang(threaded: list[Threaded], held: Sequence[Comment], view: str) -> None:
    """Hang the reader's held replies under the comments that they answer."""
    places = {each.comment.id: each for each in _threads(threaded)}
    for comment in reversed(held):
        above = comment.root_id if view == "flat" else comment.parent_id
        if comment.id not in places and above in places:
            places[above].replies.append(Threaded(comment, 0))


def _threads(threaded: Iterable[Threaded]) -> Iterable[Threaded]:
    for each in threaded:
        yield each
        yield from _threads(each.replies)


def _flatten(threaded: Iterable[Threaded]) -> Iterable[Comment]:
    return (each.comment for each in _threads(threaded))


def votes_of(session: Session, comments: Sequence[Comment], reader: str | None) -> dict[str, int]:
    """A reader's own votes on these comments, in one query."""
    if reader is None:
        return {}
    ids = [comment.id for comment in comments]
    query = select(Vote.comment_id, Vote.value).where(Vote.reader == reader, Vote.comment_id.in_(ids))
    return dict(session.execute(query).all())


def quoted_by(session: Session, comments: Sequence[Comment]) -> dict[str, Comment]:
    """The comments that these answer, in one query."""
    ids = {comment.parent_id for comment in comments if comment.parent_id}
    return {each.id: each for each in session.scalars(select(Comment).where(Comment.id.in_(ids)))} if ids else {}
