"""Moderation: what is held, what a moderator decides, and what then counts, on the site and in the log."""

from typing import Any

import pytest

from shared.clock import to_rfc3339
from shared.events import CommentPublished, CommentRemoved
from tests.integration.comments.conftest import CMS, Service

NOBODY = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def held(service: Service, text: str = "写得好", article_id: str = "zz-1", **fields: Any) -> str:
    """The id of a comment posted to an article, whatever became of it."""
    answer = service.comment(article_id, text, **fields)
    assert answer.json is not None, answer.text
    comment_id: str = answer.json["id"]
    return comment_id


def told(service: Service) -> list[CommentPublished | CommentRemoved]:
    return [event for event in service.events() if isinstance(event, CommentPublished | CommentRemoved)]


def total(service: Service, article_id: str = "zz-1") -> tuple[int, int, int]:
    """How many comments an article has, as its listing, its counts and itself say."""
    listing = service.get(f"/v1/articles/{article_id}/comments")["total"]
    counts = service.client.post("/v1/comments/counts", json={"article_ids": [article_id]})
    assert counts.json is not None
    article = service.get(f"/v1/articles/{article_id}")["counts"]["comments"]
    return listing, counts.json["counts"][article_id], article


@pytest.fixture
def moderated(service: Service) -> Service:
    service.put("zz-1", comments="moderated")
    return service


def test_a_held_comment_stands_in_the_queue_with_its_article_and_why(moderated: Service) -> None:
    comment_id = held(moderated, "等一等", nickname="小林", email="l@example.org")

    page = moderated.get("/v1/moderation/queue")

    assert page["next_cursor"] is None
    (found,) = page["comments"]
    assert (found["id"], found["text"], found["nickname"], found["email"]) == (
        comment_id,
        "等一等",
        "小林",
        "l@example.org",
    )
    assert (found["status"], found["held_for"], found["queued_at"]) == (
        "pending",
        ["moderated_first"],
        to_rfc3339(moderated.clock()),
    )
    assert found["article"] == {
        "id": "zz-1",
        "title": "漳州古城的灯会",
        "url": "https://portal.example/zz/1",
        "channels": ["zz", "fj"],
    }


def test_publication_counts_at_the_time_of_the_decision(moderated: Service) -> None:
    comment_id = held(moderated)
    moderated.clock.forward(hours=2)

    answer = moderated.decide("publish", comment_id)

    audit_id = moderated.get("/v1/moderation/audit")["entries"][0]["id"]
    result = {"comment_id": comment_id, "action": "publish", "outcome": "done", "status": "published"}
    assert answer == {"results": [result | {"audit_id": audit_id}], "unknown": []}
    assert total(moderated) == (1, 1, 1)
    (event,) = told(moderated)
    assert isinstance(event, CommentPublished)
    assert (event.comment_id, event.occurred_at) == (comment_id, moderated.clock())
    assert moderated.get("/v1/moderation/queue")["comments"] == []


def test_a_removal_names_the_publication_that_it_takes_back(moderated: Service) -> None:
    comment_id = held(moderated)
    moderated.decide("publish", comment_id)
    published_at = moderated.clock()
    moderated.clock.forward(hours=3)

    moderated.decide("reject", comment_id)
    moderated.clock.forward(hours=1)
    moderated.decide("publish", comment_id)

    first, removal, second = told(moderated)
    assert isinstance(removal, CommentRemoved)
    assert removal.published_at == published_at
    assert second.occurred_at == moderated.clock()
    assert len({first.event_id, removal.event_id, second.event_id}) == 3
    assert total(moderated) == (1, 1, 1)


@pytest.mark.parametrize("action", ["publish", "reject", "spam", "delete", "pin"])
def test_a_repeated_decision_changes_nothing(moderated: Service, action: str) -> None:
    comment_id = held(moderated)
    moderated.decide("publish", comment_id)
    if action != "publish":
        moderated.decide(action, comment_id)
    before = (total(moderated), told(moderated), moderated.get("/v1/moderation/audit"))
    moderated.clock.forward(minutes=1)

    (result,) = moderated.decide(action, comment_id)["results"]

    assert result["outcome"] == "unchanged"
    assert (total(moderated), told(moderated), moderated.get("/v1/moderation/audit")) == before


def test_two_hundred_decisions_are_one_answer_and_unknown_ids_are_named(moderated: Service) -> None:
    ids = [held(moderated, str(number)) for number in range(5)]
    wanted = [{"comment_id": ids[number % 5], "action": "publish"} for number in range(199)]

    answer = moderated.client.post(
        "/v1/moderation/decisions",
        json={"decisions": [*wanted, {"comment_id": NOBODY, "action": "spam"}]},
        headers={"Authorization": "Bearer moderator-key"},
    )

    assert answer.json is not None
    outcomes = [result["outcome"] for result in answer.json["results"]]
    assert outcomes == ["done"] * 5 + ["unchanged"] * 194 + ["unknown"]
    assert answer.json["unknown"] == [NOBODY]
    assert len(told(moderated)) == 5


@pytest.mark.parametrize("count", [0, 201])
def test_one_to_two_hundred_decisions_are_taken(moderated: Service, count: int) -> None:
    wanted = [{"comment_id": NOBODY, "action": "spam"}] * count

    answer = moderated.client.post(
        "/v1/moderation/decisions", json={"decisions": wanted}, headers={"Authorization": "Bearer moderator-key"}
    )

    assert answer.status_code == 422


def test_a_deleted_comment_is_gone_for_good(moderated: Service) -> None:
    comment_id = held(moderated, "我的电话", nickname="小林", email="l@example.org", website="http://l.example")

    moderated.decide("delete", comment_id)
    (result,) = moderated.decide("publish", comment_id)["results"]

    assert (result["outcome"], result["status"]) == ("deleted", "deleted")
    (found,) = moderated.get("/v1/moderation/queue?status=deleted")["comments"]
    assert (found["text"], found["nickname"], found["email"], found["website"]) == ("", None, None, None)


def test_the_audit_trail_tells_who_what_when_and_why(moderated: Service) -> None:
    comment_id = held(moderated)
    moderated.decide("publish", comment_id)
    moderated.clock.forward(minutes=1)
    moderated.decide("spam", comment_id, reason="广告")

    newest, first = moderated.get("/v1/moderation/audit")["entries"]

    assert newest == {
        "id": newest["id"],
        "at": to_rfc3339(moderated.clock()),
        "who": "小编",
        "action": "spam",
        "comment_id": comment_id,
        "article_id": "zz-1",
        "status_before": "published",
        "status_after": "spam",
        "subject": None,
        "channel": None,
        "reason": "广告",
        "undone_at": None,
    }
    assert (first["action"], first["status_before"], first["status_after"]) == ("publish", "pending", "published")
    assert moderated.get(f"/v1/moderation/audit?comment_id={NOBODY}")["entries"] == []


def test_queue_and_trail_are_read_page_by_page(moderated: Service) -> None:
    ids = []
    for number in range(5):
        ids.append(held(moderated, str(number)))
        moderated.clock.forward(seconds=number % 2)

    def pages(path: str, field: str, key: str) -> list[str]:
        seen: list[str] = []
        cursor = ""
        while True:
            page = moderated.get(f"{path}{cursor}")
            seen += [each[key] for each in page[field]]
            if page["next_cursor"] is None:
                return seen
            cursor = f"&cursor={page['next_cursor']}"

    assert sorted(pages("/v1/moderation/queue?limit=2", "comments", "id")) == sorted(ids)
    moderated.decide("reject", *ids)
    assert sorted(pages("/v1/moderation/queue?limit=2&status=rejected", "comments", "id")) == sorted(ids)
    assert pages("/v1/moderation/audit?limit=2", "entries", "comment_id") == ids[::-1]


def test_a_channels_queue_holds_its_articles_only(moderated: Service) -> None:
    moderated.put("xm-1", channels=["xm"], comments="moderated")
    here, there = held(moderated), held(moderated, article_id="xm-1")

    def ids(channel: str) -> list[str]:
        return [each["id"] for each in moderated.get(f"/v1/moderation/queue?channel={channel}")["comments"]]

    assert (ids("fj"), ids("xm"), ids("nowhere")) == ([here], [there], [])


def test_a_comment_without_its_content_keeps_the_place_above_its_replies(service: Service) -> None:
    service.put("zz-1")
    root = held(service, "根", nickname="小林")
    middle = held(service, "中", parent_id=root)
    leaf = held(service, "叶", parent_id=middle)

    service.decide("delete", root)
    service.decide("reject", middle)

    (shown,) = service.get("/v1/articles/zz-1/comments")["comments"]
    assert (shown["status"], shown["text"], shown["html"], shown["author"]["nickname"]) == ("deleted", "", "", None)
    (below,) = shown["replies"]
    assert (below["status"], below["text"], below["replies"][0]["id"]) == ("withheld", "", leaf)
    assert total(service) == (1, 1, 1)

    service.decide("delete", leaf)

    assert service.get("/v1/articles/zz-1/comments")["comments"] == []


def test_pinned_comments_stand_first_on_the_first_page_and_nowhere_else(service: Service) -> None:
    service.put("zz-1")
    ids = [held(service, str(number)) for number in range(6)]
    service.decide("pin", ids[1], ids[2], ids[3])

    seen: list[int] = []
    cursor = ""
    while True:
        page = service.get(f"/v1/articles/zz-1/comments?sort=newest&limit=2{cursor}")
        seen += [comment["floor"] for comment in page["comments"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert seen == [4, 3, 2, 6, 5, 1]
    service.decide("unpin", ids[1])
    assert service.get("/v1/articles/zz-1/comments?limit=1")["comments"][0]["pinned"]


@pytest.mark.parametrize("path", ["queue", "audit"])
def test_moderators_need_their_key(service: Service, path: str) -> None:
    assert service.client.get(f"/v1/moderation/{path}").status_code == 401
    assert service.client.get(f"/v1/moderation/{path}", headers=CMS).status_code == 403
    assert service.client.post("/v1/moderation/decisions", json={}, headers=CMS).status_code == 403
