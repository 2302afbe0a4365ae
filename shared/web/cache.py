"""The cache of answers: bytes with their headers, for one second in each process."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import msgspec
from werkzeug.http import http_date

from shared.clock import SECOND_MS, Clock

JSON = "application/json"
KEPT_MS = SECOND_MS
RENEWED_MS = 750
"""After so long the next who asks makes an answer anew."""
MOST_ANSWERS = 4_096
MOST_BYTES = 64 * 1024 * 1024
"""Of all bodies together; a page of long comments has some hundred KiB."""

Headers = Sequence[tuple[str, str]]


class Cached(msgspec.Struct, frozen=True, gc=False):
    """An answer's bytes, with the headers that go with them."""

    body: bytes
    content_type: str
    etag: str
    headers: list[tuple[str, str]]
    """ETag and Date among them."""
    content_headers: list[tuple[str, str]]
    """All headers, where the body is sent."""
    made_ms: int


def make_answer(content: Any, headers: Headers, now_ms: int, content_type: str = JSON) -> Cached:
    """The answer that tells of a content: bytes as they are, anything else as JSON."""
    body = content if isinstance(content, bytes) else msgspec.json.encode(content)
    etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    dated = [("ETag", etag), *headers, ("Date", _date(now_ms // SECOND_MS))]
    whole = [("Content-Type", content_type), ("Content-Length", str(len(body))), *dated]
    return Cached(body, content_type, etag, dated, whole, now_ms)


@lru_cache(maxsize=16)
def _date(seconds: int) -> str:
    return http_date(seconds)


class AnswerCache:
    """Answers by the request (path and query) that asked for them. A process serves none older than a second."""

    def __init__(self, clock: Clock, headers: Headers) -> None:
        self._clock = clock
        self._headers = headers
        self._answers: dict[str, Cached] = {}
        self._renewed: set[str] = set()
        self._bytes = 0

    def fresh(self, request: str) -> Cached | None:
        """The answer to a request, if it was made within this second.

        Of those who ask for an answer that is about to be too old, one is told that there is none, and makes it anew
        while the others still get it: otherwise all threads would make it at the same moment.
        """
        cached = self._answers.get(request)
        if cached is None:
            return None
        age = self._clock() - cached.made_ms
        if 0 <= age < RENEWED_MS:
            return cached
        if not RENEWED_MS <= age < KEPT_MS:
            return None
        if request in self._renewed:
            return cached
        self._renewed.add(request)
        return None

    def get(self, request: str, make: Callable[[], Any], content_type: str = JSON) -> Cached:
        """The answer to a request, made when there is none of this second; what `make` raises is not kept."""
        # The time before the reading counts: what happens while the answer is made may be missing from it.
        now = self._clock()
        cached = self._answers.get(request)
        if cached is None or not 0 <= now - cached.made_ms < RENEWED_MS:
            cached = make_answer(make(), self._headers, now, content_type)
            self._keep(request, cached)
        return cached

    def forget(self) -> None:
        """Drop every answer: an editor changed an overlay and looks at once."""
        self._answers.clear()
        self._renewed.clear()
        self._bytes = 0

    def _keep(self, request: str, cached: Cached) -> None:
        # Threads may count past each other by an answer or two; the bound needs no more than that.
        if len(self._answers) >= MOST_ANSWERS or self._bytes + len(cached.body) > MOST_BYTES:
            self.forget()
        replaced = self._answers.get(request)
        self._answers[request] = cached
        self._renewed.discard(request)
        self._bytes += len(cached.body) - (len(replaced.body) if replaced else 0)
