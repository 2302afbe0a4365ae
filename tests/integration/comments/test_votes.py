"""Votes and reports: one a reader, counted right when many vote at once, and what the order makes of them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from comments_service.reader import COOKIE
from comments_service.tables import Vote
from shared.events import CommentVoted
from tests.integration.comments.conftest import Service


@pytest.fixture
def comment_id(service: Service) -> str:
    service.put("zz-1")
    return post(service)


def post(service: Service, text: str = "写得好") -> str:
    answer = service.comment("zz-1", text)
    assert answer.json is not None
    comment_id: str = answer.json["id"]
    return comment_id


def vote(service: Service, comment_id: str, value: object, *, client: Any = None) -> Any:
    answer = (client or service.client).put(f"/v1/comments/{comment_id}/vote", json={"value": value})
    return answer.json if answer.status_code == 200 else answer.status_code


def report(comment_id: str, client: Any) -> int:
    status: int = client.post(f"/v1/comments/{comment_id}/reports", json={"reason": "spam"}).status_code
    return status


def test_a_reader_has_one_vote_and_may_change_it(service: Service, comment_id: str) -> None:
    answers = [vote(service, comment_id, value) for value in (1, 1, -1, 0, 0)]

    assert [(each["up"], each["down"], each["vote"]) for each in answers] == [
        (1, 0, 1),
        (1, 0, 1),
        (0, 1, -1),
        (0, 0, 0),
        (0, 0, 0),
    ]
    told = [event for event in service.events() if isinstance(event, CommentVoted)]
    assert [(event.previous, event.value) for event in told] == [(0, 1), (1, -1), (-1, 0)]


def test_a_reader_sees_his_own_vote_and_nobody_elses(service: Service, comment_id: str) -> None:
    vote(service, comment_id, 1)

    (own,) = service.get("/v1/articles/zz-1/comments")["comments"]
    service.client.delete_cookie(COOKIE, path="/v1")
    (others,) = service.get("/v1/articles/zz-1/comments")["comments"]

    assert (own["up"], own["vote"], others["up"], others["vote"]) == (1, 1, 1, 0)


def test_votes_given_at_once_are_all_counted_once(service: Service, comment_id: str) -> None:
    clients = [service.app.test_client() for _ in range(4)]
    for client in clients:
        vote(service, comment_id, 0, client=client)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda turn: vote(service, comment_id, 1, client=clients[turn % 4]), range(16)))

    (shown,) = service.get("/v1/articles/zz-1/comments")["comments"]
    assert (shown["up"], shown["down"]) == (4, 0)
    assert len([event for event in service.events() if isinstance(event, CommentVoted)]) == 4


def test_votes_changed_at_once_leave_counts_that_agree_with_them(service: Service, comment_id: str) -> None:
    clients = [service.app.test_client() for _ in range(4)]
    for client in clients:
        vote(service, comment_id, 0, client=client)

    # Each reader changes his mind in two threads at once.
    turns = [(client, value) for value in (1, -1, 0, 1, -1) for client in clients * 2]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda turn: vote(service, comment_id, turn[1], client=turn[0]), turns))

    with service.database.reading() as session:
        kept = [each.value for each in session.query(Vote).filter_by(comment_id=comment_id)]
    (shown,) = service.get("/v1/articles/zz-1/comments")["comments"]
    assert (shown["up"], shown["down"]) == (kept.count(1), kept.count(-1))
    told = [event for event in service.events() if isinstance(event, CommentVoted)]
    assert sum(event.value - event.previous for event in told) == sum(kept)


@pytest.mark.parametrize("value", [2, -2, "1", None, 0.5, True])
def test_a_vote_is_one_of_three(service: Service, comment_id: str, value: object) -> None:
    assert vote(service, comment_id, value) == 422


def test_only_published_comments_are_voted_on_and_reported(service: Service, comment_id: str) -> None:
    service.decide("reject", comment_id)

    assert vote(service, comment_id, 1) == 404
    assert report(comment_id, service.client) == 404


def test_the_hottest_come_first_page_by_page(service: Service, comment_id: str) -> None:
    ids = [comment_id, *(post(service) for _ in range(4))]
    for voter, target in [(1, 2), (2, 2), (3, 2), (1, 0), (2, 0), (1, 3)]:
        client = service.app.test_client()
        vote(service, ids[target], 1 if (voter, target) != (1, 3) else -1, client=client)

    seen: list[str] = []
    cursor = ""
    while True:
        page = service.get(f"/v1/articles/zz-1/comments?sort=hot&limit=2{cursor}")
        seen += [comment["id"] for comment in page["comments"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert seen == [ids[2], ids[0], ids[4], ids[1], ids[3]]


@pytest.mark.usefixtures("comment_id")
def test_a_cursor_of_another_order_is_refused(service: Service) -> None:
    assert service.client.get("/v1/articles/zz-1/comments?sort=hot&cursor=12").status_code == 422
    assert service.client.get("/v1/articles/zz-1/comments?sort=newest&cursor=12.5").status_code == 422


def test_reports_of_three_readers_put_a_comment_into_the_queue_and_leave_it_published(
    service: Service, comment_id: str
) -> None:
    clients = [service.app.test_client() for _ in range(3)]
    assert [report(comment_id, client) for client in clients[:2] * 2] == [202] * 4
    assert service.get("/v1/moderation/queue")["comments"] == []

    report(comment_id, clients[2])

    (found,) = service.get("/v1/moderation/queue")["comments"]
    assert (found["id"], found["held_for"], found["reports"], found["status"]) == (
        comment_id,
        ["reported"],
        3,
        "published",
    )
    assert service.get("/v1/articles/zz-1/comments")["total"] == 1
    assert service.decide("publish", comment_id)["results"][0]["outcome"] == "done"
    assert service.get("/v1/moderation/queue")["comments"] == []
