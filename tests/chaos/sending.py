"""Sending: one request, again and again until it is acknowledged, each answer noted in the journal."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.chaos.journal import Journal

PATIENCE_SECONDS = 15
"""Longer than any answer may take; an answer that does not come is noted as none."""
AGAIN_SECONDS = 0.1
GIVE_UP_SECONDS = 120
TIME_HEALS = (429, 502, 503, 504)


class LostError(Exception):
    """The answer to a request that may not be sent again was lost."""


@dataclass
class Sender:
    """A client of the gateway, with the cookies of one reader."""

    base_url: str
    journal: Journal
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        limits = httpx.Limits(max_keepalive_connections=1)
        self.http = httpx.Client(
            base_url=self.base_url, timeout=PATIENCE_SECONDS, headers=dict(self.headers), limits=limits
        )

    def close(self) -> None:
        """Close its connection."""
        self.http.close()

    def once(self, kind: str, method: str, path: str, **request: Any) -> httpx.Response | None:
        """Send a request; None when the connection gave no answer."""
        began, answer = time.monotonic(), None
        with suppress(httpx.TransportError):
            answer = self.http.request(method, path, **request)
        self.journal.note(kind, began, answer)
        return answer

    def until_taken(self, kind: str, method: str, path: str, **request: Any) -> httpx.Response:
        """Send a request that may be sent again, until it is acknowledged."""
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while True:
            answer = self.once(kind, method, path, **request)
            if answer is not None and answer.is_success:
                return answer
            assert answer is None or answer.status_code in TIME_HEALS, f"{kind}: {answer.status_code} {answer.text}"
            assert time.monotonic() < deadline, f"{kind} was not taken within {GIVE_UP_SECONDS} s"
            time.sleep(AGAIN_SECONDS)  # a client's pause before it tries again

    def at_most_once(self, kind: str, method: str, path: str, **request: Any) -> httpx.Response | None:
        """Send a request that nobody may repeat: None when it was refused; raises LostError when nobody can know."""
        answer = self.once(kind, method, path, **request)
        if answer is None or answer.status_code in TIME_HEALS:
            # A refusal of the gateway may hide an answer of the service behind it.
            raise LostError
        assert answer.is_success, f"{kind}: {answer.status_code} {answer.text}"
        return answer
