"""docker-compose.yml as it is written: what the plans for several hosts are compared with."""

from typing import Any

import yaml

from services.embedded.environment import ROOT

ON_ONE_HOST_ONLY = {"demo", "prometheus", "grafana", "jaeger"}
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = {name: each for name, each in COMPOSE["services"].items() if name not in ON_ONE_HOST_ONLY}


def command_of(service: str) -> list[str]:
    """What a container of a service runs; PostgreSQL's and Redis' scripts stand where they are mounted."""
    return list(SERVICES[service]["command"])
