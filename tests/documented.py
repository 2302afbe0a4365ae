"""Holds the services to their OpenAPI description: every answer that any test gets must stand in it."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, Response, request

from shared.web.specification import path_of

_undocumented: list[str] = []
_descriptions: dict[str, dict[str, Any]] = {}


def hold_to_description(app: Flask) -> None:
    """Note each answer of the app that its description does not name; routes without a description are left alone."""

    @app.after_request
    def look(response: Response) -> Response:
        if request.url_rule is not None:
            operation = _description_of(app).get(path_of(request.url_rule), {}).get(request.method.lower())
            if operation is not None and str(response.status_code) not in operation["responses"]:
                _undocumented.append(f"{request.method} {request.url_rule.rule} answered {response.status_code}")
        return response


@pytest.fixture(autouse=True)
def every_answer_is_documented() -> Iterator[None]:
    _undocumented.clear()
    yield
    assert not _undocumented


def _description_of(app: Flask) -> dict[str, Any]:
    """The paths of the app's description, read once: they do not depend on its settings."""
    if app.import_name not in _descriptions:
        _descriptions[app.import_name] = {}
        # In a context of its own: the request at hand keeps its id.
        with app.app_context():
            _descriptions[app.import_name] = app.test_client().get("/openapi.json").get_json()["paths"]
    return _descriptions[app.import_name]
