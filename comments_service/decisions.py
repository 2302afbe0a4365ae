"""Decisions: what moderators do to comments, up to 200 in one transaction, each with its entry in the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments_service.audit import UNDO, last_decision, record_decision
from comments_service.database import Database
from comments_service.outbox import Outbox
from comments_service.publication import Publication
from comments_service.status import Status
from comments_service.tables import Article, AuditEntry, Comment, OutboxRow
from shared.api_keys import Caller
from shared.clock import Clock
from shared.errors import BadField, RedianError


class Action(StrEnum):
    """What a moderator can do to a comment."""

    PUBLISH = "publish"
    REJECT = "reject"
    SPAM = "spam"
    DELETE = "delete"
    PIN = "pin"
    UNPIN = "unpin"
    UNDO = UNDO
    """Put back what the last decision changed."""


class Outcome(StrEnum):
    """What became of a decision."""

    DONE = "done"
    UNCHANGED = "unchanged"
    """It was so already, and nothing was written."""
    DELETED = "deleted"
    """Refused: nothing is left of the comment."""
    SUPERSEDED = "superseded"
    """Not undone: the comment has changed since, or nothing was decided on it."""
    UNKNOWN = "unknown"


STATUS_OF = {Action.PUBLISH: Status.PUBLISHED, Action.REJECT: Status.REJECTED, Action.SPAM: Status.SPAM}
DECIDED_ON = ("status", "queued_at", "held_for", "report_count", "is_pinned", "is_shadowed", "published_at")
"""What of a comment a decision can change, and undoing it puts back."""


@dataclass(frozen=True)
class Decision:
    """What a moderator decided on a comment, and why; `undoes` is the audit entry that has to be the last."""

    comment_id: str
    action: Action
    reason: str | None = None
    undoes: int | None = None


@dataclass(frozen=True)
class Decided:
    """A decision with its outcome; `status` is the comment's after it, None when there is none.

    `entry` is what the audit trail says of it, None when nothing changed.
    """

    decision: Decision
    outcome: Outcome
    status: str | None = None
    entry: AuditEntry | None = None


class Decisions:
    """Carries decisions out."""

    def __init__(self, database: Database, outbox: Outbox, clock: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._publication = Publication(outbox)
        self._clock = clock

    def decide(self, decisions: Sequence[Decision], caller: Caller) -> list[Decided]:
        """Carry all of them out in their order, or none when a store fails; unknown ids do not stop the others.

        Raises `channel_forbidden`, naming each, when a comment stands in other channels than the caller is for.
        """
        now, rows, answers = self._clock(), list[OutboxRow](), list[Decided]()
        with self._database.writing() as session:
            articles, comments = _lock(session, {each.comment_id for each in decisions})
            _refuse_other_channels(decisions, articles, comments, caller)
            for decision in decisions:
                comment = comments.get(decision.comment_id)
                if comment is None:
                    answers.append(Decided(decision, Outcome.UNKNOWN))
                    continue
                before = {name: getattr(comment, name) for name in DECIDED_ON}
                outcome, more = self._carry_out(session, articles[comment.article_id], comment, decision, now)
                rows += more
                entry = None
                if outcome is Outcome.DONE:
                    action, reason = decision.action, decision.reason
                    entry = record_decision(
                        session, comment, at=now, who=caller.name, action=action, before=before, reason=reason
                    )
                answers.append(Decided(decision, outcome, comment.status, entry))
        self._outbox.relay_now(rows)
        return answers

    def _carry_out(
        self, session: Session, article: Article, comment: Comment, decision: Decision, now: int
    ) -> tuple[Outcome, list[OutboxRow]]:
        action = decision.action
        if comment.status == Status.DELETED:
            return (Outcome.UNCHANGED if action is Action.DELETE else Outcome.DELETED), []
        if action is Action.UNDO:
            return self._undo(session, article, comment, decision.undoes, now)
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

    def _undo(
        self, session: Session, article: Article, comment: Comment, undoes: int | None, now: int
    ) -> tuple[Outcome, list[OutboxRow]]:
        """Put back what the last decision changed, unless the comment has changed by itself since."""
        session.flush()
        if undoes is not None and _is_undone(session, comment, undoes):
            return Outcome.UNCHANGED, []
        entry = last_decision(session, comment.id)
        is_last = entry is not None and undoes in {None, entry.id}
        if entry is None or entry.before is None or not is_last or comment.status != entry.status_after:
            return Outcome.SUPERSEDED, []
        entry.undone_at = now
        before = entry.before
        status, published_at = Status(before["status"]), before["published_at"]
        rows = self._publication.move(session, article, comment, status, now, published_at)
        for name in DECIDED_ON:
            setattr(comment, name, before[name])
        return Outcome.DONE, rows


def _refuse_other_channels(
    decisions: Sequence[Decision], articles: dict[str, Article], comments: dict[str, Comment], caller: Caller
) -> None:
    bad = [
        BadField(f"decisions.{number}.comment_id", "stands in other channels than the caller is for")
        for number, decision in enumerate(decisions)
        if (comment := comments.get(decision.comment_id)) and not caller.covers(articles[comment.article_id].channels)
    ]
    if bad:
        raise RedianError("channel_forbidden", f"{caller.name} is for other channels.", fields=tuple(bad))


def _is_undone(session: Session, comment: Comment, entry_id: int) -> bool:
    entry = session.get(AuditEntry, entry_id)
    return entry is not None and entry.comment_id == comment.id and entry.undone_at is not None


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
