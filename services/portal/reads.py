"""What the pages read from the API: the paths, and what they take from the answers."""

from typing import Any
from urllib.parse import quote

from flask import abort

from services.portal import sparkline
from services.portal.public_api import Answer
from services.portal.words import CHANNELS

BOX_LINES = 10
LATEST_LINES = 12
HOURS_A_POINT = 3


def article_path(article_id: str, more: str = "") -> str:
    """The read of an article, or of something below it."""
    return f"/v1/articles/{quote(article_id, safe='')}{more}"


def require(channel: str) -> None:
    """A page of a channel that the portal does not have is missing."""
    if channel not in CHANNELS:
        abort(404)


def box_path(channel: str) -> str:
    """The read of a hot box."""
    return f"/v1/rankings/{channel}?limit={BOX_LINES}&metric=clicks"


def latest_path(channel: str) -> str:
    """The read of the articles of a channel; the public API lists them by their clicks only."""
    return f"/v1/rankings/{channel}/total?limit=100"


def box_of(answer: Answer | None) -> dict[str, Any] | None:
    """The board of three days for readers without JavaScript, or that of all time where three days were quiet."""
    boards = (answer.json or {}).get("boards", []) if answer else []
    named = {board["board"]: board for board in boards}
    for name in ("three-day", "total"):
        if named.get(name, {}).get("entries"):
            return dict(named[name])
    return None


def entries_of(answer: Answer | None) -> list[dict[str, Any]]:
    """The entries of a board's answer."""
    return list(answer.json["entries"]) if answer and answer.json else []


def newest(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entries by their publication, the newest first, each once."""
    unique = {entry["article_id"]: entry for entry in entries}
    return sorted(unique.values(), key=lambda entry: str(entry["published_at"]), reverse=True)[:LATEST_LINES]


def article_of(answer: Answer) -> dict[str, Any]:
    """A published article; every other is missing."""
    if answer.json is None or answer.json["status"] != "published":
        abort(404)
    return dict(answer.json)


def series_of(answer: Answer | None) -> list[int]:
    """An article's clicks in steps of three hours."""
    if not answer or not answer.json:
        return []
    return sparkline.sums([slot["clicks"] for slot in answer.json["series"]], HOURS_A_POINT)
