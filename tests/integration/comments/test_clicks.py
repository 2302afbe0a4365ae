"""Clicks: one reader's click counts once, a crawler's never, a server's as it was sent."""

import json

import pytest
from sqlalchemy import Engine

from shared.events import ArticleClicked
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.comments.conftest import BROWSER, CLICKS, CMS, Service, contents, make_service
from tests.marks import wait_for_marks


@pytest.fixture
def service(sqlite_service: Service) -> Service:
    sqlite_service.put("zz-1")
    return sqlite_service


def clicks(service: Service) -> int:
    return sum(event.count for event in service.events() if isinstance(event, ArticleClicked))


def test_a_click_is_in_the_log_when_it_is_answered(service: Service) -> None:
    answer = service.click("zz-1")

    assert (answer.status_code, answer.json) == (202, {"status": "accepted"})
    assert service.events()[-1] == ArticleClicked("zz-1", service.clock())


@pytest.mark.parametrize("body", ['{"article_id":"zz-1"}', ' {"article_id": "zz-1"}\n', "zz-1", "zz-1\n"])
def test_a_beacon_is_a_click(service: Service, body: str) -> None:
    answer = service.client.post("/v1/clicks", data=body, content_type="text/plain;charset=UTF-8", headers=BROWSER)

    assert answer.status_code == 202
    assert clicks(service) == 1


def test_a_visitors_clicks_count_once_in_thirty_minutes(service: Service) -> None:
    for _ in range(3):
        assert service.click("zz-1").status_code == 202
        service.clock.forward(minutes=9)
    assert clicks(service) == 1

    service.clock.forward(minutes=3)
    service.click("zz-1")

    assert clicks(service) == 2


def test_other_browsers_languages_and_articles_are_other_visits(service: Service) -> None:
    service.put("zz-2")

    service.click("zz-1")
    service.click("zz-2")
    service.click("zz-1", **{"Accept-Language": "zh-CN"})
    service.click("zz-1", **{"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"})

    assert clicks(service) == 4


def browsers(service: Service, number: int, **headers: str) -> None:
    """Clicks of so many browsers that nobody has seen before."""
    for each in range(number):
        agent = f"Mozilla/5.0 (X11; Linux x86_64; rv:{service.clock()}.{each}) Gecko/20100101 Firefox/140.0"
        assert service.click("zz-1", **{"User-Agent": agent} | headers).status_code == 202


def test_a_thousand_visitors_behind_one_address_all_count(
    sqlite_engine: Engine, store: Store, clock: FakeClock
) -> None:
    service = make_service(sqlite_engine, store, clock, rate_limits="on")
    service.put("zz-1")

    browsers(service, 1_000)

    assert clicks(service) == 1_000


def test_who_makes_browsers_up_is_counted_to_a_bound(sqlite_engine: Engine, store: Store, clock: FakeClock) -> None:
    trusted = {"trusted_proxies": ["127.0.0.1/32"], "rate_limits": "on"}
    service = make_service(sqlite_engine, store, clock, visitors_per_address=20, **trusted)
    service.put("zz-1")

    browsers(service, 60, **{"X-Forwarded-For": "198.51.100.7"})
    assert clicks(service) == 20

    browsers(service, 1, **{"X-Forwarded-For": "198.51.100.8"})
    assert clicks(service) == 21
    service.clock.forward(minutes=30)
    browsers(service, 30, **{"X-Forwarded-For": "198.51.100.7"})
    assert clicks(service) == 41


def test_an_interval_of_nothing_counts_every_click(sqlite_engine: Engine, store: Store, clock: FakeClock) -> None:
    service = make_service(sqlite_engine, store, clock, visit_interval_minutes=0)
    service.put("zz-1")

    for _ in range(3):
        service.click("zz-1")

    assert clicks(service) == 3


def test_a_forged_forwarded_address_makes_no_second_visitor(service: Service) -> None:
    for number in range(3):
        service.click("zz-1", **{"X-Forwarded-For": f"203.0.113.{number}"})

    assert clicks(service) == 1


def test_behind_a_trusted_proxy_the_forwarded_address_is_the_visitors(
    sqlite_engine: Engine, store: Store, clock: FakeClock
) -> None:
    service = make_service(sqlite_engine, store, clock, trusted_proxies=["127.0.0.0/8"])
    service.put("zz-1")

    for number in range(3):
        service.click("zz-1", **{"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.7"})
    service.click("zz-1", **{"X-Forwarded-For": "203.0.113.8"})

    assert clicks(service) == 2


def test_no_address_is_kept_anywhere(sqlite_engine: Engine, store: Store, clock: FakeClock) -> None:
    service = make_service(sqlite_engine, store, clock, trusted_proxies=["127.0.0.0/8"])
    service.put("zz-1")

    service.click("zz-1", **{"X-Forwarded-For": "203.0.113.77"})

    assert b"zz-1" in contents(store)
    assert b"203.0.113.77" not in contents(store)


def test_a_crawler_is_answered_and_not_counted(service: Service) -> None:
    answer = service.click("zz-1", **{"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"})

    assert answer.status_code == 202
    assert clicks(service) == 0


def test_a_library_that_calls_the_endpoint_counts(service: Service) -> None:
    """What is a crawler among readers of pages is an integration here."""
    service.click("zz-1", **{"User-Agent": "curl/8.9.1"})
    service.click("zz-1", **{"User-Agent": "python-requests/2.32.3"})

    assert clicks(service) == 2


def test_clicks_with_an_api_key_count_as_sent(service: Service) -> None:
    for _ in range(3):
        assert service.click("zz-1", **CLICKS).status_code == 202

    assert clicks(service) == 3
    assert service.click("nobody", **CLICKS).status_code == 404


@pytest.mark.parametrize(
    ("authorization", "status", "code"),
    [
        ("Bearer nobody's", 401, "key_unknown"),
        ("Basic clicks-key", 401, "key_unknown"),
        (CMS["Authorization"], 403, "scope_missing"),
    ],
)
def test_a_wrong_key_is_refused_though_none_is_needed(
    service: Service, authorization: str, status: int, code: str
) -> None:
    answer = service.click("zz-1", Authorization=authorization)

    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_every_outcome_is_a_metric(service: Service) -> None:
    service.click("zz-1")
    service.click("zz-1")
    service.click("nobody")
    service.click("zz-1", **{"User-Agent": "bingbot/2.0"})
    wait_for_marks()

    text = service.client.get("/metrics").text

    for outcome in ("counted", "repeated", "unknown", "crawler"):
        assert f'redian_clicks_total{{outcome="{outcome}"}} 1.0' in text
    assert "redian_outbox_waiting 0.0" in text


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"", 400, None),
        (b"{", 400, None),
        (b"\xff", 400, None),
        (b'{"article_id":"\\ud800"}', 400, None),
        (b'{"article_id":"\xed\xa0\x80"}', 400, None),
        (b"[" * 3_000, 400, None),
        (b"[]", 422, "body"),
        (b"7", 422, "body"),
        (b"{}", 422, "article_id"),
        (b'{"article_id":7}', 422, "article_id"),
        (b'{"article_id":null}', 422, "article_id"),
        (b'{"article_id":""}', 422, "article_id"),
        (b'{"article_id":"a b"}', 422, "article_id"),
        (b'{"article_id":"a\\u0000"}', 422, "article_id"),
        (b'{"article_id":"zz-1\\n"}', 422, "article_id"),
        (b'{"article_id":"' + b"a" * 129 + b'"}', 422, "article_id"),
        (b'{"article_id":"zz-1","count":5}', 422, "count"),
    ],
)
def test_a_bad_body_is_refused_by_name(service: Service, body: bytes, status: int, field: str | None) -> None:
    answer = service.client.post("/v1/clicks", data=body, content_type="application/json")

    problem = json.loads(answer.data)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert [error["field"] for error in problem.get("errors", [])] == ([field] if field else [])
    assert clicks(service) == 0


@pytest.mark.parametrize("body", [b"", b"a b", b"\xff", b"a\x00", b"a" * 129])
def test_a_beacon_that_is_no_id_is_refused(service: Service, body: bytes) -> None:
    answer = service.client.post("/v1/clicks", data=body, content_type="text/plain")

    assert answer.status_code == 422


def test_other_media_types_are_refused(service: Service) -> None:
    assert service.client.post("/v1/clicks", data=b"zz-1", content_type="image/png").status_code == 415
    assert service.client.post("/v1/clicks", data=b"zz-1").status_code == 415


def test_a_click_that_is_a_book_is_too_large(service: Service) -> None:
    answer = service.client.post("/v1/clicks", data=b"a" * 5_000, content_type="text/plain")

    assert answer.status_code == 413
    assert answer.json is not None
    assert answer.json["code"] == "body_too_large"


def test_a_servers_click_sent_again_under_its_key_counts_once(service: Service) -> None:
    named = CLICKS | {"Idempotency-Key": "click-1"}
    first, again = service.click("zz-1", **named), service.click("zz-1", **named)
    another = service.click("zz-1", **named | {"Idempotency-Key": "click-2"})

    assert [answer.status_code for answer in (first, again, another)] == [202, 202, 202]
    assert clicks(service) == 2


def test_a_key_is_for_one_request_alone(service: Service) -> None:
    named = CLICKS | {"Idempotency-Key": "click-1"}
    service.click("zz-1", **named)

    answer = service.client.post("/v1/clicks", data="zz-1", content_type="text/plain", headers=BROWSER | named)

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "idempotency_conflict"
    assert clicks(service) == 1
