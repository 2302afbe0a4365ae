"""The front: a WSGI layer before Flask that answers warm reads from bytes.

It gives the very answers of the routes behind it and knows nothing but the cache they fill: what is not warm, or asks
in a way that is not the common one, goes on to Flask.
"""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from prometheus_client import CollectorRegistry, Counter

from ranking_service.cache import AnswerCache, Cached
from shared.web.app import request_id

CACHE_CONTROL = "public, max-age=1, stale-while-revalidate=5"
RARE_CONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_RANGE")


class Front:
    """Answers what the cache holds; the app answers everything else."""

    def __init__(self, app: WSGIApplication, cache: AnswerCache, registry: CollectorRegistry) -> None:
        self._app = app
        self._cache = cache
        self._answered = Counter("redian_warm_answers", "Reads answered before Flask.", registry=registry)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        cached = self._warm(environ)
        if cached is None:
            return self._app(environ, start_response)
        self._answered.inc()
        headers = [
            ("ETag", cached.etag),
            ("Cache-Control", CACHE_CONTROL),
            ("Date", cached.date),
            ("X-Request-Id", request_id(environ.get("HTTP_X_REQUEST_ID", ""))),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if "HTTP_IF_NONE_MATCH" in environ:
            start_response("304 NOT MODIFIED", headers)
            return []
        content = [("Content-Type", "application/json"), ("Content-Length", str(len(cached.body)))]
        start_response("200 OK", content + headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [cached.body]

    def _warm(self, environ: WSGIEnvironment) -> Cached | None:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return None
        cached = self._cache.fresh(f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}")
        if cached is None or environ.get("HTTP_IF_NONE_MATCH", cached.etag) != cached.etag:
            return None
        return None if any(name in environ for name in RARE_CONDITIONS) else cached
