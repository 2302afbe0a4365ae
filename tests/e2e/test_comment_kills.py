"""Comments while the server and the worker of comments_service are killed: each that stands has one event."""

import itertools
import random
import sqlite3
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from shared.clock import system_clock
from shared.event_log import START, EventLog
from shared.events import CommentPublished
from tests.e2e.clicks import send_until_taken
from tests.e2e.running import ARTICLE, KEY, Run, eventually
from tests.e2e.test_kills import kill_one, redis_of

KILLS = 8
COMMENTS_A_KILL = 15
SENDERS = 2
PARTS = ("comments_service:create_app", "-m comments_service.worker")

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc"),
    pytest.mark.timeout(300),
]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A running system with one article."""
    started = Run(tmp_path / "data", REDIS_APPENDFSYNC="always")
    try:
        started.until_ready()
        assert started.http.put("/v1/articles/kill-1", json=ARTICLE, headers=KEY).status_code == 201
        yield started
    finally:
        started.http.close()
        started.stop()


class Writers:
    """Readers who post until each comment is acknowledged, and remember which were."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._numbers = itertools.count()
        self.rounds = threading.Semaphore(0)
        self.acknowledged: list[str] = []
        self.failures: list[BaseException] = []

    def start(self) -> list[threading.Thread]:
        """Post from a few threads at once, a round for each kill."""
        threads = [threading.Thread(target=self._write, daemon=True) for _ in range(SENDERS)]
        for thread in threads:
            thread.start()
        return threads

    def _write(self) -> None:
        try:
            with httpx.Client(base_url=self._base_url, timeout=5) as http:
                for _ in range(KILLS):
                    self.rounds.acquire()
                    for _ in range(COMMENTS_A_KILL):
                        self._post(http)
        except BaseException as error:  # noqa: BLE001  # shown by the thread that waits
            self.failures.append(error)

    def _post(self, http: httpx.Client) -> None:
        number = next(self._numbers)
        headers = {"Idempotency-Key": f"comment-{number}"}
        answer = send_until_taken(http, "/v1/articles/kill-1/comments", {"text": f"Comment {number}"}, headers)
        self.acknowledged.append(answer.json()["id"])


def published_rows(run: Run) -> set[str]:
    """The comments that stand in SQL."""
    with closing(sqlite3.connect(f"file:{run.data_dir / 'comments.db'}?mode=ro", uri=True)) as database:
        return {row[0] for row in database.execute("SELECT id FROM comments WHERE status = 'published'")}


def told(log: EventLog) -> Counter[str]:
    """How often the log tells of each comment."""
    piece = log.read(0, START)
    events = piece.events if piece else []
    return Counter(event.comment_id for event in events if isinstance(event, CommentPublished))


def test_each_comment_that_stands_has_one_event_whatever_is_killed(run: Run) -> None:
    writers, chance, pause = Writers(str(run.http.base_url)), random.Random(5), threading.Event()

    threads = writers.start()
    for _ in range(KILLS):
        writers.rounds.release(SENDERS)
        pause.wait(chance.uniform(0.05, 0.3))  # somewhere in the midst of a post
        eventually(lambda: kill_one(run, chance, chance.choice(PARTS)), run.log)
    for thread in threads:
        thread.join()

    assert not writers.failures
    assert len(set(writers.acknowledged)) == KILLS * COMMENTS_A_KILL * SENDERS
    with redis_of(run) as store:
        log = EventLog(store, system_clock, partitions=1)
        rows = published_rows(run)
        assert rows >= set(writers.acknowledged)
        eventually(lambda: told(log).keys() == rows, run.log)
        assert set(told(log).values()) == {1}
