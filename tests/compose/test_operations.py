"""Operations: a new version without an error, a stop that loses nothing, and a backup from which all comes back."""

import threading
from itertools import count
from pathlib import Path

import httpx
import pytest

from tests.compose.load import Load
from tests.compose.stack import SERVICES, Stack

pytestmark = pytest.mark.timeout(900)


class Loop:
    """Requests of every kind through the gateway, one after another, until it is told to end."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._ended = threading.Event()
        self.answers: list[int] = []
        self.errors: list[str] = []
        self._thread = threading.Thread(target=self._go, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _go(self) -> None:
        with httpx.Client(base_url=self._stack.http.base_url, timeout=20) as http:
            for number in count():
                if self._ended.wait(0.01):
                    return
                headers = {"User-Agent": f"Mozilla/5.0 (X11; Linux x86_64; rv:{number}.0) Gecko/20100101"}
                for method, path, body in (
                    ("GET", f"/v1/rankings/roll/total?limit={number % 100 + 1}", None),
                    ("GET", "/v1/articles/roll-1/comments?limit=3", None),
                    ("POST", "/v1/clicks", {"article_id": "roll-1"}),
                ):
                    try:
                        answer = http.request(method, path, json=body, headers=headers)
                        self.answers.append(answer.status_code)
                        if not answer.is_success:
                            self.errors.append(f"{method} {path}: {answer.status_code} {answer.text}")
                    except httpx.HTTPError as error:
                        self.errors.append(f"{method} {path}: {error!r}")


def test_a_deploy_answers_every_request(stack: Stack) -> None:
    stack.publish("roll-1", channel="roll")
    before = {service: stack.containers(service) for service in ("comments", "ranking")}
    loop = Loop(stack)

    loop.start()
    stack.run("make", "--silent", "deploy")
    loop.stop()

    assert loop.errors == []
    assert len(loop.answers) > 100
    for service, old in before.items():
        assert len(stack.containers(service)) == len(old)
        assert not set(stack.containers(service)) & set(old)
    stack.until_healthy()


def test_after_the_loss_of_both_stores_a_backup_brings_all_back(stack: Stack, tmp_path: Path) -> None:
    load = Load(stack, "backup")
    with load.running():
        while load.clicks.acknowledged.total() < 1_000 or sum(load.comments.values()) < 5:
            threading.Event().wait(0.05)  # the poll's step
    # `stop` in the midst of it, to see that what was acknowledged is there afterwards.
    stack.compose("stop")
    stack.compose("up", "-d")
    stack.until_healthy()
    load.assert_exact()
    comments = stack.http.get("/v1/articles/backup-1/comments").json()

    stack.run("make", "--silent", "backup", f"TO={tmp_path / 'saved'}")
    stack.compose("down", "--volumes")
    stack.run("make", "--silent", "restore", f"FROM={tmp_path / 'saved'}")

    stack.until_healthy(SERVICES)
    load.assert_exact()
    assert stack.http.get("/v1/articles/backup-1/comments").json() == comments
