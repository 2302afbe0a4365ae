"""The OpenAPI description: what the routes say of themselves, and the problems that follow from what they ask.

A route names only the statuses that are its own (`**problems(409)`); what every route with a scope, with a body or with
a name in its path can answer is added here, so that no answer goes undocumented.
"""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Flask
from pydantic import BaseModel
from werkzeug.routing import Rule


class ProblemModel(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str | None = None
    errors: list[dict[str, str]] = []
    challenge: dict[str, Any] | None = None


Responses = dict[str | int | HTTPStatus, type[BaseModel] | dict[Any, Any] | None]
"""What a route may answer: status -> the shape of its body."""

KEY_OR_SESSION: list[dict[str, list[str]]] = [{"key": []}, {"session": []}]
"""How a route with a scope may be called, as the description says it."""

NOT_MODIFIED: Responses = {304: None}
"""Of a read whose answer the caller has already (`If-None-Match`)."""

PROBLEM = {"application/problem+json": {"schema": {"$ref": f"#/components/schemas/{ProblemModel.__name__}"}}}
VARIABLE = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
SCOPED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
BODIED = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
ALWAYS = (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)


def problems(*statuses: int) -> Responses:
    """The errors that are a route's own."""
    return dict.fromkeys(statuses, ProblemModel)


def document(content_type: str) -> Responses:
    """The answer of a route that gives a text of some type."""
    return {200: {"content": {content_type: {"schema": {"type": "string"}}}}}


def with_problems(specification: dict[str, Any], app: Flask) -> dict[str, Any]:
    """The specification with every error answer as it is: one problem, in its own media type."""
    for rule in app.url_map.iter_rules():
        operations = specification["paths"].get(path_of(rule), {})
        for method, operation in operations.items():
            if method.upper() in (rule.methods or ()):
                _describe(operation, rule, app)
    return specification


def path_of(rule: Rule) -> str:
    """A route's path as OpenAPI writes it."""
    return VARIABLE.sub(r"{\1}", rule.rule)


def _describe(operation: dict[str, Any], rule: Rule, app: Flask) -> None:
    answers = operation.setdefault("responses", {})
    view = app.view_functions[rule.endpoint]
    for status in _problems(rule, view, has_body="requestBody" in operation):
        answers.setdefault(str(status.value), {"description": status.phrase})
    for status, answer in answers.items():
        # A few answers are pages for people, their errors too.
        if int(status) >= HTTPStatus.BAD_REQUEST and "text/html" not in answer.get("content", {}):
            answer["content"] = PROBLEM


def _problems(rule: Rule, view: Callable[..., Any], *, has_body: bool) -> list[HTTPStatus]:
    """What a route can answer by what it asks of every request, in the order of the numbers."""
    found = set(ALWAYS)
    if getattr(view, "required_scope", None) is not None:
        found.update(SCOPED)
    if getattr(view, "is_limited", False):
        found.add(HTTPStatus.TOO_MANY_REQUESTS)
    if rule.arguments:
        found.add(HTTPStatus.NOT_FOUND)
    if has_body or getattr(view, "raw_body", False):
        found.update(BODIED)
    return sorted(found)
