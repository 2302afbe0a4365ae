"""The Swarm stack: the same system as docker-compose.yml, in what one host and several have in common."""

from typing import Any

import pytest
import yaml

from services.embedded.environment import ROOT
from tests.unit.deployment.compose import SERVICES

FOLDER = ROOT / "services" / "swarm"
STACK: dict[str, Any] = yaml.safe_load((FOLDER / "stack.yml").read_text())
SAME = ("image", "command", "user", "secrets", "stop_signal", "stop_grace_period", "read_only", "cap_drop", "cap_add")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_that_of_compose(name: str) -> None:
    ours, theirs = STACK["services"][name], SERVICES[name]

    assert {key: ours.get(key) for key in SAME} == {key: theirs.get(key) for key in SAME}
    assert set(ours.get("environment", {})) == set(theirs.get("environment", {}))
    assert set(ours["networks"]) == set(theirs["networks"])
    assert ours.get("healthcheck", {}).get("test") == theirs.get("healthcheck", {}).get("test")
    assert ours["deploy"]["resources"]["limits"]["memory"] == theirs["mem_limit"]


def test_there_is_no_other_service() -> None:
    assert set(STACK["services"]) == set(SERVICES)


def test_every_file_that_is_named_is_there() -> None:
    files = [config["file"] for config in STACK["configs"].values()]

    assert [file for file in files if not (FOLDER / file).is_file()] == []
