"""Rate limits: by reader, by network and by article; each tells when to come again, and none ends with Redis."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from shared.store import Store, connect
from tests.conftest import FakeClock
from tests.integration.comments.conftest import API_KEYS, Service, make_service
from tests.integration.comments.test_moderation import held

MANY = "100000 per minute"


class MakeLimited:
    """Makes the service with some limits low."""

    def __init__(self, engine: Engine, store: Store, clock: FakeClock) -> None:
        self._parts = engine, store, clock

    def __call__(self, **limits: Any) -> Service:
        defaults = {f"limit_comments_{name}": MANY for name in ("reader", "network", "article")}
        service = make_service(*self._parts, rate_limits="on", **(defaults | limits))
        service.put("zz-1")
        service.put("zz-2")
        return service


@pytest.fixture
def limited(sqlite_engine: Engine, store: Store, clock: FakeClock) -> MakeLimited:
    return MakeLimited(sqlite_engine, store, clock)


def post(client: FlaskClient, address: str = "203.0.113.7", article_id: str = "zz-1", **headers: str) -> TestResponse:
    path = f"/v1/articles/{article_id}/comments"
    return client.post(path, json={"text": "写得好"}, headers=headers, environ_base={"REMOTE_ADDR": address})


def metric(service: Service, line: str) -> bool:
    return line in service.client.get("/metrics").text


def test_what_is_too_much_is_a_problem_that_says_when_to_come_again(limited: MakeLimited) -> None:
    service = limited(limit_comments_network="2 per minute")
    assert [post(service.client).status_code for _ in range(2)] == [201, 201]

    answer = post(service.client)

    assert answer.json is not None
    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (
        429,
        "application/problem+json",
        "rate_limited",
    )
    # The limiter tells the end of the window in whole seconds, rounded up.
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]
    assert metric(service, 'redian_rate_limited_total{limit="network"} 1.0')


def test_a_network_is_limited_whatever_cookies_its_readers_have(limited: MakeLimited) -> None:
    service = limited(limit_comments_network="3 per minute")

    def status(address: str) -> int:
        return post(service.app.test_client(), address).status_code

    assert [status(f"203.0.113.{number}") for number in range(4)] == [201, 201, 201, 429]
    assert status("198.51.100.1") == 201
    assert [status(f"2001:db8:1:{number}::1") for number in range(4)] == [201, 201, 201, 429]


def test_a_reader_is_limited_whatever_network_he_is_in(limited: MakeLimited) -> None:
    service = limited(limit_comments_reader="2 per minute")
    post(service.client)

    statuses = [post(service.client, f"198.51.{number}.1").status_code for number in range(3)]

    assert statuses == [201, 201, 429]
    assert post(service.app.test_client()).status_code == 201


def test_an_article_is_limited_whoever_writes(limited: MakeLimited) -> None:
    service = limited(limit_comments_article="2 per minute")

    def status(number: int, article_id: str) -> int:
        return post(service.app.test_client(), f"198.51.{number}.1", article_id).status_code

    assert [status(number, "zz-1") for number in range(3)] == [201, 201, 429]
    assert status(4, "zz-2") == 201


def test_forged_forwarding_and_new_cookies_do_not_help(limited: MakeLimited) -> None:
    service = limited(limit_comments_network="1 per minute")

    statuses = [
        post(service.app.test_client(), **{"X-Forwarded-For": f"198.51.{number}.1"}).status_code for number in range(3)
    ]

    assert statuses == [201, 429, 429]


def test_votes_reports_and_edits_share_a_limit_of_their_own(limited: MakeLimited) -> None:
    service = limited(limit_actions_reader="3 per minute")
    comment_id = held(service)
    vote = service.client.put(f"/v1/comments/{comment_id}/vote", json={"value": 1})
    report = service.client.post(f"/v1/comments/{comment_id}/reports", json={"reason": "spam"})
    edit = service.client.patch(f"/v1/comments/{comment_id}", json={"text": "改"})

    removal = service.client.delete(f"/v1/comments/{comment_id}")

    statuses = [each.status_code for each in (vote, report, edit, removal)]
    assert statuses == [200, 202, 200, 429]
    assert post(service.client).status_code == 201


def test_reads_and_other_writers_are_not_limited(limited: MakeLimited) -> None:
    service = limited(limit_comments_network="1 per minute", limit_actions_network="1 per minute")
    post(service.client)

    assert all(service.get("/v1/articles/zz-1/comments") for _ in range(5))
    assert [service.put(f"zz-{number}").status_code for number in range(3, 6)] == [201] * 3
    assert [service.click("zz-1").status_code for _ in range(3)] == [202] * 3


def test_processes_count_together(limited: MakeLimited) -> None:
    one, other = limited(limit_comments_network="2 per minute"), limited(limit_comments_network="2 per minute")

    assert [post(each.client).status_code for each in (one, other, one, other)] == [201, 201, 429, 429]


def test_without_redis_each_process_counts_for_itself(sqlite_engine: Engine, clock: FakeClock) -> None:
    service = MakeLimited(sqlite_engine, connect("redis://127.0.0.1:1/0"), clock)(limit_comments_network="2 per minute")
    assert metric(service, "redian_rate_limits_local 0.0")

    statuses = [post(service.client).status_code for _ in range(3)]

    assert statuses == [201, 201, 429]
    assert metric(service, "redian_rate_limits_local 1.0")


def test_a_refused_token_is_no_outage(limited: MakeLimited) -> None:
    service = limited(limit_comments_network="2 per minute")

    answer = post(service.client, Authorization="Bearer no.such.token")

    assert answer.status_code == 401
    assert metric(service, "redian_rate_limits_local 0.0")


def test_rate_limits_off_let_everything_pass(sqlite_engine: Engine, store: Store, clock: FakeClock) -> None:
    service = make_service(sqlite_engine, store, clock, limit_comments_network="1 per minute")
    service.put("zz-1")

    assert [post(service.client).status_code for _ in range(3)] == [201] * 3


def test_a_limit_that_cannot_be_read_is_refused_at_the_start(
    sqlite_engine: Engine, store: Store, clock: FakeClock
) -> None:
    with pytest.raises(ValueError, match="limit_comments_reader"):
        make_service(sqlite_engine, store, clock, api_keys=API_KEYS, limit_comments_reader="a few")
