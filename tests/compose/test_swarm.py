"""The Swarm stack on a swarm of one node: up from nothing, a click and a comment on the boards, scaled and replaced."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.embedded.environment import ROOT
from services.embedded.ports import LOOPBACK, free_port
from tests.compose.stack import IMAGE, SERVICES, Stack, docker, eventually

pytestmark = pytest.mark.timeout(300)

NAME = f"redian-swarm-{os.getpid()}"
OURS = ("--filter", f"name={NAME}_")
START_SECONDS = 120


class Swarm:
    """The stack's one node."""

    def __init__(self, secrets: Path) -> None:
        self.port = free_port()
        self.environ = {
            **os.environ,
            "SECRETS_DIR": str(secrets),
            "REDIAN_IMAGE": IMAGE,
            "GATEWAY_PORT": str(self.port),
            "EDGE_SUBNET": "10.213.10.0/24",
            "CONFIGS": NAME,
            "RATE_LIMITS": "off",
            # As in tests.compose.stack.
            "MOST_WAIT_MS": "10000",
        }
        self.http = httpx.Client(base_url=f"http://{LOOPBACK}:{self.port}", timeout=20)
        self.key = {"Authorization": f"Bearer {(secrets / 'api_key').read_text()}"}

    def deploy(self) -> None:
        command = ["docker", "stack", "deploy", "--compose-file", "services/swarm/stack.yml", NAME]
        done = subprocess.run(command, cwd=ROOT, env=self.environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def missing(self) -> dict[str, str]:
        """Services that have fewer containers running and healthy than they should."""
        lines = docker("stack", "services", "--format", "{{json .}}", NAME).splitlines()
        told = {each["Name"].removeprefix(f"{NAME}_"): each["Replicas"].split()[0] for each in map(json.loads, lines)}
        few = {name: count for name, count in told.items() if len(set(count.split("/"))) > 1 and name != "migrate"}
        return few if set(told) >= set(SERVICES) else {"stack": "incomplete"}

    def total(self, article_id: str) -> int | None:
        entries = self.http.get("/v1/rankings/swarm/total").json().get("entries", [])
        return next((entry["score"] for entry in entries if entry["article_id"] == article_id), None)

    def put(self, article_id: str) -> int:
        article: dict[str, Any] = {"title": "Lanterns", "url": "https://example.org/1", "channels": ["swarm"]}
        article["published_at"] = "2026-01-01T00:00:00Z"
        try:
            return self.http.put(f"/v1/articles/{article_id}", json=article, headers=self.key).status_code
        except httpx.TransportError:
            return 0

    def remove(self) -> None:
        self.http.close()
        # At once: what is told to a service that is removed it may take half a minute to finish.
        docker("swarm", "leave", "--force")
        eventually(lambda: not docker("ps", "--all", "--quiet", *OURS), lambda: docker("ps", "--all", *OURS))
        docker("volume", "rm", *docker("volume", "ls", "--quiet", *OURS).split())


@pytest.fixture(scope="module")
def swarm(stack: Stack) -> Iterator[Swarm]:
    """A swarm that was made for it; one that is there already is somebody's, and is left alone."""
    if docker("info", "--format", "{{.Swarm.LocalNodeState}}").strip() != "inactive":
        pytest.skip("this engine is part of a swarm already")
    docker("swarm", "init", "--advertise-addr", LOOPBACK)
    swarm = Swarm(stack.secrets)
    try:
        docker("node", "update", "--label-add", "redian.stores=true", docker("node", "ls", "--quiet").strip())
        swarm.deploy()
        eventually(lambda: not swarm.missing(), swarm.missing, START_SECONDS)
        eventually(lambda: swarm.put("s-1") in (200, 201), lambda: "no article is taken")
        yield swarm
    finally:
        swarm.remove()


def test_a_click_and_a_comment_reach_the_boards_of_a_swarm(swarm: Swarm) -> None:
    clicks = [{"article_id": "s-1"}] * 3
    swarm.http.post("/v1/clicks/batch", json=clicks, headers=swarm.key).raise_for_status()
    posted = swarm.http.post("/v1/articles/s-1/comments", json={"text": "沙发"})

    assert posted.status_code == 201
    eventually(lambda: swarm.total("s-1") == 3, lambda: swarm.total("s-1"))


def test_a_readers_address_arrives_in_a_swarm(swarm: Swarm) -> None:
    assert swarm.put("s-2") == 201
    headers = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101"}

    for number in range(3):
        body, claim = {"article_id": "s-2"}, {"X-Forwarded-For": f"203.0.113.{number}"}
        assert swarm.http.post("/v1/clicks", json=body, headers=headers | claim).status_code == 202

    eventually(lambda: swarm.total("s-2") == 1, lambda: swarm.total("s-2"))


def test_workers_are_added_and_a_service_is_replaced_without_an_error(swarm: Swarm) -> None:
    docker("service", "scale", "--detach", f"{NAME}_ranking-worker=3")
    command = ["docker", "service", "update", "--quiet", "--force", "--update-monitor=2s", f"{NAME}_ranking"]
    update = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    answers: list[httpx.Response] = []
    while update.poll() is None:
        answers.append(swarm.http.get(f"/v1/rankings/swarm/total?limit={len(answers) % 100 + 1}"))

    assert update.returncode == 0
    assert len(answers) > 10
    assert [answer.text for answer in answers if answer.status_code != 200] == []
    eventually(lambda: not swarm.missing(), swarm.missing)
