"""Members on the API: known by their token, verified, and nobody else writes under their names or an editor's."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine

from comments_service.reader import COOKIE
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.comments.conftest import CMS, Service, make_service
from tests.unit.comments.tokens import SECRET, claims, token

MEMBER_KEYS = [{"algorithm": "HS256", "key": SECRET}]
PAGE = "/v1/articles/zz-1/comments"


@pytest.fixture
def service(engine: Engine, store: Store, clock: FakeClock) -> Service:
    service = make_service(engine, store, clock, member_keys=MEMBER_KEYS)
    service.put("zz-1", editor="陈编辑")
    return service


def bearer(service: Service, **changes: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(claims(service.clock, **changes))}"}


def post(service: Service, headers: dict[str, str] | None = None, **fields: Any) -> Any:
    return service.client.post(PAGE, json={"text": "写得好"} | fields, headers=headers)


def refusal(answer: Any) -> tuple[int, str, list[str]]:
    return answer.status_code, answer.json["code"], [error["field"] for error in answer.json.get("errors", [])]


def test_a_member_writes_under_his_name_and_is_verified(service: Service) -> None:
    member = bearer(service)

    comment = post(service, member, nickname="somebody else").json
    again = post(service, bearer(service, exp=service.clock() // 1_000 + 900)).json

    assert (comment["author"]["nickname"], comment["author"]["verified"]) == ("林记者", True)
    assert comment["author"]["avatar"] == again["author"]["avatar"]
    assert service.client.get_cookie(COOKIE, path="/v1") is None
    shown = service.get(PAGE)["comments"]
    assert [each["author"] for each in shown] == [comment["author"]] * 2


def test_a_member_votes_changes_and_deletes_by_his_token_alone(service: Service) -> None:
    member, other = bearer(service), bearer(service, sub="u-8")
    path = f"/v1/comments/{post(service, member).json['id']}"

    voted = service.client.put(f"{path}/vote", json={"value": 1}, headers=member)
    refused = service.client.patch(path, json={"text": "改过"}, headers=other)
    changed = service.client.patch(path, json={"text": "改过"}, headers=member)

    assert (voted.status_code, refused.status_code, changed.status_code) == (200, 403, 200)
    assert [service.get(PAGE, **headers)["comments"][0]["vote"] for headers in (member, other, {})] == [1, 0, 0]
    assert service.client.delete(path, headers=member).status_code == 204


def test_a_members_held_comment_is_his_alone(service: Service) -> None:
    service.put("zz-1", comments="moderated")
    member = bearer(service)
    post(service, member)

    assert len(service.get(PAGE, **member)["comments"]) == 1
    assert service.get(PAGE)["comments"] == service.get(PAGE, **bearer(service, sub="u-8"))["comments"] == []


@pytest.mark.parametrize("bad", ["Bearer nonsense", "Bearer ", "bearer a.b.c"])
def test_a_bad_token_is_refused_on_every_route_of_readers(service: Service, bad: str) -> None:
    path, headers = f"/v1/comments/{post(service).json['id']}", {"Authorization": bad}

    for answer in (
        post(service, headers),
        service.client.get(PAGE, headers=headers),
        service.client.get(f"{path}/replies", headers=headers),
        service.client.put(f"{path}/vote", json={"value": 1}, headers=headers),
        service.client.post(f"{path}/reports", json={"reason": "spam"}, headers=headers),
        service.client.patch(path, json={"text": "x"}, headers=headers),
        service.client.delete(path, headers=headers),
    ):
        assert refusal(answer) == (401, "token_invalid", [])
        assert "WWW-Authenticate" in answer.headers


@pytest.mark.parametrize("authorization", ["Basic dXNlcjpwYXNz", CMS["Authorization"]])
def test_what_is_no_members_token_makes_no_member(service: Service, authorization: str) -> None:
    answer = post(service, {"Authorization": authorization})

    assert (answer.status_code, answer.json["author"]["verified"]) == (201, False)


def test_without_keys_a_token_is_refused(engine: Engine, store: Store, clock: FakeClock) -> None:
    service = make_service(engine, store, clock)
    service.put("zz-1")

    assert refusal(post(service, bearer(service)))[:2] == (401, "token_invalid")


def test_a_members_resend_is_his_own(service: Service) -> None:
    key = {"Idempotency-Key": "1"}
    first = post(service, bearer(service) | key)

    again = post(service, bearer(service, exp=service.clock() // 1_000 + 900) | key)
    others = post(service, bearer(service, sub="u-8") | key)

    assert again.data == first.data
    assert others.json["id"] != first.json["id"]


@pytest.mark.parametrize(
    "nickname",
    [
        "林记者",
        "林記者",
        " 林 记 者 ",
        "林\u200b记\u2060者",
        "★林·记者★",
        "陈编辑",
        "陳 編輯",
        "小编",
        "Admin",
        "ＡＤＭＩＮ",
        "a d m i n",
        "@dm1n",
        "ADMlN",
        "аdmіn",
        "ádmin",
        "管 理 员",
    ],
)
def test_a_guest_may_not_pass_for_a_member_or_an_editor(service: Service, nickname: str) -> None:
    post(service, bearer(service))

    answer = post(service, nickname=nickname)

    assert refusal(answer) == (422, "nickname_protected", ["nickname"])


@pytest.mark.parametrize("nickname", ["林记", "林记者的读者", "administration", "小编辑迷", "!!!", "陈", None])
def test_other_names_are_free(service: Service, nickname: str | None) -> None:
    post(service, bearer(service))

    assert post(service, nickname=nickname).status_code == 201


def test_a_member_may_have_a_protected_name(service: Service) -> None:
    assert post(service, bearer(service, name="陈编辑")).json["author"]["nickname"] == "陈编辑"
    assert post(service, bearer(service, sub="u-8", name="陈编辑")).status_code == 201


def test_a_members_name_is_protected_once_by_all_that_write_it_together(service: Service) -> None:
    for number in range(4):
        service.put(f"fj-{number}")
    barrier = Barrier(4)

    def write(number: int) -> int:
        barrier.wait(timeout=10)
        answer = service.app.test_client().post(
            f"/v1/articles/fj-{number}/comments", json={"text": "写得好"}, headers=bearer(service, name="新来的")
        )
        return answer.status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(write, range(4))) == [201] * 4
    assert refusal(post(service, nickname="新来的"))[1] == "nickname_protected"
