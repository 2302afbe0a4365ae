"""Reads: a page is one for everybody whom we do not know, so it is made once a second; a known reader has his own."""

from collections.abc import Callable
from typing import Any

from flask import Response, request

from comments_service.front import COUNTS, PRIVATE, Warm, digest_of
from shared.clock import Clock
from shared.web.cache import JSON, make_answer
from shared.web.front import send


class Reads:
    """Answers reads, and keeps warm what the front may answer the next time."""

    def __init__(self, warm: Warm, clock: Clock) -> None:
        self._warm = warm
        self._clock = clock

    def page(self, reader: str | None, make: Callable[[], Any], content_type: str = JSON) -> Response:
        """The answer to the request at hand, made for the reader when he is known."""
        if reader is None:
            return send(self._warm.pages.get(request.full_path, make, content_type))
        now = self._clock()
        return send(make_answer(make(), PRIVATE, now, content_type))

    def counts(self, reader: str | None, make: Callable[[], Any]) -> Response:
        """Counts for the request at hand."""
        if reader is None:
            return send(self._warm.counts.get(digest_of(request.get_data()), make))
        now = self._clock()
        return send(make_answer(make(), COUNTS, now))
