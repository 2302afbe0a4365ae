"""The front: a WSGI layer before Flask that answers reads from bytes.

It gives the very answers of the routes behind it and knows nothing but what finds them: what is not found, or asks in a
way that is not the common one, goes on to Flask.
"""

from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Response, request
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from shared.web.app import request_id
from shared.web.cache import Cached, Headers

NOSNIFF = ("X-Content-Type-Options", "nosniff")
RARE_CONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_RANGE")

REFUSAL = "redian.refusal"
"""The name in a request's environ under which a front leaves its refusal for Flask; no header can set it."""

Find = Callable[[WSGIEnvironment], Cached | None]
"""The answer to a request; None for one that has to go on to Flask."""


class Front:
    """Answers what is found; the app answers everything else.

    `headers` go with each answer here, as the layers behind may add them to the answers that come from there.
    """

    def __init__(self, app: WSGIApplication, find: Find, answered: "Answered", headers: Headers = ()) -> None:
        self._app = app
        self._find = find
        self._answered = answered
        self._headers = [*headers, NOSNIFF]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        cached = self._find(environ)
        if cached is None or not _is_common(environ, cached):
            return self._app(environ, start_response)
        self._answered.note()
        named = ("X-Request-Id", request_id(environ.get("HTTP_X_REQUEST_ID", "")))
        if "HTTP_IF_NONE_MATCH" in environ:
            start_response("304 NOT MODIFIED", [*cached.headers, named, *self._headers])
            return []
        start_response("200 OK", [*cached.content_headers, named, *self._headers])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [cached.body]


class Answered(Collector):
    """How many requests the fronts of an app have answered."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = 0
        registry.register(self)

    def note(self) -> None:
        """Count one. No other thread runs between these few steps of the interpreter, and a lock takes ten times as
        long.
        """
        self._requests += 1

    def collect(self) -> Iterable[CounterMetricFamily]:
        """The one metric."""
        yield CounterMetricFamily("redian_warm_answers", "Requests answered before Flask.", self._requests)


def read_of(environ: WSGIEnvironment) -> str | None:
    """The name under which the cache keeps the answer to a GET or HEAD; None for another method."""
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        return None
    if "CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ:
        # A body with a read is rare, and somebody has to read it (`shared/web/bodies.py`).
        return None
    return f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}"


def raise_refused(environ: WSGIEnvironment) -> None:
    """Raise what a front refused a request for, if it did."""
    refusal = environ.get(REFUSAL)
    if refusal is not None:
        raise refusal


def send(cached: Cached) -> Response:
    """The same answer by way of Flask, or 304 to whom has it already."""
    answer = Response(cached.body, content_type=cached.content_type)
    answer.headers.extend(cached.headers)
    answer.make_conditional(request)
    return answer


def _is_common(environ: WSGIEnvironment, cached: Cached) -> bool:
    if environ.get("HTTP_IF_NONE_MATCH", cached.etag) != cached.etag:
        return False
    return environ.keys().isdisjoint(RARE_CONDITIONS)
