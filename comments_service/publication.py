"""Publication: a comment changes its state, and with it the counts, the threads and what the log is told.

Everything here runs in a transaction that holds the article's row: it is the lock of all its comments' states.
"""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from comments_service.hotness import hotness
from comments_service.ids import new_id
from comments_service.latest_entries import enter, leave
from comments_service.outbox import Outbox
from comments_service.status import Status
from comments_service.tables import Article, Comment, KeptAnswer, OutboxRow, Report
from shared.errors import RedianError
from shared.events import CommentPublished, CommentRemoved


def unknown(comment_id: str) -> RedianError:
    """The 404 of a comment that is not there, or not for the one who asks."""
    return RedianError("comment_unknown", f"There is no comment {comment_id}.")


def locked(session: Session, comment_id: str) -> tuple[Article, Comment]:
    """A comment and its article, both locked, the article first as everywhere; raises `comment_unknown`."""
    article_id = session.scalar(select(Comment.article_id).where(Comment.id == comment_id))
    article = session.get(Article, article_id, with_for_update=True) if article_id else None
    comment = session.get(Comment, comment_id, with_for_update=True) if article else None
    if article is None or comment is None:
        raise unknown(comment_id)
    return article, comment


class Publication:
    """Moves comments between their states."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def move(
        self,
        session: Session,
        article: Article,
        comment: Comment,
        status: Status,
        now: int,
        published_at: int | None = None,
    ) -> list[OutboxRow]:
        """Bring a comment into a state; the same state again changes nothing. The rows are to be relayed.

        With `published_at` it counts since then, as if it had never been taken away.
        """
        if comment.status == status:
            return []
        rows = []
        if comment.status == Status.PUBLISHED:
            rows.append(self._uncount(session, article, comment, now))
        comment.status = status
        comment.queued_at = now if status == Status.PENDING else None
        comment.is_shadowed = False
        if status == Status.PUBLISHED:
            rows.append(self._count(session, article, comment, now, published_at or now))
        settle(session, comment)
        return rows

    def delete(self, session: Session, article: Article, comment: Comment, now: int) -> list[OutboxRow]:
        """Delete a comment for good: what the reader wrote and who wrote it are erased, replies stay."""
        rows = self.move(session, article, comment, Status.DELETED, now)
        comment.text = ""
        comment.nickname = comment.email = comment.website = comment.reader = comment.held_for = None
        comment.notify_in = comment.network = comment.address = comment.text_digest = None
        comment.is_pinned, comment.report_count = False, 0
        session.execute(delete(KeptAnswer).where(KeptAnswer.comment_id == comment.id))
        session.execute(delete(Report).where(Report.comment_id == comment.id))
        return rows

    def _count(self, session: Session, article: Article, comment: Comment, now: int, at: int) -> OutboxRow:
        count(article, comment, at)
        enter(session, article, [(at, comment.id)])
        return self._outbox.add(session, CommentPublished(new_id(now), article.id, at, comment.id))

    def _uncount(self, session: Session, article: Article, comment: Comment, now: int) -> OutboxRow:
        assert comment.published_at is not None
        article.comment_count -= 1
        event = CommentRemoved(new_id(now), article.id, now, comment.id, comment.published_at)
        leave(session, article, comment.published_at, comment.id)
        comment.published_at = None
        return self._outbox.add(session, event)


def count(article: Article, comment: Comment, at: int) -> None:
    """Count a comment as published since some time."""
    article.comment_count += 1
    comment.published_at, comment.held_for, comment.report_count = at, None, 0
    comment.hotness = hotness(comment.up, comment.down, at)


def settle(session: Session, comment: Comment) -> None:
    """Show or hide a comment, then those above it, as far up as that changes anything.

    A comment that is not published keeps its place, without its content, as long as there are replies to show below.
    """
    while (is_shown := comment.status == Status.PUBLISHED or comment.reply_count > 0) != comment.is_shown:
        comment.is_shown = is_shown
        parent = session.get(Comment, comment.parent_id) if comment.parent_id else None
        root = session.get(Comment, comment.root_id) if comment.root_id else None
        if parent is None or root is None:
            return
        change = 1 if is_shown else -1
        parent.reply_count += change
        root.thread_count += change
        comment = parent
