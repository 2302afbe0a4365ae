"""What a route asks of a request before its input is even read: a scope, a body within a limit, JSON that parses.

A route carries its needs as attributes, set by the decorators here; one hook before the request checks them, so that a
caller without a key learns nothing about the input.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from werkzeug.exceptions import BadRequest

from shared.api_keys import Scope
from shared.errors import RedianError, invalid
from shared.web.callers import Callers

METHODS_WITH_BODY = {"POST", "PUT", "PATCH", "DELETE"}
DEFAULT_BODY_LIMIT = 64 * 1024

View = TypeVar("View", bound=Callable[..., Any])


def needs(scope: Scope) -> Callable[[View], View]:
    """The route answers only callers whose key (or session's key) has the scope; `flask.g.caller` is who calls."""

    def mark(view: View) -> View:
        view.required_scope = scope  # type: ignore[attr-defined]  # read by check_request
        return view

    return mark


def body_limit(most_bytes: int, *, raw: bool = False) -> Callable[[View], View]:
    """The route takes bodies up to `most_bytes` (64 KiB otherwise); a `raw` body need not be one JSON object."""

    def mark(view: View) -> View:
        view.body_limit = most_bytes  # type: ignore[attr-defined]  # read by check_request
        view.raw_body = raw  # type: ignore[attr-defined]  # read by check_request
        return view

    return mark


def install_guards(app: Flask, callers: Callers) -> None:
    """Check every request against its route's needs."""

    def check_request() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        scope = getattr(view, "required_scope", None)
        if scope is not None:
            g.caller = callers.require(scope)
        request.max_content_length = getattr(view, "body_limit", DEFAULT_BODY_LIMIT)
        if view is not None and request.method in METHODS_WITH_BODY and not getattr(view, "raw_body", False):
            _check_json()

    app.before_request(check_request)


def _check_json() -> None:
    if not request.get_data(cache=True):
        return
    if not request.is_json:
        raise RedianError("media_type_unsupported", "The body must be application/json.")
    try:
        body = request.get_json()
    except (BadRequest, RecursionError) as error:
        raise RedianError("malformed_body", "The body is not JSON in UTF-8.") from error
    if not isinstance(body, dict):
        raise invalid(("body", "must be a JSON object"))
