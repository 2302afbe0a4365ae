"""Headers: every page of both services and of the portal, as their routes list them, says what it may do."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from services.embed.modules import current, released
from services.embedded.ports import free_port
from services.portal.app import assemble as assemble_portal
from services.portal.public_api import PublicApi, make_client
from tests.integration.access.conftest import System

VALUES: dict[str, tuple[str, ...]] = {
    "article_id": ("zz-1",),
    "channel": ("zz", "all"),
    "board": ("total",),
    "view": ("queue", "nothing"),
    "comment_id": ("A" * 26,),
    "filename": ("portal.css", "mark.svg", "nothing", "../app.py", "swagger-ui.css"),
    "avatar_hash": ("0123456789abcdef", "x"),
    "name": ("hot-news.js", "desk.css", "nothing"),
    "version": (),
}
"""What stands in the variables of a path; a name that is missing stands for itself, which is nothing that there is."""


@pytest.fixture
def portal() -> Flask:
    """The portal before an API that is away: each of its pages is the one that says so, under the same policy."""
    return assemble_portal(PublicApi(make_client(f"http://127.0.0.1:{free_port()}")), current(), released())


def paths_of(rule: Rule) -> Iterator[str]:
    paths = [rule.rule]
    for name in rule.arguments:
        for kind in (f"<{name}>", f"<path:{name}>", f"<string:{name}>"):
            paths = [path.replace(kind, value) for path in paths for value in VALUES.get(name) or ("x",)]
    yield from dict.fromkeys(paths)


def answers_of(app: Flask) -> Iterator[tuple[str, Any]]:
    """The answers to a GET of every route, to a path without a route, and to a wrong method."""
    client = app.test_client(use_cookies=False)
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and "live" not in rule.rule]
    for path in (*(path for rule in rules for path in paths_of(rule)), "/nothing", "/nothing/%0d%0aX-Forged:%201"):
        answer = client.get(path, headers={"Accept": "text/html"})
        yield path, answer
        answer.close()
    yield "POST /healthz", client.post("/healthz")


def directives(answer: Any) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: sources for name, _, sources in parts}


def test_every_page_has_a_strict_policy_and_every_answer_its_type(system: System, portal: Flask) -> None:
    pages = set()
    for app in (system.comments, system.ranking, portal):
        for path, answer in answers_of(app):
            assert (path, answer.headers.get("X-Content-Type-Options")) == (path, "nosniff")
            assert (path, "X-Forged" in answer.headers, "Server" in answer.headers) == (path, False, False)
            if answer.mimetype not in {"text/html", "application/xhtml+xml"}:
                continue
            pages.add(f"{app.name} {path}")
            policy = directives(answer)
            assert (path, policy["default-src"], policy["frame-ancestors"]) == (path, "'none'", "'none'")
            assert (path, policy["base-uri"]) == (path, "'none'")
            assert (path, answer.headers.get("Referrer-Policy") or "") != (path, "")
            if not path.startswith("/docs"):
                assert (path, "unsafe" in str(policy)) == (path, False)

    assert len(pages) > 15
    assert {"comments_service /admin", "comments_service /docs/swagger", "services.portal /"} <= pages


def test_docs_load_nothing_from_elsewhere(system: System) -> None:
    for app in (system.comments, system.ranking):
        page = app.test_client().get("/docs/swagger")

        assert page.status_code == 200
        assert "http://" not in page.text.replace("http://www.w3.org", "")
        assert "https://" not in page.text
