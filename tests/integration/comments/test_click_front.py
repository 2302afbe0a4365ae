"""The click front gives the very answers of the Flask routes behind it, and takes what they would take."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client, TestResponse

from comments_service.click_front import ClickFront
from shared.events import ArticleClicked
from tests.integration.comments.conftest import BROWSER, CLICKS, CMS, Service

Way = Callable[..., TestResponse]
"""Sends a request: by the front, or to Flask alone."""

CLICK = {"path": "/v1/clicks", "data": b'{"article_id":"zz-1"}', "content_type": "application/json"}
BATCH = {
    "path": "/v1/clicks/batch",
    "data": b'{"article_id":"zz-1"}\n{"article_id":"nobody"}\n',
    "content_type": "application/x-ndjson",
    "headers": CLICKS,
}
TAKEN = [
    CLICK,
    CLICK | {"headers": CLICKS},
    CLICK | {"headers": CLICKS | {"Idempotency-Key": "once"}},
    CLICK | {"headers": {"Idempotency-Key": "of no server\t"}},
    CLICK | {"headers": {"User-Agent": "Googlebot/2.1"}},
    CLICK | {"headers": {"X-Request-Id": "no id at all"}},
    CLICK | {"data": b"zz-1", "content_type": "text/plain;charset=UTF-8"},
    BATCH,
    BATCH | {"headers": CLICKS | {"Idempotency-Key": "once"}},
    BATCH | {"data": b'[{"article_id":"zz-1","visitor":"v"}]', "content_type": "application/json"},
]
REFUSED = [
    CLICK | {"data": b'{"article_id":"nobody"}'},
    CLICK | {"data": b'{"article_id":7,"count":1}'},
    CLICK | {"data": b"{"},
    CLICK | {"data": b""},
    CLICK | {"data": b"\xff", "content_type": "text/plain"},
    CLICK | {"data": b"a" * 5_000},
    CLICK | {"content_type": "image/png"},
    CLICK | {"headers": CMS},
    CLICK | {"headers": {"Authorization": "Basic x"}},
    CLICK | {"headers": CLICKS | {"Idempotency-Key": "not visible\t"}},
    BATCH | {"headers": {}},
    BATCH | {"headers": CMS},
    BATCH | {"headers": CLICKS | {"Idempotency-Key": "not visible\t"}},
    BATCH | {"data": b'{"article_id":"a b"}\n7\n'},
    BATCH | {"data": b"{", "content_type": "application/json"},
    BATCH | {"content_type": "text/csv"},
    BATCH | {"data": b" " * (4 * 1024 * 1024 + 1)},
]
OTHERS = [
    BATCH | {"data": b""},
    CLICK | {"method": "GET"},
    CLICK | {"method": "PUT"},
    CLICK | {"path": "/v1/clicks/"},
    CLICK | {"path": "/v1/clicks?x=1"},
    BATCH | {"path": "/v1/clicks/batch/more"},
]


@pytest.fixture
def service(sqlite_service: Service) -> Service:
    sqlite_service.put("zz-1")
    return sqlite_service


@pytest.fixture
def by_front(service: Service) -> Way:
    return sender(Client(service.app))


@pytest.fixture
def by_flask(service: Service) -> Way:
    front: Any = service.app.wsgi_app
    while not isinstance(front, ClickFront):
        front = front._app
    return sender(Client(front._app))


def sender(client: Client) -> Way:
    def send(request: dict[str, Any]) -> TestResponse:
        headers = BROWSER | {"X-Request-Id": "the-request"} | request.get("headers", {})
        return client.open(**{"method": "POST"} | request | {"headers": headers})

    return send


def requests_at_flask(client: FlaskClient) -> float:
    """How many posts of clicks Flask has answered."""
    lines = client.get("/metrics").text.splitlines()
    wanted = 'redian_http_requests_total{method="POST",route="/v1/clicks'
    return sum(float(line.split()[-1]) for line in lines if line.startswith(wanted))


@pytest.mark.parametrize("request_", TAKEN + REFUSED + OTHERS, ids=repr)
def test_both_ways_answer_alike(by_front: Way, by_flask: Way, request_: dict[str, Any]) -> None:
    by_flask(request_)  # so that both are the repeat of a visitor's click
    theirs = by_flask(request_)

    ours = by_front(request_)

    assert (ours.status, ours.data) == (theirs.status, theirs.data)
    if request_.get("headers", {}).get("X-Request-Id"):
        # One of its own each.
        assert len(ours.headers.pop("X-Request-Id")) == len(theirs.headers.pop("X-Request-Id")) == 16
    assert dict(ours.headers) == dict(theirs.headers)


@pytest.mark.parametrize("request_", TAKEN, ids=repr)
def test_what_is_taken_does_not_reach_flask(service: Service, by_front: Way, request_: dict[str, Any]) -> None:
    by_front(request_)

    assert requests_at_flask(service.client) == 0


@pytest.mark.parametrize("request_", REFUSED, ids=repr)
def test_what_is_refused_is_told_by_flask_and_counted_once(
    service: Service, by_front: Way, request_: dict[str, Any]
) -> None:
    by_front(request_)

    assert requests_at_flask(service.client) == 1
    assert not [event for event in service.events() if isinstance(event, ArticleClicked)]


def test_a_body_of_unknown_length_is_left_to_flask(service: Service) -> None:
    answer = Client(service.app).post(
        "/v1/clicks",
        input_stream=BytesIO(b'{"article_id":"zz-1"}'),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )

    assert answer.status_code == 202
    assert requests_at_flask(service.client) == 1


@pytest.mark.parametrize("length", ["30", "-1", "+21", "２１", "9" * 5_000])
def test_a_length_that_is_not_the_bodys_takes_no_click(service: Service, length: str) -> None:
    answer = Client(service.app).post(
        "/v1/clicks",
        input_stream=BytesIO(b'{"article_id":"zz-1"}'),
        content_type="application/json",
        environ_overrides={"CONTENT_LENGTH": length},
    )

    assert answer.status_code in {400, 413, 422}
    assert not [event for event in service.events() if isinstance(event, ArticleClicked)]
