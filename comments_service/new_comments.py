"""New comments: what a transaction inserts of them and with them, each table written once for all.

A session would write row by row what it tracks, and tracks what nobody changes any more.
"""

from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from comments_service.articles import write_counts
from comments_service.cases import Case
from comments_service.ids import new_id
from comments_service.latest_entries import entries_of
from comments_service.moderation import Judgement
from comments_service.outbox import Outbox, WrittenRow
from comments_service.publication import count, settle
from comments_service.status import Status
from comments_service.tables import Article, Comment, KeptAnswer, LatestComment
from comments_service.tables.base import loose, table_of
from shared.events import CommentPublished

Row = dict[str, Any]
COLUMNS = frozenset(table_of(Comment).columns.keys())
INSERTS = tuple(insert(table_of(each)) for each in (Comment, LatestComment, KeptAnswer))


class NewComments:
    """Comments that are not in the database yet."""

    def __init__(self) -> None:
        self._articles: dict[str, Article] = {}
        self._comments: list[Row] = []
        self._entries: list[Row] = []
        self._answers: list[Row] = []
        self._events: list[CommentPublished] = []

    def add(self, session: Session, article: Article, comment: Comment) -> None:
        """Have a comment inserted. One that is published counts, and shows what stands above it."""
        self._articles[article.id] = article
        if comment.status == Status.PUBLISHED:
            at = comment.created_at
            count(article, comment, at)
            settle(session, comment)
            self._entries += entries_of(article, at, comment.id)
            self._events.append(CommentPublished(new_id(at), article.id, at, comment.id))
        # The object itself stays outside of the session: it is there to be presented.
        self._comments.append({name: value for name, value in vars(comment).items() if name in COLUMNS})

    def keep(self, answer: Row) -> None:
        """Have an answer kept for resends."""
        self._answers.append(answer)

    def insert(self, session: Session, outbox: Outbox) -> list[WrittenRow]:
        """Write all of it; the rows are to be relayed."""
        # What changed above them goes first: the session knows nothing of what is inserted past it.
        session.flush()
        write_counts(session, self._articles.values())
        for statement, rows in zip(INSERTS, (self._comments, self._entries, self._answers), strict=True):
            if rows:
                session.execute(statement, rows)
        return outbox.add_all(session, self._events)


def new_comment(case: Case, judgement: Judgement, parent: Comment | None) -> Comment:
    """The comment that a judged draft becomes, with the next floor of its article."""
    case.article.last_floor += 1
    status = judgement.status
    values = dict(
        vars(judgement.draft),
        id=new_id(case.now),
        article_id=case.article.id,
        root_id=(parent.root_id or parent.id) if parent else None,
        floor=case.article.last_floor,
        status=status,
        reader=case.author.reader,
        network=case.author.origin.network,
        address=case.author.origin.address,
        text_digest=judgement.text_digest,
        is_shadowed=judgement.is_shadowed,
        is_shown=False,
        is_pinned=False,
        reply_count=0,
        thread_count=0,
        up=0,
        down=0,
        hotness=0,
        report_count=0,
        held_for=list(judgement.held_for) or None,
        queued_at=case.now if status == Status.PENDING else None,
        created_at=case.now,
        published_at=None,
        edited_at=None,
    )
    return loose(Comment, values)
