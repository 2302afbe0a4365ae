"""The whole system as `make run` starts it: how long the start takes, how soon a click shows, what memory it holds."""

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import httpx

from bench.cases import Figure
from bench.cpu import resident_bytes
from bench.servers import START_SECONDS, wait_for
from bench.traffic import batch
from services.embedded.ports import LOOPBACK, free_port

KEY = {"Authorization": "Bearer bench-key"}
ARTICLES = 1_000
CLICKS_PER_SECOND = 5_000
BATCH = 250
PROBES = 60
POLL_SECONDS = 0.005
NDJSON = {"Content-Type": "application/x-ndjson"}


@dataclass(frozen=True)
class Portal:
    """A running system."""

    comments: httpx.Client
    ranking: httpx.Client
    process: subprocess.Popen[bytes]
    seconds_to_start: float


@contextmanager
def running_portal(folder: Path) -> Iterator[Portal]:
    """`make run` without its demo, on ports of its own."""
    ports = {name: str(free_port()) for name in ("GATEWAY_PORT", "COMMENTS_PORT", "RANKING_PORT")}
    given = {"DATA_DIR": str(folder), "API_KEY": "bench-key", "RATE_LIMITS": "off", "DEMO": "0"}
    start = time.monotonic()
    with (folder / "run.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.embedded"], env={**os.environ, **given, **ports}, stdout=log, stderr=log
        )
    clients = [
        httpx.Client(base_url=f"http://{LOOPBACK}:{ports[name]}", timeout=10)
        for name in ("COMMENTS_PORT", "RANKING_PORT")
    ]
    try:
        wait_for(lambda: b"Redian is ready" in (folder / "run.log").read_bytes(), "make run")
        yield Portal(clients[0], clients[1], process, time.monotonic() - start)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(START_SECONDS)


def portal_figures(folder: Path) -> list[Figure]:
    """Start cold once, so that the second start is a warm one; then measure that."""
    with running_portal(folder):
        pass
    with running_portal(folder) as portal:
        for number in range(ARTICLES):
            _publish(portal, f"a{number}", "zz")
        delays = sorted(_freshness(portal))
        return [
            Figure("make run, warm, until everything answers", portal.seconds_to_start, "s", at_most=5),
            Figure(
                f"from an accepted click to a ranking that shows it, at {CLICKS_PER_SECOND:,} clicks a second, p50",
                statistics.median(delays) * 1_000,
                "ms",
                at_most=150,
            ),
            Figure("the same, p99", delays[int(len(delays) * 0.99)] * 1_000, "ms", at_most=1_000),
            *_memory(portal),
        ]


def _freshness(portal: Portal) -> list[float]:
    """Seconds until a click on an article that nobody has read yet stands on a board that nobody has asked for yet."""
    for number in range(PROBES):
        _publish(portal, f"probe{number}", f"probe{number}")
    ended = Event()
    traffic = Thread(target=_click_steadily, args=(portal, ended))
    traffic.start()
    try:
        return [_delay(portal, number) for number in range(PROBES)]
    finally:
        ended.set()
        traffic.join()


def _delay(portal: Portal, number: int) -> float:
    answer = portal.comments.post("/v1/clicks", json={"article_id": f"probe{number}"}, headers=KEY)
    assert answer.status_code == 202, answer.text
    start = time.perf_counter()
    asked = 0
    while time.perf_counter() - start < START_SECONDS:
        # Another page each time: a warm answer may be a second old, and is bounded by that.
        path = f"/v1/rankings/probe{number}/total?offset=0&limit={1 + asked % 100}"
        found = portal.ranking.get(path)
        if found.status_code == 200 and found.json()["entries"]:
            return time.perf_counter() - start
        asked += 1
        time.sleep(POLL_SECONDS)
    raise RuntimeError("a click never came to the board")


def _click_steadily(portal: Portal, ended: Event) -> None:
    body, client = batch(BATCH, ARTICLES), httpx.Client(base_url=portal.comments.base_url, timeout=10)
    due = time.monotonic()
    while not ended.is_set():
        client.post("/v1/clicks/batch", content=body, headers=KEY | NDJSON)
        due += BATCH / CLICKS_PER_SECOND
        time.sleep(max(0, due - time.monotonic()))


def _publish(portal: Portal, article_id: str, channel: str) -> None:
    article = {"title": article_id, "url": f"https://news.example/{article_id}", "channels": [channel]}
    article["published_at"] = "2026-01-01T00:00:00Z"
    answer = portal.comments.put(f"/v1/articles/{article_id}", json=article, headers=KEY)
    assert answer.status_code == 201, answer.text


def _memory(portal: Portal) -> list[Figure]:
    found: dict[str, int] = {}
    for pid in _tree(portal.process.pid):
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        for name in ("comments_service:", "ranking_service:", "comments_service.worker", "ranking_service.worker"):
            if name in command:
                found[name] = max(found.get(name, 0), resident_bytes(pid))
        for name in ("services.beat", "redis-server", "caddy"):
            if name in command:
                found[name] = max(found.get(name, 0), resident_bytes(pid))
    return [Figure(f"resident memory, {name.rstrip(':')}", size / 2**20, "MiB") for name, size in sorted(found.items())]


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from _tree(int(child))
