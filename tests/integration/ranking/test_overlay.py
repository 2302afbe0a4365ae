"""The editors' overlay: reads apply it at once, counts are never edited, and every change is in the audit trail."""

from typing import Any

import pytest
from sqlalchemy import Engine, select

from ranking_service.overlay import Overlays
from ranking_service.tables import audit
from shared.database import reading
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.ranking.conftest import CMS, EDITOR, ZZ_EDITOR, MakeService, Service

BOARD = "/rankings/zz/total"


@pytest.fixture
def five(service: Service) -> Service:
    """Five articles, `a` first; each is as many hours old as its place."""
    for place, name in enumerate("abcde", start=1):
        service.newsroom.publish(name, hours_ago=place)
        service.newsroom.click(name, 10 - place)
    service.newsroom.project()
    return service


def put(service: Service, mark: str, body: object = None) -> int:
    return service.client.put(f"/v1{BOARD}/{mark}", json=body, headers=EDITOR).status_code


def delete(service: Service, mark: str) -> int:
    return service.client.delete(f"/v1{BOARD}/{mark}", headers=EDITOR).status_code


def audit_lines(engine: Engine) -> list[tuple[object, ...]]:
    with reading(engine) as connection:
        rows = connection.execute(select(audit).order_by(audit.c.id))
        return [(row.who, row.action, row.channel, row.board, row.article_id, row.value) for row in rows]


def test_a_pin_stands_at_its_place_at_once(five: Service) -> None:
    assert five.ids(BOARD) == ["a", "b", "c", "d", "e"]

    assert put(five, "pins/e", {"position": 2}) == 204

    entries = five.get(BOARD)["entries"]
    assert [(e["rank"], e["article_id"], e["pinned"]) for e in entries[:3]] == [
        (1, "a", False),
        (2, "e", True),
        (3, "b", False),
    ]
    assert entries[1]["score"] == 5
    assert five.newsroom.scores("total", "zz")["e"] == 5


def test_a_pin_without_a_body_stands_at_the_top_and_goes_again(five: Service) -> None:
    assert five.client.put(f"/v1{BOARD}/pins/d", headers=EDITOR).status_code == 204
    assert five.ids(BOARD) == ["d", "a", "b", "c", "e"]

    assert delete(five, "pins/d") == 204
    assert five.ids(BOARD) == ["a", "b", "c", "d", "e"]


def test_a_pin_put_again_moves(five: Service) -> None:
    put(five, "pins/e", {"position": 1})
    put(five, "pins/e", {"position": 3})

    assert five.ids(BOARD) == ["a", "b", "e", "c", "d"]


def test_pins_keep_their_places_over_pages(five: Service) -> None:
    put(five, "pins/e", {"position": 1})
    put(five, "pins/d", {"position": 4})

    pages = [five.ids(f"{BOARD}?limit=2&offset={offset}") for offset in (0, 2, 4)]

    assert pages == [["e", "a"], ["b", "d"], ["c"]]


def test_a_pinned_article_without_a_score_or_far_down_shows_its_own_score(five: Service) -> None:
    five.newsroom.publish("unread")
    for n in range(40):
        five.newsroom.publish(f"more-{n}")
        five.newsroom.click(f"more-{n}", 4)
    five.newsroom.publish("deep")
    five.newsroom.click("deep", 1)
    five.later()

    put(five, "pins/unread", {"position": 1})
    put(five, "pins/deep", {"position": 2})

    shown = [(e["article_id"], e["score"]) for e in five.get(f"{BOARD}?limit=3")["entries"]]
    assert shown == [("unread", 0), ("deep", 1), ("a", 9)]


def test_a_pinned_article_of_a_decaying_board_shows_its_own_score_too(five: Service) -> None:
    for n in range(40):
        five.newsroom.publish(f"more-{n}")
        five.newsroom.click(f"more-{n}", 4)
    five.newsroom.publish("deep")
    five.newsroom.click("deep", 1, hours_ago=24)
    five.later(seconds=0)

    five.client.put("/v1/rankings/zz/hot/pins/deep", headers=EDITOR)

    (top,) = five.get("/rankings/zz/hot?limit=1")["entries"]
    assert (top["article_id"], top["score"]) == ("deep", 0.5)


def test_a_withdrawn_pin_is_not_shown(five: Service) -> None:
    put(five, "pins/e", {"position": 1})
    five.newsroom.withdraw("e")
    five.later()

    assert five.ids(BOARD) == ["a", "b", "c", "d"]


def test_a_hidden_article_is_off_this_board_only_and_goes_on_counting(five: Service) -> None:
    assert put(five, "hidden/a") == 204
    five.newsroom.click("a", 5)
    five.later()

    assert five.ids(BOARD) == ["b", "c", "d", "e"]
    assert five.ids("/rankings/all/total")[0] == "a"
    assert five.newsroom.scores("total", "zz")["a"] == 14
    assert delete(five, "hidden/a") == 204
    assert five.ids(BOARD)[0] == "a"


def test_entries_older_than_the_greatest_age_are_not_shown(five: Service) -> None:
    assert put(five, "greatest-age", {"hours": 3}) == 204
    assert five.ids(BOARD) == ["a", "b", "c"]

    five.later(hours=1, seconds=0)
    assert five.ids(BOARD) == ["a", "b"]

    assert delete(five, "greatest-age") == 204
    assert five.ids(BOARD) == ["a", "b", "c", "d", "e"]


def test_a_board_is_read_deeper_when_many_are_hidden(make_service: MakeService) -> None:
    service = make_service(partitions=1)
    for n in range(80):
        service.newsroom.publish(f"a{n:02}", hours_ago=20 if n < 60 else 1)
        service.newsroom.click(f"a{n:02}", 200 - n)
    service.newsroom.project()

    put(service, "greatest-age", {"hours": 5})

    assert service.ids(f"{BOARD}?limit=15") == [f"a{n}" for n in range(60, 75)]


def test_an_alias_marks_the_board_itself(five: Service) -> None:
    five.client.put("/v1/rankings/zz/click/hidden/a", headers=EDITOR)

    assert five.ids(BOARD)[0] == "b"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("zz/nothing/pins/a", 404, "board_unknown"),
        ("zz/total/pins/unknown", 404, "article_unknown"),
        ("zz/total/hidden/unknown", 404, "article_unknown"),
        ("zz/total/hidden/a b", 422, "invalid"),
        ("zz/total/hidden/a%00", 422, "invalid"),
    ],
)
def test_a_mark_on_what_is_not_there_is_refused(five: Service, path: str, status: int, code: str) -> None:
    answer = five.client.put(f"/v1/rankings/{path}", headers=EDITOR)

    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert audit_lines(five.engine) == []


@pytest.mark.parametrize("mark", ["pins/a", "hidden/a", "greatest-age"])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_only_a_moderators_key_changes_the_overlay(five: Service, method: str, mark: str) -> None:
    def status(headers: dict[str, str]) -> int:
        return five.client.open(f"/v1{BOARD}/{mark}", method=method, headers=headers).status_code

    assert [status({}), status({"Authorization": "Bearer wrong"}), status(CMS)] == [401, 401, 403]
    assert five.ids(BOARD) == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("mark", "body", "field"),
    [
        ("pins/a", {"position": 0}, "position"),
        ("pins/a", {"position": 101}, "position"),
        ("pins/a", {"position": "first"}, "position"),
        ("pins/a", {"place": 1}, "place"),
        ("greatest-age", {"hours": 0}, "hours"),
        ("greatest-age", {}, "hours"),
    ],
)
def test_a_bad_mark_names_its_field(five: Service, mark: str, body: object, field: str) -> None:
    answer = five.client.put(f"/v1{BOARD}/{mark}", json=body, headers=EDITOR)

    assert answer.json is not None
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_every_change_is_in_the_audit_trail(engine: Engine, make_service: MakeService) -> None:
    service = make_service(engine=engine, partitions=1)
    service.newsroom.publish("a")
    service.newsroom.project()

    put(service, "pins/a", {"position": 3})
    put(service, "greatest-age", {"hours": 48})
    delete(service, "pins/a")
    delete(service, "pins/a")

    assert audit_lines(engine) == [
        ("editor", "put-pin", "zz", "total", "a", 3),
        ("editor", "put-greatest-age", "zz", "total", "", 48),
        ("editor", "remove-pin", "zz", "total", "a", 0),
    ]
    shown = service.app.test_cli_runner().invoke(args=["audit", "--limit", "1"]).output
    assert "editor remove-pin zz total a 0" in shown


def test_sql_gives_redis_the_overlay_back(five: Service, store: Store, clock: FakeClock) -> None:
    put(five, "pins/e", {"position": 1})
    put(five, "hidden/b")
    store.delete(*store.scan_iter(match="overlay:*"))
    five.later()
    assert five.ids(BOARD) == ["a", "b", "c", "d", "e"]

    Overlays(five.engine, store, clock).copy_all()
    five.later()

    assert five.ids(BOARD) == ["e", "a", "c", "d"]


def test_an_editor_of_one_channel_changes_its_boards_alone(five: Service) -> None:
    def status(board: str) -> int:
        return five.client.put(f"/v1/rankings/{board}/pins/b", headers=ZZ_EDITOR).status_code

    assert (status("zz/total"), status("fj/total"), status("all/total")) == (204, 403, 403)
    answer = five.client.delete("/v1/rankings/fj/total/hidden/b", headers=ZZ_EDITOR)
    assert answer.json is not None
    assert answer.json["code"] == "channel_forbidden"


def test_moderators_read_what_stands_on_a_board_and_who_put_it_there(five: Service) -> None:
    put(five, "pins/e", {"position": 2})
    put(five, "hidden/b")
    put(five, "greatest-age", {"hours": 30})
    delete(five, "greatest-age")

    answer = five.client.get(f"/v1{BOARD}/overlay", headers=EDITOR)

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json is not None
    assert answer.json["pins"] == [{"article_id": "e", "title": "标题", "position": 2}]
    assert [each["article_id"] for each in answer.json["hidden"]] == ["b"]
    assert answer.json["greatest_age_hours"] is None
    assert [each["action"] for each in answer.json["changes"]] == [
        "remove-greatest-age",
        "put-greatest-age",
        "put-hidden",
        "put-pin",
    ]
    assert {each["who"] for each in answer.json["changes"]} == {"editor"}
    assert five.client.get("/v1/rankings/zz/nope/overlay", headers=EDITOR).status_code == 404


def trail(service: Service, query: str = "", key: dict[str, str] = EDITOR) -> Any:
    answer = service.client.get(f"/v1/boards/audit{query}", headers=key)
    return answer.json if answer.status_code == 200 else (answer.json or {})["code"]


def test_the_trail_of_all_boards_is_read_page_by_page(five: Service) -> None:
    put(five, "pins/e", {"position": 2})
    delete(five, "pins/e")
    five.client.put("/v1/rankings/xm/hot/hidden/a", headers=EDITOR)

    first = trail(five, "?limit=2")
    second = trail(five, f"?limit=2&cursor={first['next_cursor']}")

    actions = [(each["action"], each["channel"], each["board"]) for each in first["changes"] + second["changes"]]
    assert actions == [("put-hidden", "xm", "hot"), ("remove-pin", "zz", "total"), ("put-pin", "zz", "total")]
    assert second["next_cursor"] is None
    assert [(each["who"], each["article_id"], each["value"]) for each in second["changes"]] == [("editor", "e", 2)]


def test_the_trail_tells_an_editor_of_his_channels_alone(five: Service) -> None:
    put(five, "pins/e")
    five.client.put("/v1/rankings/xm/hot/hidden/a", headers=EDITOR)

    assert [each["channel"] for each in trail(five, key=ZZ_EDITOR)["changes"]] == ["zz"]
    assert [each["channel"] for each in trail(five, "?channel=xm")["changes"]] == ["xm"]
    assert trail(five, "?channel=xm", ZZ_EDITOR) == "channel_forbidden"
    assert trail(five, key=CMS) == "scope_missing"
    assert trail(five, "?cursor=x") == "invalid"
