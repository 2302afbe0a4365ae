"""Authors: a guest's right to his comment, by cookie or by token, and what is left of a comment that he deletes."""

from typing import Any

import pytest

from comments_service.reader import COOKIE, TOKEN_HEADER
from comments_service.tables import Comment
from shared.clock import to_rfc3339
from shared.events import CommentRemoved
from tests.integration.comments.conftest import MODERATOR, Service


def posted(service: Service, text: str = "写得好", **fields: Any) -> dict[str, Any]:
    answer = service.comment("zz-1", text, **fields)
    assert answer.status_code in {201, 202}
    body: dict[str, Any] = answer.json  # type: ignore[assignment]  # such an answer has a body
    return body


def forget(service: Service) -> None:
    """Become another reader."""
    service.client.delete_cookie(COOKIE, path="/v1")


def patch(service: Service, comment_id: str, text: str = "改过", **headers: str) -> tuple[int, dict[str, Any]]:
    answer = service.client.patch(f"/v1/comments/{comment_id}", json={"text": text}, headers=headers)
    return answer.status_code, answer.json or {}


def test_the_cookie_is_for_the_server_alone(service: Service) -> None:
    service.put("zz-1")

    over_http = service.comment("zz-1").headers["Set-Cookie"]
    forget(service)
    over_https = service.client.post(
        "/v1/articles/zz-1/comments", json={"text": "写得好"}, base_url="https://portal.example"
    ).headers["Set-Cookie"]

    for flag in ("HttpOnly", "SameSite=Lax", "Path=/v1"):
        assert flag in over_http
        assert flag in over_https
    assert "Secure" not in over_http
    assert "Secure" in over_https


def test_an_author_changes_his_comment_by_cookie_or_by_token(service: Service) -> None:
    service.put("zz-1")
    comment = posted(service)
    service.clock.forward(minutes=15)

    by_cookie = patch(service, comment["id"], "第二版")
    forget(service)
    by_token = patch(service, comment["id"], "第三版", **{TOKEN_HEADER: comment["edit_token"]})

    assert by_cookie[0] == by_token[0] == 200
    (shown,) = service.get("/v1/articles/zz-1/comments")["comments"]
    assert (shown["text"], shown["edited_at"]) == ("第三版", to_rfc3339(service.clock()))
    assert len(service.events()) == 2


def test_after_fifteen_minutes_a_comment_stands(service: Service) -> None:
    service.put("zz-1")
    comment = posted(service)
    service.clock.forward(minutes=15, seconds=1)

    status, body = patch(service, comment["id"])

    assert (status, body["code"]) == (403, "edit_closed")


@pytest.mark.parametrize("token", ["", "nonsense", "of another comment", "x" * 1_000, "é"])
def test_nobody_else_changes_or_deletes_a_comment(service: Service, token: str) -> None:
    service.put("zz-1")
    comment = posted(service)
    forget(service)
    other = posted(service)["edit_token"]
    forget(service)
    headers = {TOKEN_HEADER: other if token == "of another comment" else token}

    status, body = patch(service, comment["id"], **headers)
    deletion = service.client.delete(f"/v1/comments/{comment['id']}", headers=headers)

    assert (status, body["code"], deletion.status_code) == (403, "not_author", 403)


def test_a_forged_cookie_is_nobodys(service: Service) -> None:
    service.put("zz-1")
    comment = posted(service)
    cookie = service.client.get_cookie(COOKIE, path="/v1")
    assert cookie is not None
    service.client.set_cookie(COOKIE, cookie.value[:-2] + "xx", path="/v1")

    assert patch(service, comment["id"])[0] == 403


def test_an_edit_is_moderated_again(service: Service) -> None:
    service.put("zz-1")
    comment = posted(service)
    service.put("zz-1", comments="moderated")

    status, body = patch(service, comment["id"])

    assert (status, body["status"], body["text"]) == (202, "pending", "改过")
    assert isinstance(service.events()[-1], CommentRemoved)
    assert service.get("/v1/articles/zz-1/comments")["total"] == 0
    assert service.get("/v1/moderation/queue")["comments"][0]["id"] == comment["id"]


def test_a_held_comment_is_its_authors_alone(service: Service) -> None:
    service.put("zz-1")
    root = posted(service)
    service.put("zz-1", comments="moderated")
    held = posted(service, "等")
    reply = posted(service, "也等", parent_id=root["id"])

    own = service.get("/v1/articles/zz-1/comments")
    forget(service)
    others = service.get("/v1/articles/zz-1/comments")

    assert [(each["id"], each["status"]) for each in own["comments"]] == [
        (held["id"], "pending"),
        (root["id"], "published"),
    ]
    assert [each["id"] for each in own["comments"][1]["replies"]] == [reply["id"]]
    assert [(each["id"], each["replies"]) for each in others["comments"]] == [(root["id"], [])]
    assert own["total"] == others["total"] == 1
    assert patch(service, held["id"])[0] == 404
    assert service.client.get(f"/v1/comments/{held['id']}/replies").status_code == 404


def test_deletion_erases_what_was_written_and_by_whom_and_keeps_the_replies(service: Service) -> None:
    service.put("zz-1")
    comment = posted(service, "我的电话", nickname="小林", email="l@example.org", website="http://l.example")
    reply = posted(service, "回复", parent_id=comment["id"])

    answer = service.client.delete(f"/v1/comments/{comment['id']}")

    assert answer.status_code == 204
    (shown,) = service.get("/v1/articles/zz-1/comments")["comments"]
    assert (shown["status"], shown["text"], shown["author"]["nickname"]) == ("deleted", "", None)
    assert [each["id"] for each in shown["replies"]] == [reply["id"]]
    with service.database.reading() as session:
        row = session.get(Comment, comment["id"])
        assert row is not None
        assert (row.text, row.nickname, row.email, row.website, row.reader) == ("", None, None, None, None)
    assert service.client.delete(f"/v1/comments/{comment['id']}").status_code == 404


def test_a_deleted_comment_without_replies_is_gone(service: Service) -> None:
    service.put("zz-1")
    comment = posted(service)

    service.client.delete(f"/v1/comments/{comment['id']}")

    page = service.get("/v1/articles/zz-1/comments")
    assert (page["comments"], page["total"]) == ([], 0)
    assert posted(service)["floor"] == 2


def test_a_moderators_key_is_no_authors_right(service: Service) -> None:
    service.put("zz-1")
    comment = posted(service)
    forget(service)

    assert patch(service, comment["id"], **MODERATOR)[0] == 403
