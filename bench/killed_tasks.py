"""A Celery task for each click while its worker is killed: what public Celery over Redis loses and counts twice.

`python -m bench.killed_tasks` prints it as JSON. Each click is on an article of its own, so that its score tells
whether it was counted never, once or twice. The worker is that of bench/references, with late acknowledgement, and a
visibility timeout short enough to see what comes back.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from celery import Celery

from bench.references.task_per_click import COUNTED, make_celery
from bench.servers import running_redis
from shared.store import connect

KILLS = 22
PAUSE_SECONDS = (0.2, 1.2)
"""After a worker that was killed works again."""
VISIBILITY_SECONDS = 15
MOST_WAITING = 500
BOARD = "naive:all:total"


@dataclass(frozen=True)
class Tally:
    """What became of the clicks whose task the broker took."""

    clicks: int
    kills: int
    lost: int
    """Counted never, and nothing of them is left in the broker."""
    held: int
    """Messages that the broker still held, unacknowledged, when the visibility timeout had long passed."""
    doubled: int


@dataclass
class Worker:
    """The worker's process, started again whenever it has ended."""

    environ: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def keep(self) -> None:
        """Run it until told to end."""
        command = [sys.executable, "-W", "ignore", "-m", "bench.references.task_per_click"]
        while not self.ended.wait(0.05):
            if self.process is None or self.process.poll() is not None:
                self.process = subprocess.Popen(
                    command, env={**os.environ, **self.environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
        if self.process:
            self.process.terminate()
            self.process.wait()

    def kill(self, chance: random.Random) -> bool:
        """SIGKILL the parent or its child; False while neither is there."""
        if self.process is None or self.process.poll() is not None:
            return False
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        if not children:
            return False
        os.kill(chance.choice([self.process.pid, int(children[0])]), signal.SIGKILL)
        return True


def send(app: Celery, store: Any, ended: threading.Event, sent: list[str]) -> None:
    """Send clicks as fast as the worker takes them; each is noted when the broker has it."""
    while not ended.is_set():
        if store.llen("celery") > MOST_WAITING:
            time.sleep(0.02)  # so much of a backlog a worker that was killed has to catch up with
            continue
        click = f"click-{len(sent)}"
        app.send_task("click", (click,))
        sent.append(click)


def run(folder: Path, kills: int = KILLS) -> Tally:
    """Kill so many times under load, wait until everything is back, and count."""
    with running_redis(folder, "--appendfsync", "always") as url:
        os.environ["REDIS_URL"], os.environ["VISIBILITY_TIMEOUT"] = url, str(VISIBILITY_SECONDS)
        app, store, sent = make_celery(), connect(url, timeout_seconds=5), list[str]()
        worker, ended, chance = (
            Worker({"REDIS_URL": url, "VISIBILITY_TIMEOUT": str(VISIBILITY_SECONDS)}),
            threading.Event(),
            random.Random(7),
        )
        threads = [threading.Thread(target=worker.keep), threading.Thread(target=send, args=(app, store, ended, sent))]
        for thread in threads:
            thread.start()
        for _ in range(kills):
            _until_it_works(store)
            time.sleep(chance.uniform(*PAUSE_SECONDS))
            while not worker.kill(chance):
                time.sleep(0.02)  # the poll's step
        ended.set()
        _settle(store)
        held = int(store.llen("celery") + store.hlen("unacked"))
        scores = {name.decode(): int(score) for name, score in store.zrange(BOARD, 0, -1, withscores=True)}
        worker.ended.set()
        for thread in threads:
            thread.join()
        app.close()
        store.close()
    counted = Counter({click: scores.get(click, 0) for click in sent})
    never, doubled = sum(number == 0 for number in counted.values()), sum(number > 1 for number in counted.values())
    return Tally(len(sent), kills, max(0, never - held), held, doubled)


def _until_it_works(store: Any) -> None:
    """Wait until the worker counts clicks, as it does some seconds after it was started again."""
    before, deadline = store.get(COUNTED), time.monotonic() + 60
    while store.get(COUNTED) == before:
        assert time.monotonic() < deadline, "the worker counts nothing"
        time.sleep(0.05)  # the poll's step


def _settle(store: Any) -> None:
    """Wait until nothing waits, and then for what a dead worker held to have come back twice over."""
    deadline = time.monotonic() + 60
    while (store.llen("celery") or store.hlen("unacked")) and time.monotonic() < deadline:
        time.sleep(0.2)  # the poll's step
    time.sleep(5)  # what is in the worker's hand


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="redian-bench-") as folder:
        sys.stdout.write(json.dumps(asdict(run(Path(folder), *map(int, sys.argv[1:])))) + "\n")
