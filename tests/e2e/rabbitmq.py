"""A RabbitMQ of the tests' own, from the machine's package, on loopback ports and in a folder of its own."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from kombu import Connection

from services.embedded.ports import LOOPBACK, free_port

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
DEADLINE_SECONDS = 90


@contextmanager
def rabbitmq(folder: Path) -> Iterator[str]:
    """Run one and give its URL; skips where the package is missing."""
    if not SERVER.exists():
        pytest.skip("no RabbitMQ here: apt-get install rabbitmq-server")
    folder.mkdir()
    (folder / "enabled_plugins").write_text("[].")
    port, names = free_port(), str(free_port())
    environ = {
        **os.environ,
        # Erlang keeps its cookie there, and its table of names on a port that nobody else uses.
        "HOME": str(folder),
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "ERL_EPMD_PORT": names,
        "RABBITMQ_NODENAME": f"redian-{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder),
        "RABBITMQ_LOGS": str(folder / "rabbitmq.log"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
    }
    url = f"amqp://guest:guest@{LOOPBACK}:{port}//"
    with (folder / "output").open("w") as output:
        server = subprocess.Popen([SERVER], env=environ, stdout=output, stderr=subprocess.STDOUT)
        try:
            _until_it_answers(url, folder)
            yield url
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(30)
            server.kill()
            # The table of names outlives the server that started it.
            subprocess.run(["epmd", "-kill"], env=environ, capture_output=True, check=False)


def _until_it_answers(url: str, folder: Path) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    with Connection(url, connect_timeout=2) as connection:
        while True:
            try:
                connection.connect()
                return
            except connection.connection_errors:
                assert time.monotonic() < deadline, (folder / "output").read_text()
                time.sleep(0.2)  # the poll's step
