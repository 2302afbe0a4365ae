"""The inventory: everything that is kept of a reader, in a form that he can read and take along."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from comments_service.database import Database
from comments_service.reader_data.person import Person
from comments_service.status import Status
from comments_service.tables import Comment, ProtectedNickname, Report, Subscription, Vote
from shared.clock import to_rfc3339


class Inventory:
    """Reads what is kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, person: Person) -> dict[str, Any]:
        """Comments, votes, reports, protected nicknames and mails of a person, as one moment has them."""
        with self._database.reading() as session:
            comments = session.scalars(
                select(Comment).where(person.comments).order_by(Comment.created_at, Comment.floor)
            ).all()
            votes = session.scalars(select(Vote).where(person.votes).order_by(Vote.comment_id)).all()
            reports = session.scalars(select(Report).where(person.reports).order_by(Report.comment_id)).all()
            names = session.scalars(select(ProtectedNickname.nickname).where(person.nicknames)).all()
            subscriptions = session.scalars(select(Subscription).where(person.subscriptions)).all()
        return {
            "reader": person.reader,
            "comments": [_comment(each) for each in comments],
            "votes": [{"comment_id": each.comment_id, "value": each.value} for each in votes],
            "reports": [_report(each) for each in reports],
            "protected_nicknames": sorted(set(names)),
            "subscriptions": _subscriptions(subscriptions),
        }


def _comment(comment: Comment) -> dict[str, Any]:
    return {
        "id": comment.id,
        "article_id": comment.article_id,
        "parent_id": comment.parent_id,
        "floor": comment.floor,
        "status": _status(comment),
        "text": comment.text,
        "nickname": comment.nickname,
        "email": comment.email,
        "website": comment.website,
        "network": comment.network,
        "address_hash": comment.address,
        "created_at": to_rfc3339(comment.created_at),
        "edited_at": to_rfc3339(comment.edited_at) if comment.edited_at else None,
    }


def _status(comment: Comment) -> str:
    """The state as its author is told: nobody learns of a shadow ban, nor why a comment is withheld."""
    if comment.is_shadowed:
        return Status.PUBLISHED
    return comment.status if comment.status in {Status.PUBLISHED, Status.PENDING} else "withheld"


def _report(report: Report) -> dict[str, Any]:
    return {
        "comment_id": report.comment_id,
        "reason": report.reason,
        "note": report.note,
        "created_at": to_rfc3339(report.created_at),
    }


def _subscriptions(subscriptions: Sequence[Subscription]) -> list[dict[str, Any]]:
    return [
        {"address_hash": each.address, "status": each.status, "changed_at": to_rfc3339(each.changed_at)}
        for each in subscriptions
    ]
