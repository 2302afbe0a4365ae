"""The audit trail: who did what, when and why, written in the transaction of the deed."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from comments_service.articles import articles_in
from comments_service.database import Database
from comments_service.status import Status
from comments_service.tables import AuditEntry, Comment

UNDO = "undo"
"""The action of undoing; it is a decision, too, but cannot itself be undone."""


def record_decision(
    session: Session, comment: Comment, *, at: int, who: str, action: str, before: dict[str, Any], reason: str | None
) -> AuditEntry:
    """Note what a moderator did to a comment, which has its new state already; `before` is what it was."""
    entry = AuditEntry(
        at=at,
        who=who,
        action=action,
        comment_id=comment.id,
        article_id=comment.article_id,
        status_before=Status(before["status"]),
        status_after=comment.status,
        reason=reason,
        before=None if action == UNDO else before,
    )
    session.add(entry)
    return entry


def last_decision(session: Session, comment_id: str) -> AuditEntry | None:
    """The last decision on a comment that was not undone."""
    query = select(AuditEntry).where(
        AuditEntry.comment_id == comment_id, AuditEntry.undone_at.is_(None), AuditEntry.action != UNDO
    )
    return session.scalar(query.order_by(AuditEntry.id.desc()).limit(1))


def read_audit(
    database: Database,
    *,
    limit: int,
    behind: int | None,
    comment_id: str | None,
    channels: Collection[str] | None = None,
) -> tuple[Sequence[AuditEntry], int | None]:
    """Entries, newest first, of one comment when it is given, and the id behind which there are more.

    With channels, only what was done in them.
    """
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit + 1)
    if behind is not None:
        query = query.where(AuditEntry.id < behind)
    if comment_id is not None:
        query = query.where(AuditEntry.comment_id == comment_id)
    if channels is not None:
        query = query.where(or_(AuditEntry.channel.in_(channels), AuditEntry.article_id.in_(articles_in(channels))))
    with database.reading() as session:
        entries = session.scalars(query).all()
    return entries[:limit], entries[limit - 1].id if len(entries) > limit else None
