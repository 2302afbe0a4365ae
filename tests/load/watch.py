"""The watch: how long events wait for the boards and how much memory everything holds, looked at from outside."""

import threading
import time
from collections import deque
from types import TracebackType
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from services.embedded.ports import LOOPBACK
from tests.e2e.running import Run
from tests.load.measures import memory

LOOK_SECONDS = 0.1
MEMORY_EVERY = 50
"""Looks."""


def redis_of(run: Run) -> "Redis":
    """A client of a run's own Redis."""
    lines = (run.data_dir / "redis.conf").read_text().splitlines()
    options = dict(line.partition(" ")[::2] for line in lines)
    return Redis(host=LOOPBACK, port=int(options["port"]), password=options["requirepass"], socket_timeout=10)


class Watch:
    """Looks from a thread of its own until the block ends."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._redis: Any = redis_of(run)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._waiting: deque[tuple[float, tuple[int, ...]]] = deque()
        self.began = time.monotonic()
        self.lags_seconds: list[float] = []
        """At each look: since when the oldest event that is not on the boards was known to be in the log."""
        self.memory: list[tuple[float, dict[str, int]]] = []
        """(seconds since the beginning, bytes by part)"""

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()
        self._redis.close()

    def _watch(self) -> None:
        looks = 0
        while not self._ended.wait(LOOK_SECONDS):
            try:
                self.lags_seconds.append(self._lag())
                if looks % MEMORY_EVERY == 0:
                    self.memory.append((time.monotonic() - self.began, self._memory()))
            except RedisError:
                continue
            looks += 1

    def _lag(self) -> float:
        now = time.monotonic()
        last = self._redis.xrevrange("log:{0}", count=1)
        cursor = _order(self._redis.hget("position:{0}", "cursor") or b"0-0")
        if last and (not self._waiting or self._waiting[-1][1] != _order(last[0][0])):
            self._waiting.append((now, _order(last[0][0])))
        while self._waiting and self._waiting[0][1] <= cursor:
            self._waiting.popleft()
        return now - self._waiting[0][0] if self._waiting else 0.0

    def _memory(self) -> dict[str, int]:
        used = int(self._redis.info("memory")["used_memory"])
        return memory(self._run) | {"Redis' data": used}


def _order(entry_id: bytes) -> tuple[int, ...]:
    return tuple(int(part) for part in entry_id.split(b"-"))
