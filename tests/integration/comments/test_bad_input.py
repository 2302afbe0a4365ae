"""Bad input of the article and comment routes: refused with every bad field named, and nothing stored."""

import json
import re
from typing import Any

import pytest

from tests.integration.comments.conftest import ARTICLE, CLICKS, CMS, Service

REMOVED = object()


@pytest.fixture
def service(sqlite_service: Service) -> Service:
    sqlite_service.put("zz-1")
    return sqlite_service


def fields(data: bytes) -> list[str]:
    return [error["field"] for error in json.loads(data)["errors"]]


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("title", REMOVED, "title"),
        ("title", "", "title"),
        ("title", "   ", "title"),
        ("title", "字" * 301, "title"),
        ("title", "a\nb", "title"),
        ("title", "a\x00b", "title"),
        ("title", 7, "title"),
        ("url", REMOVED, "url"),
        ("url", "javascript:alert(1)", "url"),
        ("url", "ftp://portal.example/1", "url"),
        ("url", "//portal.example/1", "url"),
        ("url", "https://", "url"),
        ("url", "https://[broken/", "url"),
        ("url", "https://a b.example/", "url"),
        ("url", "https://portal.example/" + "a" * 2_048, "url"),
        ("channels", [], "channels"),
        ("channels", "zz", "channels"),
        ("channels", ["zz", "zz"], "channels"),
        ("channels", [f"c{number}" for number in range(9)], "channels"),
        ("channels", ["all"], "channels.0"),
        ("channels", ["zz", "漳州"], "channels.1"),
        ("channels", ["zz\n"], "channels.0"),
        ("channels", [None], "channels.0"),
        ("published_at", REMOVED, "published_at"),
        ("published_at", "2026-11-23T10:00:00", "published_at"),
        ("published_at", "yesterday", "published_at"),
        ("published_at", 1_795_435_200, "published_at"),
        ("published_at", "1969-12-31T23:59:59Z", "published_at"),
        ("tags", ["t"] * 21, "tags"),
        ("tags", ["t", "t"], "tags"),
        ("tags", [""], "tags.0"),
        ("image", "data:image/png;base64,AAAA", "image"),
        ("source", "a" * 101, "source"),
        ("editor", "a\tb", "editor"),
        ("comments", "sometimes", "comments"),
        ("clicks", 1_000_000, "clicks"),
    ],
)
def test_a_bad_field_of_an_article_is_named(service: Service, name: str, value: Any, field: str) -> None:
    body = ARTICLE | {name: value}
    if value is REMOVED:
        del body[name]

    answer = service.client.put("/v1/articles/new", json=body, headers=CMS)

    assert answer.status_code == 422
    assert fields(answer.data) == [field]
    assert service.client.get("/v1/articles/new").status_code == 404


def test_every_bad_field_is_named_at_once(service: Service) -> None:
    answer = service.put("new", title="", url="x", comments=None)

    assert sorted(fields(answer.data)) == ["comments", "title", "url"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"title":"\xff"}', "application/json", 400),
        (b'{"title":"\\ud800"}', "application/json", 400),
        (b"", "application/json", 422),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b"title=x", "application/x-www-form-urlencoded", 415),
        (b'{"title":"' + b"a" * 70_000 + b'"}', "application/json", 413),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("PUT", "/v1/articles/zz-1"), ("POST", "/v1/articles/zz-1/comments")])
def test_a_body_that_is_no_json_object_is_refused(
    service: Service, method: str, path: str, body: bytes, content_type: str, status: int
) -> None:
    answer = service.client.open(path, method=method, data=body, content_type=content_type, headers=CMS)

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("article_id", ["a%20b", "a%00", "%ED%A0%80", "漳州", "a" * 129, "a%0A"])
@pytest.mark.parametrize("path", ["", "/related", "/comments"])
def test_an_id_with_bad_characters_is_refused(service: Service, article_id: str, path: str) -> None:
    answer = service.client.get(f"/v1/articles/{article_id}{path}")

    assert answer.status_code == 422
    assert fields(answer.data) == ["article_id"]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [({}, 401, "key_missing"), ({"Authorization": "Bearer x"}, 401, "key_unknown"), (CLICKS, 403, "scope_missing")],
)
def test_the_cms_routes_need_a_key_with_the_scope(
    service: Service, method: str, headers: dict[str, str], status: int, code: str
) -> None:
    """And a caller without one learns nothing about the input."""
    answer = service.client.open("/v1/articles/a b", method=method, data=b"nonsense", headers=headers)

    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/articles/zz-1/related?limit=0", "limit"),
        ("/v1/articles/zz-1/related?limit=101", "limit"),
        ("/v1/articles/zz-1/related?limit=many", "limit"),
        ("/v1/articles/zz-1/related?offset=1", "offset"),
        ("/v1/articles/zz-1/comments?limit=0", "limit"),
        ("/v1/articles/zz-1/comments?limit=101", "limit"),
        ("/v1/articles/zz-1/comments?sort=random", "sort"),
        ("/v1/articles/zz-1/comments?cursor=x", "cursor"),
        ("/v1/articles/zz-1/comments?cursor=-1", "cursor"),
        ("/v1/articles/zz-1/comments?cursor=99999999999", "cursor"),
        ("/v1/comments/01ARZ3NDEKTSV4RRFFQ69G5FAV/replies?limit=101", "limit"),
        ("/v1/comments/01ARZ3NDEKTSV4RRFFQ69G5FAV/replies?sort=newest", "sort"),
        ("/v1/comments/c7/replies", "comment_id"),
    ],
)
def test_a_bad_query_is_named(service: Service, path: str, field: str) -> None:
    answer = service.client.get(path)

    assert answer.status_code == 422
    assert fields(answer.data) == [field]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", ""),
        ("text", " \n "),
        ("text", "字" * 2_001),
        ("text", "a\x00b"),
        ("text", "a\x1bb"),
        ("text", None),
        ("text", 7),
        ("parent_id", "c7"),
        ("parent_id", 7),
        ("nickname", ""),
        ("nickname", "a" * 41),
        ("nickname", "a\nb"),
        ("email", "nobody"),
        ("email", "a@" + "b" * 254),
        ("website", "javascript:alert(1)"),
        ("floor", 1),
    ],
)
def test_a_bad_field_of_a_comment_is_named(service: Service, name: str, value: Any) -> None:
    answer = service.client.post("/v1/articles/zz-1/comments", json={"text": "写得好"} | {name: value})

    assert answer.status_code == 422
    assert fields(answer.data) == [name]


def test_two_thousand_characters_are_a_comment(service: Service) -> None:
    assert service.comment("zz-1", "字" * 2_000).status_code == 201


@pytest.mark.parametrize(
    "request_of",
    [
        ("POST", "/v1/articles/nobody/comments", {"text": "写得好"}, "article_unknown"),
        ("GET", "/v1/articles/nobody/comments", None, "article_unknown"),
        ("GET", "/v1/articles/nobody/related", None, "article_unknown"),
        ("GET", "/v1/articles/nobody", None, "article_unknown"),
        ("GET", "/v1/comments/01ARZ3NDEKTSV4RRFFQ69G5FAV/replies", None, "comment_unknown"),
        (
            "POST",
            "/v1/articles/zz-1/comments",
            {"text": "写得好", "parent_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"},
            "comment_unknown",
        ),
        ("GET", "/v1/nothing", None, "not_found"),
    ],
)
def test_what_is_not_there_is_a_404(service: Service, request_of: tuple[str, str, Any, str]) -> None:
    method, path, body, code = request_of

    answer = service.client.open(path, method=method, json=body)

    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (404, code)


@pytest.mark.parametrize("ids", [["zz-1"] * 201, ["a b"], [7], "zz-1", None])
def test_counts_take_up_to_two_hundred_ids(service: Service, ids: Any) -> None:
    answer = service.client.post("/v1/comments/counts", json={"article_ids": ids})

    assert answer.status_code == 422
    assert fields(answer.data)[0].startswith("article_ids")


def test_a_wrong_method_is_told_the_right_ones(service: Service) -> None:
    answer = service.client.get("/v1/clicks")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_the_documentation_names_every_route_and_its_key(service: Service) -> None:
    specification = service.client.get("/openapi.json").json

    assert specification is not None
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in service.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/v1/")
    }
    documented = {(path, method) for path, methods in specification["paths"].items() for method in methods}
    assert documented == routes
    keyed = {(path, method) for path, method in documented if specification["paths"][path][method].get("security")}
    assert keyed == {
        ("/v1/articles/{article_id}", "put"),
        ("/v1/articles/{article_id}", "delete"),
        ("/v1/clicks/batch", "post"),
        *((path, method) for path, method in documented if path.startswith("/v1/moderation/")),
    } - {
        ("/v1/moderation/session", "post"),
        ("/v1/moderation/invitations/look", "post"),
        ("/v1/moderation/invitations/accept", "post"),
    }, "the key, password or one-time link stands in the body"
    assert set(specification["paths"]["/v1/clicks"]["post"]["requestBody"]["content"]) == {
        "application/json",
        "text/plain",
    }
