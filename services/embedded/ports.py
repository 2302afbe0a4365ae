"""TCP ports on the loopback interface: whether the public ones are free, and free ones for what only we reach."""

import secrets
import socket
from collections.abc import Mapping
from contextlib import suppress

LOOPBACK = "127.0.0.1"
NOT_GIVEN_OUT = range(20_000, 32_768)
"""Below the ports that Linux gives to outgoing connections: one of those can be taken before our server binds it."""
TRIES = 100


def require_free(ports: Mapping[str, int]) -> None:
    """Check each port, given by its variable's name; ends the process with a sentence on the first that is taken."""
    for variable, port in ports.items():
        try:
            _bind(port)
        except PermissionError:
            raise SystemExit(
                f"Port {port} needs more rights than you have; choose one above 1023: make run {variable}={port + 8000}"
            ) from None
        except OSError:
            raise SystemExit(
                f"Port {port} is in use by another program; stop that, or choose another port: "
                f"make run {variable}={port % 64_000 + 10}"
            ) from None


def free_port() -> int:
    """A port that nobody uses now, and that no connection will be given before a server binds it."""
    for _ in range(TRIES):
        with suppress(OSError):
            return _bind(secrets.choice(NOT_GIVEN_OUT))
    return _bind(0)


def _bind(port: int) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As a server does, so that the last run's connections in TIME_WAIT do not count as use.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((LOOPBACK, port))
        return int(probe.getsockname()[1])
