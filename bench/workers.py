"""Events projected by one, two and four Celery workers beside each other, as `--scale ranking-worker=N` runs them."""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from bench.cases import ROUNDS, Figure
from bench.cpu import cpu_us, resident_bytes
from bench.servers import migrate, running, running_redis, service_environment, wait_for
from bench.traffic import click, publish
from ranking_service.position import read_position
from shared.bus import publish_nudge
from shared.celery_app import make_celery
from shared.clock import system_clock
from shared.event_log import EventLog
from shared.store import Store, connect

PARTITIONS = 8
ARTICLES = 10_000
BACKLOG = 2_000_000
COUNTS = (1, 2, 4)
UNDISTURBED = ("--auto-aof-rewrite-percentage", "0")
"""No rewriting of the append-only file beside it, which the clicks of three rounds would cause."""


def worker_figures(folder: Path) -> list[Figure]:
    """A backlog spread over the partitions, worked off by so many workers; medians of three rounds."""
    with running_redis(folder, *UNDISTURBED) as url:
        environment = service_environment("ranking", url, folder) | {"PARTITIONS": str(PARTITIONS)}
        migrate("ranking_service", environment)
        log = EventLog(connect(url, timeout_seconds=10), system_clock, partitions=PARTITIONS)
        publish(log, ARTICLES)
        figures = []
        for count in COUNTS:
            with running_workers(folder, environment, count) as pids:
                work_off(log, url)
                rounds = [_measure(log, url, pids) for _ in range(ROUNDS)]
                memory = max(map(_memory, pids))
            rate, redis, workers = (median(values) for values in zip(*rounds, strict=True))
            of = f"{BACKLOG:,} behind in {PARTITIONS} partitions, workers: {count}"
            figures.append(Figure(f"events projected, {of}", rate, "events/s"))
            figures.append(Figure(f"Redis meanwhile, {of}", redis, "of a core"))
            figures.append(Figure(f"workers meanwhile, {of}", workers, "of a core"))
        return [*figures, Figure("a ranking worker after it", memory / 2**20, "MiB")]


def _measure(log: EventLog, url: str, pids: list[int]) -> tuple[float, float, float]:
    """Events a second, and how much of a core Redis and the workers used for them."""
    click(log, BACKLOG, ARTICLES)
    store = connect(url, timeout_seconds=30)
    # What was just appended is on the disk, so that the workers do not wait for it.
    store.execute_command("WAITAOF", 1, 0, 20_000)
    redis, workers, begun = _redis_seconds(store), sum(map(cpu_us, pids)), time.perf_counter()
    work_off(log, url)
    seconds = time.perf_counter() - begun
    used = sum(map(cpu_us, pids)) - workers
    return BACKLOG / seconds, (_redis_seconds(store) - redis) / seconds, used / 1_000_000 / seconds


def _redis_seconds(store: Store) -> float:
    told = store.info("cpu")
    return float(told["used_cpu_sys_main_thread"] + told["used_cpu_user_main_thread"])


def work_off(log: EventLog, url: str) -> None:
    """Nudge for every partition once and wait until nothing is behind."""
    broker, store = make_celery("bench", url), connect(url, timeout_seconds=10)
    for partition in range(PARTITIONS):
        publish_nudge(broker, partition)
    wait_for(lambda: _is_done(log, store), "the projection")


def _is_done(log: EventLog, store: Store) -> bool:
    return not any(log.has_entries(each, read_position(store, each).cursor) for each in range(PARTITIONS))


@contextmanager
def running_workers(folder: Path, environment: dict[str, str], count: int) -> Iterator[list[int]]:
    """So many workers, ready; yields their process ids."""
    with ExitStack() as stack:
        pids = []
        for number in range(count):
            healthy = folder / f"healthy-{count}-{number}"
            command = [sys.executable, "-m", "ranking_service.worker"]
            pids.append(stack.enter_context(running(command, environment | {"HEALTH_FILE": str(healthy)})))
            # A worker has a pulse once it takes messages.
            wait_for(healthy.exists, "a worker")
        yield pids


def _memory(pid: int) -> int:
    """Of a worker and the process that it has forked for its tasks."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return resident_bytes(pid) + sum(resident_bytes(int(child)) for child in children)
