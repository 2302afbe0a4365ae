"""Bans: who may not write, until when, and who writes for himself alone without knowing it."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from shared.clock import to_rfc3339
from tests.integration.comments.conftest import FJ_MODERATOR, MODERATOR, Service
from tests.integration.comments.test_moderation import held, told, total

PATH = "/v1/moderation/bans"
HERE, NEIGHBOUR, ELSEWHERE = "203.0.113.7", "203.0.113.200", "198.51.100.1"


@pytest.fixture
def service(service: Service) -> Service:
    service.put("zz-1")
    service.put("xm-1", channels=["xm"])
    return service


def ban(service: Service, kind: str, value: str, **fields: Any) -> TestResponse:
    return service.client.post(PATH, json={"kind": kind, "value": value} | fields, headers=MODERATOR)


def lift(service: Service, kind: str, value: str, **fields: Any) -> TestResponse:
    return service.client.delete(PATH, json={"kind": kind, "value": value} | fields, headers=MODERATOR)


def post(service: Service, text: str = "写得好", article_id: str = "zz-1", address: str = HERE, **fields: Any) -> int:
    answer = service.client.post(
        f"/v1/articles/{article_id}/comments", json={"text": text} | fields, environ_base={"REMOTE_ADDR": address}
    )
    return answer.status_code


def reader_of(service: Service) -> str:
    """The reader who wrote last, as moderators know him."""
    reader: str = service.get("/v1/moderation/comments?limit=1")["comments"][0]["reader"]
    return reader


def test_a_banned_reader_may_not_write_vote_report_or_edit_and_others_may(service: Service) -> None:
    comment_id = held(service)
    assert ban(service, "reader", reader_of(service)).status_code == 201

    answer = service.comment("zz-1")

    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (403, "banned")
    vote = service.client.put(f"/v1/comments/{comment_id}/vote", json={"value": 1})
    report = service.client.post(f"/v1/comments/{comment_id}/reports", json={"reason": "spam"})
    edit = service.client.patch(f"/v1/comments/{comment_id}", json={"text": "改"})
    assert [each.status_code for each in (vote, report, edit)] == [403, 403, 403]
    stranger = service.app.test_client()
    assert stranger.post("/v1/articles/zz-1/comments", json={"text": "路过"}).status_code == 201
    assert service.client.delete(f"/v1/comments/{comment_id}").status_code == 204


def test_a_ban_ends_by_itself_and_says_when(service: Service) -> None:
    held(service)
    until = to_rfc3339(service.clock() + 3_600_000)
    ban(service, "reader", reader_of(service), until=until)

    answer = service.comment("zz-1")

    assert answer.json is not None
    assert until in answer.json["detail"]
    service.clock.forward(hours=1)
    assert service.comment("zz-1").status_code == 201
    (listed,) = service.get(PATH)["bans"]
    assert (listed["until"], listed["active"]) == (until, False)


@pytest.mark.parametrize(
    ("value", "address", "is_banned"),
    [
        ("203.0.113.0/24", HERE, True),
        ("203.0.113.7/24", NEIGHBOUR, True),
        ("203.0.0.0/16", HERE, True),
        ("203.0.113.0/24", ELSEWHERE, False),
        ("2001:db8::/48", "2001:db8:0:1::5", True),
        ("2001:db8::/48", "2001:db8:1::5", False),
        ("203.0.113.0/24", "::ffff:203.0.113.9", True),
        ("2001:db8::/32", HERE, False),
    ],
)
def test_a_network_is_banned_whoever_writes_from_it(
    sqlite_service: Service, value: str, address: str, *, is_banned: bool
) -> None:
    sqlite_service.put("zz-1")
    assert ban(sqlite_service, "prefix", value).status_code == 201

    assert post(sqlite_service, address=address) == (403 if is_banned else 201)


@pytest.mark.parametrize(
    ("pattern", "nickname", "is_banned"),
    [
        ("官方*", "官方小编", True),
        ("官方*", "官 方 小编", True),
        ("官方*", "非官方", False),
        ("*官方*", "非官方号", True),
        ("賣家", "卖家", True),
        ("Seller*", "ＳＥＬＬＥＲ1", True),
        ("seller", "sellers", False),
        ("a.c", "abc", False),
    ],
)
def test_a_nickname_is_banned_by_a_pattern_however_it_is_disguised(
    sqlite_service: Service, pattern: str, nickname: str, *, is_banned: bool
) -> None:
    sqlite_service.put("zz-1")
    assert ban(sqlite_service, "nickname", pattern).status_code == 201

    assert post(sqlite_service, nickname=nickname) == (403 if is_banned else 201)
    assert post(sqlite_service) == 201


def test_a_ban_in_a_channel_holds_there_alone(service: Service) -> None:
    ban(service, "prefix", "203.0.113.0/24", channel="fj")

    assert (post(service), post(service, article_id="xm-1")) == (403, 201)


def test_a_shadowed_comment_is_published_to_its_author_and_to_nobody_else(service: Service) -> None:
    root = held(service, "根")
    ban(service, "reader", reader_of(service), shadow=True)

    answer = service.comment("zz-1", "影子")
    reply = service.comment("zz-1", "影子的回复", parent_id=root)

    assert answer.json is not None
    assert (answer.status_code, answer.json["status"], reply.status_code) == (201, "published", 201)
    own = service.get("/v1/articles/zz-1/comments")["comments"]
    assert [(each["text"], each["status"]) for each in own] == [("影子", "published"), ("根", "published")]
    assert [each["text"] for each in own[1]["replies"]] == ["影子的回复"]
    stranger = service.app.test_client()
    page = stranger.get("/v1/articles/zz-1/comments").json
    assert page is not None
    assert [each["text"] for each in page["comments"]] == ["根"]
    assert (page["comments"][0]["replies"], page["comments"][0]["total_replies"]) == ([], 0)
    assert stranger.put(f"/v1/comments/{answer.json['id']}/vote", json={"value": 1}).status_code == 404
    assert total(service) == (1, 1, 1)
    assert len(told(service)) == 1
    assert service.get("/v1/moderation/queue")["comments"] == []


def test_a_shadowed_comment_lives_on_for_its_author(service: Service) -> None:
    held(service)
    ban(service, "reader", reader_of(service), shadow=True)
    shadowed = held(service, "影子")

    answered = service.comment("zz-1", "回自己", parent_id=shadowed)
    edited = service.client.patch(f"/v1/comments/{shadowed}", json={"text": "影子改"})
    removed = service.client.delete(f"/v1/comments/{shadowed}")

    assert edited.json is not None
    assert (answered.status_code, edited.status_code, removed.status_code) == (201, 200, 204)
    assert (edited.json["status"], edited.json["text"]) == ("published", "影子改")
    assert total(service) == (1, 1, 1)


def test_a_shadow_waits_where_others_wait_but_in_no_queue(service: Service) -> None:
    held(service)
    ban(service, "reader", reader_of(service), shadow=True)
    service.put("zz-1", comments="moderated")

    answer = service.comment("zz-1", "影子")

    assert answer.json is not None
    assert (answer.status_code, answer.json["status"]) == (202, "pending")
    assert service.get("/v1/moderation/queue")["comments"] == []


def test_votes_and_reports_of_a_shadow_count_nowhere(service: Service) -> None:
    comment_id = held(service)
    ban(service, "prefix", "203.0.113.0/24", shadow=True)
    for _ in range(5):
        reader = service.app.test_client()
        vote = reader.put(f"/v1/comments/{comment_id}/vote", json={"value": -1}, environ_base={"REMOTE_ADDR": HERE})
        assert vote.json == {"up": 0, "down": 0, "vote": -1}
        report = reader.post(
            f"/v1/comments/{comment_id}/reports", json={"reason": "spam"}, environ_base={"REMOTE_ADDR": HERE}
        )
        assert report.status_code == 202

    (shown,) = service.get("/v1/articles/zz-1/comments")["comments"]
    assert (shown["down"], service.get("/v1/moderation/queue")["comments"]) == (0, [])


def test_a_moderator_finds_a_shadowed_comment_and_may_publish_it(service: Service) -> None:
    held(service)
    ban(service, "reader", reader_of(service), shadow=True)
    shadowed = held(service, "影子")

    (found,) = service.get("/v1/moderation/queue?status=spam")["comments"]
    assert (found["id"], found["shadowed"]) == (shadowed, True)
    service.decide("publish", shadowed)
    assert total(service) == (2, 2, 2)
    service.decide("undo", shadowed)
    assert total(service) == (1, 1, 1)
    assert service.get("/v1/moderation/queue?status=spam")["comments"] == [found]


def test_a_ban_put_again_changes_and_lifted_is_gone(service: Service) -> None:
    assert ban(service, "prefix", "203.0.113.0/24", reason="刷屏").status_code == 201
    assert ban(service, "prefix", "203.0.113.9/24", shadow=True).status_code == 200

    (listed,) = service.get(PATH)["bans"]

    assert listed == {
        "kind": "prefix",
        "value": "203.0.113.0/24",
        "channel": None,
        "until": None,
        "shadow": True,
        "active": True,
        "reason": None,
        "added_by": "小编",
        "created_at": to_rfc3339(service.clock()),
    }
    assert (lift(service, "prefix", "203.0.113.0/24").status_code, post(service)) == (204, 201)
    gone = lift(service, "prefix", "203.0.113.0/24")
    assert gone.json is not None
    assert (gone.status_code, gone.json["code"]) == (404, "ban_unknown")


def test_bans_stand_in_the_audit_trail(service: Service) -> None:
    until = to_rfc3339(service.clock() + 60_000)
    ban(service, "nickname", "官方*", channel="fj", until=until, shadow=True, reason="冒充")
    lift(service, "nickname", "官方*", channel="fj")

    lifted, put = service.get("/v1/moderation/audit")["entries"]

    assert (put["who"], put["action"], put["channel"], put["reason"]) == ("小编", "put-ban", "fj", "冒充")
    assert put["subject"] == f"shadow nickname 官方* until {until}"
    assert lifted["action"] == "remove-ban"
    assert len(service.get("/v1/moderation/audit", **FJ_MODERATOR)["entries"]) == 2


def test_bans_are_read_page_by_page(service: Service) -> None:
    for number in range(5):
        ban(service, "reader", f"reader {number}")
    ban(service, "nickname", "官方*")

    first = service.get(f"{PATH}?limit=3&kind=reader")
    second = service.get(f"{PATH}?limit=3&kind=reader&cursor={first['next_cursor']}")

    values = [each["value"] for each in first["bans"] + second["bans"]]
    assert values == [f"reader {number}" for number in range(4, -1, -1)]
    assert second["next_cursor"] is None


def test_a_key_for_channels_bans_in_these_alone(service: Service) -> None:
    def status(method: str, **fields: str) -> int:
        body = {"kind": "nickname", "value": "官方*"} | fields
        return service.client.open(PATH, method=method, json=body, headers=FJ_MODERATOR).status_code

    assert [status("POST"), status("POST", channel="xm"), status("POST", channel="fj")] == [403, 403, 201]
    ban(service, "reader", "somebody")
    assert [each["value"] for each in service.get(PATH, **FJ_MODERATOR)["bans"]] == ["官方*"]
    assert [status("DELETE"), status("DELETE", channel="fj")] == [403, 204]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "prefix", "value": "203.0.113.7"}, "value"),
        ({"kind": "prefix", "value": "203.0.113.0/25"}, "value"),
        ({"kind": "prefix", "value": "0.0.0.0/0"}, "value"),
        ({"kind": "prefix", "value": "2001:db8::/64"}, "value"),
        ({"kind": "prefix", "value": "no network"}, "value"),
        ({"kind": "nickname", "value": "***"}, "value"),
        ({"kind": "nickname", "value": " "}, "value"),
        ({"kind": "email", "value": "x"}, "kind"),
        ({"kind": "reader", "value": "x", "until": "2020-01-01T00:00:00Z"}, "until"),
        ({"kind": "reader", "value": "x", "channel": "all"}, "channel"),
        ({"kind": "reader", "value": "x", "forever": True}, "forever"),
    ],
)
def test_a_ban_that_makes_no_sense_is_refused_by_its_field(
    sqlite_service: Service, body: dict[str, Any], field: str
) -> None:
    answer = sqlite_service.client.post(PATH, json=body, headers=MODERATOR)

    assert answer.json is not None
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == [field]
