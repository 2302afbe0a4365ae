"""The click routes: one click of a reader, many of a server."""

from dataclasses import asdict
from typing import Any

from flask import g, request
from flask_openapi3 import APIBlueprint, RawModel  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import BaseModel

from comments_service.batch import ARRAY, NDJSON
from comments_service.click_front import MOST_BATCH_BYTES, MOST_CLICK_BYTES
from comments_service.clicks import BEACON, ClickDesk
from comments_service.ingest import BatchDesk
from comments_service.routes.articles import KEYED
from comments_service.sender_key import sender_key
from comments_service.visitors import Sender
from shared.api_keys import Scope
from shared.web import body_limit, needs
from shared.web.front import raise_refused
from shared.web.specification import problems


class ClickBody(RawModel):
    """A click: JSON `{"article_id"}`, or the same as a beacon's text."""

    mimetypes = ["application/json", BEACON]  # noqa: RUF012  # how flask-openapi3 reads it


class BatchBody(RawModel):
    """A batch: `{"article_id", "occurred_at"?, "visitor"?}` a line, or an array of them."""

    mimetypes = [NDJSON, ARRAY]  # noqa: RUF012  # how flask-openapi3 reads it


class ClickAnswer(BaseModel):
    """The click is in the log."""

    status: str


class BatchAnswer(BaseModel):
    """What became of the clicks; `unknown` names the articles whose clicks were refused."""

    accepted: int
    repeated: int
    unknown: list[str]


def click_routes(clicks: ClickDesk, batches: BatchDesk) -> APIBlueprint:
    """The routes of clicks."""
    routes = APIBlueprint("clicks", __name__, url_prefix="/v1/clicks")

    @routes.post(
        "",
        summary="A reader opened an article",
        description="With an API key it counts as sent, and an `Idempotency-Key` makes a resend safe for 24 hours.",
        responses={202: ClickAnswer, **problems(401, 403, 404, 409)},
    )
    @body_limit(MOST_CLICK_BYTES, raw=True)
    def post_click(raw: ClickBody) -> tuple[dict[str, str], int]:
        raise_refused(raw.environ)
        content_type, key = raw.headers.get("Content-Type", ""), raw.headers.get("Idempotency-Key")
        clicks.take(raw.get_data(cache=False), content_type, Sender.of(raw.environ), key)
        return {"status": "accepted"}, 202

    @routes.post(
        "/batch", summary="Many clicks from a server", security=KEYED, responses={200: BatchAnswer, **problems(409)}
    )
    @needs(Scope.CLICKS)
    @body_limit(MOST_BATCH_BYTES, raw=True)
    def post_batch(raw: BatchBody) -> dict[str, Any]:
        raise_refused(raw.environ)
        body = raw.get_data(cache=False)
        named = sender_key(g.caller, request.headers.get("Idempotency-Key"))
        return asdict(batches.take(body, raw.headers.get("Content-Type", ""), named))

    return routes
