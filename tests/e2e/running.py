"""A run of the whole system for a test: started, looked into, clicked at, and stopped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from services.embedded.environment import ROOT
from services.embedded.ports import LOOPBACK, free_port
from tests.e2e.processes import Process, descendants

KEY = {"Authorization": "Bearer test-key"}
ARTICLE = {
    "title": "Lanterns",
    "url": "https://example.org/1",
    "channels": ["zz"],
    "published_at": "2026-01-01T00:00:00Z",
}
DEADLINE_SECONDS = 120
"""So long a machine that is busy with other things may take to start a dozen processes."""
PATIENCE_SECONDS = 20


class Run:
    """One `python -m services.embedded`, in the foreground of nobody."""

    module = "services.embedded"
    patience = {"MOST_WAIT_MS": "10000"}  # noqa: RUF012  # read only
    """Whatever else runs on the machine, a reader is answered rather than told that the system is overloaded."""

    def __init__(self, data_dir: Path, **variables: str) -> None:
        self.ports = {name: str(free_port()) for name in ("GATEWAY_PORT", "COMMENTS_PORT", "RANKING_PORT")}
        given = {"DATA_DIR": str(data_dir), "API_KEY": "test-key", "RATE_LIMITS": "off", "DEMO": "0"}
        self.data_dir = data_dir
        self.log = data_dir.with_name(f"{data_dir.name}.log")
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module],
                cwd=ROOT,
                env={**os.environ, **self.patience, **given, **self.ports, **variables},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.http = httpx.Client(base_url=f"http://{LOOPBACK}:{self.ports['GATEWAY_PORT']}", timeout=PATIENCE_SECONDS)

    def until_ready(self) -> None:
        """Wait for the welcome."""
        eventually(lambda: "Redian is ready" in self.log.read_text(), self.log)

    def parts(self, mark: str) -> list[Process]:
        """The processes of this run whose command line holds the mark."""
        return [process for process in descendants(self.process.pid) if mark in process.command]

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send a signal and wait for the end."""
        self.process.send_signal(number)
        return self.process.wait(DEADLINE_SECONDS)

    def total(self, article_id: str) -> float:
        """The article's clicks on the board `total` of zz; 0 where it does not stand."""
        answer = self.http.get("/v1/rankings/zz/total")
        entries = answer.json()["entries"] if answer.status_code == 200 else []
        return float(sum(entry["score"] for entry in entries if entry["article_id"] == article_id))

    def click(self, article_id: str, times: int = 1) -> None:
        """Clicks as a portal's server sends them."""
        body = [{"article_id": article_id}] * times
        assert self.http.post("/v1/clicks/batch", json=body, headers=KEY).json()["accepted"] == times


def eventually(holds: Callable[[], Any], log: Path) -> None:
    """Poll until it holds; shows the run's log when it never does."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, log.read_text()[-4_000:]
        time.sleep(0.05)  # the poll's step
