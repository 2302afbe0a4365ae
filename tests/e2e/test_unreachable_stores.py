"""Processes whose stores cannot be reached: each says what is wrong, and none tells a password on the way."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from services.embedded.environment import ROOT
from services.embedded.ports import LOOPBACK, free_port
from tests.e2e.running import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.timeout(240)

NOBODY = f"{LOOPBACK}:1"
SECRETS = {name: f"{name}-that-nobody-may-read" for name in ("redis", "broker", "sql", "secret-key", "api-key")}
BROKERS = {
    "redis": f"redis://:{SECRETS['broker']}@{NOBODY}/0",
    "rabbitmq": f"amqp://redian:{SECRETS['broker']}@{NOBODY}//",
}
SERVERS = {
    "comments": ["/readyz", "/metrics", "/v1/articles/a", "/v1/articles/a/comments", "/v1/moderation/queue"],
    "ranking": [
        "/readyz",
        "/metrics",
        "/v1/rankings/zz",
        "/v1/rankings/zz/hot?at=2026-11-28T00:00:00Z",
        "/v1/channels",
    ],
    "live": ["/readyz", "/metrics", "/v1/articles/a/comments/live"],
}
WORKERS = ["comments-worker", "ranking-worker", "beat"]
COMMANDS = [
    *("comments_service migrate", "comments_service republish", "comments_service deadletter list"),
    *("ranking_service migrate", "ranking_service verify", "ranking_service lag", "ranking_service deadletter list"),
]
KEY = {"Authorization": f"Bearer {SECRETS['api-key']}"}


@dataclass(frozen=True)
class Started:
    """A process of the services, what it writes, and where it listens."""

    process: "subprocess.Popen[bytes]"
    log: Path
    port: int

    def get(self, path: str) -> str:
        """An answer with its headers."""
        answer = httpx.get(f"http://{LOOPBACK}:{self.port}{path}", headers=KEY, timeout=PATIENCE_SECONDS)
        return f"{answer.status_code} {answer.headers} {answer.text}"

    def is_up(self) -> bool:
        """Whether it answers."""
        with suppress(httpx.HTTPError):
            return httpx.get(f"http://{LOOPBACK}:{self.port}/healthz").status_code == 200
        return False

    def is_refused(self) -> bool:
        """Whether it has noticed that a store is away."""
        return "refused" in self.log.read_text().lower()


@contextmanager
def started(folder: Path, broker: str, *command: str) -> Iterator[Started]:
    """A process with stores that are not there."""
    port, log = free_port(), folder / f"{'-'.join(command).replace('/', '-')}.log"
    key = {"name": "portal", "key": SECRETS["api-key"], "scopes": ["cms", "clicks", "moderate", "administer"]}
    environ = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "PORT": str(port),
        "BIND_ADDRESS": LOOPBACK,
        "DATA_DIR": str(folder),
        "PYTHONUNBUFFERED": "1",
        "REDIS_URL": f"redis://:{SECRETS['redis']}@{NOBODY}/0",
        "DATABASE_URL": f"postgresql+psycopg://redian:{SECRETS['sql']}@{NOBODY}/redian",
        "BROKER_URL": BROKERS[broker],
        "SECRET_KEY": SECRETS["secret-key"],
        "API_KEYS": json.dumps([key]),
    }
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT) as process,
    ):
        try:
            yield Started(process, log, port)
        finally:
            process.terminate()


def told(written: str) -> set[str]:
    """Which secrets stand in what was written or answered."""
    return {name for name, secret in SECRETS.items() if secret in written}


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_without_its_stores_tells_no_secret(tmp_path: Path, name: str) -> None:
    with started(tmp_path, "redis", "services/app/start", name) as server:
        eventually(server.is_up, server.log)

        answers = [server.get(path) for path in SERVERS[name]]

        assert answers[0].startswith("503")
    assert told("\n".join(answers)) == set()
    assert told(server.log.read_text()) == set()


@pytest.mark.parametrize("broker", BROKERS)
def test_workers_without_their_stores_tell_no_secret(tmp_path: Path, broker: str) -> None:
    with ExitStack() as stack:
        workers = [stack.enter_context(started(tmp_path, broker, "services/app/start", name)) for name in WORKERS]
        for worker in workers:
            eventually(worker.is_refused, worker.log)

    assert [told(worker.log.read_text()) for worker in workers] == [set()] * len(workers)


def test_commands_without_their_stores_end_with_a_sentence_and_tell_no_secret(tmp_path: Path) -> None:
    with ExitStack() as stack:
        commands = [
            stack.enter_context(started(tmp_path, "redis", "flask", "--app", *command.split())) for command in COMMANDS
        ]
        statuses = [command.process.wait(60) for command in commands]

    written = [command.log.read_text() for command in commands]
    assert statuses == [1] * len(COMMANDS)
    assert [told(each) for each in written] == [set()] * len(COMMANDS)
    assert [each.splitlines()[-1][:6] for each in written] == ["Error:"] * len(COMMANDS)
    assert not [each for each in written if "Traceback" in each]
