"""Warm reads of comments: the very answers of the routes, never older than a second, and never another reader's."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.integration.comments.conftest import Service
from tests.warmth import ask, warm_answers

PAGE = "/v1/articles/zz-1/comments"
COUNTS = "/v1/comments/counts"


@pytest.fixture
def service(sqlite_service: Service) -> Service:
    """A service with a comment and its reply."""
    sqlite_service.put("zz-1")
    comment: Any = sqlite_service.comment("zz-1").json
    sqlite_service.comment("zz-1", "回复", parent_id=comment["id"])
    return sqlite_service


@pytest.fixture
def stranger(service: Service) -> FlaskClient:
    """Whom the service does not know."""
    return service.app.test_client()


def paths(service: Service) -> list[str]:
    comment = service.get(PAGE)["comments"][0]["id"]
    return [PAGE, f"{PAGE}?limit=1&sort=hot", f"{PAGE}?view=flat", f"/v1/comments/{comment}/replies"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_warm_page_is_the_routes_answer(service: Service, stranger: FlaskClient, method: str) -> None:
    for number, path in enumerate(paths(service), start=1):
        cold = ask(stranger, path, method)

        warm = ask(stranger, path, method)

        assert warm_answers(stranger) == number
        assert (warm.status, warm.data) == (cold.status, cold.data)
        assert dict(warm.headers) == dict(cold.headers)
        assert warm.headers["Cache-Control"] == "public, no-cache"


def test_a_warm_repeat_is_the_routes_304(service: Service, stranger: FlaskClient) -> None:
    for number, path in enumerate(paths(service), start=1):
        etag = ask(stranger, path).headers["ETag"]
        # A list of tags is not the common question, so it goes on to Flask.
        cold = ask(stranger, path, If_None_Match=f'"other", {etag}')

        warm = ask(stranger, path, If_None_Match=etag)

        assert warm_answers(stranger) == number
        assert (warm.status, warm.data) == (cold.status, cold.data) == ("304 NOT MODIFIED", b"")
        assert dict(warm.headers) == dict(cold.headers)


@pytest.mark.parametrize("ids", [["zz-1", "nobody"], []])
def test_warm_counts_are_the_routes_answer(stranger: FlaskClient, ids: list[str]) -> None:
    cold = ask(stranger, COUNTS, "POST", {"article_ids": ids})

    warm = ask(stranger, COUNTS, "POST", {"article_ids": ids})
    other = ask(stranger, COUNTS, "POST", {"article_ids": ["zz-2"]})

    assert warm_answers(stranger) == 1
    assert (warm.status, warm.data, dict(warm.headers)) == (cold.status, cold.data, dict(cold.headers))
    assert other.json == {"counts": {"zz-2": 0}}


@pytest.mark.parametrize("body", [{"article_ids": ["a b"]}, {"article_ids": ["zz-1"] * 201}, {}, [], None])
def test_refused_counts_are_never_warm(stranger: FlaskClient, body: Any) -> None:
    first, second = (ask(stranger, COUNTS, "POST", body) for _ in range(2))

    assert warm_answers(stranger) == 0
    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert first.status_code == 422


@pytest.mark.parametrize("path", ["/v1/articles/nobody/comments", f"{PAGE}?limit=0", f"{PAGE}?sort=hot&cursor=3"])
def test_an_error_is_never_warm(stranger: FlaskClient, path: str) -> None:
    first, second = ask(stranger, path), ask(stranger, path)

    assert warm_answers(stranger) == 0
    assert (first.status, first.data) == (second.status, second.data)
    assert first.status_code >= 400


def test_an_author_sees_his_own_comment_and_vote_at_once_and_nobody_gets_his_page(
    service: Service, stranger: FlaskClient
) -> None:
    before: Any = ask(stranger, PAGE).json
    posted: Any = service.comment("zz-1", "新的").json
    service.client.put(f"/v1/comments/{posted['id']}/vote", json={"value": 1})

    own = ask(service.client, PAGE)
    others: Any = ask(stranger, PAGE).json

    assert own.json is not None
    assert (own.json["comments"][0]["text"], own.json["comments"][0]["vote"], own.json["total"]) == ("新的", 1, 3)
    assert (own.headers["Cache-Control"], own.headers["Vary"]) == ("private, no-cache", "Cookie, Authorization")
    assert ask(service.client, PAGE, If_None_Match=own.headers["ETag"]).status_code == 304
    assert ask(service.client, COUNTS, "POST", {"article_ids": ["zz-1"]}).json == {"counts": {"zz-1": 3}}
    assert others == before
    assert warm_answers(stranger) == 1
    service.clock.forward(seconds=1)
    newest: Any = ask(stranger, PAGE).json
    assert (newest["comments"][0]["text"], newest["comments"][0]["vote"], newest["comments"][0]["up"]) == ("新的", 0, 1)


def test_no_answer_is_older_than_a_second(service: Service, stranger: FlaskClient) -> None:
    asked = {"article_ids": ["zz-1"]}
    comment = service.get(PAGE)["comments"][0]["id"]
    assert ask(stranger, PAGE).json != {}
    assert ask(stranger, COUNTS, "POST", asked).json == {"counts": {"zz-1": 2}}
    service.decide("reject", comment)

    service.clock.forward(seconds=1)

    assert ask(stranger, COUNTS, "POST", asked).json == {"counts": {"zz-1": 1}}
    page: Any = ask(stranger, PAGE).json
    assert (page["comments"][0]["status"], page["total"]) == ("withheld", 1)
