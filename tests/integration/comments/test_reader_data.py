"""A reader's own data: all of it is handed out, and nothing of it is left after erasure, wherever it was kept."""

from typing import Any

import jwt
import pytest
from click.testing import Result
from sqlalchemy import JSON, String, insert, select

from comments_service.reader import COOKIE
from comments_service.tables import Base, Comment, KeptAnswer, Mail, Subscription
from shared.events import CommentRemoved
from tests.integration.comments.conftest import MODERATOR, Service, make_service

MAIL = "lin@example.org"
NICKNAME = "小林的昵称"
SECRET = "a shared secret of thirty-two bytes"

# Every column that can hold text, by what it says of a reader. A new column has to be entered in one of the two: what a
# personal one held of a reader must be gone after an erasure, which the tests below prove by looking for it everywhere.
PERSONAL = {
    "comments": "reader text nickname email website network address text_digest notify_in",
    "votes": "reader",
    "reports": "reader reason note",
    "kept_answers": "key body_digest answer reader",
    "protected_nicknames": "digest nickname kind reader",
    "subscriptions": "address reader status",
    "mails": "key kind status last_error",
}
IMPERSONAL = {
    # What the newsroom publishes.
    "articles": "id status title url channels tags source editor image comments_mode moderators_mode",
    "article_labels": "article_id kind name",
    # What moderators did. Of a comment the trail keeps its id, states and places; of a ban, whom they named.
    "audit": "who action comment_id article_id status_before status_after reason subject channel before",
    "bans": "kind value channel reason added_by",
    "challenges": "channel mode changed_by",
    "words": "channel folded word tier added_by",
    "webhooks": "id url events description created_by",
    # Who signs in at the desk.
    "accounts": "id name name_digest role channels password_hash invitation_digest created_by",
    # Ids of comments, of articles and of each other, states, places.
    "comments": "id article_id parent_id root_id status held_for",
    "votes": "comment_id",
    "reports": "comment_id",
    "kept_answers": "comment_id",
    "subscriptions": "id",
    "mails": "subscription_id comment_id reply_id",
    "imported_comments": "source source_id comment_id",
    "latest_comments": "channel comment_id article_id",
    "log_cursors": "consumer position",
    # Events, which hold ids and times.
    "outbox": "event",
    "dead_letters": "consumer entry reason",
    "webhook_deliveries": "webhook_id event_id kind event status last_error",
}


def test_every_column_that_can_hold_text_says_whether_it_is_personal() -> None:
    found = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String | JSON)
    }
    known = {(table, name) for where in (PERSONAL, IMPERSONAL) for table in where for name in where[table].split()}

    assert found - known == set(), "enter these columns above, and let the erasure reach them if they are personal"


def texts(service: Service) -> dict[tuple[str, str], set[str]]:
    """Everything that the database holds as text, by table and column."""
    found: dict[tuple[str, str], set[str]] = {}
    with service.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)).mappings():
                for name, value in row.items():
                    found.setdefault((table.name, str(name)), set()).add(str(value))
    return found


def post(service: Service, text: str = "我的电话", **fields: Any) -> dict[str, Any]:
    answer = service.client.post(
        "/v1/articles/zz-1/comments",
        json={"text": text, "nickname": NICKNAME, "email": MAIL, "website": "https://lin.example"} | fields,
        headers={"Idempotency-Key": text.encode().hex()},
    )
    assert answer.status_code in {201, 202}, answer.text
    body: dict[str, Any] = answer.json  # type: ignore[assignment]  # such an answer has a body
    return body


@pytest.fixture
def busy(service: Service) -> Service:
    """A service with the traces of one reader in every place, and with another's."""
    service.put("zz-1")
    others = post(service, "别人的", nickname="别人", email="other@example.org", website="https://other.example")
    service.client.delete_cookie(COOKIE, path="/v1")
    first = post(service)
    post(service, "回复自己", parent_id=first["id"])
    service.put("zz-1", comments="moderated")
    post(service, "还在等")
    service.client.put(f"/v1/comments/{others['id']}/vote", json={"value": 1})
    service.client.post(f"/v1/comments/{others['id']}/reports", json={"reason": "abuse", "note": "骂我"})
    with service.database.writing() as session:
        reader = session.scalar(select(Comment.reader).where(Comment.id == first["id"]))
        values = {"id": "S" * 26, "address": "mail-hash", "reader": reader, "status": "confirmed"}
        session.execute(insert(Subscription), [values | {"asked_at": 1, "changed_at": 1}])
        mail = {"key": "k", "kind": "reply", "subscription_id": "S" * 26, "comment_id": first["id"], "status": "sent"}
        session.execute(insert(Mail), [mail | {"attempts": 1, "next_at": 1, "created_at": 1}])
    return service


def reader_of(service: Service) -> str:
    """The reader whose cookie the client holds."""
    cookie = service.client.get_cookie(COOKIE, path="/v1")
    assert cookie is not None
    return cookie.value.partition(".")[0]


def test_a_reader_gets_all_that_is_kept_of_him(busy: Service) -> None:
    answer = busy.client.get("/v1/readers/me/data")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    data = answer.json
    assert data is not None
    assert [each["text"] for each in data["comments"]] == ["我的电话", "回复自己", "还在等"]
    assert {each["email"] for each in data["comments"]} == {MAIL}
    assert [each["value"] for each in data["votes"]] == [1]
    assert [each["note"] for each in data["reports"]] == ["骂我"]
    assert [each["address_hash"] for each in data["subscriptions"]] == ["mail-hash"]
    assert "别人" not in answer.text


def test_erasure_leaves_no_trace_of_a_reader(busy: Service) -> None:
    reader = reader_of(busy)
    mine = {MAIL, NICKNAME, "https://lin.example", reader, "mail-hash", "骂我", "我的电话", "回复自己", "还在等"}
    data = busy.get("/v1/readers/me/data")
    mine |= {each[name] for each in data["comments"] for name in ("network", "address_hash") if each[name]}
    before = texts(busy)
    assert all(any(each in value for values in before.values() for value in values) for each in mine)

    answer = busy.client.delete("/v1/readers/me")

    assert answer.status_code == 204
    # The other reader wrote from the same address.
    shared = {("comments", "network"), ("comments", "address")}
    left = {
        (place, each)
        for place, values in texts(busy).items()
        for each in mine
        if place not in shared and any(each in value for value in values)
    }
    assert left == set()
    with busy.database.reading() as session:
        erased = session.scalars(select(Comment).where(Comment.reader.is_(None))).all()
        assert {each.status for each in erased} == {"deleted"}
        assert {(each.network, each.address, each.text_digest) for each in erased} == {(None, None, None)}
        assert session.query(KeptAnswer).count() == 1
    assert "别人的" in busy.client.get("/v1/articles/zz-1/comments").text


def test_the_boards_and_counts_follow_an_erasure(busy: Service) -> None:
    busy.client.delete("/v1/readers/me")

    removed = [event for event in busy.events() if isinstance(event, CommentRemoved)]
    assert len(removed) == 2
    assert busy.get("/v1/articles/zz-1/comments")["total"] == 1
    assert busy.get("/v1/articles/zz-1/comments")["comments"][0]["up"] == 1


def test_after_an_erasure_the_reader_is_a_new_one(busy: Service) -> None:
    answer = busy.client.delete("/v1/readers/me")

    assert f"{COOKIE}=;" in answer.headers["Set-Cookie"]
    assert busy.client.get("/v1/readers/me/data").status_code == 401
    assert busy.client.delete("/v1/readers/me").status_code == 401


@pytest.mark.parametrize("method", ["get", "delete"])
def test_nobody_gets_at_anothers_data(busy: Service, method: str) -> None:
    call = getattr(busy.client, method)
    path = "/v1/readers/me/data" if method == "get" else "/v1/readers/me"
    busy.client.set_cookie(COOKIE, reader_of(busy) + ".forged", path="/v1")

    answers = [call(path), call(path, headers=MODERATOR), call(path, headers={"Authorization": "Bearer x.y.z"})]

    assert [each.status_code for each in answers] == [401, 401, 401]
    assert call(path + "?reader=x").status_code in {401, 422}


def test_a_member_is_known_by_his_token(service: Service) -> None:
    key = {"kid": "1", "algorithm": "HS256", "key": SECRET}
    members = make_service(service.database.engine, service.log._store, service.clock, member_keys=[key])
    members.put("zz-1")
    claims = {"sub": "17", "name": "成员小林", "exp": service.clock() / 1_000 + 600}
    token = {"Authorization": f"Bearer {jwt.encode(claims, SECRET, 'HS256', headers={'kid': '1'})}"}
    members.client.post("/v1/articles/zz-1/comments", json={"text": "成员的"}, headers=token)

    data = members.get("/v1/readers/me/data", **token)
    assert [each["nickname"] for each in data["comments"]] == ["成员小林"]
    assert data["protected_nicknames"] == ["成员小林"]
    printed = command(members, "export", "--member", "17")
    assert "成员的" in printed.stdout
    assert command(members, "erase", "--member", "17", "--yes").exit_code == 0
    assert members.get("/v1/readers/me/data", **token)["comments"] == []
    assert not any("成员小林" in value for values in texts(members).values() for value in values)


def command(service: Service, *arguments: str) -> Result:
    return service.app.test_cli_runner().invoke(args=["reader-data", *arguments])


def test_the_newsroom_hands_out_and_erases_by_mail(busy: Service) -> None:
    printed = command(busy, "export", "--email", MAIL.upper())
    unconfirmed = busy.app.test_cli_runner().invoke(args=["reader-data", "erase", "--email", MAIL], input="n\n")
    assert unconfirmed.exit_code == 1
    erased = command(busy, "erase", "--email", MAIL.upper(), "--yes")

    assert "我的电话" in printed.stdout
    assert "3 comments emptied" in erased.stdout
    assert not any(MAIL in value for values in texts(busy).values() for value in values)
    assert "0 comments emptied" in command(busy, "erase", "--email", MAIL, "--yes").stdout


def test_the_command_asks_for_one_person(sqlite_service: Service) -> None:
    for arguments in (["export"], ["export", "--email", "a@b", "--reader", "x"], ["erase", "--yes"]):
        assert "by one of --reader, --member and --email" in command(sqlite_service, *arguments).stderr


def test_a_reader_of_many_comments_is_erased_in_parts(sqlite_service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comments_service.reader_data.erasure.COMMENTS_PER_COMMIT", 2)
    for number in range(3):
        sqlite_service.put(f"zz-{number}")
        for _ in range(2):
            sqlite_service.comment(f"zz-{number}")

    sqlite_service.client.delete("/v1/readers/me")

    with sqlite_service.database.reading() as session:
        assert {each.status for each in session.scalars(select(Comment))} == {"deleted"}
