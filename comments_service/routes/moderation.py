"""The moderators' routes: queue, search, decisions and audit trail."""

from typing import Annotated, Any, Self

from flask import g
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import BaseModel, Field, model_validator

from comments_service.audit import read_audit
from comments_service.cursors import TIMED_PATTERN, TimedCursor
from comments_service.database import Database
from comments_service.decisions import Action, Decided, Decision, Decisions, Outcome
from comments_service.dossiers import Dossiers
from comments_service.queue import Queue, Search
from comments_service.routes.articles import KEYED
from comments_service.routes.held import HeldComment, present_held, time_or_none
from comments_service.routes.types import COMMENT_ID, LimitQuery
from comments_service.status import Status
from comments_service.tables import AuditEntry
from shared.api_keys import Scope
from shared.clock import to_rfc3339
from shared.names import ARTICLE_ID, CHANNEL
from shared.web import Input, PlainText, needs

MOST_DECISIONS = 200
ENTRY_ID = "^[0-9]{1,18}$"
Reason = Annotated[PlainText, Field(min_length=1, max_length=500)]


class ChannelQuery(Input):
    """Of which channel; without one of every channel that the key is for."""

    channel: str | None = Field(None, pattern=CHANNEL)

    @property
    def channels(self) -> frozenset[str] | None:
        """The channels that the key may see of it; raises `channel_forbidden`."""
        channels: frozenset[str] | None = g.caller.channels_for(self.channel)
        return channels


class QueueQuery(ChannelQuery, LimitQuery):
    """Which comments, of which channel, and where the page begins."""

    status: Status = Status.PENDING
    cursor: str | None = Field(None, pattern=TIMED_PATTERN)

    @property
    def behind(self) -> TimedCursor | None:
        """The last comment of the page before."""
        return None if self.cursor is None else TimedCursor.read(self.cursor)


class SearchQuery(ChannelQuery, LimitQuery):
    """Which comments are looked for, and where the page begins."""

    status: Status | None = None
    q: Annotated[PlainText, Field(min_length=1, max_length=100)] | None = Field(
        None, description="Part of a text or of a nickname."
    )
    reader: str | None = Field(None, min_length=1, max_length=64)
    network: str | None = Field(None, min_length=1, max_length=64)
    article_id: str | None = Field(None, pattern=ARTICLE_ID)
    cursor: str | None = Field(None, pattern=COMMENT_ID)

    def search(self) -> Search:
        """The same, within what the key may see."""
        return Search(self.status, self.q, self.reader, self.article_id, self.network, self.channels)


class DecisionBody(Input):
    """A decision on one comment; `undoes` names the audit entry that is to be undone, without it the last is."""

    comment_id: str = Field(pattern=COMMENT_ID)
    action: Action
    reason: Reason | None = None
    undoes: str | None = Field(None, pattern=ENTRY_ID)

    @model_validator(mode="after")
    def _only_undo_undoes(self) -> Self:
        if self.undoes is not None and self.action is not Action.UNDO:
            raise ValueError("`undoes` goes with the action `undo` alone")
        return self

    def decision(self) -> Decision:
        """The same, as it is carried out."""
        undoes = None if self.undoes is None else int(self.undoes)
        return Decision(self.comment_id, self.action, self.reason, undoes)


class DecisionsBody(Input):
    """Decisions, carried out in their order and in one transaction."""

    decisions: list[DecisionBody] = Field(min_length=1, max_length=MOST_DECISIONS)


class AuditQuery(ChannelQuery, LimitQuery):
    """Where the page begins, and whose trail it is."""

    cursor: str | None = Field(None, pattern=ENTRY_ID)
    comment_id: str | None = Field(None, pattern=COMMENT_ID)


class QueueAnswer(BaseModel):
    """A page of the queue."""

    comments: list[HeldComment]
    next_cursor: str | None


class QueueCountsAnswer(BaseModel):
    """What there is to do, since when the oldest waits, and how many comments are in each state."""

    waiting: int
    oldest_queued_at: str | None
    by_status: dict[Status, int]


class DecidedAnswer(BaseModel):
    """What became of a decision; `status` is the comment's now, `audit_id` what undoing it names."""

    comment_id: str
    action: Action
    outcome: Outcome
    status: Status | None
    audit_id: str | None


class DecisionsAnswer(BaseModel):
    """What became of each decision, in their order; `unknown` names the ids that no comment has."""

    results: list[DecidedAnswer]
    unknown: list[str]


class AuditedAction(BaseModel):
    """One thing that a moderator did: to a comment, or to the `subject`; no channel is every channel."""

    id: str
    at: str
    who: str
    action: str
    comment_id: str | None
    article_id: str | None
    status_before: str | None
    status_after: str | None
    subject: str | None
    channel: str | None
    reason: str | None
    undone_at: str | None


class AuditAnswer(BaseModel):
    """A page of the audit trail, newest first."""

    entries: list[AuditedAction]
    next_cursor: str | None


def present_decided(decided: Decided) -> dict[str, Any]:
    """What became of one decision."""
    decision = decided.decision
    return {
        "comment_id": decision.comment_id,
        "action": decision.action,
        "outcome": decided.outcome,
        "status": decided.status,
        "audit_id": None if decided.entry is None else str(decided.entry.id),
    }


def present_entry(entry: AuditEntry) -> dict[str, Any]:
    """An entry of the audit trail."""
    comment = "comment_id", "article_id", "status_before", "status_after"
    names = "who", "action", *comment, "subject", "channel", "reason"
    times = {"at": to_rfc3339(entry.at), "undone_at": time_or_none(entry.undone_at)}
    return {"id": str(entry.id)} | times | {name: getattr(entry, name) for name in names}


def moderation_routes(database: Database, queue: Queue, dossiers: Dossiers, decisions: Decisions) -> APIBlueprint:
    """The routes of moderators."""
    routes = APIBlueprint("moderation", __name__, url_prefix="/v1/moderation")
    add_comment_routes(routes, queue, dossiers)

    @routes.post("/decisions", summary="Decide on comments", security=KEYED, responses={200: DecisionsAnswer})
    @needs(Scope.MODERATE)
    def decide(body: DecisionsBody) -> dict[str, Any]:
        results = decisions.decide([each.decision() for each in body.decisions], g.caller)
        unknown = [each.decision.comment_id for each in results if each.outcome is Outcome.UNKNOWN]
        return {"results": [present_decided(each) for each in results], "unknown": list(dict.fromkeys(unknown))}

    @routes.get("/audit", summary="What moderators did", security=KEYED, responses={200: AuditAnswer})
    @needs(Scope.MODERATE)
    def read_trail(query: AuditQuery) -> dict[str, Any]:
        behind = None if query.cursor is None else int(query.cursor)
        entries, last = read_audit(
            database, limit=query.limit, behind=behind, comment_id=query.comment_id, channels=query.channels
        )
        return {"entries": [present_entry(each) for each in entries], "next_cursor": _cursor(last)}

    return routes


def add_comment_routes(routes: APIBlueprint, queue: Queue, dossiers: Dossiers) -> None:
    """The routes by which moderators find comments."""

    @routes.get("/queue", summary="Comments before a moderator", security=KEYED, responses={200: QueueAnswer})
    @needs(Scope.MODERATE)
    def read_queue(query: QueueQuery) -> dict[str, Any]:
        page, behind = queue.page(query.status, channels=query.channels, limit=query.limit, behind=query.behind)
        found = [present_held(each) for each in dossiers.of(page, g.caller.channels)]
        return {"comments": found, "next_cursor": _cursor(behind)}

    @routes.get("/comments", summary="A search in all comments", security=KEYED, responses={200: QueueAnswer})
    @needs(Scope.MODERATE)
    def search_comments(query: SearchQuery) -> dict[str, Any]:
        page, behind = queue.search(query.search(), limit=query.limit, behind=query.cursor)
        found = [present_held(each) for each in dossiers.of(page, g.caller.channels)]
        return {"comments": found, "next_cursor": _cursor(behind)}

    @routes.get("/counts", summary="How much there is to do", security=KEYED, responses={200: QueueCountsAnswer})
    @needs(Scope.MODERATE)
    def count_comments(query: ChannelQuery) -> dict[str, Any]:
        tally = queue.tally(query.channels)
        oldest = time_or_none(tally.oldest)
        return {"waiting": tally.waiting, "oldest_queued_at": oldest, "by_status": tally.by_status}


def _cursor(behind: object | None) -> str | None:
    return None if behind is None else str(behind)
