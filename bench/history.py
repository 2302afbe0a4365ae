"""Boards with a long history: what a read of the top and the end of an hour cost, by how many articles stand there."""

import random
import time
from pathlib import Path
from statistics import median

from bench.cases import Figure
from bench.servers import running_redis
from bench.traffic import publish
from ranking_service import keys
from ranking_service.assembly import Stores, make_projection
from ranking_service.boards import Boards, Metric, Ranking, load_boards
from ranking_service.freezes import Freezes
from ranking_service.lookup import Lookup
from ranking_service.rankings import Page, Rankings
from ranking_service.reader import Reader
from ranking_service.round_trips import RoundTrips
from shared.clock import HOUR_MS, MINUTE_MS, system_clock
from shared.database import make_engine
from shared.event_log import EventLog
from shared.events import encode_click
from shared.offers import SentClicks
from shared.store import Store, connect

SIZES = {"total": 1_000, "monthly": 100_000, "weekly": 1_000_000}
"""How many articles stand on boards that are alike in everything else."""
READS = 400
SLIDING = 100_000
SLOTS_OF_A_DAY = 24
A_COMMAND = 10_000


def history_figures(folder: Path) -> list[Figure]:
    """Reads of growing boards, then the end of an hour that touches many articles."""
    return [*_reads(folder / "reads"), *_slide(folder / "slide")]


def _reads(folder: Path) -> list[Figure]:
    folder.mkdir()
    boards = load_boards()
    rankings_of_size = {size: _counted(boards, name) for name, size in SIZES.items()}
    with running_redis(folder, "--appendonly", "no") as url:
        store = connect(url, timeout_seconds=30)
        publish(EventLog(store, system_clock, partitions=1), 1_000)
        make_projection(Stores(store, None, system_clock, 1), boards).project(0)
        freezes = Freezes(make_engine(f"sqlite:///{folder}/unused.db"), store, boards, 1)
        trips = RoundTrips(store)
        rankings = Rankings(boards, Reader(trips, system_clock, 1), Lookup(trips, 1), freezes)
        for size, ranking in rankings_of_size.items():
            _fill(store, keys.board(0, "zz", ranking), size)
        times = _read_us(rankings, rankings_of_size)
    figures = [Figure(f"the top 10 of a board of {size:,}", time_us, "µs") for size, time_us in times.items()]
    slowest = max(times.values()) / min(times.values())
    return [*figures, Figure("the slowest of these beside the quickest", slowest, "times", at_most=1.5)]


def _counted(boards: Boards, name: str) -> Ranking:
    return Ranking(next(board for board in boards if board.name == name), Metric.CLICKS)


def _fill(store: Store, key: str, size: int) -> None:
    """Articles with scores below those of the thousand that can be shown."""
    for first in range(0, size, A_COMMAND):
        members = {f"a{n}": size - n + random.random() for n in range(first, min(size, first + A_COMMAND))}
        store.zadd(key, members)


def _read_us(rankings: Rankings, of_size: dict[int, Ranking]) -> dict[int, float]:
    """The median read of each board, read by turns: what else the machine does falls on all of them."""
    times: dict[int, list[float]] = {size: [] for size in of_size}
    for _ in range(READS):
        for size, ranking in of_size.items():
            start = time.perf_counter()
            rankings.board("zz", ranking, Page())
            times[size].append(time.perf_counter() - start)
    return {size: median(each) * 1_000_000 for size, each in times.items()}


def _slide(folder: Path) -> list[Figure]:
    folder.mkdir()
    boards, now = load_boards(), system_clock()
    with running_redis(folder, "--appendonly", "no", "--latency-monitor-threshold", "1") as url:
        store = connect(url, timeout_seconds=30)
        clock = [now - SLOTS_OF_A_DAY * HOUR_MS]
        projection = make_projection(Stores(store, None, lambda: clock[0], 1), boards)
        publish(projection.log, SLIDING)
        # One click on every article in the hour that is about to leave `daily`.
        offers = [SentClicks(f"a{n}", encode_click(f"a{n}", clock[0] - MINUTE_MS), 1) for n in range(SLIDING)]
        for first in range(0, SLIDING, 1_000):
            projection.log.append(0, offers[first : first + 1_000])
        while projection.is_due(0):
            projection.project(0)
        store.config_resetstat()
        store.execute_command("LATENCY", "RESET")
        clock[0] = now
        start = time.perf_counter()
        while projection.is_due(0):
            projection.project(0)
        seconds = time.perf_counter() - start
        held = store.info("latencystats")["latency_percentiles_usec_evalsha"]
        worst = max((int(line[3]) for line in store.execute_command("LATENCY", "LATEST")), default=0)
    return [
        Figure(f"an hour of {SLIDING:,} articles leaves a window, in all", seconds, "s"),
        Figure("the longest that Redis was held meanwhile (latency monitor)", worst, "ms", at_most=10),
        Figure("a script of it holds Redis, p99", float(held["p99"]) / 1_000, "ms", at_most=10),
    ]
