"""Plans: a thread of ten thousand comments is read as one of fifty is, by its index and no further than the page."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text

from comments_service.hotness import hotness
from comments_service.ids import new_id
from comments_service.latest_entries import enter_all
from comments_service.tables import Article, Comment
from tests.integration.comments.conftest import Service
from tests.marks import wait_for_marks

LARGE, SMALL = 10_000, 50
Statement = tuple[str, Any]
READS = ["sort=newest", "sort=oldest", "sort=hot", "sort=newest&view=flat"]


def fill(service: Service, article_id: str, size: int) -> None:
    """A thread of a size: half are roots; of the rest, most answer one root, and some an answer to it."""
    service.put(article_id)
    now = service.clock()
    ids = [new_id(now + number) for number in range(size)]
    busiest = size // 2 - 3
    deep = size * 9 // 10

    def comment(number: int) -> dict[str, Any]:
        is_root = number < size // 2
        parent = None if is_root else ids[busiest] if number < deep else ids[size // 2]
        below = {busiest: deep - size // 2, size // 2: size - deep}.get(number, 0)
        return {
            "id": ids[number],
            "article_id": article_id,
            "parent_id": parent,
            "root_id": None if is_root else ids[busiest],
            "floor": number + 1,
            "status": "published",
            "text": f"第 {number} 条",
            "is_shown": True,
            "is_pinned": number == 0,
            "reply_count": below,
            "thread_count": size // 2 if number == busiest else 0,
            "up": number % 7,
            "down": number % 3,
            "hotness": hotness(number % 7, number % 3, now + number),
            "report_count": 0,
            "created_at": now + number,
            "published_at": now + number,
        }

    with service.database.writing() as session:
        session.execute(insert(Comment), [comment(number) for number in range(size)])
        article = session.get_one(Article, article_id)
        article.comment_count = article.last_floor = size
        enter_all(session, article)


@pytest.fixture
def service(service: Service) -> Service:
    fill(service, "large", LARGE)
    fill(service, "small", SMALL)
    if not is_sqlite(service):
        # As PostgreSQL does by itself.
        analyze(service)
    return service


def analyze(service: Service) -> None:
    """Let the planner know what the tables hold."""
    with service.database.writing() as session:
        session.execute(text("ANALYZE"))
    # SQLite reads what it knows when it connects.
    service.database.engine.dispose()


@contextmanager
def noted(service: Service) -> Iterator[list[Statement]]:
    """The statements that reach the database inside the block."""
    seen: list[Statement] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        seen.append((statement, parameters))

    wait_for_marks()
    event.listen(service.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(service.database.engine, "before_cursor_execute", note)


def statements(service: Service, path: str) -> list[Statement]:
    # What was answered before is not warm any more.
    service.clock.forward(seconds=1)
    with noted(service) as seen:
        assert service.client.get(path).status_code == 200
    return [each for each in seen if each[0].startswith("SELECT")]


def explained(service: Service, how: str, each: Statement) -> Sequence[Any]:
    with service.database.engine.connect() as connection:
        return connection.exec_driver_sql(f"{how} {each[0]}", each[1]).all()


def is_sqlite(service: Service) -> bool:
    return service.database.engine.dialect.name == "sqlite"


def scans(service: Service, each: Statement) -> list[str]:
    """What a plan reads without an index, or sorts."""
    if is_sqlite(service):
        lines = [row.detail for row in explained(service, "EXPLAIN QUERY PLAN", each)]
        return [line for line in lines if "TEMP B-TREE" in line or (line.startswith("SCAN ") and "INDEX" not in line)]
    (row,) = explained(service, "EXPLAIN (FORMAT JSON)", each)
    plan = list(nodes(row[0][0]["Plan"]))
    scanned = [node["Node Type"] for node in plan if node.get("Relation Name") == "comments"]
    return [kind for kind in scanned if "Index" not in kind] + [node["Sort Key"] for node in plan if "Sort Key" in node]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def effort(service: Service, path: str) -> int:
    """What reading a page costs: steps of SQLite's machine, or pages of memory that PostgreSQL touches."""
    seen = statements(service, path)
    if is_sqlite(service):
        return sum(steps(service, each) for each in seen)
    plans = [explained(service, "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)", each)[0][0][0]["Plan"] for each in seen]
    return sum(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] for plan in plans)


def steps(service: Service, each: Statement) -> int:
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    with service.database.engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        driver.set_progress_handler(step, 1)
        connection.exec_driver_sql(*each).all()
        driver.set_progress_handler(None, 1)
    return count


@pytest.mark.timeout(300)
@pytest.mark.parametrize("is_analyzed", [False, True])
def test_the_first_page_of_ten_thousand_comments_is_read_by_an_index(service: Service, is_analyzed: bool) -> None:
    if is_analyzed:
        analyze(service)
    for read in READS:
        first = f"/v1/articles/large/comments?{read}&limit=20"
        cursor = service.get(first)["next_cursor"]
        for path in (first, f"{first}&cursor={cursor}"):
            found = {each[0]: scans(service, each) for each in statements(service, path)}
            assert len(found) >= 2
            assert {statement: where for statement, where in found.items() if where} == {}, path


@pytest.mark.timeout(300)
def test_a_page_of_a_large_thread_costs_what_one_of_a_small_thread_does(service: Service) -> None:
    for read in READS:
        large, small = (effort(service, f"/v1/articles/{size}/comments?{read}") for size in ("large", "small"))
        # An index of ten thousand entries is a level or two deeper than one of fifty.
        assert large < 3 * small, read


@pytest.mark.timeout(300)
def test_a_page_of_a_large_thread_costs_a_reader_who_is_known_no_more(service: Service) -> None:
    # Whoever has written carries a cookie, and gets what is his own besides.
    assert service.comment("small").status_code == 201

    large, small = (effort(service, f"/v1/articles/{size}/comments") for size in ("large", "small"))

    assert large < 3 * small


@pytest.mark.timeout(300)
def test_replies_of_a_large_thread_are_read_by_an_index(service: Service) -> None:
    with service.database.reading() as session:
        busiest = session.scalars(select(Comment.id).where(Comment.thread_count > LARGE // 3)).one()
    for view in ("tree", "flat"):
        first = f"/v1/comments/{busiest}/replies?view={view}"
        page = service.get(first)
        assert len(page["comments"]) == 20
        for path in (first, f"{first}&cursor={page['next_cursor']}"):
            assert [where for each in statements(service, path) if (where := scans(service, each))] == [], path


@pytest.mark.timeout(300)
def test_the_first_replies_are_the_first(service: Service) -> None:
    for view in ("tree", "flat"):
        page = service.get(f"/v1/articles/large/comments?view={view}&limit=5")
        busiest = next(each for each in page["comments"] if each["replies"])
        assert [each["floor"] for each in busiest["replies"]] == [LARGE // 2 + 1, LARGE // 2 + 2, LARGE // 2 + 3]
        total = LARGE * 9 // 10 - LARGE // 2 if view == "tree" else LARGE // 2
        assert (busiest["total_replies"], busiest["hidden_replies"]) == (total, total - 3)
