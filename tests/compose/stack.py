"""A stack: everything of docker-compose.yml under a project of its own, on loopback, without rate limits."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx

from services.embedded.environment import ROOT
from services.embedded.ports import LOOPBACK, free_port

SERVICES = (
    "gateway",
    "comments",
    "ranking",
    "live",
    "portal",
    "comments-worker",
    "ranking-worker",
    "beat",
    "redis",
    "postgres",
)
DEADLINE_SECONDS = 60
IMAGE = "redian:test"


def missing_engine() -> str | None:
    """Why no stack can run here; None when one can."""
    if not shutil.which("docker"):
        return "no docker on the PATH"
    if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode:
        return "no Docker engine answers"
    return None if compose_command() else "neither `docker compose` nor docker-compose is here"


def compose_command() -> list[str]:
    """Whichever Compose this machine has; nothing without one."""
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0:
        return ["docker", "compose"]
    return ["docker-compose"] if shutil.which("docker-compose") else []


class Stack:
    """One project of Compose, from nothing to `down -v`."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.secrets = folder / "secrets"
        self.environ = {
            **os.environ,
            "COMPOSE_PROJECT_NAME": f"redian-test-{os.getpid()}",
            "SECRETS_DIR": str(self.secrets),
            "REDIAN_IMAGE": IMAGE,
            "GATEWAY_BIND": LOOPBACK,
            "GATEWAY_PORT": str(self.port),
            "PROMETHEUS_PORT": str(free_port()),
            "PORTAL_URL": f"http://{LOOPBACK}:{self.port}",
            "RATE_LIMITS": "off",
            # The machine of the tests does more than serve: what it is late for is not what they are about.
            "MOST_WAIT_MS": "10000",
            # Beside a stack that runs on this machine already.
            "EDGE_SUBNET": "10.213.8.0/24",
            "EDGE_RANGE": "10.213.8.128/25",
            "EDGE_HOST": "10.213.8.1",
            "GATEWAY_ADDRESS": "10.213.8.2",
        }
        self._compose = compose_command()
        self.run("make", "--silent", "secrets")
        key = (self.secrets / "api_key").read_text()
        self.key = {"Authorization": f"Bearer {key}"}
        self.http = httpx.Client(base_url=f"http://{LOOPBACK}:{self.port}", timeout=20)

    def run(self, *command: str, **variables: str) -> str:
        """Run a command of the project as its operator would; answers what it printed, or fails with it."""
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**self.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=600,
        )
        assert done.returncode == 0, f"{' '.join(command)}: {done.stdout[-4_000:]}"
        return done.stdout

    def compose(self, *arguments: str, **variables: str) -> str:
        """Run Compose."""
        return self.run(*self._compose, *arguments, **variables)

    def containers(self, service: str) -> list[str]:
        """The ids of a service's containers that run."""
        ids = docker("ps", "--quiet", "--no-trunc", *self._filters(service)).split()
        return list(ids)

    def inspect(self, service: str) -> list[Any]:
        """What the engine knows of a service's containers, those that have ended among them."""
        ids = docker("ps", "--all", "--quiet", *self._filters(service)).split()
        return list(json.loads(docker("inspect", *ids))) if ids else []

    def _filters(self, service: str) -> list[str]:
        project = self.environ["COMPOSE_PROJECT_NAME"]
        labels = (f"project={project}", f"service={service}", "oneoff=False")
        return [f"--filter=label=com.docker.compose.{label}" for label in labels]

    def unhealthy(self, services: Sequence[str] = SERVICES) -> dict[str, str]:
        """Services with a container that is not healthy, and how it is."""
        found = {}
        for service in services:
            states = [each["State"] for each in self.inspect(service)] or [{"Status": "missing"}]
            for state in states:
                health = state.get("Health", {}).get("Status", state["Status"])
                if health != "healthy" or state["Status"] != "running":
                    found[service] = health
        return found

    def until_healthy(self, services: Sequence[str] = SERVICES, seconds: float = DEADLINE_SECONDS) -> None:
        """Wait until every container of the services is healthy."""
        eventually(lambda: not self.unhealthy(services), lambda: self.complaint(services), seconds)

    def complaint(self, services: Sequence[str] = SERVICES) -> str:
        """What is wrong, and what those services wrote last."""
        unhealthy = self.unhealthy(services)
        return f"{unhealthy}\n" + (self.compose("logs", "--tail=30", "--no-color", *unhealthy) if unhealthy else "")

    def kill(self, service: str) -> None:
        """SIGKILL the main process of a service's containers, as a crash or the kernel does it.

        `docker kill` would not do: the engine takes it for a stop by hand, after which nothing starts again.
        """
        pids = [str(each["State"]["Pid"]) for each in self.inspect(service) if each["State"]["Pid"]]
        script = f"kill -9 {' '.join(pids)}"
        docker("run", "--rm", "--pid=host", "--user=0", "--network=none", "--entrypoint=sh", IMAGE, "-c", script)

    def publish(self, *article_ids: str, channel: str = "zz") -> None:
        """Put articles."""
        for article_id in article_ids:
            article = {
                "title": f"Article {article_id}",
                "url": f"https://example.org/{article_id}",
                "channels": [channel],
                "published_at": "2026-01-01T00:00:00Z",
            }
            answer = self.http.put(f"/v1/articles/{article_id}", json=article, headers=self.key)
            assert answer.status_code in (200, 201), answer.text

    def board(self, path: str) -> dict[str, int]:
        """The scores of a board, `channel/board?metric=`; empty while it cannot be read."""
        try:
            answer = self.http.get(f"/v1/rankings/{path}", params={"limit": 100} if "?" not in path else None)
        except httpx.TransportError:
            return {}
        entries = answer.json()["entries"] if answer.status_code == 200 else []
        return {entry["article_id"]: entry["score"] for entry in entries}

    def verify(self) -> str:
        """The operators' `verify`, which fails on any difference between boards and ledger."""
        return docker("exec", self.containers("ranking")[0], "flask", "--app", "ranking_service", "verify")

    def logs(self, container: str) -> str:
        """What a container wrote."""
        return self.run("docker", "logs", container)

    def down(self) -> None:
        """Take everything away, the data too."""
        self.http.close()
        self.compose(
            "--profile", "metrics", "--profile", "demo", "down", "--volumes", "--remove-orphans", "--timeout", "5"
        )


def docker(*arguments: str) -> str:
    """Run the engine's own command."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, f"docker {' '.join(arguments)}: {done.stderr}"
    return done.stdout


def eventually(holds: Callable[[], Any], tell: Callable[[], object], seconds: float = DEADLINE_SECONDS) -> None:
    """Poll until it holds; fails with what `tell` says when it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, tell()
        time.sleep(0.2)  # the poll's step
