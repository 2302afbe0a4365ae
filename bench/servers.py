"""What a bench runs on: a Redis of its own, and granian with the options of the containers."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from redis import Redis
from redis.exceptions import ConnectionError as RedisDown

from services.embedded.ports import LOOPBACK, free_port
from services.embedded.servers import find_redis

KEY = "bench-key"
START_SECONDS = 15
POLL_SECONDS = 0.05
# As services/app/start runs them.
GRANIAN = {
    "--interface": "wsgi",
    "--http": "1",
    "--workers": "1",
    "--blocking-threads": "4",
    "--log-level": "warning",
}


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """A Redis as `make run` starts it, its append-only file written every second; yields its URL."""
    port = free_port()
    command = [str(find_redis()), "--bind", LOOPBACK, "--port", str(port), "--dir", str(folder)]
    command += ["--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--loglevel", "warning"]
    url = f"redis://{LOOPBACK}:{port}/0"
    with _running(command, {}):
        _wait_for(lambda: _redis_answers(url), "Redis")
        yield url


@contextmanager
def running_app(factory: str, environment: dict[str, str] | None = None) -> Iterator[str]:
    """A WSGI app, given as `module:factory`, behind granian; yields its base URL."""
    port = free_port()
    granian = str(Path(sys.executable).parent / "granian")
    command = [granian, "--factory", "--no-ws", *(word for option in GRANIAN.items() for word in option)]
    command += ["--host", LOOPBACK, "--port", str(port), factory]
    url = f"http://{LOOPBACK}:{port}"
    with _running(command, environment or {}):
        _wait_for(lambda: _http_answers(f"{url}/healthz"), factory)
        yield url


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
def _running(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


def _wait_for(answers: Callable[[], bool], name: str) -> None:
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
