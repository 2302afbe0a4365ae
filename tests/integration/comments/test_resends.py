"""Resends: a post with an Idempotency-Key makes one comment, however often and however closely it arrives."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from comments_service.idempotency import forget_kept
from comments_service.reader import COOKIE
from comments_service.tables import KeptAnswer
from shared.events import CommentPublished
from tests.integration.comments.conftest import Service

KEY = "8b1f2c66-5d4e-4f0a-9f53-2f6f1f0a7c11"


def post(
    service: Service, text: str = "写得好", *, key: str = KEY, client: FlaskClient | None = None, **headers: str
) -> TestResponse:
    return (client or service.client).post(
        "/v1/articles/zz-1/comments", json={"text": text}, headers={"Idempotency-Key": key, **headers}
    )


def published(service: Service) -> int:
    return len([event for event in service.events() if isinstance(event, CommentPublished)])


@pytest.mark.parametrize(("mode", "status", "total"), [("open", 201, 1), ("moderated", 202, 0)])
def test_a_resend_gets_the_first_answer(service: Service, mode: str, status: int, total: int) -> None:
    service.put("zz-1", comments=mode)
    first = post(service)
    service.put("zz-1", comments="closed")
    service.clock.forward(hours=23)

    again = post(service)

    assert (first.status_code, again.status_code, again.data) == (status, status, first.data)
    assert (published(service), service.get("/v1/articles/zz-1/comments")["total"]) == (total, total)


def test_who_lost_the_first_answer_gets_its_cookie_with_the_second(service: Service) -> None:
    service.put("zz-1")
    comment: Any = post(service).json
    service.client.delete_cookie(COOKIE, path="/v1")

    post(service)

    changed = service.client.patch(f"/v1/comments/{comment['id']}", json={"text": "改过"})
    assert changed.status_code == 200


def test_another_body_under_the_key_is_a_conflict(service: Service) -> None:
    service.put("zz-1")
    post(service)

    answer = post(service, "别的")

    assert answer.json is not None
    assert (answer.status_code, answer.json["code"], published(service)) == (409, "idempotency_conflict", 1)


def test_the_same_key_of_another_visitor_or_article_is_another_post(service: Service) -> None:
    service.put("zz-1")
    service.put("zz-2")
    first = post(service)

    others = post(service, client=service.app.test_client(), **{"User-Agent": "another browser"})
    elsewhere = service.client.post(
        "/v1/articles/zz-2/comments", json={"text": "写得好"}, headers={"Idempotency-Key": KEY}
    )

    ids: set[Any] = {answer.json["id"] for answer in (first, others, elsewhere) if answer.json}
    assert len(ids) == published(service) == 3


def test_resends_that_arrive_together_make_one_comment(service: Service) -> None:
    service.put("zz-1")
    barrier = Barrier(4)

    def send(_: int) -> TestResponse:
        client = service.app.test_client()
        barrier.wait(timeout=10)
        return post(service, client=client)

    for round_number in range(1, 4):
        service.clock.forward(hours=25)
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(send, range(4)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.data for answer in answers}) == 1
        assert published(service) == round_number


def test_what_was_refused_may_be_sent_again(service: Service) -> None:
    service.put("zz-1", comments="closed")
    assert post(service).status_code == 403
    service.put("zz-1")

    assert post(service).status_code == 201


def test_after_a_day_the_answer_is_forgotten(service: Service) -> None:
    service.put("zz-1")
    first = post(service)
    service.clock.forward(hours=24)

    forget_kept(service.database, service.clock())

    with service.database.reading() as session:
        assert session.query(KeptAnswer).count() == 0
    assert post(service).data != first.data


def test_a_deleted_comment_leaves_no_answer_behind(service: Service) -> None:
    service.put("zz-1")
    comment: Any = post(service).json

    service.client.delete(f"/v1/comments/{comment['id']}")

    with service.database.reading() as session:
        assert session.query(KeptAnswer).count() == 0


@pytest.mark.parametrize("key", ["a b", "é", "x" * 256])
def test_a_bad_key_is_named(sqlite_service: Service, key: str) -> None:
    sqlite_service.put("zz-1")

    answer = post(sqlite_service, key=key)

    assert answer.status_code == 422
    assert answer.json is not None
    assert [error["field"] for error in answer.json["errors"]] == ["Idempotency-Key"]
