"""The latest comments: of all, of a channel and as feeds, following every change of a comment and of its article."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from defusedxml.ElementTree import fromstring
from sqlalchemy import func, select

from comments_service.tables import LatestComment
from tests.integration.comments.conftest import MODERATOR, Service
from tests.integration.comments.test_plans import analyze, fill, scans, statements

ATOM = "{http://www.w3.org/2005/Atom}"


def post(service: Service, article_id: str, text: str = "写得好", **fields: Any) -> dict[str, Any]:
    service.clock.forward(seconds=1)
    answer = service.comment(article_id, text, **fields)
    assert answer.status_code in {201, 202}
    body: dict[str, Any] = answer.json  # type: ignore[assignment]  # such an answer has a body
    return body


def latest(service: Service, channel: str | None = None) -> list[str]:
    """The texts of the latest comments."""
    service.clock.forward(seconds=1)
    query = f"?channel={channel}" if channel else ""
    return [each["text"] for each in service.get(f"/v1/comments/latest{query}")["comments"]]


def feed(service: Service, path: str) -> ET.Element:
    service.clock.forward(seconds=1)
    answer = service.client.get(path)
    assert (answer.status_code, answer.content_type) == (200, "application/atom+xml; charset=utf-8")
    root: ET.Element = fromstring(answer.data)
    return root


@pytest.fixture
def filled(service: Service) -> Service:
    """Two articles with a comment each, in one channel together and one channel each."""
    service.put("zz-1", channels=["zz", "fj"])
    service.put("xm-1", channels=["xm", "fj"])
    post(service, "zz-1", "漳州的")
    post(service, "xm-1", "厦门的")
    return service


def test_each_channel_has_its_own_newest_first(filled: Service) -> None:
    assert latest(filled) == latest(filled, "all") == latest(filled, "fj") == ["厦门的", "漳州的"]
    assert (latest(filled, "zz"), latest(filled, "xm"), latest(filled, "nobody")) == (["漳州的"], ["厦门的"], [])


def test_a_comment_comes_with_its_article_and_what_it_answers(filled: Service) -> None:
    parent = filled.get("/v1/articles/zz-1/comments")["comments"][0]
    post(filled, "zz-1", "回复", parent_id=parent["id"], nickname="小林")

    shown = filled.get("/v1/comments/latest?limit=1")["comments"][0]

    assert shown["article"] == {"id": "zz-1", "title": "漳州古城的灯会", "url": "https://portal.example/zz/1"}
    assert shown["quote"] == {"id": parent["id"], "floor": 1, "nickname": None, "text": "漳州的"}
    assert (shown["author"]["nickname"], shown["replies"], shown["status"]) == ("小林", [], "published")


def test_pages_follow_each_other_though_times_are_the_same(service: Service) -> None:
    service.put("zz-1")
    texts = [str(number) for number in range(7)]
    for text in texts:
        service.comment("zz-1", text)

    seen: list[str] = []
    cursor = ""
    while True:
        page = service.get(f"/v1/comments/latest?limit=3{cursor}")
        seen += [comment["text"] for comment in page["comments"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert sorted(seen) == texts
    assert seen == [each["text"] for each in service.get("/v1/comments/latest?limit=100")["comments"]]


def test_what_is_not_published_is_not_there(filled: Service) -> None:
    filled.put("zz-1", comments="moderated")
    held = post(filled, "zz-1", "等")
    assert latest(filled) == ["厦门的", "漳州的"]

    filled.decide("publish", held["id"])
    assert latest(filled, "zz") == ["等", "漳州的"]

    filled.decide("reject", held["id"])
    assert latest(filled, "zz") == ["漳州的"]

    filled.decide("publish", held["id"])
    filled.client.delete(f"/v1/comments/{held['id']}")
    assert latest(filled) == ["厦门的", "漳州的"]


def test_comments_move_come_and_go_with_their_article(filled: Service) -> None:
    filled.put("zz-1", channels=["np"])
    assert (latest(filled, "zz"), latest(filled, "np"), latest(filled, "fj")) == ([], ["漳州的"], ["厦门的"])

    filled.client.delete("/v1/articles/zz-1", headers={"Authorization": "Bearer cms-key"})
    assert (latest(filled, "np"), latest(filled)) == ([], ["厦门的"])

    filled.put("zz-1", channels=["zz", "np"])
    assert (latest(filled, "zz"), latest(filled, "np"), latest(filled)) == (
        ["漳州的"],
        ["漳州的"],
        ["厦门的", "漳州的"],
    )
    with filled.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LatestComment)) == 6


def test_what_moderators_decide_on_a_withdrawn_article_shows_with_it(filled: Service) -> None:
    filled.put("zz-1", comments="moderated", channels=["zz"])
    held = post(filled, "zz-1", "等")
    filled.client.delete("/v1/articles/zz-1", headers={"Authorization": "Bearer cms-key"})
    filled.decide("publish", held["id"])
    assert latest(filled) == ["厦门的"]

    filled.put("zz-1", channels=["zz"])

    assert latest(filled, "zz") == ["等", "漳州的"]


def test_a_reader_sees_his_own_vote(filled: Service) -> None:
    shown = filled.get("/v1/comments/latest")["comments"][0]
    filled.client.put(f"/v1/comments/{shown['id']}/vote", json={"value": -1})

    own = filled.get("/v1/comments/latest")["comments"][0]
    others: Any = filled.app.test_client().get("/v1/comments/latest").json

    assert (own["vote"], others["comments"][0]["vote"]) == (-1, 0)


@pytest.mark.parametrize(
    ("query", "field"),
    [("limit=0", "limit"), ("limit=101", "limit"), ("channel=a%20b", "channel"), ("cursor=1", "cursor"), ("x=1", "x")],
)
def test_bad_queries_are_named(sqlite_service: Service, query: str, field: str) -> None:
    answer = sqlite_service.client.get(f"/v1/comments/latest?{query}")

    assert answer.status_code == 422
    assert answer.json is not None
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_an_articles_feed_tells_its_comments_newest_first(filled: Service) -> None:
    parent = filled.get("/v1/articles/zz-1/comments")["comments"][0]
    post(filled, "zz-1", "<script>alert(1)</script> & \u000cmore".replace("\u000c", ""), parent_id=parent["id"])

    root = feed(filled, "/v1/articles/zz-1/comments.atom")

    assert root.findtext(f"{ATOM}title") == "漳州古城的灯会 · 评论 Comments"
    assert root.findtext(f"{ATOM}id") == "http://127.0.0.1:8000/v1/articles/zz-1/comments.atom"
    entries = root.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [
        "游客 Guest #2 · 漳州古城的灯会",
        "游客 Guest #1 · 漳州古城的灯会",
    ]
    content = entries[0].find(f"{ATOM}content")
    assert content is not None
    assert (content.get("type"), content.text) == ("html", "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; more</p>")
    link = entries[1].find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"https://portal.example/zz/1#comment-{parent['id']}"
    assert root.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated")


def test_a_channels_feed_tells_the_comments_of_its_articles(filled: Service) -> None:
    texts = {
        channel: [
            entry.findtext(f"{ATOM}content")
            for entry in feed(filled, f"/v1/channels/{channel}/comments.atom")
            if entry.tag == f"{ATOM}entry"
        ]
        for channel in ("zz", "fj", "all", "nobody")
    }

    both = ["<p>厦门的</p>", "<p>漳州的</p>"]
    assert texts == {"zz": ["<p>漳州的</p>"], "fj": both, "all": both, "nobody": []}


def test_a_feed_that_was_read_is_not_sent_again(filled: Service) -> None:
    path = "/v1/articles/zz-1/comments.atom"
    etag = filled.client.get(path).headers["ETag"]

    assert filled.client.get(path, headers={"If-None-Match": etag}).status_code == 304
    assert filled.client.get("/v1/articles/nobody/comments.atom").status_code == 404
    assert filled.client.get(path, headers=MODERATOR).status_code == 200


@pytest.mark.timeout(300)
def test_latest_comments_are_read_by_one_index(service: Service) -> None:
    fill(service, "large", 10_000)
    analyze(service)
    first = service.get("/v1/comments/latest?channel=zz")
    assert len(first["comments"]) == 20
    for path in (
        "/v1/comments/latest",
        "/v1/comments/latest?channel=zz",
        f"/v1/comments/latest?channel=zz&cursor={first['next_cursor']}",
        "/v1/channels/zz/comments.atom",
        "/v1/articles/large/comments.atom",
    ):
        assert [where for each in statements(service, path) if (where := scans(service, each))] == [], path
