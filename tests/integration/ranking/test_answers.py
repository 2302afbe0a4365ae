"""What HTTP adds to the boards: caching, conditional reads, feeds, and the refusal of bad input."""

import csv
import io
from xml.etree import ElementTree as ET

import pytest
from werkzeug.test import TestResponse

from shared.store import Store
from tests.integration.ranking.conftest import Service

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def read(service: Service) -> Service:
    service.newsroom.publish("zz-1", "zz", hours_ago=2, title='=HYPERLINK("http://evil.example","标题")')
    service.newsroom.publish("zz-2", "zz", title='<b>Tom & Jerry</b>, \u0001「引号」"')
    service.newsroom.click("zz-1", 3)
    service.newsroom.click("zz-2", 2)
    service.newsroom.project()
    return service


def get(service: Service, path: str, **headers: str) -> TestResponse:
    return service.client.get(f"/v1{path}", headers=headers)


CACHED = ["/rankings/zz/total", "/rankings/zz", "/articles/zz-1/stats", "/channels"]
FILES = ["/rankings/zz/total.atom", "/rankings/zz/total.csv", "/rankings/zz.html"]


@pytest.mark.parametrize("path", CACHED + FILES)
def test_a_read_may_be_kept_a_second_and_is_not_sent_twice(read: Service, path: str) -> None:
    first = get(read, path)
    again = get(read, path, **{"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "public, max-age=1, stale-while-revalidate=5"
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


@pytest.mark.parametrize("path", CACHED + FILES)
def test_a_head_is_a_get_without_its_body(read: Service, path: str) -> None:
    answer, head = get(read, path), read.client.head(f"/v1{path}")

    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == answer.headers["ETag"]
    assert head.headers["Content-Length"] == answer.headers["Content-Length"]


def test_another_answer_has_another_etag(read: Service) -> None:
    first = get(read, "/rankings/zz/total")
    read.newsroom.click("zz-2", 5)
    read.later()

    again = get(read, "/rankings/zz/total", **{"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 200
    assert again.headers["ETag"] != first.headers["ETag"]


def test_an_answer_is_never_older_than_a_second(read: Service) -> None:
    read.ids("/rankings/zz/total")
    read.newsroom.click("zz-2", 5)
    read.newsroom.project()

    read.clock.forward(seconds=0.749)
    assert read.ids("/rankings/zz/total") == ["zz-1", "zz-2"]
    # Whoever asks from now on makes it anew; others get it for a quarter of a second more at most.
    read.clock.forward(seconds=0.001)
    assert read.ids("/rankings/zz/total") == ["zz-2", "zz-1"]


def test_an_error_is_not_kept(read: Service) -> None:
    assert get(read, "/rankings/xm/total").status_code == 404

    read.newsroom.publish("xm-1", "xm")
    read.newsroom.project()

    answer = get(read, "/rankings/xm/total")
    assert answer.status_code == 200


def test_a_board_is_an_atom_feed(read: Service) -> None:
    answer = get(read, "/rankings/zz/total.atom")
    feed = ET.fromstring(answer.data)

    assert answer.content_type == "application/atom+xml; charset=utf-8"
    assert feed.tag == f"{ATOM}feed"
    assert feed.findtext(f"{ATOM}title") == "点击排行 · zz"
    assert feed.findtext(f"{ATOM}updated") == "2026-11-23T12:20:00.000Z"
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [
        "https://portal.example/zz-1",
        "https://portal.example/zz-2",
    ]
    assert entries[1].findtext(f"{ATOM}title") == '2. <b>Tom & Jerry</b>, 「引号」"'
    assert entries[0].findtext(f"{ATOM}published") == "2026-11-23T10:20:00.000Z"
    for element in (feed, *entries):
        assert {child.tag for child in element} >= {f"{ATOM}id", f"{ATOM}title", f"{ATOM}updated"}


def test_a_board_is_a_table_whose_cells_are_no_formulas(read: Service) -> None:
    answer = get(read, "/rankings/zz/total.csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))

    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="zz-total.csv"'
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert [(row["rank"], row["article_id"], row["score"], row["change"]) for row in rows] == [
        ("1", "zz-1", "3", ""),
        ("2", "zz-2", "2", ""),
    ]
    assert rows[0]["title"] == '\'=HYPERLINK("http://evil.example","标题")'


@pytest.mark.parametrize("suffix", [".atom", ".csv"])
def test_a_feed_takes_the_queries_of_its_board(read: Service, suffix: str) -> None:
    body = get(read, f"/rankings/zz/click{suffix}?limit=1&offset=1").text

    assert "zz-2" in body
    assert "zz-1" not in body
    assert get(read, f"/rankings/zz/click{suffix}?limit=0").status_code == 422
    assert get(read, f"/rankings/zz/nothing{suffix}").status_code == 404


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/rankings/nowhere/total", "channel_unknown"),
        ("/rankings/nowhere", "channel_unknown"),
        ("/rankings/nowhere/total?at=2026-11-23T00:00:00Z", "channel_unknown"),
        ("/rankings/zz/nothing", "board_unknown"),
        ("/rankings/zz/total?at=2026-11-23T00:00:00Z", "freeze_unknown"),
        ("/articles/unknown/stats", "article_unknown"),
        ("/nothing", "not_found"),
    ],
)
def test_what_is_not_there_is_404(read: Service, path: str, code: str) -> None:
    answer = get(read, path)

    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (404, code)
    assert answer.content_type == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_withdrawn_article_has_no_stats(read: Service) -> None:
    read.newsroom.withdraw("zz-1")
    read.newsroom.project()

    assert get(read, "/articles/zz-1/stats").status_code == 404


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/rankings/zz/total?limit=0", ["limit"]),
        ("/rankings/zz/total?limit=101&offset=-1", ["limit", "offset"]),
        ("/rankings/zz/total?offset=10001", ["offset"]),
        ("/rankings/zz/total?limit=ten", ["limit"]),
        ("/rankings/zz/total?metric=views", ["metric"]),
        ("/rankings/zz/total?metric=mixed", ["metric"]),
        ("/rankings/zz/total?at=yesterday", ["at"]),
        ("/rankings/zz/total?at=1795436400", ["at"]),
        ("/rankings/zz/total?at=2026-11-23T00:00:00", ["at"]),
        ("/rankings/zz/total?colour=red&limit=5", ["colour"]),
        ("/rankings/zz?offset=3", ["offset"]),
        ("/rankings/zz%00/total", ["channel"]),
        ("/rankings/z%20z", ["channel"]),
        ("/rankings/%ED%A0%80/total", ["channel"]),
        ("/rankings/zz/to%00tal", ["board"]),
        ("/articles/zz%00/stats", ["article_id"]),
        ("/articles/%E6%BC%B3/stats", ["article_id"]),
        ("/articles/" + "a" * 129 + "/stats", ["article_id"]),
    ],
)
def test_bad_input_names_every_field(read: Service, path: str, fields: list[str]) -> None:
    answer = get(read, path)

    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert sorted(error["field"] for error in answer.json["errors"]) == fields


def test_only_reads_are_taken_where_only_reads_are(read: Service, store: Store) -> None:
    before = store.dbsize()

    answer = read.client.post("/v1/rankings/zz/total", json={})

    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert store.dbsize() == before


def test_the_specification_names_every_route(read: Service) -> None:
    paths = read.client.get("/openapi.json").get_json()["paths"]

    assert {
        "/v1/rankings/{channel}",
        "/v1/rankings/{channel}/{board}",
        "/v1/rankings/{channel}/{board}/pins/{article_id}",
        "/v1/articles/{article_id}/stats",
        "/v1/channels",
    } <= paths.keys()


def test_metrics_tell_the_lag(read: Service) -> None:
    metrics = read.client.get("/metrics").text

    assert 'redian_projection_lag_events{partition="0"} 0.0' in metrics


def test_a_fragment_holds_the_boards_asked_for_in_the_language_asked_for(read: Service) -> None:
    answer = get(read, "/rankings/zz.html?boards=daily%20weekly:comments%20hot&lang=en&limit=1")

    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.text.count("<details") == 3
    assert "<summary>Today</summary>" in answer.text
    assert "This week · comments" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("query", ["boards=", "boards=%3Cb%3E", "lang=fr", "limit=0", "nothing=1"])
def test_a_fragment_of_what_is_not_there_is_refused(read: Service, query: str) -> None:
    assert get(read, f"/rankings/zz.html?{query}").status_code == 422


def test_a_fragment_of_an_unknown_board_or_channel_is_not_found(read: Service) -> None:
    assert get(read, "/rankings/zz.html?boards=yearly").json["code"] == "board_unknown"  # type: ignore[index]
    assert get(read, "/rankings/nowhere.html").json["code"] == "channel_unknown"  # type: ignore[index]


def test_a_page_of_any_origin_may_read_the_boards(read: Service) -> None:
    for _ in ("cold", "warm"):
        answer = get(read, "/rankings/zz", Origin="https://news.example.org")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
