"""Erasure: a reader's comments become empty places above their replies, and every other trace of him goes.

His votes stay counted, without him. What moderators decided (bans, the audit trail) stays: it is theirs.
"""

from dataclasses import dataclass

from sqlalchemy import CursorResult, Delete, delete, select
from sqlalchemy.orm import Session

from comments_service.database import Database
from comments_service.outbox import Outbox
from comments_service.publication import Publication
from comments_service.reader_data.person import Person
from comments_service.tables import (
    Article,
    Comment,
    Mail,
    OutboxRow,
    ProtectedNickname,
    Report,
    Subscription,
    Vote,
)
from shared.clock import Clock

COMMENTS_PER_COMMIT = 200


@dataclass(frozen=True)
class Erased:
    """How many rows of each kind are gone, or empty."""

    comments: int
    votes: int
    reports: int
    nicknames: int
    subscriptions: int


class Erasure:
    """Erases readers."""

    def __init__(self, database: Database, outbox: Outbox, clock: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._publication = Publication(outbox)
        self._clock = clock

    def run(self, person: Person) -> Erased:
        """Erase a person; again changes nothing. What a crash interrupts, a repeat finishes."""
        comments = 0
        while part := self._erase_comments(person):
            comments += part
        with self._database.writing() as session:
            mine = select(Subscription.id).where(person.subscriptions)
            session.execute(delete(Mail).where(Mail.subscription_id.in_(mine)))
            return Erased(
                comments,
                votes=_count(session, delete(Vote).where(person.votes)),
                reports=_count(session, delete(Report).where(person.reports)),
                nicknames=_count(session, delete(ProtectedNickname).where(person.nicknames)),
                subscriptions=_count(session, delete(Subscription).where(person.subscriptions)),
            )

    def _erase_comments(self, person: Person) -> int:
        """Erase some comments, each as if its author had deleted it; how many."""
        now, rows = self._clock(), list[OutboxRow]()
        with self._database.writing() as session:
            found = session.execute(
                select(Comment.id, Comment.article_id).where(person.comments).limit(COMMENTS_PER_COMMIT)
            ).all()
            # Locked as everywhere: articles first, each by id.
            article_ids = sorted({article_id for _, article_id in found})
            articles = {each: session.get(Article, each, with_for_update=True) for each in article_ids}
            for comment_id, article_id in sorted(found):
                article, comment = articles[article_id], session.get(Comment, comment_id, with_for_update=True)
                assert article is not None
                assert comment is not None
                rows += self._publication.delete(session, article, comment, now)
        self._outbox.relay_now(rows)
        return len(found)


def _count(session: Session, statement: Delete) -> int:
    result = session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount
