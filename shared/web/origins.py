"""Origins: which other sites' pages may call the API from a reader's browser (CORS, https://fetch.spec.whatwg.org/).

A WSGI layer before everything else, so that warm answers and problems carry the headers too.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HEADERS = "Authorization, Content-Type, Idempotency-Key, X-Challenge-Solution, X-Edit-Token"
"""What the widgets send."""
A_DAY = "86400"

Headers = list[tuple[str, str]]
EVERYBODY: Headers = [("Access-Control-Allow-Origin", "*")]
RETRY_SHOWN: Headers = [("Access-Control-Expose-Headers", "Retry-After")]


class OpenOrigins:
    """Opens paths that begin in one of some ways: to every origin without cookies, or to some with theirs."""

    def __init__(
        self, app: WSGIApplication, prefixes: tuple[str, ...], origins: Collection[str] | None, methods: str = "GET"
    ) -> None:
        self._app = app
        self._prefixes = prefixes
        self._origins = origins
        self._methods = methods
        # A cache must not give one origin's answer to another's page.
        self._vary = [("Vary", "Origin")] if origins else []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a preflight, or add what lets the page read the answer."""
        if not environ["PATH_INFO"].startswith(self._prefixes):
            return self._app(environ, start_response)
        opened = self._opened(environ.get("HTTP_ORIGIN"))
        if opened and environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ:
            start_response("204 NO CONTENT", [*opened, *self._allowed()])
            return []

        def start(status: str, headers: Headers, *error: Any) -> Callable[[bytes], object]:
            # Errors tell by a header when to come again, which a page may read only if that is said.
            shown = RETRY_SHOWN if opened and status >= "4" else ()
            return start_response(status, [*headers, *opened, *self._vary, *shown], *error)

        return self._app(environ, start)

    def _opened(self, origin: str | None) -> Headers:
        """What tells a browser that the origin may read; nothing for an origin that may not."""
        if self._origins is None:
            return EVERYBODY
        if origin is None or origin not in self._origins:
            return []
        return [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true")]

    def _allowed(self) -> Headers:
        return [
            ("Access-Control-Allow-Methods", self._methods),
            ("Access-Control-Allow-Headers", HEADERS),
            ("Access-Control-Max-Age", A_DAY),
            ("Vary", "Origin"),
        ]
