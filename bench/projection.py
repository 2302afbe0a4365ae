"""Events projected by one worker process, on every default board, beside a Celery task for each click.

`python -m bench.projection REDIS_URL MOST_EVENTS` is that process; it prints events per second and processor time.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from celery import Celery

from bench.cases import Case, Figure, Reading
from bench.cpu import cpu_us
from bench.servers import running, running_redis, wait_for
from bench.traffic import click, publish, zipf
from ranking_service.assembly import Stores, make_projection
from ranking_service.boards import load_boards
from ranking_service.position import read_position
from ranking_service.projection import MOST_EVENTS, Projection
from shared.clock import system_clock
from shared.interpreter import SWITCH_SECONDS
from shared.store import connect

ARTICLES = 10_000
BACKLOG = 400_000
SMALL_SLICE = 2_000
SMALL_BACKLOG = 60_000
TASKS = 3_000
WARM_UP_TASKS = 300


@contextmanager
def projection_bench(folder: Path) -> Iterator["ProjectionBench"]:
    """The bench, as long as its Redis runs; its boards stay for who reads them next."""
    with running_redis(folder) as redis_url:
        bench = ProjectionBench(redis_url)
        publish(bench.projection.log, ARTICLES)
        bench.projection.project(0)
        yield bench


@dataclass(frozen=True)
class ProjectionBench:
    """A Redis with a log and boards."""

    redis_url: str

    @property
    def projection(self) -> Projection:
        """The projection, on a connection of its own."""
        return make(self.redis_url)

    def cases(self) -> list[Case]:
        """What is compared: with a backlog, and at small slices."""
        return [
            Case(
                f"events projected, {backlog:,} behind, slices of {slice_:,}",
                partial(self._project, backlog, slice_),
                "a Celery task for each click",
                self._work_tasks,
                at_least,
            )
            for backlog, slice_, at_least in ((BACKLOG, MOST_EVENTS, 100), (SMALL_BACKLOG, SMALL_SLICE, 50))
        ]

    def figures(self) -> list[Figure]:
        """How long the scripts held Redis."""
        held = self.projection.store.info("latencystats")["latency_percentiles_usec_evalsha"]
        # redis-py reads `p50=1,p99=2` as a dict.
        return [
            Figure("a script of the projection holds Redis, p50", float(held["p50"]) / 1_000, "ms"),
            Figure("a script of the projection holds Redis, p99", float(held["p99"]) / 1_000, "ms", at_most=10),
        ]

    def _project(self, backlog: int, most_events: int) -> Reading:
        click(self.projection.log, backlog, ARTICLES)
        command = [sys.executable, "-m", "bench.projection", self.redis_url, str(most_events)]
        rate, used = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
        return Reading(float(rate), cpu_us=float(used))

    def _work_tasks(self) -> Reading:
        store = connect(self.redis_url, timeout_seconds=5)
        store.delete("celery", "naive:counted")
        app = Celery("naive", broker=self.redis_url, set_as_current=False)
        for article_id in zipf(TASKS, ARTICLES):
            app.send_task("click", (article_id,))

        def counted() -> int:
            return int(store.get("naive:counted") or 0)

        command = [sys.executable, "-W", "ignore", "-m", "bench.references.task_per_click"]
        with running(command, {"REDIS_URL": self.redis_url}) as pid:
            wait_for(lambda: counted() >= WARM_UP_TASKS, "the worker of tasks")
            first, start, before = counted(), time.perf_counter(), cpu_us(pid)
            wait_for(lambda: counted() >= TASKS, "the worker of tasks")
            seconds, used = time.perf_counter() - start, cpu_us(pid) - before
        return Reading((TASKS - first) / seconds, cpu_us=used / (TASKS - first))


def make(redis_url: str, most_events: int = MOST_EVENTS) -> Projection:
    """A projection as the worker has it."""
    store = connect(redis_url, timeout_seconds=10)
    return make_projection(Stores(store, None, system_clock, 1), load_boards(), most_events=most_events)


def main(redis_url: str, most_events: int) -> None:
    """Project what lags, and print events per second and microseconds of processor time each."""
    sys.setswitchinterval(SWITCH_SECONDS)
    projection = make(redis_url, most_events)
    before = read_position(projection.store, 0).projected
    start, used = time.perf_counter(), cpu_us(os.getpid())
    projection.project(0)
    seconds, used = time.perf_counter() - start, cpu_us(os.getpid()) - used
    assert not projection.is_due(0), "the projection stopped before the log's end"
    events = read_position(projection.store, 0).projected - before
    sys.stdout.write(f"{events / seconds} {used / events}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
