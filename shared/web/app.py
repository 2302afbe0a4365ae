"""The app of a service: Flask with OpenAPI, and everything that every route of both services has in common."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog
from flask import g, redirect, request
from flask.json.provider import JSONProvider
from flask.wrappers import Response
from flask_openapi3 import Info, OpenAPI  # type: ignore[attr-defined]  # re-exported without __all__
from prometheus_client import CollectorRegistry
from werkzeug.wrappers import Response as WerkzeugResponse

from shared.api_keys import KeyRing
from shared.sessions import PLAIN_COOKIE, Sessions
from shared.web.bodies import install_whole_bodies
from shared.web.callers import Callers
from shared.web.guards import install_guards
from shared.web.probes import Check, install_probes
from shared.web.problems import install_problems, validation_problem
from shared.web.specification import ProblemModel, with_problems

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
PAGE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Of a page that brings no policy of its own, such as what stands in a redirect: it loads and runs nothing."""
DOCS_POLICY = "; ".join(
    (
        # Swagger UI starts itself by a script in its page, and sets styles.
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
        "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
)


@dataclass(frozen=True)
class WebParts:
    """What a service brings to its scaffold."""

    name: str
    title: str
    version: str
    keys: KeyRing
    checks: Mapping[str, Check]
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    sessions: Sessions | None = None


class MsgspecProvider(JSONProvider):
    """JSON by msgspec: UTF-8 without escapes, and strict about what it reads."""

    def dumps(self, obj: Any, **_: Any) -> str:
        """An object as JSON text."""
        return msgspec.json.encode(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """An object from JSON; raises ValueError on anything but one JSON value in UTF-8."""
        try:
            return msgspec.json.decode(s)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ValueError(str(error)) from error

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """An application/json answer."""
        body = msgspec.json.encode(self._prepare_response_obj(args, kwargs))
        return Response(body, mimetype="application/json")


def make_app(parts: WebParts) -> OpenAPI:
    """An app without routes of its own, with all that both services share."""
    app = OpenAPI(
        parts.name,
        info=Info(title=parts.title, version=parts.version),
        security_schemes={
            "key": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": PLAIN_COOKIE},
        },
        doc_prefix="/docs",
        validation_error_model=ProblemModel,
        validation_error_callback=lambda error: validation_problem(app, error),
        static_folder=None,
    )
    app.json = MsgspecProvider(app)
    # A path is what its route says, never a redirect to another spelling of it.
    app.url_map.strict_slashes = False
    install_whole_bodies(app)
    _install_request_ids(app)
    install_probes(app, parts.checks, parts.registry)
    install_problems(app)
    install_guards(app, Callers(parts.keys, parts.sessions))
    _install_docs(app)
    return app


def request_id(given: str) -> str:
    """The id by which a request is known in every log: the gateway's, or one of our own."""
    if given and REQUEST_ID.fullmatch(given):
        return given
    # It tells requests apart and guards nothing; each process has a seed of its own, after a fork too.
    return f"{random.getrandbits(64):016x}"


def _install_request_ids(app: OpenAPI) -> None:
    @app.before_request
    def begin() -> None:
        g.request_id = request_id(request.environ.get("HTTP_X_REQUEST_ID", ""))
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        if response.mimetype == "text/html":
            policy = DOCS_POLICY if request.path.startswith("/docs") else PAGE_POLICY
            response.headers.setdefault("Content-Security-Policy", policy)
            response.headers.setdefault("Referrer-Policy", "no-referrer")
        return response


def _install_docs(app: OpenAPI) -> None:
    def specification() -> dict[str, Any]:
        return with_problems(app.api_doc, app)

    def documentation() -> WerkzeugResponse:
        return redirect("/docs/swagger")

    app.add_url_rule("/openapi.json", view_func=specification)
    app.add_url_rule("/docs", view_func=documentation)
