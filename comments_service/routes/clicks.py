"""The click routes: one click of a reader, many of a server."""

import re
from dataclasses import asdict
from typing import Any

from flask import g, request
from flask_openapi3 import APIBlueprint, RawModel  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import BaseModel

from comments_service.batch import ARRAY, NDJSON
from comments_service.clicks import BEACON, ClickDesk
from comments_service.ingest import BatchDesk
from comments_service.routes.articles import KEYED
from comments_service.visitors import Sender
from shared.api_keys import Scope
from shared.errors import invalid
from shared.web import body_limit, needs

MOST_CLICK_BYTES = 4 * 1024
MOST_BATCH_BYTES = 4 * 1024 * 1024
IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")


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

    @routes.post("", summary="A reader opened an article", responses={202: ClickAnswer})
    @body_limit(MOST_CLICK_BYTES, raw=True)
    def post_click(raw: ClickBody) -> tuple[dict[str, str], int]:
        clicks.take(raw.get_data(cache=False), raw.headers.get("Content-Type", ""), Sender.of(raw.environ))
        return {"status": "accepted"}, 202

    @routes.post("/batch", summary="Many clicks from a server", security=KEYED, responses={200: BatchAnswer})
    @needs(Scope.CLICKS)
    @body_limit(MOST_BATCH_BYTES, raw=True)
    def post_batch(raw: BatchBody) -> dict[str, Any]:
        body = raw.get_data(cache=False)
        return asdict(batches.take(body, raw.headers.get("Content-Type", ""), sender_key()))

    return routes


def sender_key() -> str:
    """The Idempotency-Key of the request, bound to the API key it came with; empty without one."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return ""
    if not IDEMPOTENCY_KEY.fullmatch(given):
        raise invalid(("header.Idempotency-Key", "must be 1 to 255 visible ASCII characters"))
    return f"{g.api_key.name} {given}"
