"""The audit trail: who did what, when and why, written in the transaction of the deed."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments_service.database import Database
from comments_service.status import Status
from comments_service.tables import AuditEntry, Comment


def record(
    session: Session, comment: Comment, *, at: int, who: str, action: str, before: Status, reason: str | None
) -> None:
    """Note what a moderator did to a comment, which has its new state already."""
    session.add(
        AuditEntry(
            at=at,
            who=who,
            action=action,
            comment_id=comment.id,
            article_id=comment.article_id,
            status_before=before,
            status_after=comment.status,
            reason=reason,
        )
    )


def read_audit(
    database: Database, *, limit: int, behind: int | None, comment_id: str | None
) -> tuple[Sequence[AuditEntry], int | None]:
    """Entries, newest first, of one comment when it is given, and the id behind which there are more."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit + 1)
    if behind is not None:
        query = query.where(AuditEntry.id < behind)
    if comment_id is not None:
        query = query.where(AuditEntry.comment_id == comment_id)
    with database.reading() as session:
        entries = session.scalars(query).all()
    return entries[:limit], entries[limit - 1].id if len(entries) > limit else None
