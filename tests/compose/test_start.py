"""Up from nothing: what runs, as whom, and what the world reaches of it."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from services.embedded.environment import ROOT
from tests.compose.stack import IMAGE, SERVICES, Stack, compose_command, docker

OURS = ("comments", "ranking", "comments-worker", "ranking-worker", "beat", "migrate")
MOST_BYTES_BEYOND_BASE = 200 * 1024 * 1024

pytestmark = pytest.mark.timeout(600)


def container(stack: Stack, service: str) -> Any:
    return stack.inspect(service)[0]


def test_everything_becomes_healthy_by_itself(stack: Stack) -> None:
    assert stack.unhealthy() == {}


def test_the_tables_were_migrated_once_before_the_services(stack: Stack) -> None:
    migrate, comments = container(stack, "migrate"), container(stack, "comments")

    assert migrate["State"]["ExitCode"] == 0
    assert migrate["State"]["FinishedAt"] < comments["State"]["StartedAt"]


def test_only_the_gateway_publishes_a_port(stack: Stack) -> None:
    published = {service for service in SERVICES if any(container(stack, service)["HostConfig"]["PortBindings"] or {})}

    assert published == {"gateway"}


def test_the_stores_reach_nothing_outside(stack: Stack) -> None:
    for service in ("redis", "postgres"):
        (network,) = container(stack, service)["NetworkSettings"]["Networks"]
        assert docker("network", "inspect", "-f", "{{.Internal}}", network).strip() == "true"


@pytest.mark.parametrize("service", [*SERVICES, "migrate"])
def test_each_container_is_hardened_and_bounded(stack: Stack, service: str) -> None:
    found = container(stack, service)
    host = found["HostConfig"]

    assert host["ReadonlyRootfs"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert host["CapDrop"] == ["ALL"]
    assert host["Memory"] > 0
    assert host["LogConfig"]["Config"]["max-size"]
    assert host["RestartPolicy"]["Name"] == ("no" if service == "migrate" else "unless-stopped")


@pytest.mark.parametrize("service", SERVICES)
def test_no_server_runs_as_root(stack: Stack, service: str) -> None:
    pids = docker("top", stack.containers(service)[0], "-eo", "uid,pid").splitlines()[1:]

    assert pids
    assert all(line.split()[0] != "0" for line in pids)


@pytest.mark.parametrize("service", SERVICES)
def test_no_secret_stands_in_what_the_engine_tells(stack: Stack, service: str) -> None:
    secrets = [(stack.secrets / name).read_text() for name in ("redis_password", "postgres_password", "secret_key")]
    told = docker("inspect", stack.containers(service)[0]) + docker(
        "top", stack.containers(service)[0], "-eo", "pid,args"
    )

    assert not any(secret in told for secret in secrets)


def test_the_image_is_small_and_cannot_compile(stack: Stack) -> None:
    def size(image: str) -> int:
        return int(docker("image", "inspect", "-f", "{{.Size}}", image))

    tools = docker(
        "run", "--rm", "--network=none", "--entrypoint=sh", IMAGE, "-c", "command -v gcc cc g++ make || true"
    )

    assert size(IMAGE) - size("python:3.13-slim") < MOST_BYTES_BEYOND_BASE
    assert tools == ""
    assert stack.containers("comments")


def test_without_secrets_it_stops_with_a_sentence(tmp_path: Path) -> None:
    if not compose_command():
        pytest.skip("no Compose here")
    (tmp_path / "empty").touch()
    environ = {name: value for name, value in os.environ.items() if name != "SECRETS_DIR"}

    told = subprocess.run(
        [*compose_command(), "--env-file", str(tmp_path / "empty"), "config", "--quiet"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode != 0
    assert 'Run "make secrets" first' in told.stderr
