"""Readiness: asks the addresses that must answer before `make run` says that it is ready."""

from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

PATIENCE_SECONDS = 0.5


class Readiness:
    """Addresses that have not answered 200 yet."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self.missing = list(addresses)

    def check(self) -> bool:
        """Ask each missing address once, briefly; True when all have answered."""
        self.missing = [address for address in self.missing if not answers(address)]
        return not self.missing


def answers(address: str) -> bool:
    """Whether a GET is answered 200 at once."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
