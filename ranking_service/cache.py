"""The cache of answers: bytes with their ETag, for one second in each process."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import msgspec

from shared.clock import SECOND_MS, Clock

KEPT_MS = SECOND_MS
MOST_ANSWERS = 4_096


@dataclass(frozen=True)
class Cached:
    """An answer's bytes."""

    body: bytes
    etag: str
    expires_ms: int


class AnswerCache:
    """Answers by the request that asked for them. A process serves none that is older than a second."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answers: dict[str, Cached] = {}

    def get(self, request: str, make: Callable[[], Any]) -> Cached:
        """The answer to a request, made when there is none of this second; what `make` raises is not kept."""
        now = self._clock()
        cached = self._answers.get(request)
        if cached is None or not cached.expires_ms - KEPT_MS <= now < cached.expires_ms:
            body = msgspec.json.encode(make())
            cached = Cached(body, blake2b(body, digest_size=12).hexdigest(), now + KEPT_MS)
            if len(self._answers) >= MOST_ANSWERS:
                self._answers.clear()
            self._answers[request] = cached
        return cached

    def forget(self) -> None:
        """Drop every answer: an editor changed an overlay and looks at once."""
        self._answers.clear()
