"""Nothing acknowledged is lost or counted twice while processes are killed: 50,000 clicks against an oracle."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import pytest
from redis import Redis

from services.embedded.environment import ROOT
from tests.e2e.clicks import CLICKS_A_BATCH, Clicks
from tests.e2e.rabbitmq import rabbitmq
from tests.e2e.running import ARTICLE, KEY, Run, eventually

ARTICLES = [f"kill-{n}" for n in range(20)]
KILLS = 20
SENDERS = 2
BATCHES = 1_920
SINGLE_CLICKS = 2_000
CLICKS = BATCHES * CLICKS_A_BATCH + SINGLE_CLICKS
REDIS_KILLS = 3
REDIS_BATCHES = 300

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc"),
    pytest.mark.timeout(300),
]


@dataclass
class Load(Clicks):
    """Sends clicks in rounds, from a few threads at once."""

    base_url: str = ""
    failures: list[Exception] = field(default_factory=list)
    rounds: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    """One for each round that a sender may begin; so the load lasts as long as the kills do."""

    def start(self) -> list[threading.Thread]:
        """Send everything."""
        # Daemons, so that a test that has failed ends without them.
        threads = [threading.Thread(target=self._send, args=(sender,), daemon=True) for sender in range(SENDERS)]
        for thread in threads:
            thread.start()
        return threads

    def _send(self, sender: int) -> None:
        chance = random.Random(sender)
        try:
            with httpx.Client(base_url=self.base_url, timeout=5) as http:
                for _ in range(KILLS):
                    self.rounds.acquire()
                    for _ in range(BATCHES // SENDERS // KILLS):
                        self.send_batch(http, chance)
                    for _ in range(SINGLE_CLICKS // SENDERS // KILLS):
                        self.send_single(http, chance)
        except Exception as error:  # noqa: BLE001  # shown by the thread that waits
            self.failures.append(error)


def kill_workers(run: Run, load: Load) -> None:
    """SIGKILL a process of the ranking worker, parent or child, each time it has got some work done."""
    chance, pause = random.Random(7), threading.Event()
    with redis_of(run) as store:
        for _ in range(KILLS):
            load.rounds.release(SENDERS)
            version = store.hget("position:{0}", "version")
            eventually(partial(has_moved, store, version), run.log)
            pause.wait(chance.uniform(0, 0.3))  # somewhere in the midst of its work
            # An orphan of the last kill may have done the work while the next worker still starts.
            eventually(partial(kill_one, run, chance), run.log)


def kill_one(run: Run, chance: random.Random, mark: str = "-m ranking_service.worker") -> bool:
    """SIGKILL one process whose command line holds the mark; False when there is none at the moment."""
    processes = run.parts(mark)
    if not processes:
        return False
    try:
        os.kill(chance.choice(processes).pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def has_moved(store: Redis, version: bytes | None) -> bool:
    """Whether a worker has changed the partition since."""
    return store.hget("position:{0}", "version") != version


def assert_verified(run: Run) -> None:
    """The operators' `verify` finds no difference on the running system."""
    command = [sys.executable, "-m", "flask", "--env-file", str(run.data_dir / "ranking.env")]
    verified = subprocess.run(
        [*command, "--app", "ranking_service", "verify"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr


def totals(run: Run) -> dict[str, float]:
    """Every article's clicks on the board of all time."""
    answer = run.http.get("/v1/rankings/zz/total?limit=100")
    entries = answer.json()["entries"] if answer.status_code == 200 else []
    return {entry["article_id"]: entry["score"] for entry in entries}


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A running system with Redis as its broker too."""
    yield from run_on("", tmp_path)


@pytest.fixture
def run_on_rabbitmq(tmp_path: Path) -> Iterator[Run]:
    """A running system whose messages RabbitMQ carries."""
    with rabbitmq(tmp_path / "rabbitmq") as url:
        yield from run_on(url, tmp_path)


def run_on(broker_url: str, folder: Path) -> Iterator[Run]:
    """A system whose Redis writes every append to disk before it answers, with the articles published."""
    started = Run(folder / "data", REDIS_APPENDFSYNC="always", BROKER_URL=broker_url)
    try:
        started.until_ready()
        for article_id in ARTICLES:
            assert started.http.put(f"/v1/articles/{article_id}", json=ARTICLE, headers=KEY).status_code == 201
        yield started
    finally:
        started.http.close()
        started.stop()


def redis_of(run: Run) -> Redis:
    """The run's Redis, found as its own processes find it."""
    lines = (run.data_dir / "ranking.env").read_text().splitlines()
    url = next(line.partition("=")[2].strip("'\"") for line in lines if line.startswith("REDIS_URL="))
    return Redis.from_url(url)


@pytest.mark.parametrize("broker", ["run", "run_on_rabbitmq"])
def test_clicks_survive_workers_that_are_killed(broker: str, request: pytest.FixtureRequest) -> None:
    run: Run = request.getfixturevalue(broker)
    load = Load(ARTICLES, KEY, base_url=str(run.http.base_url))

    senders = load.start()
    kill_workers(run, load)
    for sender in senders:
        sender.join()

    assert not load.failures
    assert load.acknowledged.total() == CLICKS
    eventually(lambda: totals(run) == load.acknowledged, run.log)
    assert_verified(run)


def test_clicks_survive_a_redis_that_is_killed(run: Run) -> None:
    load, chance = Load(ARTICLES, KEY, base_url=str(run.http.base_url)), random.Random(11)

    with httpx.Client(base_url=load.base_url, timeout=5) as http:
        for number in range(REDIS_BATCHES):
            if number % (REDIS_BATCHES // REDIS_KILLS) == 1:
                os.kill(run.parts("redis-server")[0].pid, signal.SIGKILL)
            load.send_batch(http, chance)

    eventually(lambda: totals(run) == load.acknowledged, run.log)
    assert_verified(run)
