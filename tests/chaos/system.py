"""A running system for faults: `make run` as it is, or rewired so that what lies between its parts can be broken."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
from redis import Redis
from sqlalchemy import Engine, create_engine

from services.embedded.environment import ROOT
from services.embedded.ports import LOOPBACK
from tests.chaos.postgres import Postgres
from tests.chaos.wires import Target, Wire, Wiring
from tests.e2e.running import Run

READERS_OF_REDIS = ("comments", "ranking", "live", "comments-worker", "ranking-worker")
USERS_OF_BROKER = ("comments", "comments-worker", "ranking-worker", "beat")
USERS_OF_DATABASE = ("comments", "ranking", "live", "comments-worker", "ranking-worker")
SERVED = ("comments", "ranking")
MARKS = {
    "comments server": "comments_service:create_app",
    "ranking server": "ranking_service:create_app",
    "live server": "comments_service.live.app:create_app",
    "portal server": "services.portal.app:create_app",
    "comments worker": "-m comments_service.worker",
    "ranking worker": "-m ranking_service.worker",
    "beat": "-m services.beat",
    "gateway": "caddy run",
    "Redis": "redis-server",
}
"""By what each part's processes, parents and children, are known among the launcher's descendants."""


class System(Run):
    """Every process of the embedded mode. With `broker` its wires are proxies, and what they lead to may be broken."""

    module = "tests.chaos.launcher"
    patience = {}  # noqa: RUF012  # read only; what waits too long is refused, as in every installation

    def __init__(
        self,
        data_dir: Path,
        variables: Mapping[str, str],
        *,
        environ: Mapping[str, str] | None = None,
        broker: str = "",
        postgres: Postgres | None = None,
    ) -> None:
        self.postgres = postgres
        self.broker = broker
        self._data_dir = data_dir
        wires = [*self._wires(postgres)] if broker else []
        self.wiring = Wiring(wires)
        changes = self._changes(wires) | {"*": dict(environ or {})}
        if postgres is not None:
            self._migrate(postgres)
        super().__init__(data_dir, CHAOS_ENVIRON=json.dumps(changes), BROKER_URL=broker, **variables)

    @property
    def redis(self) -> Redis:
        """The system's Redis, past every wire."""
        port, password = self._redis()
        return Redis(host=LOOPBACK, port=port, password=password, socket_timeout=10)

    def comments_database(self) -> Engine:
        """The tables of comments_service, past every wire."""
        if self.postgres is not None:
            return create_engine(self.postgres.url("comments"))
        return create_engine(f"sqlite:///{self.data_dir}/comments.db")

    def is_ready(self) -> bool:
        """Whether both services say that their stores answer."""
        try:
            return self.http.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def seconds_until_ready(self, since: float) -> float:
        """Wait until it is ready; how long that was since a time of the monotonic clock."""
        deadline = time.monotonic() + 60
        while not self.is_ready():
            assert time.monotonic() < deadline, self.log.read_text()[-4_000:]
            time.sleep(0.05)  # the poll's step
        return time.monotonic() - since

    def verify(self) -> str:
        """The operators' `verify` on the running system; empty when it finds no difference, else what it says."""
        command = [sys.executable, "-m", "flask", "--env-file", str(self.data_dir / "ranking.env")]
        done = subprocess.run(
            [*command, "--app", "ranking_service", "verify"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        return "" if done.returncode == 0 else done.stdout + done.stderr

    def close(self) -> None:
        """Stop everything."""
        self.http.close()
        if self.process.poll() is None:
            self.stop()
        self.wiring.close()

    def _redis(self) -> tuple[int, str]:
        lines = (self._data_dir / "redis.conf").read_text().splitlines()
        options = dict(line.partition(" ")[::2] for line in lines)
        return int(options["port"]), options["requirepass"]

    def _wires(self, postgres: Postgres | None) -> list[Wire]:
        def redis() -> Target:
            return LOOPBACK, self._redis()[0]

        def broker() -> Target:
            return LOOPBACK, int(self.broker.rpartition(":")[2].partition("/")[0])

        wires = [Wire(f"{name}-redis", redis) for name in READERS_OF_REDIS]
        wires += [Wire(f"{name}-broker", broker) for name in USERS_OF_BROKER]
        if postgres is not None:
            wires += [Wire(f"{name}-database", lambda: postgres.socket) for name in USERS_OF_DATABASE]
        return [*wires, *(Wire(f"gateway-{name}", self._served(name)) for name in SERVED)]

    def _served(self, name: str) -> Callable[[], Target]:
        return lambda: (LOOPBACK, int(self.ports[f"{name.upper()}_PORT"]))

    def _changes(self, wires: list[Wire]) -> dict[str, dict[str, str]]:
        """What each process is told so that it goes by its wires."""
        changes: dict[str, dict[str, str]] = {}
        for wire in wires:
            process, _, end = wire.name.rpartition("-")
            if process == "gateway":
                variable, value = f"{end.upper()}_PORT", str(wire.port)
            elif end == "redis":
                variable, value = "REDIS_URL", f"redis://:{{password}}@{LOOPBACK}:{wire.port}/0"
            elif end == "broker":
                variable, value = "BROKER_URL", f"redis://{LOOPBACK}:{wire.port}/0"
            else:
                database = "ranking" if process.startswith("ranking") else "comments"
                url = f"postgresql+psycopg://postgres@{LOOPBACK}:{wire.port}/{database}?sslmode=disable"
                variable, value = "DATABASE_URL", url
            changes.setdefault(process, {})[variable] = value
        return changes

    def _migrate(self, postgres: Postgres) -> None:
        for service in ("comments", "ranking"):
            environ = {"DATABASE_URL": postgres.url(service), "SECRET_KEY": "only for migrating"}
            command = [sys.executable, "-m", "flask", "--app", f"{service}_service", "migrate"]
            subprocess.run(command, cwd=ROOT, env={**os.environ, **environ}, check=True, capture_output=True)
