"""The front: a WSGI layer before Flask that answers warm reads from bytes.

It gives the very answers of the routes behind it and knows nothing but the cache they fill: what is not warm, or asks
in a way that is not the common one, goes on to Flask.
"""

from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Response, request
from prometheus_client import CollectorRegistry, Counter

from shared.web.app import request_id
from shared.web.cache import Cached

RARE_CONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_RANGE")

FindWarm = Callable[[WSGIEnvironment], Cached | None]
"""The warm answer to a request; None for one that has to go on to Flask."""


class Front:
    """Answers what is warm; the app answers everything else."""

    def __init__(self, app: WSGIApplication, find_warm: FindWarm, registry: CollectorRegistry) -> None:
        self._app = app
        self._find_warm = find_warm
        self._answered = Counter("redian_warm_answers", "Requests answered before Flask.", registry=registry)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        cached = self._find_warm(environ)
        if cached is None or not _is_common(environ, cached):
            return self._app(environ, start_response)
        self._answered.inc()
        headers = [
            *cached.headers,
            ("X-Request-Id", request_id(environ.get("HTTP_X_REQUEST_ID", ""))),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if "HTTP_IF_NONE_MATCH" in environ:
            start_response("304 NOT MODIFIED", headers)
            return []
        content = [("Content-Type", cached.content_type), ("Content-Length", str(len(cached.body)))]
        start_response("200 OK", content + headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [cached.body]


def read_of(environ: WSGIEnvironment) -> str | None:
    """The name under which the cache keeps the answer to a GET or HEAD; None for another method."""
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        return None
    return f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}"


def send(cached: Cached) -> Response:
    """The same answer by way of Flask, or 304 to whom has it already."""
    answer = Response(cached.body, content_type=cached.content_type)
    answer.headers.extend(cached.headers)
    answer.make_conditional(request)
    return answer


def _is_common(environ: WSGIEnvironment, cached: Cached) -> bool:
    if environ.get("HTTP_IF_NONE_MATCH", cached.etag) != cached.etag:
        return False
    return not any(name in environ for name in RARE_CONDITIONS)
