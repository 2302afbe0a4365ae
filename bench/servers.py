"""What a bench runs on: a Redis of its own, and granian with the options of the containers."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from redis import Redis
from redis.exceptions import ConnectionError as RedisDown

from services.embedded.ports import LOOPBACK, free_port
from services.embedded.servers import find_redis

KEY = "bench-key"
START_SECONDS = 60
POLL_SECONDS = 0.05
THREADS = {"comments_service": 32, "ranking_service": 16}
"""As services/app/start runs the services."""
REFERENCE_THREADS = 4
"""Of a reference, which more would slow down: its threads have nothing to wait for, and are not kept together."""


@dataclass(frozen=True)
class Server:
    """Where a server answers, and its process."""

    url: str
    pid: int


@contextmanager
def running_redis(folder: Path, *options: str) -> Iterator[str]:
    """A Redis as `make run` starts it, its append-only file written every second; yields its URL."""
    port = free_port()
    command = [str(find_redis()), "--bind", LOOPBACK, "--port", str(port), "--dir", str(folder)]
    command += ["--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--loglevel", "warning", *options]
    url = f"redis://{LOOPBACK}:{port}/0"
    with running(command, {}):
        wait_for(lambda: _redis_answers(url), "Redis")
        yield url


@contextmanager
def running_app(factory: str, environment: dict[str, str] | None = None) -> Iterator[Server]:
    """A WSGI app, given as `module:factory`, behind granian as the services are."""
    port, threads = free_port(), THREADS.get(factory.partition(":")[0], REFERENCE_THREADS)
    command = [str(Path(sys.executable).parent / "granian"), "--factory", "--no-ws", "--interface", "wsgi"]
    command += ["--http", "1", "--workers", "1", "--blocking-threads", str(threads), "--log-level", "warning"]
    command += ["--host", LOOPBACK, "--port", str(port), factory]
    url = f"http://{LOOPBACK}:{port}"
    with running(command, environment or {}) as pid:
        wait_for(lambda: _http_answers(f"{url}/healthz"), factory)
        yield Server(url, pid)


def service_environment(service: str, redis_url: str, folder: Path) -> dict[str, str]:
    """The settings of a service on a Redis, its SQLite file in a folder."""
    key = {"name": "bench", "key": KEY, "scopes": ["cms", "clicks", "moderate"]}
    return {
        "REDIS_URL": redis_url,
        "BROKER_URL": redis_url,
        "DATABASE_URL": f"sqlite:///{folder / service}.db",
        "SECRET_KEY": "a secret of the bench alone",
        "API_KEYS": json.dumps([key]),
        # So that each request can come from a visitor of its own.
        "TRUSTED_PROXIES": json.dumps([f"{LOOPBACK}/32"]),
        "RATE_LIMITS": "off",
        "LOG_FORMAT": "line",
    }


def migrate(package: str, environment: dict[str, str]) -> None:
    """Make the tables of a service."""
    command = [sys.executable, "-m", "flask", "--app", package, "migrate"]
    subprocess.run(command, env={**os.environ, **environment}, check=True, capture_output=True)


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    """A program, ended with the block; yields its process id."""
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


def wait_for(answers: Callable[[], bool], name: str) -> None:
    """Poll until it answers; ends the process when it never does."""
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if time.monotonic() > deadline:
            raise SystemExit(f"{name} did not start within {START_SECONDS} seconds.")
        time.sleep(POLL_SECONDS)


def _redis_answers(url: str) -> bool:
    try:
        return bool(Redis.from_url(url).ping())
    except RedisDown:
        return False


def _http_answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=1):
            return True
    except (URLError, OSError):
        return False
