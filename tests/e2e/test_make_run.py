"""`make run` as a person uses it: started, clicked through, shot at, stopped, and started again."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from services.embedded.ports import LOOPBACK
from tests.e2e.processes import Process, descendants
from tests.e2e.running import ARTICLE, DEADLINE_SECONDS, KEY, Run, eventually

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc"),
    pytest.mark.timeout(300),
]


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


def test_what_counts_gives_way_to_what_answers(run: Run) -> None:
    def niceness(mark: str) -> int:
        return max(os.getpriority(os.PRIO_PROCESS, process.pid) for process in run.parts(mark))

    others = max(map(niceness, ("comments_service:create_app", "ranking_service:create_app", "caddy", "redis-server")))

    for worker in ("ranking_service.worker", "comments_service.worker"):
        assert niceness(worker) >= min(others + 10, 19)


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
