"""The environment of each process: one set of settings a service, and what the Procfile's lines refer to."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.embedded.ports import LOOPBACK
from services.embedded.settings import EmbeddedSettings

ROOT = Path(__file__).resolve().parents[2]
"""The checkout: where the Procfile and the packages are."""


@dataclass(frozen=True)
class Endpoints:
    """What was found or chosen at this start."""

    redis_url: str
    redis_server: Path
    caddy: Path
    secret_key: str
    live_port: int
    portal_port: int


def service_settings(settings: EmbeddedSettings, endpoints: Endpoints, service: str) -> dict[str, str]:
    """The settings of the processes of one service (`comments`, `ranking`) as variables."""
    key = {"name": "local", "key": settings.api_key, "scopes": ["cms", "clicks", "moderate", "administer"]}
    return {
        "REDIS_URL": endpoints.redis_url,
        "BROKER_URL": settings.broker_url or endpoints.redis_url,
        "DATABASE_URL": f"sqlite:///{settings.data_dir / service}.db",
        "PARTITIONS": "1",
        "SECRET_KEY": endpoints.secret_key,
        "API_KEYS": json.dumps([key]),
        # Only the gateway stands between a reader and the service, on this machine.
        "TRUSTED_PROXIES": json.dumps([f"{LOOPBACK}/32", "::1/128"]),
        "RATE_LIMITS": settings.rate_limits,
        "PORTAL_URL": settings.portal,
        "LOG_FORMAT": "line",
        # Workers, services and gateway share this machine: what answers goes before what counts.
        "WORKER_NICENESS": "10",
    }


def machine_settings(settings: EmbeddedSettings, endpoints: Endpoints) -> dict[str, str]:
    """What every process gets beside the settings of its service: ports, folders and the way to the programs."""
    data = settings.data_dir
    return {
        **{variable: str(port) for variable, port in settings.ports.items()},
        "LIVE_PORT": str(endpoints.live_port),
        "PORTAL_PORT": str(endpoints.portal_port),
        "BIND_ADDRESS": LOOPBACK,
        "API_KEY": settings.api_key,
        "GATEWAY_URL": settings.portal,
        "DATA_DIR": str(data),
        "REDIS_SERVER": str(endpoints.redis_server),
        "CADDY": str(endpoints.caddy),
        # Caddy keeps nothing in the home folder.
        "XDG_DATA_HOME": str(data / "caddy"),
        "XDG_CONFIG_HOME": str(data / "caddy"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "PYTHONUNBUFFERED": "1",
        # Celery warns root because a pickled message can run anything; only JSON is accepted here.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }


def environ_of(process: str, machine: Mapping[str, str], services: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The whole environment of one line of the Procfile; `ranking` and `ranking-worker` are of one service."""
    service = process.removesuffix("-worker")
    # Beat has no store of its own; the settings of either service tell it the broker.
    return {**os.environ, **machine, **services.get(service, services["comments"])}
