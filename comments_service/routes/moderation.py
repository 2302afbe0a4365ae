"""The moderators' routes: queue, decisions and audit trail."""

from typing import Annotated, Any

from flask import g
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import BaseModel, Field

from comments_service.audit import read_audit
from comments_service.cursors import TIMED_PATTERN, TimedCursor
from comments_service.database import Database
from comments_service.decisions import Action, Decided, Decision, Decisions, Outcome
from comments_service.queue import Held, Queue
from comments_service.routes.articles import KEYED
from comments_service.routes.types import COMMENT_ID, LimitQuery
from comments_service.status import Status
from comments_service.tables import AuditEntry
from shared.api_keys import Scope
from shared.clock import to_rfc3339
from shared.names import CHANNEL
from shared.web import Input, PlainText, needs

MOST_DECISIONS = 200
Reason = Annotated[PlainText, Field(min_length=1, max_length=500)]


class QueueQuery(LimitQuery):
    """Which comments, of which channel, and where the page begins."""

    status: Status = Status.PENDING
    channel: str | None = Field(None, pattern=CHANNEL)
    cursor: str | None = Field(None, pattern=TIMED_PATTERN)

    @property
    def behind(self) -> TimedCursor | None:
        """The last comment of the page before."""
        return None if self.cursor is None else TimedCursor.read(self.cursor)


class DecisionBody(Input):
    """A decision on one comment."""

    comment_id: str = Field(pattern=COMMENT_ID)
    action: Action
    reason: Reason | None = None


class DecisionsBody(Input):
    """Decisions, carried out in their order and in one transaction."""

    decisions: list[DecisionBody] = Field(min_length=1, max_length=MOST_DECISIONS)


class AuditQuery(LimitQuery):
    """Where the page begins, and whose trail it is."""

    cursor: str | None = Field(None, pattern="^[0-9]{1,18}$")
    comment_id: str | None = Field(None, pattern=COMMENT_ID)


class HeldArticle(BaseModel):
    """The article of a comment in the queue."""

    id: str
    title: str
    url: str
    channels: list[str]


class HeldComment(BaseModel):
    """A comment as a moderator sees it; `held_for` says why it is in the queue, `queued_at` since when."""

    id: str
    parent_id: str | None
    floor: int
    status: Status
    text: str
    nickname: str | None
    email: str | None
    website: str | None
    created_at: str
    edited_at: str | None
    queued_at: str | None
    held_for: list[str]
    reports: int
    pinned: bool
    article: HeldArticle


class QueueAnswer(BaseModel):
    """A page of the queue."""

    comments: list[HeldComment]
    next_cursor: str | None


class DecidedAnswer(BaseModel):
    """What became of a decision; `status` is the comment's now."""

    comment_id: str
    action: Action
    outcome: Outcome
    status: Status | None


class DecisionsAnswer(BaseModel):
    """What became of each decision, in their order; `unknown` names the ids that no comment has."""

    results: list[DecidedAnswer]
    unknown: list[str]


class AuditedAction(BaseModel):
    """One thing that a moderator did."""

    id: str
    at: str
    who: str
    action: str
    comment_id: str | None
    article_id: str | None
    status_before: str | None
    status_after: str | None
    reason: str | None


class AuditAnswer(BaseModel):
    """A page of the audit trail, newest first."""

    entries: list[AuditedAction]
    next_cursor: str | None


def present_held(held: Held) -> dict[str, Any]:
    """A comment of the queue."""
    comment, article = held.comment, held.article
    return {
        "id": comment.id,
        "parent_id": comment.parent_id,
        "floor": comment.floor,
        "status": comment.status,
        "text": comment.text,
        "nickname": comment.nickname,
        "email": comment.email,
        "website": comment.website,
        "created_at": to_rfc3339(comment.created_at),
        "edited_at": _time(comment.edited_at),
        "queued_at": _time(comment.queued_at),
        "held_for": comment.held_for or [],
        "reports": comment.report_count,
        "pinned": comment.is_pinned,
        "article": {"id": article.id, "title": article.title, "url": article.url, "channels": article.channels},
    }


def present_decided(decided: Decided) -> dict[str, Any]:
    """What became of one decision."""
    decision = decided.decision
    return {
        "comment_id": decision.comment_id,
        "action": decision.action,
        "outcome": decided.outcome,
        "status": decided.status,
    }


def present_entry(entry: AuditEntry) -> dict[str, Any]:
    """An entry of the audit trail."""
    names = "who", "action", "comment_id", "article_id", "status_before", "status_after", "reason"
    return {"id": str(entry.id), "at": to_rfc3339(entry.at)} | {name: getattr(entry, name) for name in names}


def moderation_routes(database: Database, queue: Queue, decisions: Decisions) -> APIBlueprint:
    """The routes of moderators."""
    routes = APIBlueprint("moderation", __name__, url_prefix="/v1/moderation")

    @routes.get("/queue", summary="Comments before a moderator", security=KEYED, responses={200: QueueAnswer})
    @needs(Scope.MODERATE)
    def read_queue(query: QueueQuery) -> dict[str, Any]:
        found, behind = queue.page(query.status, channel=query.channel, limit=query.limit, behind=query.behind)
        return {"comments": [present_held(each) for each in found], "next_cursor": _cursor(behind)}

    @routes.post("/decisions", summary="Decide on comments", security=KEYED, responses={200: DecisionsAnswer})
    @needs(Scope.MODERATE)
    def decide(body: DecisionsBody) -> dict[str, Any]:
        wanted = [Decision(**each.model_dump()) for each in body.decisions]
        results = decisions.decide(wanted, g.api_key.name)
        unknown = [each.decision.comment_id for each in results if each.outcome is Outcome.UNKNOWN]
        return {"results": [present_decided(each) for each in results], "unknown": list(dict.fromkeys(unknown))}

    @routes.get("/audit", summary="What moderators did", security=KEYED, responses={200: AuditAnswer})
    @needs(Scope.MODERATE)
    def read_trail(query: AuditQuery) -> dict[str, Any]:
        behind = None if query.cursor is None else int(query.cursor)
        entries, last = read_audit(database, limit=query.limit, behind=behind, comment_id=query.comment_id)
        return {"entries": [present_entry(each) for each in entries], "next_cursor": _cursor(last)}

    return routes


def _cursor(behind: object | None) -> str | None:
    return None if behind is None else str(behind)


def _time(at: int | None) -> str | None:
    return None if at is None else to_rfc3339(at)
