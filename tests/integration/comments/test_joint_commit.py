"""Joint commit: what many readers write at once is committed together, and each gets his own answer."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from comments_service.joint_commit import JointCommit
from comments_service.markup import paragraphs
from comments_service.posts import Posts
from shared.database import writing
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.comments.conftest import MODERATOR, Service, make_service
from tests.polling import until

POSTS = 8
Post = Callable[[], Any]


@pytest.fixture
def service(sqlite_service: Service) -> Service:
    """A service on SQLite with an article; of two words one is forbidden."""
    sqlite_service.put("zz-1")
    word = {"word": "forbidden", "tier": "block"}
    assert sqlite_service.client.post("/v1/moderation/words", json=word, headers=MODERATOR).status_code in {200, 201}
    return sqlite_service


@pytest.fixture
def commits(sqlite_engine: Engine) -> list[str]:
    """What the test's database commits from now on."""
    found: list[str] = []
    event.listen(sqlite_engine, "commit", lambda _: found.append("commit"))
    return found


@contextmanager
def together(service: Service, texts: list[str]) -> Iterator[list[Future[Any]]]:
    """Posts, of which the first waits for another writer and the others for the first."""
    waiting = joint_commit_of(service)._groups._waiting

    def post(text: str) -> Any:
        return service.app.test_client(use_cookies=False).post("/v1/articles/zz-1/comments", json={"text": text})

    with ThreadPoolExecutor(len(texts)) as pool, writing(service.database.engine):
        futures = [pool.submit(post, texts[0])]
        until(lambda: joint_commit_of(service)._groups._is_led and not waiting)
        futures += [pool.submit(post, text) for text in texts[1:]]
        until(lambda: len(waiting) == len(texts) - 1)
        yield futures


def joint_commit_of(service: Service) -> JointCommit[Any, Any]:
    """The one of the app's routes."""
    view: Any = service.app.view_functions["comments.post_comment"]
    found = next(each for each in _cells(view) if isinstance(each, Posts))
    return found._joint_commit


def _cells(view: Any) -> Iterator[Any]:
    """What the functions that wrap a view hold."""
    seen, left = set(), [view]
    while left:
        function = left.pop()
        for cell in getattr(function, "__closure__", None) or ():
            content = cell.cell_contents
            if id(content) not in seen:
                seen.add(id(content))
                left.append(content)
                yield content
        left += [function.__wrapped__] if hasattr(function, "__wrapped__") else []


def test_posts_that_come_together_share_a_transaction(service: Service, commits: list[str]) -> None:
    with together(service, [f"Number {number}" for number in range(POSTS)]) as futures:
        commits.clear()

    statuses = [future.result().status_code for future in futures]

    assert statuses == [201] * POSTS
    # That of the fixture's writer, the first post, the others, and a mark of each of these two groups.
    assert len(commits) <= 5
    floors = [comment["floor"] for comment in service.get("/v1/articles/zz-1/comments?limit=100")["comments"]]
    assert sorted(floors) == list(range(1, POSTS + 1))


def test_a_refused_post_leaves_those_beside_it_alone(service: Service) -> None:
    with together(service, ["First", "Second", "forbidden", "Third"]) as futures:
        pass

    answers = [future.result() for future in futures]

    assert [answer.status_code for answer in answers] == [201, 201, 422, 201]
    assert answers[2].json["code"] == "word_blocked"
    page = service.get("/v1/articles/zz-1/comments")
    assert ({each["text"] for each in page["comments"]}, page["total"]) == ({"First", "Second", "Third"}, 3)


def test_the_same_text_twice_in_a_transaction_is_a_repeat(
    sqlite_engine: Engine, store: Store, clock: FakeClock
) -> None:
    service = make_service(sqlite_engine, store, clock, rate_limits="on")
    service.put("zz-1")

    with together(service, ["First of them all", "The very same words", "The very same words!"]) as futures:
        pass

    assert [future.result().status_code for future in futures[:1]] == [201]
    assert sorted(future.result().status_code for future in futures[1:]) == [201, 202]


def test_a_fault_in_one_post_is_not_the_others_fault(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def make(text: str) -> str:
        if text == "Faulty":
            raise ValueError("a fault of the test")
        return paragraphs(text)

    monkeypatch.setattr("comments_service.routes.answers.paragraphs", make)
    with together(service, ["First", "Faulty", "Second"]) as futures:
        pass

    assert [future.result().status_code for future in futures] == [201, 500, 201]
    assert len(service.events()) == 3
