"""The rules of moderation: who waits and why, where comments are closed, and whose word counts most."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.comments.conftest import FJ_MODERATOR, MODERATOR, Service, make_service
from tests.integration.comments.test_moderation import held, total


class MakeRuled:
    """Makes the service under rules."""

    def __init__(self, engine: Engine, store: Store, clock: FakeClock, folder: Path) -> None:
        self._parts = engine, store, clock
        self._file = folder / "rules.toml"

    def __call__(self, rules: str, **settings: Any) -> Service:
        self._file.write_text(rules, "utf-8")
        service = make_service(*self._parts, rules_file=self._file, **settings)
        service.put("zz-1", published_at="2026-11-23T12:00:00Z")
        return service


@pytest.fixture
def ruled(engine: Engine, store: Store, clock: FakeClock, tmp_path: Path) -> MakeRuled:
    return MakeRuled(engine, store, clock, tmp_path)


def reasons(service: Service) -> list[list[str]]:
    return [each["held_for"] for each in service.get("/v1/moderation/queue")["comments"]]


def status(service: Service, text: str = "写得好", article_id: str = "zz-1", **fields: Any) -> int:
    return service.comment(article_id, text, **fields).status_code


def set_mode(service: Service, mode: str | None, article_id: str = "zz-1") -> int:
    path = f"/v1/moderation/articles/{article_id}"
    return service.client.put(path, json={"comments": mode}, headers=MODERATOR).status_code


def thread_mode(service: Service) -> str:
    service.clock.forward(seconds=2)
    mode: str = service.get("/v1/articles/zz-1/comments")["thread"]["comments"]
    return mode


def test_the_first_comments_of_a_reader_wait_until_enough_are_published(ruled: MakeRuled) -> None:
    service = ruled("first_comments_held = 2")
    first, second = held(service, "一"), held(service, "二")
    assert reasons(service) == [["first_comments"], ["first_comments"]]

    service.decide("publish", first)
    assert status(service, "三") == 202
    service.decide("publish", second)

    assert status(service, "四") == 201
    stranger = service.app.test_client().post("/v1/articles/zz-1/comments", json={"text": "新人"})
    assert stranger.status_code == 202


def test_a_new_reader_waits_for_a_while(ruled: MakeRuled) -> None:
    service = ruled("new_reader_minutes = 30")
    assert status(service) == 202
    assert reasons(service) == [["new_reader"]]
    service.clock.forward(minutes=29)
    assert status(service) == 202
    service.clock.forward(minutes=1)

    assert status(service) == 201


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("看 https://a.example/1", 201),
        ("看 https://a.example/1 和 http://b.example/2", 202),
        ("加 www.a-b.example 再加 spam.com", 202),
        ("ｓｐａｍ．ｃｏｍ 和 ｅｘａｍｐｌｅ．ｃｎ", 202),
        ("见 3.14 和 2.71，a.m. 到 p.m.", 201),
        ("me@example.com，you@example.org", 201),
    ],
)
def test_a_comment_with_many_links_waits(ruled: MakeRuled, text: str, expected: int) -> None:
    service = ruled("most_links = 1")

    assert status(service, text) == expected


def test_a_channel_has_rules_of_its_own_and_the_strictest_holds(ruled: MakeRuled) -> None:
    service = ruled('[channels.fj]\nmode = "moderated"\n[channels.xm]\nmost_links = 0')
    service.put("xm-1", channels=["xm"])
    service.put("both-1", channels=["fj", "xm"])

    assert status(service) == 202
    assert (status(service, article_id="xm-1"), status(service, "http://a.example", "xm-1")) == (201, 202)
    status(service, "http://a.example", "both-1")
    assert ["moderated_first", "links"] in reasons(service)


def test_reports_queue_a_comment_as_soon_as_its_channel_says(ruled: MakeRuled) -> None:
    service = ruled("reports_to_queue = 5\n[channels.fj]\nreports_to_queue = 1")
    comment_id = held(service)

    service.client.post(f"/v1/comments/{comment_id}/reports", json={"reason": "spam"})

    assert reasons(service) == [["reported"]]


def test_comments_close_some_days_after_publication(ruled: MakeRuled) -> None:
    service = ruled("close_after_days = 3")
    comment_id = held(service)
    service.clock.forward(hours=71)
    assert (status(service), thread_mode(service)) == (201, "open")
    service.clock.forward(hours=1)

    answer = service.comment("zz-1")

    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (403, "comments_closed")
    assert thread_mode(service) == "closed"
    assert service.client.put(f"/v1/comments/{comment_id}/vote", json={"value": 1}).status_code == 200


def test_an_article_closes_sooner_than_its_channel_when_its_cms_says_so(ruled: MakeRuled) -> None:
    service = ruled("close_after_days = 3")
    put = service.put("zz-1", published_at="2026-11-23T12:00:00Z", close_comments_after_days=1)
    assert put.json is not None
    assert put.json["close_comments_after_days"] == 1
    service.clock.forward(hours=24)

    assert status(service) == 403


def test_a_moderators_mode_stands_instead_of_cms_and_rules_and_outlives_a_put(ruled: MakeRuled) -> None:
    service = ruled("close_after_days = 1")
    assert set_mode(service, "moderated") == 200
    assert (status(service), thread_mode(service)) == (202, "moderated")
    service.clock.forward(hours=48)
    service.put("zz-1", title="改过的标题", published_at="2026-11-23T12:00:00Z")
    assert status(service) == 202
    set_mode(service, "open")
    assert status(service) == 201
    set_mode(service, "closed")
    assert status(service) == 403

    set_mode(service, None)

    assert thread_mode(service) == "closed"
    assert [each["action"] for each in service.get("/v1/moderation/audit")["entries"]] == [
        "unset-comments",
        *["set-comments"] * 3,
    ]


def test_moderators_find_articles_with_their_modes(ruled: MakeRuled) -> None:
    service = ruled('[channels.fj]\nmode = "moderated"')
    service.put("xm-1", channels=["xm"], title="厦门 100% 的海", published_at="2026-11-23T11:00:00Z")
    set_mode(service, "closed", "xm-1")

    def ids(query: str = "", **headers: str) -> list[str]:
        return [each["id"] for each in service.get(f"/v1/moderation/articles{query}", **headers)["articles"]]

    first = service.get("/v1/moderation/articles?limit=1")
    (zz,) = first["articles"]
    assert (zz["mode"], zz["set_mode"], zz["cms_mode"]) == ("moderated", None, "open")
    (xm,) = service.get(f"/v1/moderation/articles?limit=1&cursor={first['next_cursor']}")["articles"]
    assert (xm["id"], xm["mode"], xm["set_mode"]) == ("xm-1", "closed", "closed")
    assert (ids("?q=100%25"), ids("?q=zz-1"), ids("?channel=xm")) == (["xm-1"], ["zz-1"], ["xm-1"])
    assert ids(**FJ_MODERATOR) == ["zz-1"]
    refused = service.client.put("/v1/moderation/articles/xm-1", json={"comments": "open"}, headers=FJ_MODERATOR)
    assert refused.status_code == 403
    assert set_mode(service, "open", "nowhere") == 404
    assert set_mode(service, "shut") == 422


LONG = "本店新到水仙花球欢迎光临"


def from_network(service: Service, text: str, address: str, article_id: str = "zz-1") -> int:
    client = service.app.test_client()
    answer = client.post(
        f"/v1/articles/{article_id}/comments", json={"text": text}, environ_base={"REMOTE_ADDR": address}
    )
    return answer.status_code


def test_a_reader_may_not_repeat_himself_within_the_while(ruled: MakeRuled) -> None:
    service = ruled("repeat_minutes = 60", rate_limits="on")
    service.put("zz-2")
    assert status(service, LONG) == 201

    again = service.comment("zz-2", LONG.replace("水", " 水 ") + "！！")

    assert again.json is not None
    assert (again.status_code, again.json["code"]) == (409, "comment_repeated")
    assert (status(service, "顶"), status(service, "顶")) == (201, 201)
    service.clock.forward(minutes=60)
    assert status(service, LONG) == 201


def test_a_text_repeated_from_ones_network_waits(ruled: MakeRuled) -> None:
    service = ruled("", rate_limits="on")
    assert from_network(service, LONG, "203.0.113.7") == 201

    assert from_network(service, LONG, "203.0.113.99") == 202
    assert from_network(service, LONG, "198.51.100.7") == 201
    assert reasons(service) == [["repeated"]]


def test_an_edit_is_no_repeat_of_itself(ruled: MakeRuled) -> None:
    service = ruled("", rate_limits="on")
    comment_id = held(service, LONG)
    held(service, "另一条写得更长的评论内容")

    def edit(text: str) -> int:
        return service.client.patch(f"/v1/comments/{comment_id}", json={"text": text}).status_code

    assert (edit(LONG + "。"), edit("另一条写得更长的评论内容")) == (200, 409)


def test_a_deleted_text_may_be_written_again(ruled: MakeRuled) -> None:
    service = ruled("", rate_limits="on")
    comment_id = held(service, LONG)
    service.client.delete(f"/v1/comments/{comment_id}")

    assert status(service, LONG) == 201
    assert total(service) == (1, 1, 1)


def test_repeats_pass_where_the_rules_say_so(ruled: MakeRuled) -> None:
    service = ruled("repeat_minutes = 0", rate_limits="on")

    assert (status(service, LONG), status(service, LONG)) == (201, 201)
