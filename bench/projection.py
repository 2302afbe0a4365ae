"""Events projected by one worker process: from a lag of 300,000 events to none, on every default board.

`python -m bench.projection REDIS_URL project|read` is that process; it prints events per second. Its limit is reading
and decoding the same slice of the log without doing anything with it.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.cases import Case
from bench.servers import running_redis
from bench.traffic import click, publish
from ranking_service.assembly import Stores, make_projection
from ranking_service.boards import load_boards
from ranking_service.position import read_position
from ranking_service.projection import Projection
from shared.clock import system_clock
from shared.store import connect

ARTICLES = 10_000
EVENTS = 300_000


@contextmanager
def projection_cases(folder: Path) -> Iterator[tuple[list[Case], str]]:
    """The case, and the URL of the Redis whose boards it fills."""
    with running_redis(folder) as redis_url:
        lag = Lag(redis_url)
        publish(lag.projection.log, ARTICLES)
        lag.projection.project(0)
        case = Case("events projected, one process", lag.project, "reading and decoding the log", lag.read)
        yield [case], redis_url


@dataclass
class Lag:
    """A log with events behind the cursor, made anew for each round."""

    redis_url: str

    @property
    def projection(self) -> Projection:
        return _projection(self.redis_url)

    def read(self) -> float:
        """Make the lag and read it, in a fresh process; it stays for `project`."""
        click(self.projection.log, EVENTS, ARTICLES)
        return self._in_fresh_process("read")

    def project(self) -> float:
        """Project the lag that `read` left, in a fresh process."""
        return self._in_fresh_process("project")

    def _in_fresh_process(self, action: str) -> float:
        command = [sys.executable, "-m", "bench.projection", self.redis_url, action]
        return float(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def _projection(redis_url: str) -> Projection:
    store = connect(redis_url, timeout_seconds=10)
    return make_projection(Stores(store, None, system_clock, 1), load_boards())


def _read(projection: Projection) -> int:
    """Read what lags and do nothing with it; how many events it was."""
    after, events = read_position(projection.store, 0).cursor, 0
    while taken := projection.log.read(0, after):
        after, events = taken.until, events + len(taken.events)
    return events


def _project(projection: Projection) -> int:
    """Project what lags; how many events it was."""
    before = read_position(projection.store, 0).projected
    projection.project(0)
    assert not projection.is_due(0), "the projection stopped before the log's end"
    return read_position(projection.store, 0).projected - before


def main(redis_url: str, action: str) -> None:
    """Project or read what lags, and print events per second."""
    projection = _projection(redis_url)
    start = time.perf_counter()
    events = _project(projection) if action == "project" else _read(projection)
    sys.stdout.write(f"{events / (time.perf_counter() - start)}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
