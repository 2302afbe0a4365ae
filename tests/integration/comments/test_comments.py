"""Comments: posted, numbered, listed page by page, and told to the log."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from comments_service.reader import COOKIE
from shared.clock import to_rfc3339
from shared.events import CommentPublished
from tests.integration.comments.conftest import Service
from tests.marks import wait_for_marks


def object_of(answer: TestResponse) -> dict[str, Any]:
    body: dict[str, Any] | None = answer.json
    assert body is not None
    return body


def posted(service: Service, text: str = "写得好", **fields: Any) -> dict[str, Any]:
    answer = service.comment("zz-1", text, **fields)
    assert answer.status_code == 201
    return object_of(answer)


def listed(service: Service, path: str) -> dict[str, Any]:
    answer = service.client.get(path)
    assert answer.status_code == 200
    return object_of(answer)


def test_a_comment_is_answered_in_its_public_shape(service: Service) -> None:
    service.put("zz-1")

    comment = posted(
        service, "1 < 2 & <b>\n还有\n\n完", nickname="小林", email="l@example.org", website="http://l.example"
    )

    assert comment == {
        "id": comment["id"],
        "article_id": "zz-1",
        "parent_id": None,
        "floor": 1,
        "author": {"nickname": "小林", "avatar": comment["author"]["avatar"], "verified": False},
        "text": "1 < 2 & <b>\n还有\n\n完",
        "html": "<p>1 &lt; 2 &amp; &lt;b&gt;<br>还有</p><p>完</p>",
        "status": "published",
        "created_at": to_rfc3339(service.clock()),
        "edited_at": None,
        "up": 0,
        "down": 0,
        "vote": 0,
        "pinned": False,
        "quote": None,
        "total_replies": 0,
        "hidden_replies": 0,
        "replies": [],
        "edit_token": comment["edit_token"],
    }


def test_a_published_comment_is_one_event(service: Service) -> None:
    service.put("zz-1")

    comment = posted(service)

    told = service.events()[-1]
    assert isinstance(told, CommentPublished)
    assert (told.article_id, told.comment_id, told.occurred_at) == ("zz-1", comment["id"], service.clock())


def test_a_moderated_article_holds_comments_back(service: Service) -> None:
    service.put("zz-1", comments="moderated")

    answer = service.comment("zz-1")

    assert answer.status_code == 202
    assert answer.json is not None
    assert (answer.json["status"], answer.json["floor"]) == ("pending", 1)
    assert len(service.events()) == 1
    service.client.delete_cookie(COOKIE, path="/v1")
    page = listed(service, "/v1/articles/zz-1/comments")
    assert (page["comments"], page["total"], page["thread"]["comments"]) == ([], 0, "moderated")
    assert service.comment("zz-1", parent_id=answer.json["id"]).status_code == 404


def test_a_closed_article_takes_none(service: Service) -> None:
    service.put("zz-1", comments="closed")

    answer = service.comment("zz-1")

    assert answer.status_code == 403
    assert answer.json is not None
    assert answer.json["code"] == "comments_closed"


def test_floors_have_no_gap_and_no_twin_when_many_post_at_once(service: Service) -> None:
    service.put("zz-1")

    def post(number: int) -> int:
        client = service.app.test_client()
        answer = client.post("/v1/articles/zz-1/comments", json={"text": f"第 {number}"})
        assert answer.json is not None
        floor: int = answer.json["floor"]
        return floor

    with ThreadPoolExecutor(4) as pool:
        floors = list(pool.map(post, range(24)))

    assert sorted(floors) == list(range(1, 25))
    assert listed(service, "/v1/articles/zz-1/comments")["total"] == 24


@pytest.mark.parametrize(("sort", "floors"), [("newest", [5, 4, 3, 2, 1]), ("oldest", [1, 2, 3, 4, 5])])
def test_pages_follow_each_other_without_a_gap(service: Service, sort: str, floors: list[int]) -> None:
    service.put("zz-1")
    for _ in floors:
        posted(service)

    seen: list[int] = []
    cursor = ""
    while True:
        page = listed(service, f"/v1/articles/zz-1/comments?sort={sort}&limit=2{cursor}")
        seen += [comment["floor"] for comment in page["comments"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert seen == floors


def test_a_listing_shows_the_first_three_replies_and_counts_the_others(service: Service) -> None:
    service.put("zz-1")
    root = posted(service)
    replies = [posted(service, f"回复 {number}", parent_id=root["id"]) for number in range(5)]
    posted(service, "回复的回复", parent_id=replies[0]["id"])

    page = listed(service, "/v1/articles/zz-1/comments")

    (shown,) = page["comments"]
    assert [reply["floor"] for reply in shown["replies"]] == [2, 3, 4]
    assert (shown["total_replies"], shown["hidden_replies"]) == (5, 2)
    assert (shown["replies"][0]["total_replies"], shown["replies"][0]["hidden_replies"]) == (1, 0)
    assert [reply["floor"] for reply in shown["replies"][0]["replies"]] == [7]
    assert (page["total"], page["thread"]) == (7, {"article_id": "zz-1", "comments": "open", "notify_replies": False})


def test_replies_are_read_page_by_page(service: Service) -> None:
    service.put("zz-1")
    root = posted(service)
    for number in range(3):
        posted(service, f"回复 {number}", parent_id=root["id"])
    path = f"/v1/comments/{root['id']}/replies?limit=2"

    first = listed(service, path)
    second = listed(service, f"{path}&cursor={first['next_cursor']}")

    assert [reply["floor"] for reply in first["comments"]] == [2, 3]
    assert [reply["floor"] for reply in second["comments"]] == [4]
    assert (second["next_cursor"], second["total"]) == (None, 3)


def test_a_parent_of_another_article_is_unknown(service: Service) -> None:
    service.put("zz-1")
    service.put("zz-2")
    parent = posted(service)

    answer = service.comment("zz-2", parent_id=parent["id"])

    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["code"] == "comment_unknown"


def test_a_listing_costs_the_same_queries_however_long_it_is(service: Service) -> None:
    service.put("zz-1")

    def queries() -> int:
        seen: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
            seen.append(statement)

        wait_for_marks()
        event.listen(service.database.engine, "before_cursor_execute", note)
        listed(service, "/v1/articles/zz-1/comments?limit=100")
        event.remove(service.database.engine, "before_cursor_execute", note)
        return len(seen)

    posted(service, parent_id=posted(service)["id"])
    few = queries()
    for _ in range(10):
        posted(service, parent_id=posted(service)["id"])

    assert queries() == few


def test_counts_are_given_for_every_id_asked(service: Service) -> None:
    service.put("zz-1")
    posted(service)

    answer = service.client.post("/v1/comments/counts", json={"article_ids": ["zz-1", "nobody"]})

    assert answer.json == {"counts": {"zz-1": 1, "nobody": 0}}
