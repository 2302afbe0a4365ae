"""Batches: counted to the click, refused as a whole, and safe to send again."""

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from shared.clock import to_rfc3339
from shared.event_log import EventLog
from shared.events import ArticleClicked
from tests.integration.comments.conftest import CLICKS, CMS, Service, contents

NDJSON = "application/x-ndjson"


@pytest.fixture
def service(sqlite_service: Service) -> Service:
    for number in range(8):
        sqlite_service.put(f"zz-{number}")
    return sqlite_service


def send(service: Service, items: list[Any], **headers: str) -> TestResponse:
    body = "\n".join(json.dumps(item) for item in items)
    return service.client.post(
        "/v1/clicks/batch",
        data=body,
        content_type=NDJSON,
        headers=CLICKS | {k.replace("_", "-"): v for k, v in headers.items()},
    )


def clicked(service: Service) -> list[ArticleClicked]:
    return [event for event in service.events() if isinstance(event, ArticleClicked)]


def total(service: Service) -> int:
    return sum(event.count for event in clicked(service))


def test_equal_clicks_travel_as_one_event_with_a_count(service: Service) -> None:
    minute_ago = to_rfc3339(service.clock() - 60_000)

    answer = send(service, [{"article_id": "zz-1"}] * 3 + [{"article_id": "zz-1", "occurred_at": minute_ago}] * 2)

    assert answer.json == {"accepted": 5, "repeated": 0, "unknown": []}
    assert clicked(service) == [
        ArticleClicked("zz-1", service.clock() - 60_000, 2),
        ArticleClicked("zz-1", service.clock(), 3),
    ]


def test_a_json_array_is_a_batch_too(service: Service) -> None:
    answer = service.client.post(
        "/v1/clicks/batch", json=[{"article_id": "zz-1"}, {"article_id": "zz-2"}], headers=CLICKS
    )

    assert answer.json == {"accepted": 2, "repeated": 0, "unknown": []}


def test_unknown_articles_are_named_once_and_the_others_count(service: Service) -> None:
    service.client.delete("/v1/articles/zz-3", headers=CMS)

    answer = send(service, [{"article_id": name} for name in ("nobody", "zz-1", "zz-3", "nobody")])

    assert answer.json == {"accepted": 1, "repeated": 0, "unknown": ["nobody", "zz-3"]}
    assert total(service) == 1


def test_a_named_visitor_counts_once_in_the_interval(service: Service) -> None:
    """By the clicks' own times, in whatever order they come."""
    at = [to_rfc3339(service.clock() - minutes * 60_000) for minutes in (0, 10, 45, 50)]

    answer = send(service, [{"article_id": "zz-1", "visitor": "v", "occurred_at": moment} for moment in at])

    assert answer.json == {"accepted": 2, "repeated": 2, "unknown": []}


def test_a_visitors_name_is_nowhere_in_the_store(service: Service) -> None:
    send(service, [{"article_id": "zz-1", "visitor": "somebody@example.org"}])

    assert b"zz-1" in contents(service.log._store)
    assert b"somebody" not in contents(service.log._store)


def test_times_may_have_any_offset_and_lie_far_back(service: Service) -> None:
    answer = send(
        service,
        [
            {"article_id": "zz-1", "occurred_at": "1970-01-01T08:00:00+08:00"},
            {"article_id": "zz-1", "occurred_at": to_rfc3339(service.clock() + 60_000)},
        ],
    )

    assert answer.status_code == 200
    assert [event.occurred_at for event in clicked(service)] == [0, service.clock() + 60_000]


def test_one_bad_line_refuses_the_whole_batch_and_every_bad_line_is_named(service: Service) -> None:
    ahead = to_rfc3339(service.clock() + 61_000)
    lines = [
        b'{"article_id":"zz-1"}',
        b"",
        b'{"article_id":"a b","visitor":""}',
        b"nonsense",
        b'{"article_id":"zz-1","occurred_at":"' + ahead.encode() + b'"}',
        b'{"article_id":"zz-1","occurred_at":"2026-11-23T10:00:00"}',
        b'{"article_id":"zz-1","occurred_at":1795435200}',
        b'{"article_id":"zz-1","occurred_at":"1969-12-31T23:59:59Z"}',
        b'{"occurred_at":null}',
        b'{"article_id":"zz-1","visitor":"a\\u0000","count":3}',
        b'{"article_id":"\\ud800"}',
        b"[]",
        b'{"article_id":"zz-1","visitor":"' + b"v" * 129 + b'"}',
        b'{"article_id":"\xff"}',
    ]

    answer = service.client.post("/v1/clicks/batch", data=b"\n".join(lines), content_type=NDJSON, headers=CLICKS)

    assert answer.status_code == 422
    assert answer.json is not None
    assert sorted(error["field"] for error in answer.json["errors"]) == sorted(
        [
            "line 3.article_id",
            "line 3.visitor",
            "line 4",
            "line 5.occurred_at",
            "line 6.occurred_at",
            "line 7.occurred_at",
            "line 8.occurred_at",
            "line 9.article_id",
            "line 10.visitor",
            "line 10.count",
            "line 11",
            "line 12",
            "line 13.visitor",
            "line 14",
        ]
    )
    assert total(service) == 0


def test_an_arrays_bad_items_are_named_by_their_index(service: Service) -> None:
    answer = service.client.post("/v1/clicks/batch", json=[{"article_id": "zz-1"}, {"article_id": 7}], headers=CLICKS)

    assert answer.json is not None
    assert [error["field"] for error in answer.json["errors"]] == ["1.article_id"]


def test_at_most_a_hundred_faults_are_named(service: Service) -> None:
    answer = send(service, [7] * 500)

    assert answer.json is not None
    assert len(answer.json["errors"]) == 100


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"{}", "application/json", 422),
        (b'{"article_id":"zz-1"}', "text/plain", 415),
        (b'{"article_id":"zz-1"}\n' * 10_001, NDJSON, 422),
        (b" " * (4 * 1024 * 1024 + 1), NDJSON, 413),
    ],
)
def test_a_body_that_is_no_batch_is_refused(service: Service, body: bytes, content_type: str, status: int) -> None:
    answer = service.client.post("/v1/clicks/batch", data=body, content_type=content_type, headers=CLICKS)

    assert answer.status_code == status
    assert total(service) == 0


def test_ten_thousand_clicks_are_one_batch(service: Service) -> None:
    answer = send(service, [{"article_id": f"zz-{number % 8}"} for number in range(10_000)])

    assert answer.json == {"accepted": 10_000, "repeated": 0, "unknown": []}
    assert total(service) == 10_000


def test_an_empty_batch_is_no_error(service: Service) -> None:
    assert send(service, []).json == {"accepted": 0, "repeated": 0, "unknown": []}


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [({}, 401, "key_missing"), ({"Authorization": "Bearer x"}, 401, "key_unknown"), (CMS, 403, "scope_missing")],
)
def test_a_batch_needs_a_key_with_the_scope(service: Service, headers: dict[str, str], status: int, code: str) -> None:
    answer = service.client.post("/v1/clicks/batch", data=b"nonsense", content_type=NDJSON, headers=headers)

    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_batch_sent_again_with_its_key_counts_once(service: Service) -> None:
    items = [{"article_id": f"zz-{number}", "visitor": "v"} for number in range(8)] + [{"article_id": "nobody"}]

    first = send(service, items, Idempotency_Key="monday-1")
    service.clock.forward(hours=2)
    again = send(service, items, Idempotency_Key="monday-1")

    assert first.json == again.json == {"accepted": 8, "repeated": 0, "unknown": ["nobody"]}
    assert total(service) == 8


def test_another_body_under_the_same_key_is_a_conflict(service: Service) -> None:
    send(service, [{"article_id": "zz-1"}], Idempotency_Key="monday-1")

    answer = send(service, [{"article_id": "zz-1"}, {"article_id": "zz-1"}], Idempotency_Key="monday-1")

    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (409, "idempotency_conflict")


def test_idempotency_keys_of_two_senders_are_two_keys(service: Service) -> None:
    send(service, [{"article_id": "zz-1"}], Idempotency_Key="monday-1")

    answer = send(service, [{"article_id": "zz-1"}] * 2, Idempotency_Key="monday-1", Authorization="Bearer other-key")

    assert answer.status_code == 200
    assert total(service) == 3


@pytest.mark.parametrize("key", ["", "a" * 256, "a b", "schlüssel"])
def test_a_bad_idempotency_key_is_refused(service: Service, key: str) -> None:
    answer = send(service, [{"article_id": "zz-1"}], Idempotency_Key=key)

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["field"] == "header.Idempotency-Key"


def test_a_batch_cut_short_between_partitions_is_completed_by_its_key(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [{"article_id": f"zz-{number % 8}"} for number in range(80)]
    append, calls = EventLog.append_sent, iter(range(100))

    def append_twice_then_fail(*args: Any) -> Any:
        if next(calls) == 2:
            raise RuntimeError("killed here")
        return append(*args)

    with monkeypatch.context() as patch:
        patch.setattr(EventLog, "append_sent", append_twice_then_fail)
        assert send(service, items, Idempotency_Key="monday-1").status_code == 500
    assert 0 < total(service) < 80
    service.clock.forward(minutes=1)

    again = send(service, items, Idempotency_Key="monday-1")

    assert again.json == {"accepted": 80, "repeated": 0, "unknown": []}
    assert total(service) == 80


def test_many_visitors_are_appended_in_pieces(service: Service) -> None:
    items = [{"article_id": "zz-1", "visitor": f"v{number}"} for number in range(4_500)]

    first = send(service, items, Idempotency_Key="monday-1")
    again = send(service, items, Idempotency_Key="monday-1")

    assert first.json == again.json == {"accepted": 4_500, "repeated": 0, "unknown": []}
    partition = service.log.partition_of("zz-1")
    assert service.log._store.xlen(f"log:{{{partition}}}") <= 3 + 8
    assert total(service) == 4_500
