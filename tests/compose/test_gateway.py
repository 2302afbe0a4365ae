"""The read side and the write side as a portal sees them: through the gateway."""

import json
from typing import Any

import httpx
import pytest

from tests.compose.stack import Stack, docker, eventually

pytestmark = pytest.mark.timeout(300)

BOX = "/v1/rankings/gateway"


@pytest.fixture(scope="module")
def article(stack: Stack) -> str:
    """An article that has been clicked, on the board."""
    stack.publish("gateway-1", channel="gateway")
    clicks = [{"article_id": "gateway-1"}] * 7
    stack.http.post("/v1/clicks/batch", json=clicks, headers=stack.key).raise_for_status()
    eventually(lambda: stack.board("gateway/total") == {"gateway-1": 7}, lambda: stack.board("gateway/total"))
    return "gateway-1"


def click(stack: Stack, article_id: str, **headers: str) -> None:
    sent = {
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    assert stack.http.post("/v1/clicks", json={"article_id": article_id}, headers=sent).status_code == 202


def test_a_click_and_a_comment_reach_the_boards(stack: Stack) -> None:
    stack.publish("way-1", channel="way")

    click(stack, "way-1")
    posted = stack.http.post("/v1/articles/way-1/comments", json={"text": "沙发", "nickname": "路人"})

    assert posted.status_code == 201
    eventually(lambda: stack.board("way/total") == {"way-1": 1}, lambda: stack.board("way/total"))
    path = "way/total?metric=comments&limit=10"
    eventually(lambda: stack.board(path) == {"way-1": 1}, lambda: stack.board(path))
    page = stack.http.get("/v1/articles/way-1/comments").json()
    assert [comment["text"] for comment in page["comments"]] == ["沙发"]


def test_a_ranking_says_how_long_it_may_be_kept_and_is_not_sent_twice(stack: Stack, article: str) -> None:
    first = stack.http.get(BOX)
    again = stack.http.get(BOX, headers={"If-None-Match": first.headers["ETag"]})

    assert article in first.text
    assert first.headers["Cache-Control"] == "public, max-age=1, stale-while-revalidate=5"
    assert again.status_code == 304
    assert again.content == b""


def test_rankings_come_from_the_gateways_cache_for_a_second(stack: Stack, article: str) -> None:
    states = {stack.http.get(f"{BOX}/total?limit=9").headers["X-Cache"] for _ in range(20)}

    assert article
    assert "HIT" in states


def test_comments_and_writes_are_never_cached_by_the_gateway(stack: Stack, article: str) -> None:
    assert "X-Cache" not in stack.http.get(f"/v1/articles/{article}/comments").headers


def test_what_is_long_enough_is_compressed(stack: Stack, article: str) -> None:
    answer = stack.http.get(f"/v1/articles/{article}/stats", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("path", [BOX, "/v1/articles/gateway-1", "/", "/nothing", "/healthz"])
def test_every_answer_carries_the_security_headers(stack: Stack, article: str, path: str) -> None:
    headers = stack.http.get(path).headers

    assert article
    if path != "/healthz":
        assert headers.get_list("X-Content-Type-Options") == ["nosniff"]
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Server"] == "nginx", "without a version"


def test_each_request_has_an_id_of_its_own_that_the_services_log(stack: Stack, article: str) -> None:
    sent = {"X-Request-Id": "chosen-by-a-reader"}
    warm = [stack.http.get(BOX, headers=sent).headers.get_list("X-Request-Id") for _ in range(5)]
    problem = stack.http.get("/v1/articles/never-put")

    assert article
    assert len({tuple(ids) for ids in warm}) == 5
    assert all(len(ids) == 1 and ids != ["chosen-by-a-reader"] for ids in warm)
    assert problem.json()["request_id"] == problem.headers["X-Request-Id"]


def test_a_request_is_followed_through_the_logs_to_the_boards(stack: Stack) -> None:
    stack.publish("logged-1", channel="logged")

    answer = stack.http.post("/v1/articles/logged-1/comments", json={"text": "板凳"})

    request_id = answer.headers["X-Request-Id"]
    (line,) = lines(stack, "comments", request_id, "events are in the log")
    (event_id,) = line["event_ids"]
    eventually(lambda: lines(stack, "ranking-worker", event_id, "events are on the boards"), lambda: event_id)
    (request,) = lines(stack, "gateway", request_id, "request")
    assert (request["method"], request["path"]) == ("POST", "/v1/articles/logged-1/comments")


def lines(stack: Stack, service: str, mark: str, event: str) -> list[dict[str, Any]]:
    """The lines of an event that hold a mark, of all containers of a service."""
    written = "".join(stack.logs(container) for container in stack.containers(service)).splitlines()
    told = [json.loads(line) for line in written if mark in line]
    return [line for line in told if line["event"] == event]


def test_a_readers_address_comes_from_the_gateway_alone(stack: Stack) -> None:
    stack.publish("address-1", channel="address")

    for number in range(5):
        click(stack, "address-1", X_Forwarded_For=f"203.0.113.{number}", Forwarded=f"for=203.0.113.{number}")

    eventually(lambda: stack.board("address/total") == {"address-1": 1}, lambda: stack.board("address/total"))


def test_who_reaches_a_service_beside_the_gateway_cannot_speak_for_readers(stack: Stack) -> None:
    stack.publish("beside-1", channel="beside")
    script = """
from http.client import HTTPConnection
for number in range(5):
    connection = HTTPConnection("comments", 8001)
    headers = {"Content-Type": "application/json", "X-Forwarded-For": f"203.0.113.{number}"}
    headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101"
    connection.request("POST", "/v1/clicks", '{"article_id": "beside-1"}', headers)
    assert connection.getresponse().status == 202
"""

    docker("exec", stack.containers("ranking")[0], "python", "-c", script)

    eventually(lambda: stack.board("beside/total") == {"beside-1": 1}, lambda: stack.board("beside/total"))


def test_a_body_over_the_limit_is_a_problem(stack: Stack) -> None:
    answer = stack.http.post("/v1/clicks/batch", content=b"x" * (6 * 1024 * 1024))

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_an_address_without_anything_is_a_page_of_the_portal(stack: Stack) -> None:
    answer = stack.http.get("/nothing")

    assert answer.status_code == 404
    assert "没有" in answer.text or "找不到" in answer.text


@pytest.mark.parametrize("path", ["/metrics", "/v1/../metrics", "/docs", "/openapi.json"])
def test_what_is_for_operators_is_not_for_readers(stack: Stack, path: str) -> None:
    assert stack.http.get(path).status_code == 404


def test_the_portal_is_served_with_a_strict_policy(stack: Stack) -> None:
    front, article = stack.http.get("/"), stack.http.get("/articles/zz-20261123-001")

    assert (front.status_code, article.status_code) == (200, 404)
    assert front.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_widgets_are_kept_by_browsers_for_a_year_under_the_address_of_their_version(stack: Stack) -> None:
    newest = stack.http.get("/embed/manifest.json")
    modules = [each["url"] for each in newest.json().values()]
    module = stack.http.get(modules[0], headers={"Origin": "https://portal.example"})

    assert newest.headers["Cache-Control"] == "public, max-age=60"
    assert module.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert module.headers["Access-Control-Allow-Origin"] == "*"
    assert module.headers["Content-Encoding"] == "gzip"


def test_a_live_stream_tells_of_a_comment_at_once(stack: Stack) -> None:
    stack.publish("live-1", channel="live")

    with stack.http.stream("GET", "/v1/articles/live-1/comments/live") as stream:
        lines = stream.iter_lines()
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        stack.http.post("/v1/articles/live-1/comments", json={"text": "实时"}).raise_for_status()
        told = next(line for line in lines if line.startswith("data:") and '"total":1' in line.replace(" ", ""))

    assert told


def test_no_log_of_the_gateway_holds_a_readers_address_or_query(stack: Stack) -> None:
    httpx.get(f"{stack.http.base_url}/v1/rankings/gateway?offset=31", headers={"X-Forwarded-For": "203.0.113.77"})

    written = stack.compose("logs", "--no-color", "gateway")

    assert '"path":"/v1/rankings/gateway"' in written
    assert "203.0.113." not in written
    assert "offset=31" not in written
