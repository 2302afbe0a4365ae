"""What holds for every import: once, whole, in order, with its events, and nothing of a file that is broken."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from comments_service.imports.staging import Staging
from comments_service.imports.tree import count, nodes_of
from comments_service.tables import Article, Comment, ImportedComment
from ranking_service.assembly import Stores, make_projection
from ranking_service.boards import Metric, load_boards
from shared.clock import HOUR_MS, to_rfc3339
from shared.events import ArticlePublished, CommentPublished
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.comments.conftest import Service, unreachable
from tests.integration.imports.conftest import EXPORTS, PAGE, Import, comments, make_isso
from tests.integration.ranking.newsroom import Newsroom
from tests.integration.ranking.oracle import Facts, Oracle
from tests.marks import wait_for_marks

BEGINNING = "2021-10-28 12:00:00"


def artran(number: object, text: str = "写得好", **fields: Any) -> dict[str, Any]:
    defaults = {
        "id": str(number),
        "rid": "",
        "content": text,
        "created_at": BEGINNING,
        "page_key": PAGE,
        "nick": "小林",
    }
    return defaults | fields


@pytest.fixture
def artrans(run: Import, tmp_path: Path) -> Import:
    """Import some Artrans."""

    def call(items: list[Any], *options: str) -> Any:
        file = tmp_path / "artrans.json"
        file.write_text(json.dumps(items), "utf-8")
        return run("artalk", file, *options)

    return call


def assert_counts_hold(service: Service, article_id: str = "fair") -> None:
    """What is stored beside the comments is what they give when they are counted anew."""
    with service.database.reading() as session:
        nodes = nodes_of(session, article_id)
        count(nodes.values())
        assert [node for node in nodes.values() if node.before != node.counts] == []
        article = session.get(Article, article_id)
        assert article is not None
        assert article.comment_count == sum(node.status == "published" for node in nodes.values())
        assert article.last_floor == max((node.floor for node in nodes.values()), default=0)
        assert all(node.parent is None or node.parent.floor < node.floor for node in nodes.values())


def test_the_same_import_again_doubles_nothing(service: Service, run: Import, tmp_path: Path) -> None:
    files = [("disqus", EXPORTS / "disqus.xml"), ("isso", make_isso(tmp_path / "isso.db"))]
    for each in files:
        run(*each)
    before = [(comment.id, comment.floor) for comment in comments(service)]
    events = len(service.events())

    results = [run(*each) for each in files]

    assert [(comment.id, comment.floor) for comment in comments(service)] == before
    assert len(service.events()) == events
    assert ["were imported before" in result.stdout for result in results] == [True, True]
    assert_counts_hold(service)


def test_what_was_deleted_here_does_not_come_back(service: Service, artrans: Import) -> None:
    artrans([artran(1, "我的电话", email="l@example.org")])
    (comment,) = comments(service)
    service.decide("delete", comment.id)

    artrans([artran(1, "我的电话", email="l@example.org")])

    (comment,) = comments(service)
    assert (comment.status, comment.text, comment.email) == ("deleted", "", None)


def test_a_later_export_adds_replies_to_what_was_imported_before(service: Service, artrans: Import) -> None:
    first = [artran(1), artran(2, rid="1", is_pending="true")]
    artrans(first)

    later = "2021-11-01 00:00:00"
    artrans([*first, artran(3, rid="2", created_at=later), artran(4, rid="1", created_at=later)])

    found = comments(service)
    assert [comment.parent_id for comment in found] == [None, found[0].id, found[1].id, found[0].id]
    assert [comment.root_id for comment in found[1:]] == [found[0].id] * 3
    assert (found[0].reply_count, found[0].thread_count, found[1].is_shown) == (2, 3, True)
    assert_counts_hold(service)


def test_readers_comments_stay_as_they_are(service: Service, artrans: Import) -> None:
    own = service.comment("fair", "先来的").json
    assert own is not None

    artrans([artran(1), artran(2, rid="1")])

    assert [comment.floor for comment in comments(service)] == [1, 2, 3]
    assert comments(service)[0].id == own["id"]
    assert_counts_hold(service)
    posted = service.comment("fair", "后到的").json
    assert posted is not None
    assert posted["floor"] == 4


def test_floors_follow_time_and_no_reply_comes_before_what_it_answers(service: Service, artrans: Import) -> None:
    items = [
        artran(1, "third", rid="2", created_at="2021-10-28 08:00:00"),  # dated before what it answers
        artran(2, "second", created_at="2021-10-28 09:00:00"),
        artran(3, "first", created_at="2021-10-28 07:00:00"),
        artran(4, "fourth", created_at="2021-10-28 10:00:00"),
    ]

    artrans(items)

    assert [comment.text for comment in comments(service)] == ["first", "second", "third", "fourth"]


def test_a_reply_to_what_is_left_out_answers_what_that_one_answered(service: Service, artrans: Import) -> None:
    late = artran(4, rid="nowhere", created_at="2021-10-29 12:00:00")

    result = artrans([artran(1), artran(2, "", rid="1"), artran(3, rid="2"), late])

    root, reply, orphan = comments(service)
    assert (reply.parent_id, orphan.parent_id) == (root.id, None)
    assert "row 3 (3) answers 1: what it answered is not imported" in result.stderr
    assert "row 4 (4) stands at the top" in result.stderr


@pytest.mark.parametrize("length", [1, 2, 5])
def test_a_circle_of_parents_is_cut(service: Service, artrans: Import, length: int) -> None:
    result = artrans([artran(number, rid=str(number % length + 1)) for number in range(1, length + 1)])

    assert result.exit_code == 0, result.output
    found = comments(service)
    assert len(found) == length
    assert sum(comment.parent_id is None for comment in found) == 1
    assert_counts_hold(service)


def test_a_thread_thousands_of_replies_deep_is_imported(service: Service, artrans: Import) -> None:
    depth = 3_000
    artrans([artran(number, rid=str(number - 1)) for number in range(depth, 0, -1)])

    found = comments(service)
    assert len(found) == depth
    assert found[0].thread_count == depth - 1
    assert_counts_hold(service)


def test_an_id_that_comes_twice_counts_once(service: Service, artrans: Import) -> None:
    result = artrans([artran(1, "one"), artran(1, "two")])

    assert [comment.text for comment in comments(service)] == ["one"]
    assert result.stderr == "row 2 (1) is left out: its id came before in this file\n"


def test_two_systems_of_one_format_are_told_apart_by_their_names(service: Service, artrans: Import) -> None:
    artrans([artran(1, "one")])
    other = artran(1, "two", created_at="2022-01-01 00:00:00")

    refused = artrans([other])
    named = artrans([other], "--source", "old-blog")

    assert "name this one by --source" in refused.stderr
    assert named.stderr == ""
    assert [comment.text for comment in comments(service)] == ["one", "two"]


@pytest.mark.parametrize(
    ("page", "options"),
    [
        ("https://portal.example/news/lantern-fair.html", []),
        ("http://www.portal.example/news/lantern-fair.html/#comments", []),
        ("/news/lantern-fair.html", []),
        ("/old/fair-17.htm", ["--map", r"/old/(?P<article_id>[a-z]+)-\d+"]),
        ("/?p=fair", ["--map", r"\?p=(?P<article_id>.+)$"]),
        ("https://old.example/17", ["--map", "FILE"]),
    ],
)
def test_a_page_finds_its_article(
    service: Service, artrans: Import, tmp_path: Path, page: str, options: list[str]
) -> None:
    table = tmp_path / "pages.txt"
    table.write_text("# our old pages\n\nhttps://old.example/17 fair\n")

    result = artrans([artran(1, page_key=page)], *(str(table) if each == "FILE" else each for each in options))

    assert result.stderr == ""
    assert len(comments(service)) == 1


def test_a_path_that_two_sites_have_is_nobodys(service: Service, artrans: Import) -> None:
    service.put("other", url="https://other.example/news/lantern-fair.html")

    result = artrans([artran(1, page_key="/news/lantern-fair.html"), artran(2)])

    assert result.stderr == "row 1 (1) is left out: its page is no article\n"
    assert len(comments(service)) == 1


def test_unknown_pages_are_registered_when_asked(service: Service, run: Import) -> None:
    file = EXPORTS / "disqus.xml"

    result = run("disqus", file, "--register", "--channel", "zz")

    assert "1 articles registered." in result.stdout
    article = service.get("/v1/articles/unknown")
    assert (article["title"], article["url"], article["channels"]) == (
        "Nowhere",
        "https://portal.example/unknown",
        ["zz"],
    )
    assert article["published_at"] == "2019-02-03T12:00:00.000Z"
    kinds = [type(event) for event in service.events() if event.article_id == "unknown"]
    assert kinds == [ArticlePublished, CommentPublished]


def test_a_path_is_registered_with_the_site_before_it(service: Service, artrans: Import) -> None:
    options = ["--register", "--channel", "zz"]

    without = artrans([artran(1, page_key="/2019/旧文/")], *options)
    artrans([artran(1, page_key="/2019/旧文/", page_title="旧文")], *options, "--site", "https://portal.example/")

    assert "its page is a path, and --site is not given" in without.stderr
    with service.database.reading() as session:
        (comment,) = session.query(Comment)
        article = session.get(Article, comment.article_id)
    assert article is not None
    assert (article.title, article.url) == ("旧文", "https://portal.example/2019/%E6%97%A7%E6%96%87/")


def test_a_dry_run_tells_everything_and_stores_nothing(service: Service, run: Import, tmp_path: Path) -> None:
    events = len(service.events())

    for format_name, file in [("disqus", EXPORTS / "disqus.xml"), ("isso", make_isso(tmp_path / "isso.db"))]:
        dry = run(format_name, file, "--dry-run")
        assert comments(service) == []
        real = run(format_name, file)
        assert real.stderr == dry.stderr
        assert real.stdout == dry.stdout.replace("would be imported", "imported")
        with service.database.writing() as session:
            session.query(ImportedComment).delete()
            session.query(Comment).update({Comment.parent_id: None})
            session.query(Comment).delete()
        events = len(service.events())
    assert events > 1


BROKEN: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "cut.xml": ("disqus", lambda: (EXPORTS / "disqus.xml").read_bytes()[:-200], "no well-formed XML"),
    "other.xml": ("disqus", lambda: b"<html/>", "its root is not disqus"),
    "rss.xml": ("wordpress", (EXPORTS / "disqus.xml").read_bytes, "its root is not rss"),
    "cut-wp.xml": ("wordpress", lambda: (EXPORTS / "wordpress.xml").read_bytes()[:-50], "no well-formed XML"),
    "zip.xml": ("disqus", lambda: b"PK\x03\x04" + bytes(30), "no well-formed XML"),
    "empty.xml": ("wordpress", lambda: b"", "no well-formed XML"),
    "cut.json": ("artalk", lambda: (EXPORTS / "artalk.json").read_bytes()[:-30], "no well-formed JSON"),
    "object.json": ("artalk", lambda: b'{"a": 1}', "no array of comments"),
    "cut-waline.json": ("waline", lambda: (EXPORTS / "waline.json").read_bytes()[:-30], "no well-formed JSON"),
    "deep.json": ("artalk", lambda: b"[" * 200_000, "nests more than 32 levels deep"),
    "behind.json": ("artalk", lambda: b"[] x", "no well-formed JSON"),
    "number.json": ("artalk", lambda: b'[{"id": ' + b"9" * 10_000 + b"}]", "no well-formed JSON"),
    "latin.json": ("artalk", lambda: b'[{"id": "\xff"}]', "no well-formed JSON"),
    "text.db": ("isso", lambda: b"no database", "no SQLite database"),
    "torn.db": ("isso", lambda: b"SQLite format 3\0" + bytes(5_000), "database of isso"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_of_a_broken_file_nothing_is_stored(service: Service, run: Import, tmp_path: Path, name: str) -> None:
    format_name, content, sentence = BROKEN[name]
    file = tmp_path / name
    file.write_bytes(content())

    result = run(format_name, file)

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("Error: ")
    assert sentence in result.stderr
    assert comments(service) == []


def test_a_database_with_other_tables_or_with_views_is_refused(run: Import, tmp_path: Path) -> None:
    for number, script in enumerate(
        ["CREATE TABLE notes (a)", "CREATE TABLE threads (id); CREATE VIEW comments AS SELECT 1 AS tid"]
    ):
        file = tmp_path / f"{number}.db"
        connection = sqlite3.connect(file)
        connection.executescript(script)
        connection.close()

        result = run("isso", file)

        assert "lacks the tables threads and comments" in result.stderr


def test_the_command_refuses_what_makes_no_sense(run: Import, tmp_path: Path) -> None:
    file = EXPORTS / "disqus.xml"
    nonsense = tmp_path / "pages.txt"
    nonsense.write_text("https://portal.example/x\n")
    calls = {
        "--register needs a --channel": ["disqus", file, "--register"],
        "is not a regular expression": ["disqus", file, "--map", "(?P<article_id>("],
        "an address and an article id are wanted": ["disqus", file, "--map", nonsense],
        "neither a pattern": ["disqus", file, "--map", tmp_path / "missing"],
        "must be 1 to 64 letters": ["disqus", file, "--source", "a b"],
        "does not exist": ["disqus", tmp_path / "missing.xml"],
    }
    for sentence, arguments in calls.items():
        result = run(*arguments)
        assert result.exit_code != 0
        assert sentence in " ".join(result.stderr.split())


def test_without_redis_the_events_wait_in_the_outbox(
    service: Service, artrans: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for_marks()
    monkeypatch.setattr("shared.event_log.EventLog.append", unreachable)

    result = artrans([artran(1)])

    assert result.exit_code == 0
    assert "the worker sends the events when it can" in result.stderr
    assert service.outbox.waiting() == 1


def test_the_boards_count_imported_comments_in_the_hour_of_their_writing(
    service: Service, artrans: Import, store: Store, clock: FakeClock
) -> None:
    boards = load_boards()
    projection = make_projection(Stores(store, None, clock, service.log.partitions), boards)
    newsroom = Newsroom(store, clock, projection, boards, service.log.partitions)
    ages_hours = [0, 1, 30, 100, 500, 1_000, 50_000]
    moments = [clock.now_ms - hours * HOUR_MS for hours in ages_hours]
    items = [artran(number, created_at=to_rfc3339(moment)) for number, moment in enumerate(moments)]

    artrans([*items, artran(99, is_pending="true", created_at=to_rfc3339(moments[0]))])
    newsroom.project()

    facts: Facts = Facts({("fair", moment, Metric.COMMENTS): 1 for moment in moments})
    oracle = Oracle(facts, {"fair": ("zz", "fj")})
    for board in newsroom.boards:
        for metric in board.metrics:
            expected = oracle.board(board, metric, "zz", service.clock())
            assert newsroom.scores(board.name, "zz", metric) == pytest.approx(expected), board.name
    assert newsroom.scores("total", "zz", Metric.COMMENTS) == {"fair": 7}
    assert newsroom.differences() == []


def test_staged_rows_leave_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path))

    with Staging():
        pass

    assert list(tmp_path.iterdir()) == []
