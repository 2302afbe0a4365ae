"""What a moderator is shown of a comment: its parent, its reader's last comments, the words in it, the reports."""

from typing import Any

from sqlalchemy import event

from tests.integration.comments.conftest import MODERATOR, Service
from tests.integration.comments.test_moderation import held as post
from tests.marks import wait_for_marks


def held(service: Service, text: str = "写得好", **fields: Any) -> str:
    """The id of a comment, the only one of its millisecond: those of one have no order."""
    service.clock.forward(seconds=1)
    return post(service, text, **fields)


def put_word(service: Service, word: str, tier: str = "hold") -> None:
    answer = service.client.post("/v1/moderation/words", json={"word": word, "tier": tier}, headers=MODERATOR)
    assert answer.status_code == 201


def queue(service: Service, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = service.get(f"/v1/moderation/queue{query}")["comments"]
    return found


def ids(service: Service, query: str) -> list[str]:
    return [each["id"] for each in service.get(f"/v1/moderation/comments{query}")["comments"]]


def test_a_held_comment_comes_with_the_words_that_hold_it_and_where(service: Service) -> None:
    service.put("zz-1")
    put_word(service, "红包")

    held(service, "领 紅 包 了", nickname="红包哥")

    (found,) = queue(service)
    assert found["held_for"] == ["flagged_word"]
    assert found["hits"] == [
        {"field": "text", "word": "红包", "tier": "hold", "start": 2, "end": 5},
        {"field": "nickname", "word": "红包", "tier": "hold", "start": 0, "end": 2},
    ]
    assert found["text"][2:5] == "紅 包"


def test_a_held_reply_comes_with_what_it_answers(service: Service) -> None:
    service.put("zz-1")
    parent = held(service, "根", nickname="小林")
    service.put("zz-1", comments="moderated")

    held(service, "叶", parent_id=parent)

    (found,) = queue(service)
    assert found["parent"] == {"id": parent, "floor": 1, "status": "published", "nickname": "小林", "text": "根"}


def test_a_comment_comes_with_the_last_five_others_of_its_reader(service: Service) -> None:
    service.put("zz-1")
    service.put("xm-1", channels=["xm"])
    others = [held(service, f"第 {number} 条") for number in range(6)]
    service.decide("spam", others[5])
    held(service, "别人", article_id="xm-1")
    service.put("zz-1", comments="moderated")
    stranger = service.app.test_client().post("/v1/articles/zz-1/comments", json={"text": "陌生人"}).json
    assert stranger is not None
    mine = held(service, "等")

    by_id = {each["id"]: each for each in queue(service)}

    assert by_id[stranger["id"]]["history"] == []
    history = by_id[mine]["history"]
    assert [each["text"] for each in history] == ["别人", *(f"第 {number} 条" for number in (5, 4, 3, 2))]
    assert [each["status"] for each in history[:2]] == ["published", "spam"]


def test_a_reported_comment_comes_with_what_readers_say(service: Service) -> None:
    service.put("zz-1")
    comment_id = held(service)
    for number in range(12):
        service.clock.forward(seconds=1)
        report = {"reason": "abuse", "note": f"第 {number} 次"}
        service.app.test_client().post(f"/v1/comments/{comment_id}/reports", json=report)

    (found,) = queue(service)

    assert (found["reports"], found["held_for"], found["status"]) == (12, ["reported"], "published")
    assert [each["note"] for each in found["report_notes"]] == [f"第 {number} 次" for number in range(11, 1, -1)]
    assert {each["reason"] for each in found["report_notes"]} == {"abuse"}


def test_a_long_queue_takes_as_many_queries_as_a_short_one(service: Service) -> None:
    def queries(count: int) -> int:
        seen: list[str] = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731  # SQLAlchemy wants a callable, once
        wait_for_marks()
        event.listen(service.database.engine, "before_cursor_execute", listener)
        assert len(queue(service, "?limit=100")) == count
        event.remove(service.database.engine, "before_cursor_execute", listener)
        return len([each for each in seen if each.startswith("SELECT")])

    service.put("zz-1", comments="moderated")
    root = held(service, "根")
    service.decide("publish", root)
    for number in range(2):
        held(service, f"短 {number}", parent_id=root)
    queue(service)
    short = queries(2)
    for number in range(40):
        service.app.test_client().post("/v1/articles/zz-1/comments", json={"text": f"{number}", "parent_id": root})

    assert queries(42) == short


def test_comments_are_searched_by_text_nickname_state_reader_and_article(service: Service) -> None:
    service.put("zz-1")
    service.put("xm-1", channels=["xm"])
    first, second = held(service, "漳州 100% 好"), held(service, "Hello", nickname="漳州人")
    third = held(service, "其他", article_id="xm-1")
    service.decide("reject", second)
    (found,) = service.get("/v1/moderation/comments?article_id=xm-1")["comments"]

    assert ids(service, "?q=漳州") == [second, first]
    assert ids(service, "?q=100%25") == [first]
    assert ids(service, "?q=%25") == [first]
    assert ids(service, "?q=hello&status=rejected") == [second]
    assert ids(service, "?status=published") == [third, first]
    assert ids(service, "?article_id=xm-1") == [third]
    assert ids(service, "?channel=zz") == [second, first]
    assert ids(service, f"?reader={found['reader']}") == [third, second, first]
    assert ids(service, "?reader=nobody") == []


def test_a_search_is_read_page_by_page(service: Service) -> None:
    service.put("zz-1")
    written = [held(service, f"第 {number} 条") for number in range(5)]

    first = service.get("/v1/moderation/comments?limit=3")
    second = service.get(f"/v1/moderation/comments?limit=3&cursor={first['next_cursor']}")

    assert [each["id"] for each in first["comments"] + second["comments"]] == written[::-1]
    assert second["next_cursor"] is None


def test_the_counters_tell_what_waits_and_since_when(service: Service) -> None:
    service.put("zz-1", comments="moderated")
    service.put("xm-1", channels=["xm"])
    waits, other = held(service), held(service)
    service.clock.forward(minutes=5)
    held(service, article_id="xm-1")
    service.decide("spam", other)

    counts = service.get("/v1/moderation/counts")

    oldest = queue(service)[0]
    assert oldest["id"] == waits
    assert counts == {
        "waiting": 1,
        "oldest_queued_at": oldest["queued_at"],
        "by_status": {"pending": 1, "published": 1, "rejected": 0, "spam": 1, "deleted": 0},
    }
    assert service.get("/v1/moderation/counts?channel=xm")["waiting"] == 0
