"""The click front: a WSGI layer before Flask that takes clicks, which are most of what this service is ever sent.

It takes them by the same desks as the routes behind it and gives their very answers, some ten times sooner. What it
refuses goes on to Flask, where an error is told as every other; so does what it does not know how to read.
"""

from collections.abc import Callable, Iterable
from io import BytesIO
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import msgspec

from comments_service.clicks import ClickDesk
from comments_service.ingest import BatchDesk
from comments_service.sender_key import sender_key
from comments_service.visitors import Sender
from shared.api_keys import KeyRing, Scope
from shared.web.app import request_id
from shared.web.front import REFUSAL

MOST_CLICK_BYTES = 4 * 1024
MOST_BATCH_BYTES = 4 * 1024 * 1024
ACCEPTED = ("202 ACCEPTED", b'{"status":"accepted"}')
Answer = tuple[str, bytes]
"""A status line and a body of JSON."""


class ClickFront:
    """Takes clicks and batches of them; the app answers everything else."""

    def __init__(self, app: WSGIApplication, clicks: ClickDesk, batches: BatchDesk, keys: KeyRing) -> None:
        self._app = app
        self._clicks = clicks
        self._batches = batches
        self._keys = keys
        self._desks: dict[str, Callable[[WSGIEnvironment], Answer | None]] = {
            "/v1/clicks": self._take_click,
            "/v1/clicks/batch": self._take_batch,
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        answer = self._take(environ)
        if answer is None:
            return self._app(environ, start_response)
        status, body = answer
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("X-Request-Id", request_id(environ.get("HTTP_X_REQUEST_ID", ""))),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response(status, headers)
        return [body]

    def _take(self, environ: WSGIEnvironment) -> Answer | None:
        if environ["REQUEST_METHOD"] != "POST" or environ.get("QUERY_STRING"):
            return None
        desk = self._desks.get(environ["PATH_INFO"])
        try:
            return desk(environ) if desk else None
        except Exception as refusal:  # noqa: BLE001  # Flask raises it again and answers, logs and counts it
            environ[REFUSAL] = refusal
            return None

    def _take_click(self, environ: WSGIEnvironment) -> Answer | None:
        body = _read(environ, MOST_CLICK_BYTES)
        if body is None:
            return None
        self._clicks.take(
            body, environ.get("CONTENT_TYPE", ""), Sender.of(environ), environ.get("HTTP_IDEMPOTENCY_KEY")
        )
        return ACCEPTED

    def _take_batch(self, environ: WSGIEnvironment) -> Answer | None:
        if "HTTP_AUTHORIZATION" not in environ:
            return None
        key = self._keys.require(environ["HTTP_AUTHORIZATION"], Scope.CLICKS)
        body = _read(environ, MOST_BATCH_BYTES)
        if body is None:
            return None
        named = sender_key(key, environ.get("HTTP_IDEMPOTENCY_KEY"))
        return "200 OK", msgspec.json.encode(self._batches.take(body, environ.get("CONTENT_TYPE", ""), named))


def _read(environ: WSGIEnvironment, most_bytes: int) -> bytes | None:
    """A whole body, which Flask may read again; None when its length is not known or not allowed."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdigit() and len(length) < 10) or int(length) > most_bytes:
        return None
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    # A sender who went away in the middle has not clicked.
    return body if len(body) == int(length) else None
