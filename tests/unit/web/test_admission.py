"""Admission: what waited too long is refused before anything is done about it, and a wrong clock does so briefly."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from werkzeug.test import Client, TestResponse

from shared.api_keys import ApiKey, KeyRing, Scope
from shared.sessions import PLAIN_COOKIE, Sessions
from shared.web.admission import LONGEST_RETRY_SECONDS, RESERVE, Admission, reserve_for
from shared.web.bodies import MOST_LEFT_BYTES
from tests.conftest import FakeClock

MOST_MS = 100

Send = Callable[..., TestResponse]


def answer(_: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"done"]


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def sessions(clock: FakeClock) -> Sessions:
    keys = KeyRing([ApiKey.model_validate({"name": "editor", "key": "known", "scopes": ["moderate"]})])
    return Sessions("a secret of the tests", keys, None, clock)


@pytest.fixture
def send(clock: FakeClock, registry: CollectorRegistry, sessions: Sessions) -> Send:
    """Sends a request that came `ago` milliseconds before it is taken up."""
    client = Client(
        Admission(answer, clock, MOST_MS, reserve_for(sessions._keys, sessions), registry), use_cookies=False
    )

    def send_one(ago: float | None, path: str = "/", **headers: str) -> TestResponse:
        stamp = {} if ago is None else {"X-Request-Start": f"{clock() - ago}"}
        return client.get(path, headers=stamp | headers)

    return send_one


@pytest.mark.parametrize("ago", [None, 0, MOST_MS, -MOST_MS])
def test_what_is_in_time_is_answered(send: Send, ago: float | None) -> None:
    assert send(ago).text == "done"


def test_what_waited_too_long_is_refused_with_a_time_to_come_back(send: Send, registry: CollectorRegistry) -> None:
    refused = [send(MOST_MS + 1) for _ in range(LONGEST_RETRY_SECONDS)]

    assert {each.status_code for each in refused} == {503}
    assert {each.json["code"] for each in refused if each.json} == {"overloaded"}
    assert {each.mimetype for each in refused} == {"application/problem+json"}
    assert sorted(each.headers["Retry-After"] for each in refused) == ["1", "2", "3"]
    assert registry.get_sample_value("redian_requests_shed_total") == len(refused)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_get_through(send: Send, path: str) -> None:
    assert send(MOST_MS + 1, path).status_code == 200


def test_servers_and_editors_have_a_reserve(send: Send, sessions: Sessions) -> None:
    (key,) = sessions._keys.named("editor")
    assert Scope.MODERATE in key.scopes
    cookie = sessions.cookie_of(sessions.begin(key))
    callers = ({"Authorization": "Bearer known"}, {"Cookie": f"a=b; {PLAIN_COOKIE}={cookie}"})

    for caller in callers:
        assert send(MOST_MS + 1, **caller).status_code == 200
        assert send(MOST_MS * RESERVE + 1, **caller).status_code == 503


@pytest.mark.parametrize(
    "caller",
    [{"Authorization": "Bearer other"}, {"Authorization": "Bearer"}, {"Cookie": f"{PLAIN_COOKIE}=forged"}],
    ids=str,
)
def test_who_only_says_so_has_none(send: Send, caller: dict[str, str]) -> None:
    assert send(MOST_MS + 1, **caller).status_code == 503


@pytest.mark.parametrize("stamp", ["", "soon", "nan", "inf", "-inf", "1e999", "0", "9" * 400])
def test_a_time_that_is_none_refuses_nobody(send: Send, stamp: str) -> None:
    assert send(None, **{"X-Request-Start": stamp}).status_code == 200
    assert send(MOST_MS + 1).status_code == 503


def test_a_clock_behind_the_gateways_is_found_out(send: Send) -> None:
    send(-5_000)

    assert send(-5_000 + MOST_MS).status_code == 200
    assert send(-5_000 + MOST_MS + 1).status_code == 503


def test_a_clock_ahead_of_the_gateways_refuses_for_a_second_at_most(send: Send, clock: FakeClock) -> None:
    statuses = []
    for _ in range(15):
        statuses.append(send(5_000).status_code)
        clock.forward(seconds=0.1)

    assert statuses[:10] == [503] * 10
    assert statuses[12:] == [200] * 3
    assert send(5_000 + MOST_MS + 1).status_code == 503


def test_a_queue_that_one_slow_store_made_is_not_taken_for_a_clock(send: Send, clock: FakeClock) -> None:
    """All of it came long ago, and it is refused within a fraction of a second."""
    send(0)
    clock.forward(seconds=3)

    refused = [send(3_000 - number).status_code for number in range(1_000)]

    assert set(refused) == {503}
    assert send(0).status_code == 200


@pytest.mark.parametrize(("size", "connection"), [(10, None), (MOST_LEFT_BYTES + 10, "close")])
def test_a_refusal_leaves_no_body_behind_on_its_connection(
    clock: FakeClock, registry: CollectorRegistry, size: int, connection: str | None
) -> None:
    client = Client(Admission(answer, clock, MOST_MS, lambda _: False, registry), use_cookies=False)
    body = BytesIO(b"x" * size)

    refused = client.post(
        "/", headers={"X-Request-Start": f"{clock() - MOST_MS - 1}"}, input_stream=body, content_length=size
    )

    assert refused.status_code == 503
    assert refused.headers.get("Connection") == connection
    assert body.tell() == min(size, MOST_LEFT_BYTES)
