"""Webhooks: what happened is told once to whom wanted to know, signed, and repeated until it is taken."""

import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest

from comments_service.tables import Delivery
from comments_service.webhooks.deliverer import Deliverer
from comments_service.webhooks.deliveries import BACKOFF, KEPT_MS, STALE_MS, Deliveries
from comments_service.webhooks.sender import Sender
from comments_service.webhooks.signatures import Secrets
from shared.clock import to_rfc3339
from tests.integration.comments.conftest import CMS, MODERATOR, Service
from tests.receiver import Received, Receiver, receiving

HOOKS = "/v1/moderation/webhooks"
BOTH = ["comment.published", "comment.removed"]


@dataclass
class Desk:
    """A service with webhooks to a receiver that is allowed to be on this machine."""

    service: Service
    receiver: Receiver
    deliveries: Deliveries
    deliverer: Deliverer

    def hook(self, **fields: Any) -> dict[str, Any]:
        """Make a webhook on the receiver."""
        body = {"url": self.receiver.url + "/hook", "events": BOTH} | fields
        answer = self.service.client.post(HOOKS, json=body, headers=MODERATOR)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json  # type: ignore[assignment]  # a 201 has a body
        return made

    def project(self) -> None:
        """Project everything that is in the log."""
        projection = self.deliveries.projection(self.service.log)
        for partition in range(self.service.log.partitions):
            while projection.project(partition):
                pass

    def tell(self) -> list[dict[str, Any]]:
        """Project, run a round, and answer the bodies that came in with it."""
        before = len(self.receiver.requests)
        self.project()
        self.deliverer.run_round()
        return [json.loads(request.body) for request in self.receiver.requests[before:]]

    def log_of(self, hook: dict[str, Any], **query: str) -> list[dict[str, Any]]:
        """The delivery log of a webhook."""
        answer = self.service.client.get(f"{HOOKS}/{hook['id']}/deliveries", query_string=query, headers=MODERATOR)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json["deliveries"]  # type: ignore[index]  # a 200 has a body
        return found


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


@pytest.fixture
def desk(make_service_here: Callable[..., Service], receiver: Receiver) -> Desk:
    service = make_service_here(webhook_private_networks=True)
    deliveries = Deliveries(service.database, service.clock)
    secrets = Secrets("a secret of the tests")
    return Desk(
        service, receiver, deliveries, Deliverer(deliveries, Sender(allow_private=True), secrets, service.clock)
    )


def is_signed(request: Received, secret: str, at_seconds: int) -> bool:
    """What a receiver does, by the words of the documentation."""
    parts = [part.split("=", 1) for part in request.headers["Redian-Signature"].split(",")]
    (seconds,) = [value for name, value in parts if name == "t"]
    expected = hmac.new(secret.encode(), f"{seconds}.".encode() + request.body, sha256).hexdigest()
    return int(seconds) == at_seconds and any(
        hmac.compare_digest(value, expected) for name, value in parts if name == "v1"
    )


def test_a_published_comment_is_told_once(desk: Desk) -> None:
    hook = desk.hook()
    desk.service.put("zz-1")
    comment = desk.service.comment("zz-1").json or {}

    told = desk.tell()

    assert [each["type"] for each in told] == ["comment.published"]
    assert told[0]["data"] == {"article_id": "zz-1", "comment_id": comment["id"]}
    assert told[0]["occurred_at"] == to_rfc3339(desk.service.clock())
    (request,) = desk.receiver.requests
    (entry,) = desk.log_of(hook)
    assert (request.path, request.headers["Redian-Delivery"]) == ("/hook", entry["id"])
    assert is_signed(request, hook["secret"], desk.service.clock() // 1_000)
    assert (entry["status"], entry["attempts"], entry["http_status"]) == ("delivered", 1, 204)
    assert desk.tell() == []


def test_a_held_comment_is_told_of_when_it_is_approved_and_when_it_goes(desk: Desk) -> None:
    desk.hook()
    desk.service.put("zz-1", comments="moderated")
    comment = desk.service.comment("zz-1").json or {}
    assert desk.tell() == []

    desk.service.decide("publish", comment["id"])
    published = desk.tell()
    desk.service.decide("reject", comment["id"])
    removed = desk.tell()

    assert [each["type"] for each in published + removed] == BOTH
    assert removed[0]["data"]["published_at"] == published[0]["occurred_at"]


def test_articles_are_told_of_with_what_the_portal_said(desk: Desk) -> None:
    desk.hook(events=["article.published", "article.withdrawn"])
    desk.service.put("zz-1")
    desk.service.comment("zz-1")
    desk.service.client.delete("/v1/articles/zz-1", headers=CMS)

    published, withdrawn = desk.tell()

    assert published["data"] == {
        "article_id": "zz-1",
        "revision": 1,
        "title": "漳州古城的灯会",
        "url": "https://portal.example/zz/1",
        "channels": ["zz", "fj"],
        "published_at": "2026-11-23T01:12:00.000Z",
        "image": None,
    }
    assert (withdrawn["type"], withdrawn["data"]["article_id"]) == ("article.withdrawn", "zz-1")


def test_nothing_that_a_reader_wrote_is_in_what_is_told(desk: Desk) -> None:
    desk.hook()
    desk.service.put("zz-1")
    desk.service.comment("zz-1", "秘密的话", nickname="小林", email="lin@example.org")

    desk.tell()

    body = desk.receiver.requests[0].body.decode()
    assert not any(word in body for word in ("秘密", "小林", "lin@"))


def test_a_failure_is_repeated_under_the_same_id_with_a_fresh_signature(desk: Desk) -> None:
    hook = desk.hook()
    desk.service.put("zz-1")
    desk.service.comment("zz-1")
    desk.receiver.statuses = [500, 302]

    desk.tell()
    (entry,) = desk.log_of(hook)
    assert (entry["status"], entry["http_status"], entry["error"]) == ("waiting", 500, "answered 500")
    assert desk.tell() == []
    for _ in range(2):
        desk.service.clock.forward(hours=1)
        desk.tell()

    assert [request.headers["Redian-Attempt"] for request in desk.receiver.requests] == ["1", "2", "3"]
    assert len({request.headers["Redian-Delivery"] for request in desk.receiver.requests}) == 1
    assert len({request.body for request in desk.receiver.requests}) == 1
    assert is_signed(desk.receiver.requests[2], hook["secret"], desk.service.clock() // 1_000)
    (entry,) = desk.log_of(hook)
    assert (entry["status"], entry["attempts"], entry["error"]) == ("delivered", 3, None)


def test_attempts_end_and_a_moderator_can_begin_them_anew(desk: Desk) -> None:
    hook = desk.hook()
    desk.service.put("zz-1")
    desk.service.comment("zz-1")
    desk.receiver.statuses = [503] * BACKOFF.attempts
    for _ in range(BACKOFF.attempts):
        desk.tell()
        desk.service.clock.forward(hours=15)
    desk.tell()
    (entry,) = desk.log_of(hook, status="failed")
    assert entry["attempts"] == len(desk.receiver.requests) == BACKOFF.attempts

    again = desk.service.client.post(f"{HOOKS}/{hook['id']}/deliveries/{entry['id']}/retry", headers=MODERATOR)

    assert (again.json or {})["status"] == "waiting"
    assert len(desk.tell()) == 1
    (entry,) = desk.log_of(hook)
    assert (entry["status"], entry["attempts"]) == ("delivered", 1)


def test_what_a_dead_worker_had_in_hand_is_sent_again(desk: Desk) -> None:
    """Killed between the send and the note of it: the receiver may get the event twice, under one delivery id."""
    hook = desk.hook()
    desk.service.put("zz-1")
    desk.service.comment("zz-1")
    desk.project()
    assert desk.deliveries.take(hook["id"]) is not None
    assert desk.tell() == []

    desk.service.clock.now_ms += STALE_MS + 1

    assert len(desk.tell()) == 1
    (entry,) = desk.log_of(hook)
    assert (entry["status"], entry["attempts"]) == ("delivered", 2)


def test_a_slow_worker_that_was_given_up_notes_nothing_over_the_next_attempt(desk: Desk) -> None:
    hook = desk.hook()
    desk.service.put("zz-1")
    desk.service.comment("zz-1")
    desk.project()
    slow = desk.deliveries.take(hook["id"])
    desk.service.clock.now_ms += STALE_MS + 1
    desk.deliverer.run_round()
    assert slow is not None

    desk.deliveries.settle(slow[1], status=500, error="answered 500")

    assert [entry["status"] for entry in desk.log_of(hook)] == ["delivered"]


def test_a_delivery_is_taken_by_one(desk: Desk) -> None:
    hook = desk.hook()
    desk.service.put("zz-1")
    desk.service.comment("zz-1")
    desk.project()

    assert desk.deliveries.take(hook["id"]) is not None
    assert desk.deliveries.take(hook["id"]) is None


def test_while_a_secret_is_turned_over_both_sign(desk: Desk) -> None:
    hook = desk.hook()
    desk.service.put("zz-1")
    rotated = desk.service.client.post(f"{HOOKS}/{hook['id']}/secrets", json={"keep_hours": 24}, headers=MODERATOR)
    new_secret = (rotated.json or {})["secret"]
    assert new_secret != hook["secret"]

    def signing() -> list[bool]:
        desk.service.comment("zz-1", f"第 {desk.service.clock()} 条")
        desk.tell()
        request, now = desk.receiver.requests[-1], desk.service.clock() // 1_000
        return [is_signed(request, secret, now) for secret in (hook["secret"], new_secret)]

    assert signing() == [True, True]
    desk.service.clock.forward(hours=24)
    assert signing() == [False, True]


def test_one_that_is_down_does_not_hold_up_the_others(desk: Desk) -> None:
    down = desk.hook(url="http://127.0.0.1:9/")
    good = desk.hook()
    desk.service.put("zz-1")
    for number in range(3):
        desk.service.comment("zz-1", f"第 {number} 条")

    assert len(desk.tell()) == 3
    assert [entry["attempts"] for entry in desk.log_of(down)] == [0, 0, 1]
    assert {entry["status"] for entry in desk.log_of(good)} == {"delivered"}


def test_a_webhook_that_is_off_is_told_of_nothing_and_nothing_is_made_up_for(desk: Desk) -> None:
    hook = desk.hook(active=False)
    desk.service.put("zz-1")
    desk.service.comment("zz-1", "一")
    assert desk.tell() == []

    changed = desk.service.client.patch(f"{HOOKS}/{hook['id']}", json={"active": True}, headers=MODERATOR)
    assert (changed.json or {})["active"] is True
    desk.service.comment("zz-1", "二")

    assert len(desk.tell()) == 1


def test_a_webhook_goes_with_its_deliveries(desk: Desk) -> None:
    hook = desk.hook()
    desk.service.put("zz-1")
    desk.service.comment("zz-1")
    desk.project()

    assert desk.service.client.delete(f"{HOOKS}/{hook['id']}", headers=MODERATOR).status_code == 204

    assert desk.tell() == []
    assert desk.service.client.get(f"{HOOKS}/{hook['id']}/deliveries", headers=MODERATOR).status_code == 404
    assert desk.service.get(HOOKS) == {"webhooks": []}


def test_the_secret_is_told_once_and_kept_nowhere(desk: Desk) -> None:
    hook = desk.hook(description="群机器人")
    read = desk.service.get(f"{HOOKS}/{hook['id']}")

    assert "secret" not in read
    assert read == {name: value for name, value in hook.items() if name != "secret"}
    with desk.service.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM webhooks").all()
    assert hook["secret"] not in repr(rows)


def test_the_delivery_log_is_paged_and_forgets_after_thirty_days(desk: Desk) -> None:
    hook = desk.hook()
    desk.service.put("zz-1")
    for number in range(5):
        desk.service.comment("zz-1", f"第 {number} 条")
        desk.service.clock.forward(seconds=1)
    desk.tell()
    path = f"{HOOKS}/{hook['id']}/deliveries?limit=2"
    pages, cursor = [], ""
    while cursor is not None:
        page = desk.service.get(path + cursor)
        pages.append([each["id"] for each in page["deliveries"]])
        cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None  # type: ignore[assignment]

    assert [len(page) for page in pages] == [2, 2, 1]
    assert [each for page in pages for each in page] == [each["id"] for each in desk.log_of(hook)]
    desk.service.clock.now_ms += KEPT_MS + 1
    desk.tell()
    assert desk.log_of(hook) == []


def test_metrics_tell_what_waits_and_what_became_of_it(desk: Desk) -> None:
    desk.hook()
    desk.service.put("zz-1")
    desk.service.comment("zz-1")
    desk.receiver.statuses = [500]
    desk.tell()
    desk.service.clock.forward(seconds=5)

    text = desk.service.client.get("/metrics").text

    assert 'redian_webhook_deliveries{status="waiting"} 1.0' in text
    assert 'redian_webhook_deliveries{status="delivered"} 0.0' in text
    assert "redian_webhook_deliveries_oldest_seconds 5.0" in text


def test_an_event_that_comes_twice_makes_one_delivery(desk: Desk) -> None:
    hook = desk.hook()
    desk.service.put("zz-1")
    desk.service.comment("zz-1")
    events = desk.service.events()
    for _ in range(2):
        with desk.service.database.writing() as session:
            desk.deliveries.add(session, events)

    assert len(desk.log_of(hook)) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "http://hooks.example/", "events": BOTH}, "url"),
        ({"url": "https://10.0.0.1/", "events": BOTH}, "url"),
        ({"url": "https://a:b@hooks.example/", "events": BOTH}, "url"),
        ({"url": "https://hooks.example/", "events": []}, "events"),
        ({"url": "https://hooks.example/", "events": ["comment.voted"]}, "events.0"),
        ({"url": "https://hooks.example/", "events": ["comment.removed"] * 2}, "events"),
        ({"url": "https://hooks.example/", "events": BOTH, "secret": "mine"}, "secret"),
    ],
)
def test_a_bad_webhook_is_refused_with_its_field(sqlite_service: Service, body: dict[str, Any], field: str) -> None:
    answer = sqlite_service.client.post(HOOKS, json=body, headers=MODERATOR)

    assert answer.status_code == 422
    assert [each["field"] for each in (answer.json or {})["errors"]] == [field]


def test_there_is_an_end_to_webhooks(desk: Desk) -> None:
    for _ in range(50):
        desk.hook()

    refused = desk.service.client.post(HOOKS, json={"url": desk.receiver.url, "events": BOTH}, headers=MODERATOR)

    assert (refused.status_code, (refused.json or {})["code"]) == (409, "webhooks_full")


def test_a_key_of_one_channel_has_no_part_in_webhooks(make_service_here: Callable[..., Service]) -> None:
    key = {"name": "zz", "key": "zz-key", "scopes": ["moderate"], "channels": ["zz"]}
    client = make_service_here(api_keys=[key]).client

    for path in (HOOKS, f"{HOOKS}/{'0' * 26}/deliveries"):
        answer = client.get(path, headers={"Authorization": "Bearer zz-key"})
        assert (answer.status_code, (answer.json or {})["code"]) == (403, "channel_forbidden")


@pytest.mark.parametrize("method", ["get", "post"])
def test_webhooks_are_moderators_business(sqlite_service: Service, method: str) -> None:
    assert getattr(sqlite_service.client, method)(HOOKS).status_code == 401
    assert getattr(sqlite_service.client, method)(HOOKS, headers=CMS).status_code == 403


def test_every_change_of_a_webhook_stands_in_the_audit_trail(desk: Desk) -> None:
    hook, client = desk.hook(), desk.service.client

    client.patch(f"{HOOKS}/{hook['id']}", json={"active": False}, headers=MODERATOR)
    client.post(f"{HOOKS}/{hook['id']}/secrets", json={"keep_hours": 1}, headers=MODERATOR)
    client.delete(f"{HOOKS}/{hook['id']}", headers=MODERATOR)
    client.delete(f"{HOOKS}/{hook['id']}", headers=MODERATOR)

    trail = desk.service.get("/v1/moderation/audit")["entries"]
    assert [(each["who"], each["action"], each["subject"]) for each in trail] == [
        ("小编", "remove-webhook", hook["url"]),
        ("小编", "rotate-webhook", hook["url"]),
        ("小编", "change-webhook", hook["url"]),
        ("小编", "add-webhook", hook["url"]),
    ]


def test_operators_read_the_delivery_log_without_a_key(desk: Desk) -> None:
    hook = desk.hook()
    desk.service.put("zz-1")
    desk.service.comment("zz-1")
    desk.receiver.statuses = [500]
    desk.tell()
    run = desk.service.app.test_cli_runner().invoke

    assert hook["id"] in run(args=["webhooks", "list"]).output
    shown = run(args=["webhooks", "deliveries", hook["id"], "--status", "waiting"]).output
    assert "comment.published" in shown
    assert "answered 500" in shown
    assert run(args=["webhooks", "deliveries", "nobody"]).exit_code == 1


def test_rows_of_deliveries_hold_no_secret_and_no_text(desk: Desk) -> None:
    desk.hook()
    desk.service.put("zz-1")
    desk.service.comment("zz-1", "秘密的话")
    desk.project()

    with desk.service.database.reading() as session:
        (delivery,) = session.query(Delivery).all()
    assert "秘密" not in delivery.event
