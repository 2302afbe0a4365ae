"""The front gives the very answers of the Flask routes behind it."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from redis.exceptions import ConnectionError as RedisDown

from tests.integration.ranking.conftest import Service
from tests.warmth import ask, warm_answers

PATHS = [
    "/v1/rankings/zz",
    "/v1/rankings/zz?limit=1",
    "/v1/rankings/zz/hot?limit=2",
    "/v1/channels",
    "/v1/articles/a/stats",
]


@pytest.fixture
def client(service: Service) -> FlaskClient:
    """A client of a service with two articles on its boards."""
    service.newsroom.publish("a", "zz")
    service.newsroom.publish("b", "zz")
    service.newsroom.click("a", 3)
    service.newsroom.project()
    return service.client


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_warm_answer_is_the_routes_answer(client: FlaskClient, path: str, method: str) -> None:
    # A list of tags is not the common question, so it goes on to Flask.
    cold = ask(client, path, method, If_None_Match='"other", "another"')
    before = warm_answers(client)

    warm = ask(client, path, method)

    assert warm_answers(client) == before + 1
    assert (warm.status, warm.data) == (cold.status, cold.data)
    assert dict(warm.headers) == dict(cold.headers)


@pytest.mark.parametrize("path", PATHS)
def test_a_warm_repeat_is_the_routes_304(client: FlaskClient, path: str) -> None:
    etag = ask(client, path).headers["ETag"]
    # A list of tags is not the common question, so it goes on to Flask.
    cold = ask(client, path, If_None_Match=f'"other", {etag}')
    before = warm_answers(client)

    warm = ask(client, path, If_None_Match=etag)

    assert warm_answers(client) == before + 1
    assert (warm.status, warm.data) == (cold.status, cold.data) == ("304 NOT MODIFIED", b"")
    assert dict(warm.headers) == dict(cold.headers)


@pytest.mark.parametrize(
    ("path", "uncommon"),
    [
        # A digit in percent-encoding is the same number, but not the common way to write it: Flask reads it.
        ("/v1/rankings/zz", "?limit=1%30"),
        ("/v1/rankings/zz?limit=1", "?limit=%31"),
        ("/v1/rankings/zz?metric=clicks&limit=2", "?metric=clicks&limit=%32"),
        ("/v1/rankings/zz/hot", "?limit=1%30"),
        ("/v1/rankings/zz/click?offset=1&limit=5", "?offset=1&limit=%35"),
        ("/v1/rankings/zz/total?metric=comments", "?metric=comments&limit=1%30"),
        ("/v1/rankings/all/weekly?offset=0", "?offset=%30"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_cold_answer_is_the_routes_answer(client: FlaskClient, path: str, uncommon: str, method: str) -> None:
    behind = ask(client, path.partition("?")[0] + uncommon, method)
    assert warm_answers(client) == 0

    before_flask = ask(client, path, method)

    assert warm_answers(client) == 1
    assert (before_flask.status, before_flask.data) == (behind.status, behind.data)
    assert dict(before_flask.headers) == dict(behind.headers)


def test_an_outage_is_met_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    met = []

    def is_down(*_: Any) -> None:
        met.append("outage")
        raise RedisDown("gone")

    monkeypatch.setattr("ranking_service.round_trips.RoundTrips.run", is_down)

    answer = ask(client, "/v1/rankings/zz/total")

    assert (answer.status_code, answer.get_json()["code"], met) == (503, "boards_unavailable", ["outage"])
    assert answer.headers["Retry-After"]


def test_another_etag_gets_the_whole_answer(client: FlaskClient) -> None:
    whole = ask(client, PATHS[0])

    again = ask(client, PATHS[0], If_None_Match='"other"')

    assert (again.status_code, again.data) == (200, whole.data)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/rankings/zz/nope",
        "/v1/rankings/nope",
        "/v1/rankings/zz?limit=0",
        "/v1/rankings/zz?offset=1",
        "/v1/rankings/zz/total?limit=101",
        "/v1/channels?x=1",
        "/nope",
    ],
)
def test_an_error_is_never_warm(client: FlaskClient, path: str) -> None:
    first = ask(client, path)

    second = ask(client, path)

    assert warm_answers(client) == 0
    assert (first.status, first.data) == (second.status, second.data)


def test_no_answer_is_older_than_a_second(service: Service, client: FlaskClient) -> None:
    before = ask(client, "/v1/rankings/zz/total").get_json()["entries"]
    service.newsroom.click("b", 9)
    service.newsroom.project()

    service.newsroom.clock.forward(seconds=1)

    after = ask(client, "/v1/rankings/zz/total").get_json()["entries"]
    assert [entry["article_id"] for entry in before] == ["a"]
    assert [entry["article_id"] for entry in after] == ["b", "a"]
