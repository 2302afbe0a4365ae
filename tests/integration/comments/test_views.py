"""Views: a thread nested or flat, with what a reply answers quoted above it (盖楼), and floors that stay."""

from typing import Any

import pytest

from tests.integration.comments.conftest import Service


def post(service: Service, text: str, **fields: Any) -> str:
    answer = service.comment("zz-1", text, **fields)
    assert answer.json is not None
    comment_id: str = answer.json["id"]
    return comment_id


@pytest.fixture
def tower(service: Service) -> list[str]:
    """A comment, a reply to it, a reply to that, and so on: six floors."""
    service.put("zz-1")
    ids = [post(service, "1楼", nickname="楼主")]
    for floor in range(2, 7):
        ids.append(post(service, f"{floor}楼", parent_id=ids[-1], nickname=f"层主{floor}"))
    return ids


def test_a_flat_view_quotes_what_each_reply_answers(service: Service, tower: list[str]) -> None:
    (root,) = service.get("/v1/articles/zz-1/comments?view=flat")["comments"]
    rest = service.get(f"/v1/comments/{tower[0]}/replies?view=flat")

    assert [reply["floor"] for reply in root["replies"]] == [2, 3, 4]
    assert (root["total_replies"], root["hidden_replies"], root["quote"]) == (5, 2, None)
    assert [reply["floor"] for reply in rest["comments"]] == [2, 3, 4, 5, 6]
    assert rest["total"] == 5
    assert [reply["quote"] and reply["quote"]["floor"] for reply in rest["comments"]] == [None, 2, 3, 4, 5]
    assert rest["comments"][1]["quote"] == {"id": tower[1], "floor": 2, "nickname": "层主2", "text": "2楼"}


def test_a_nested_view_shows_three_levels_and_says_what_is_below(service: Service, tower: list[str]) -> None:
    (shown,) = service.get("/v1/articles/zz-1/comments?view=tree")["comments"]

    levels = []
    while shown:
        levels.append((shown["floor"], shown["total_replies"], shown["hidden_replies"], shown["quote"]))
        shown = next(iter(shown["replies"]), None)
    assert levels == [(1, 1, 0, None), (2, 1, 0, None), (3, 1, 0, None), (4, 1, 1, None)]
    deeper = service.get(f"/v1/comments/{tower[3]}/replies")["comments"]
    assert [reply["floor"] for reply in deeper] == [5]


def test_what_is_withheld_is_not_quoted(service: Service, tower: list[str]) -> None:
    service.decide("reject", tower[1])

    replies = service.get(f"/v1/comments/{tower[0]}/replies?view=flat")["comments"]

    assert [(reply["status"], reply["quote"]) for reply in replies[:2]] == [("withheld", None), ("published", None)]


def test_a_floor_is_never_used_again(service: Service, tower: list[str]) -> None:
    service.client.delete(f"/v1/comments/{tower[-1]}")
    service.decide("delete", tower[-2])

    answer: Any = service.comment("zz-1", "新的").json

    assert answer["floor"] == 7
