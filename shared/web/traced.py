"""The traced app: a span for each request, before whatever answers it; there only when an installation traces.

OpenTelemetry's own layers for Flask and WSGI would tell a reader's address, browser and query; this one tells none.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, request

from shared.tracing import is_tracing, span, tell
from shared.web.app import request_id

UNTRACED = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds, by whoever watches."""
ROUTE = "redian.route"
"""The name in a request's environ under which Flask leaves the route; no header can set it."""


class TracedApp:
    """Answers as the app does, within a span that carries the request's id."""

    def __init__(self, app: WSGIApplication, fixed_routes: frozenset[str]) -> None:
        self._app = app
        self._fixed_routes = fixed_routes

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path in UNTRACED:
            return self._app(environ, start_response)
        # One id for whatever layer answers.
        known_as = environ["HTTP_X_REQUEST_ID"] = request_id(environ.get("HTTP_X_REQUEST_ID", ""))
        with span(method, {"request_id": known_as}, "server", parent=environ.get("HTTP_TRACEPARENT", "")):
            tell({"http.request.method": method, "url.path": path})
            return self._app(environ, self._noting(environ, start_response))

    def _noting(self, environ: WSGIEnvironment, start_response: StartResponse) -> StartResponse:
        def start(status: str, *rest: Any) -> Any:
            code, path = int(status[:3]), environ["PATH_INFO"]
            route = environ.get(ROUTE) or (path if path in self._fixed_routes else None)
            told = {"http.response.status_code": code} | ({"http.route": route} if route else {})
            name = f"{environ['REQUEST_METHOD']} {route}" if route else None
            tell(told, name=name, is_failure=code >= HTTPStatus.INTERNAL_SERVER_ERROR)
            return start_response(status, *rest)

        return start


def trace_requests(app: Flask) -> None:
    """Put the span around everything that the app has by now, if this process traces."""
    if not is_tracing():
        return

    @app.after_request
    def note_route(response: Response) -> Response:
        if request.url_rule:
            request.environ[ROUTE] = request.url_rule.rule
        return response

    fixed = frozenset(rule.rule for rule in app.url_map.iter_rules() if not rule.arguments)
    app.wsgi_app = TracedApp(app.wsgi_app, fixed)  # type: ignore[method-assign]  # as Flask's documentation does
