"""Crowds: how many visitors of one address count on an article.

A visitor is told by address, browser and languages, so who invents browsers is many. An office or a mobile carrier is
many, too: the bound is far above what one article has from there. Each process counts for itself and forgets with the
visit interval; what it would hold beyond MOST_CROWDS it forgets at once.
"""

from comments_service.visitors import Visitors
from shared.clock import Clock

MOST_CROWDS = 200_000


class Crowds:
    """Counts visitors by private hashes of address and article; a bound of 0 lets everybody count."""

    def __init__(self, visitors: Visitors, clock: Clock, *, most: int, interval_ms: int) -> None:
        self._visitors = visitors
        self._clock = clock
        self._most = most if interval_ms else 0
        self._interval_ms = interval_ms
        self._counts: dict[str, int] = {}
        self._interval = 0

    def of(self, address: str, article_id: str) -> str:
        """The crowd of an address on an article, by a private hash; empty where everybody counts."""
        return f"{self._visitors.household(address)} {article_id}" if self._most else ""

    def is_full(self, crowd: str) -> bool:
        """Whether no further visitor of a crowd counts."""
        return bool(self._most) and self._counts_now().get(crowd, 0) >= self._most

    def add(self, crowd: str) -> None:
        """Note a visitor who counted. Threads may count past each other by a few, which changes nothing."""
        if self._most:
            counts = self._counts_now()
            counts[crowd] = counts.get(crowd, 0) + 1

    def _counts_now(self) -> dict[str, int]:
        interval = self._clock() // (self._interval_ms or 1)
        if interval != self._interval or len(self._counts) > MOST_CROWDS:
            self._interval, self._counts = interval, {}
        return self._counts
