"""The page of full rankings: every board and metric, now or then, with each article's hours as a line."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from services.portal import moments
from services.portal.public_api import PublicApi
from services.portal.reads import article_path, require, series_of
from services.portal.words import BOARDS, language_of

PAGE_LINES = 20
MOST_OFFSET = 10_000
METRICS = ("clicks", "comments")


class Ask:
    """Which board of a channel a page shows, for which metric, when, and from which line on."""

    def __init__(self, board: str, metric: str, at: str | None, offset: int) -> None:
        self.board = board
        self.metric = metric
        self.at = at
        self.offset = offset

    @classmethod
    def of_request(cls) -> "Ask":
        """The request's; what it does not say, or says wrongly, is that of the page's beginning."""
        board, metric = request.args.get("board", ""), request.args.get("metric", "")
        offset = request.args.get("offset", "")
        return cls(
            board if board in BOARDS else "total",
            metric if metric in METRICS else "clicks",
            moments.from_field(request.args.get("at", "")),
            min(MOST_OFFSET, int(offset)) if offset.isdecimal() else 0,
        )

    def query(self) -> str:
        """The query of the API's read."""
        at = {"at": self.at} if self.at else {}
        return urlencode({"metric": self.metric, "limit": PAGE_LINES, "offset": self.offset, **at})

    def link(self, **changes: str | int | None) -> str:
        """The query of a page like this one with something else about it; a change begins at the first line."""
        at = moments.to_field(self.at) if self.at else None
        fields = {"board": self.board, "metric": self.metric, "at": at, "offset": None} | changes
        return urlencode({name: value for name, value in fields.items() if value})


def ranking_routes(api: PublicApi) -> Blueprint:
    """The route of the page."""
    routes = Blueprint("rankings", __name__)

    @routes.get("/rankings/<channel>")
    def rankings_page(channel: str) -> str:
        if channel != "all":
            require(channel)
        ask = Ask.of_request()
        board: dict[str, Any] | None = api.read(f"/v1/rankings/{channel}/{ask.board}?{ask.query()}").json
        entries = (board or {}).get("entries", [])
        stats = api.read_all([article_path(entry["article_id"], "/stats") for entry in entries])
        return render_template(
            "rankings.html",
            language=language_of(channel),
            channel=channel,
            ask=ask,
            board=board,
            lines=list(zip(entries, map(series_of, stats), strict=True)),
            page_lines=PAGE_LINES,
        )

    return routes
