"""`make run` as a person uses it: started, clicked through, shot at, stopped, and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

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
DEADLINE_SECONDS = 30

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")


class Run:
    """One `python -m services.embedded`, in the foreground of nobody."""

    def __init__(self, data_dir: Path, **variables: str) -> None:
        self.ports = {name: str(free_port()) for name in ("GATEWAY_PORT", "COMMENTS_PORT", "RANKING_PORT")}
        given = {"DATA_DIR": str(data_dir), "API_KEY": "test-key", "RATE_LIMITS": "off", "DEMO": "0"}
        self.data_dir = data_dir
        self.log = data_dir.with_name(f"{data_dir.name}.log")
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "services.embedded"],
                cwd=ROOT,
                env={**os.environ, **given, **self.ports, **variables},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.http = httpx.Client(base_url=f"http://{LOOPBACK}:{self.ports['GATEWAY_PORT']}", timeout=5)

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


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(data_dir: Path) -> Iterator[Run]:
    run = Run(data_dir)
    try:
        run.until_ready()
        yield run
    finally:
        if run.process.poll() is None:
            run.stop()
        run.http.close()


def test_a_click_reaches_the_board_through_the_gateway(run: Run) -> None:
    assert run.http.get("/readyz").status_code == 200
    assert run.http.put("/v1/articles/a-1", json=ARTICLE, headers=KEY).status_code == 201

    assert run.http.post("/v1/clicks", json={"article_id": "a-1"}).status_code == 202

    eventually(lambda: run.total("a-1") == 1, run.log)


def test_whatever_is_killed_comes_back_and_no_click_is_lost(run: Run) -> None:
    run.http.put("/v1/articles/a-1", json=ARTICLE, headers=KEY)
    marks = ("ranking_service.worker", "ranking_service:create_app", "comments_service:create_app", "services.beat")

    for mark in (*marks, "caddy", "redis-server"):
        victims = run.parts(mark)
        assert victims, f"nothing runs as {mark}"
        for victim in victims:
            os.kill(victim.pid, signal.SIGKILL)
        eventually(partial(is_replaced, run, mark, victims), run.log)

    eventually(lambda: is_ready(run), run.log)
    run.click("a-1", times=100)
    eventually(lambda: run.total("a-1") == 100, run.log)


def is_replaced(run: Run, mark: str, victims: list[Process]) -> bool:
    """Whether other processes run in the place of those killed."""
    now = run.parts(mark)
    return bool(now) and not set(now) & set(victims)


def is_ready(run: Run) -> bool:
    """Whether the whole way through the gateway answers."""
    try:
        return run.http.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_nothing_running_and_the_ports_free(run: Run, number: int) -> None:
    everything = descendants(run.process.pid)
    assert len(everything) >= 7

    assert run.stop(number) == 0

    assert [process for process in everything if process.is_running()] == []
    for port in run.ports.values():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((LOOPBACK, int(port)))


def test_nothing_outlives_a_killed_launcher(run: Run) -> None:
    everything = descendants(run.process.pid)

    run.stop(signal.SIGKILL)

    eventually(lambda: not any(process.is_running() for process in everything), run.log)


def test_the_next_start_goes_on_with_the_data(run: Run, data_dir: Path) -> None:
    run.http.put("/v1/articles/a-1", json=ARTICLE, headers=KEY)
    run.click("a-1", times=7)
    eventually(lambda: run.total("a-1") == 7, run.log)
    run.stop()

    again = Run(data_dir)
    try:
        eventually(lambda: is_ready(again), again.log)
        assert again.http.get("/v1/articles/a-1").json()["title"] == "Lanterns"
        again.click("a-1", times=3)
        eventually(lambda: again.total("a-1") == 10, again.log)
    finally:
        again.stop()
        again.http.close()


def test_a_second_start_on_the_same_folder_is_refused(run: Run, data_dir: Path) -> None:
    second = Run(data_dir)

    assert second.process.wait(DEADLINE_SECONDS) == 1
    assert "Another `make run` uses" in second.log.read_text()
    assert is_ready(run)


def test_a_busy_port_ends_the_start_with_a_sentence(data_dir: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]

        run = Run(data_dir, RANKING_PORT=str(port))

        assert run.process.wait(DEADLINE_SECONDS) == 1
        assert f"Port {port} is in use" in run.log.read_text()
        assert "make run RANKING_PORT=" in run.log.read_text()


def test_the_demo_fills_the_boxes(data_dir: Path) -> None:
    run = Run(data_dir, DEMO="1")
    try:
        run.until_ready()
        eventually(lambda: len(run.http.get("/v1/rankings/zz/total").json().get("entries", [])) >= 8, run.log)
        assert run.http.get("/").headers["Content-Type"].startswith("text/html")
    finally:
        assert run.stop() == 0
        run.http.close()
