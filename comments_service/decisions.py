"""Decisions: what moderators do to comments, up to 200 in one transaction, each with its entry in the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments_service.audit import record
from comments_service.database import Database
from comments_service.outbox import Outbox
from comments_service.publication import Publication
from comments_service.status import Status
from comments_service.tables import Article, Comment, OutboxRow
from shared.clock import Clock


class Action(StrEnum):
    """What a moderator can do to a comment."""

    PUBLISH = "publish"
    REJECT = "reject"
    SPAM = "spam"
    DELETE = "delete"
    PIN = "pin"
    UNPIN = "unpin"


class Outcome(StrEnum):
    """What became of a decision."""

    DONE = "done"
    UNCHANGED = "unchanged"
    """It was so already, and nothing was written."""
    DELETED = "deleted"
    """Refused: nothing is left of the comment."""
    UNKNOWN = "unknown"


STATUS_OF = {Action.PUBLISH: Status.PUBLISHED, Action.REJECT: Status.REJECTED, Action.SPAM: Status.SPAM}


@dataclass(frozen=True)
class Decision:
    """What a moderator decided on a comment, and why."""

    comment_id: str
    action: Action
    reason: str | None = None


@dataclass(frozen=True)
class Decided:
    """A decision with its outcome; `status` is the comment's after it, None when there is none."""

    decision: Decision
    outcome: Outcome
    status: str | None = None


class Decisions:
    """Carries decisions out."""

    def __init__(self, database: Database, outbox: Outbox, clock: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._publication = Publication(outbox)
        self._clock = clock

    def decide(self, decisions: Sequence[Decision], who: str) -> list[Decided]:
        """Carry all of them out in their order, or none when a store fails; unknown ids do not stop the others."""
        now, rows, answers = self._clock(), list[OutboxRow](), list[Decided]()
        with self._database.writing() as session:
            articles, comments = _lock(session, {each.comment_id for each in decisions})
            for decision in decisions:
                comment = comments.get(decision.comment_id)
                if comment is None:
                    answers.append(Decided(decision, Outcome.UNKNOWN))
                    continue
                before = Status(comment.status)
                outcome, more = self._carry_out(session, articles[comment.article_id], comment, decision.action, now)
                rows += more
                answers.append(Decided(decision, outcome, comment.status))
                if outcome is Outcome.DONE:
                    action, reason = decision.action, decision.reason
                    record(session, comment, at=now, who=who, action=action, before=before, reason=reason)
        self._outbox.relay_now(rows)
        return answers

    def _carry_out(
        self, session: Session, article: Article, comment: Comment, action: Action, now: int
    ) -> tuple[Outcome, list[OutboxRow]]:
        if comment.status == Status.DELETED:
            return (Outcome.UNCHANGED if action is Action.DELETE else Outcome.DELETED), []
        if action is Action.DELETE:
            return Outcome.DONE, self._publication.delete(session, article, comment, now)
        if action in STATUS_OF:
            was = comment.status, comment.queued_at
            rows = self._publication.move(session, article, comment, STATUS_OF[action], now)
            _take_from_queue(comment)
            return _outcome(is_changed=was != (comment.status, comment.queued_at)), rows
        is_changed = comment.is_pinned != (action is Action.PIN)
        comment.is_pinned = action is Action.PIN
        return _outcome(is_changed=is_changed), []


def _take_from_queue(comment: Comment) -> None:
    """Whatever was decided, the reports of before are answered by it."""
    comment.queued_at, comment.held_for, comment.report_count = None, None, 0


def _outcome(*, is_changed: bool) -> Outcome:
    return Outcome.DONE if is_changed else Outcome.UNCHANGED


def _lock(session: Session, comment_ids: set[str]) -> tuple[dict[str, Article], dict[str, Comment]]:
    """The comments and their articles, locked in the order in which everybody locks: articles first, each by id."""
    ids = sorted(comment_ids)
    article_ids = select(Comment.article_id).where(Comment.id.in_(ids))
    articles = select(Article).where(Article.id.in_(article_ids)).order_by(Article.id).with_for_update()
    by_id = {article.id: article for article in session.scalars(articles)}
    comments = select(Comment).where(Comment.id.in_(ids)).order_by(Comment.id).with_for_update()
    return by_id, {comment.id: comment for comment in session.scalars(comments)}
