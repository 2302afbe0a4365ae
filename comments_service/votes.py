"""Votes and reports: what readers say of a comment. One each a reader, counted under the lock of the comment's row."""

from sqlalchemy.orm import Session

from comments_service.articles import published
from comments_service.bans import Author, Bans
from comments_service.database import Database
from comments_service.hotness import hotness
from comments_service.ids import new_id
from comments_service.moderation import REPORTED
from comments_service.outbox import Outbox
from comments_service.publication import unknown
from comments_service.rules import RuleBook
from comments_service.status import Status
from comments_service.tables import Article, Comment, Report, Vote
from shared.clock import Clock
from shared.events import CommentVoted


class Votes:
    """The votes and reports in SQL."""

    def __init__(self, database: Database, outbox: Outbox, clock: Clock, rules: RuleBook, bans: Bans) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._rules = rules
        self._bans = bans

    def vote(self, comment_id: str, author: Author, value: int) -> Comment:
        """Set a reader's vote to 1, -1 or 0 (none); the same again changes nothing.

        The vote of somebody under a shadow ban changes nothing either. Raises `comment_unknown` or `banned`.
        """
        now, rows = self._clock(), []
        with self._database.writing() as session:
            article, comment = _locked(session, comment_id)
            if self._is_shadowed(session, author, article):
                return comment
            previous = _replace(session, comment_id, author.reader, value)
            if value != previous:
                _count(comment, previous, -1)
                _count(comment, value, 1)
                comment.hotness = hotness(comment.up, comment.down, comment.published_at or comment.created_at)
                event = CommentVoted(new_id(now), comment.article_id, now, comment_id, value, previous)
                rows.append(self._outbox.add(session, event))
        self._outbox.relay_now(rows)
        return comment

    def report(self, comment_id: str, author: Author, reason: str, note: str | None) -> None:
        """Keep a reader's report; his second changes nothing, nor does one of somebody under a shadow ban.

        Raises `comment_unknown` or `banned`.
        With the last report that it takes, the comment goes to the queue and stays published until a moderator decides.
        """
        now = self._clock()
        with self._database.writing() as session:
            article, comment = _locked(session, comment_id)
            if self._is_shadowed(session, author, article):
                return
            if session.get(Report, (comment_id, author.reader)):
                return
            session.add(Report(comment_id=comment_id, reader=author.reader, reason=reason, note=note, created_at=now))
            comment.report_count += 1
            enough = self._rules.of(article.channels).reports_to_queue
            if comment.report_count >= enough and comment.queued_at is None:
                comment.queued_at, comment.held_for = now, [REPORTED]

    def _is_shadowed(self, session: Session, author: Author, article: Article) -> bool:
        near = self._bans.near(session, [author.reader], article.channels)
        return self._bans.is_shadowed(near, author, None, article.channels)


def _locked(session: Session, comment_id: str) -> tuple[Article, Comment]:
    """A published comment, its row locked, and its published article: no two votes of one reader meet here."""
    comment = session.get(Comment, comment_id, with_for_update=True)
    if comment is None or comment.status != Status.PUBLISHED:
        raise unknown(comment_id)
    return published(session, comment.article_id), comment


def _replace(session: Session, comment_id: str, reader: str, value: int) -> int:
    """Store a vote; what it was before."""
    vote = session.get(Vote, (comment_id, reader))
    previous = vote.value if vote else 0
    if vote and value:
        vote.value = value
    elif vote:
        session.delete(vote)
    elif value:
        session.add(Vote(comment_id=comment_id, reader=reader, value=value))
    return previous


def _count(comment: Comment, value: int, change: int) -> None:
    comment.up += change * (value == 1)
    comment.down += change * (value == -1)
