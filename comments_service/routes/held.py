"""What moderators are answered of a comment: all that a decision needs, in one call."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from comments_service.dossiers import Dossier
from comments_service.status import Status
from comments_service.tables import Article, Comment, Report
from comments_service.words import Hit, Tier
from shared.clock import to_rfc3339


class HeldArticle(BaseModel):
    """The article of a comment before a moderator."""

    id: str
    title: str
    url: str
    channels: list[str]


class HeldParent(BaseModel):
    """The comment that is answered."""

    id: str
    floor: int
    status: Status
    nickname: str | None
    text: str


class EarlierComment(BaseModel):
    """Another comment of the same reader."""

    id: str
    article_id: str
    status: Status
    text: str
    created_at: str


class HeldHit(BaseModel):
    """A word of the filter in a field, from `start` up to but not including `end`, in code points of that field."""

    field: Literal["text", "nickname", "website"]
    word: str
    tier: Tier
    start: int
    end: int


class HeldReport(BaseModel):
    """What a reader has against the comment."""

    reason: str
    note: str | None
    at: str


class HeldComment(BaseModel):
    """A comment as a moderator sees it; `held_for` says why it is in the queue, `queued_at` since when.

    `hits` are those of the word list as it is now; `reader` and `network` are what a ban takes.
    """

    id: str
    parent_id: str | None
    floor: int
    status: Status
    text: str
    nickname: str | None
    email: str | None
    website: str | None
    reader: str | None
    network: str | None
    created_at: str
    edited_at: str | None
    queued_at: str | None
    held_for: list[str]
    reports: int
    pinned: bool
    shadowed: bool = Field(description="Its author, under a shadow ban, sees it as published.")
    article: HeldArticle
    parent: HeldParent | None
    history: list[EarlierComment]
    hits: list[HeldHit]
    report_notes: list[HeldReport]


def present_held(dossier: Dossier) -> dict[str, Any]:
    """A comment with its dossier."""
    comment = dossier.held.comment
    same = "id", "parent_id", "floor", "status", "text", "nickname", "email", "website", "reader", "network"
    return {name: getattr(comment, name) for name in same} | {
        "created_at": to_rfc3339(comment.created_at),
        "edited_at": time_or_none(comment.edited_at),
        "queued_at": time_or_none(comment.queued_at),
        "held_for": comment.held_for or [],
        "reports": comment.report_count,
        "pinned": comment.is_pinned,
        "shadowed": comment.is_shadowed,
        "article": _article(dossier.held.article),
        "parent": _parent(dossier.parent) if dossier.parent else None,
        "history": [_earlier(each) for each in dossier.history],
        "hits": [_hit(each) for each in dossier.hits],
        "report_notes": [_report(each) for each in dossier.reports],
    }


def time_or_none(at: int | None) -> str | None:
    """A time in milliseconds as RFC 3339."""
    return None if at is None else to_rfc3339(at)


def _article(article: Article) -> dict[str, Any]:
    return {"id": article.id, "title": article.title, "url": article.url, "channels": article.channels}


def _parent(comment: Comment) -> dict[str, Any]:
    return {name: getattr(comment, name) for name in ("id", "floor", "status", "nickname", "text")}


def _earlier(comment: Comment) -> dict[str, Any]:
    same = {name: getattr(comment, name) for name in ("id", "article_id", "status", "text")}
    return same | {"created_at": to_rfc3339(comment.created_at)}


def _hit(hit: Hit) -> dict[str, Any]:
    return {"field": hit.field, "word": hit.word, "tier": hit.tier, "start": hit.start, "end": hit.end}


def _report(report: Report) -> dict[str, Any]:
    return {"reason": report.reason, "note": report.note, "at": to_rfc3339(report.created_at)}
