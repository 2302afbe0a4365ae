"""The gateway as the demo sees it: a JSON call at a time, repeated while the other side is away."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

import structlog

TIMEOUT_SECONDS = 5
PAUSE_SECONDS = 1.0
AWAY = {502, 503, 504}
"""What passes by itself: a service that is starting."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Reply:
    """What a call was answered."""

    status: int
    text: str

    @property
    def json(self) -> dict[str, Any]:
        """The answer's object; empty where it is none."""
        found = json.loads(self.text or "{}")
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Gateway:
    """The public API behind one address, with a key."""

    url: str
    key: str
    pause: Callable[[float], None] = time.sleep

    def call(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> "Reply":
        """Send until there is an answer that another try would not change."""
        while True:
            try:
                status, answer = self._send(method, path, body, headers or {})
            except (OSError, HTTPException):
                status, answer = 503, ""
            if status not in AWAY:
                break
            self.pause(PAUSE_SECONDS)
        if status >= 400:
            log.warning("refused", method=method, path=path, status=status, answer=answer[:300])
        return Reply(status, answer)

    def _send(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> tuple[int, str]:
        parts = urlsplit(self.url)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, path, json.dumps(body), {**self._headers(), **headers})
            response = connection.getresponse()
            return response.status, response.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
