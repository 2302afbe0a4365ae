"""The cache of answers: bytes with their headers, for one second in each process."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import msgspec
from werkzeug.http import http_date

from shared.clock import SECOND_MS, Clock

KEPT_MS = SECOND_MS
MOST_ANSWERS = 4_096


@dataclass(frozen=True)
class Cached:
    """An answer's bytes, with its ETag and Date as they stand in the headers."""

    body: bytes
    etag: str
    date: str
    expires_ms: int


class AnswerCache:
    """Answers by the request (path and query) that asked for them. A process serves none older than a second."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answers: dict[str, Cached] = {}

    def fresh(self, request: str) -> Cached | None:
        """The answer to a request, if it was made within this second."""
        cached = self._answers.get(request)
        if cached is None or not cached.expires_ms - KEPT_MS <= self._clock() < cached.expires_ms:
            return None
        return cached

    def get(self, request: str, make: Callable[[], Any]) -> Cached:
        """The answer to a request, made when there is none of this second; what `make` raises is not kept."""
        cached = self.fresh(request)
        if cached is None:
            # The time before the reading counts: what happens while the answer is made may be missing from it.
            now = self._clock()
            body = msgspec.json.encode(make())
            etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
            cached = Cached(body, etag, http_date(now / SECOND_MS), now + KEPT_MS)
            if len(self._answers) >= MOST_ANSWERS:
                self._answers.clear()
            self._answers[request] = cached
        return cached

    def forget(self) -> None:
        """Drop every answer: an editor changed an overlay and looks at once."""
        self._answers.clear()
