"""Load: readers and a portal's server at work while the stack is scaled, killed and updated."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import httpx

from tests.compose.stack import Stack, eventually
from tests.e2e.clicks import Clicks, send_until_taken

PAUSE_SECONDS = 0.01
"""Between two requests of a sender: enough of them, and the machine is left some time for what is tested."""


class Load:
    """Clicks by the batch and one by one, and comments, each until it is acknowledged."""

    def __init__(self, stack: Stack, channel: str, articles: int = 10) -> None:
        self._stack = stack
        self.channel = channel
        self.articles = [f"{channel}-{number}" for number in range(articles)]
        self.clicks = Clicks(self.articles, stack.key)
        self.comments = dict.fromkeys(self.articles, 0)
        self.failures: list[Exception] = []
        self._ended = threading.Event()
        self._numbers = count()
        stack.publish(*self.articles, channel=channel)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Send while the block runs."""
        senders = (self.clicks.send_batch, self.clicks.send_single, self.send_comment)
        threads = [threading.Thread(target=self._send, args=(send,), daemon=True) for send in senders]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()
        assert not self.failures

    def _send(self, send: Callable[[httpx.Client, random.Random], None]) -> None:
        try:
            with httpx.Client(base_url=self._stack.http.base_url, timeout=20) as http:
                chance = random.Random(self.channel)
                while not self._ended.wait(PAUSE_SECONDS):
                    send(http, chance)
        except Exception as error:  # noqa: BLE001  # shown by the thread that waits
            self.failures.append(error)

    def send_comment(self, http: httpx.Client, chance: random.Random) -> None:
        """A reader's comment under an Idempotency-Key, a few each second."""
        article_id = chance.choice(self.articles)
        key = {"Idempotency-Key": f"{self.channel}-{next(self._numbers)}"}
        body = {"text": f"Lanterns, seen for the {next(self._numbers)}th time"}
        assert send_until_taken(http, f"/v1/articles/{article_id}/comments", body, key).status_code == 201
        self.comments[article_id] += 1
        self._ended.wait(0.2)

    def assert_exact(self) -> None:
        """What was acknowledged is on every board and in SQL, once, and the boards agree with their ledger."""
        clicks = dict(self.clicks.acknowledged)
        assert sum(clicks.values()) > 0
        for board in ("total", "daily", "monthly"):
            self._await(f"{self.channel}/{board}?metric=clicks&limit=100", clicks)
        comments = {article_id: number for article_id, number in self.comments.items() if number}
        self._await(f"{self.channel}/total?metric=comments&limit=100", comments)
        for article_id in self.articles:
            answer = self._stack.http.get(f"/v1/articles/{article_id}/comments", params={"limit": 1})
            assert answer.json()["total"] == self.comments[article_id]
        self._stack.verify()

    def _await(self, path: str, expected: dict[str, int]) -> None:
        def differences() -> dict[str, tuple[int | None, int | None]]:
            found = self._stack.board(path)
            names = {name for name in {*found, *expected} if found.get(name) != expected.get(name)}
            return {name: (found.get(name), expected.get(name)) for name in names}

        eventually(lambda: not differences(), lambda: f"{path}, found and expected: {differences()}")
