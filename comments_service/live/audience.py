"""The audience: who listens to which article. It belongs to one event loop, so nothing here needs a lock."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from comments_service.live.counts import Count
from shared.errors import RedianError

COME_BACK_SECONDS = 30


@dataclass(eq=False)
class Seat:
    """One open stream: `count` is what it is to be told, `changed` is set when that is news."""

    article_id: str
    count: Count | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, count: Count) -> None:
        """Wake the stream; what it has not told yet is overtaken."""
        if count != self.count:
            self.count = count
            self.changed.set()


class Audience:
    """The open streams, within bounds: so many in all, so many from one address."""

    def __init__(self, most: int, most_per_address: int) -> None:
        self._most = most
        self._most_per_address = most_per_address
        self._seats: dict[str, set[Seat]] = defaultdict(set)
        self._addresses: Counter[str] = Counter()
        self.is_there = asyncio.Event()
        """Set while anybody listens."""

    def __len__(self) -> int:
        return self._addresses.total()

    @property
    def articles(self) -> Collection[str]:
        """The articles that somebody listens to."""
        return list(self._seats)

    @contextmanager
    def seat(self, article_id: str, address: str) -> Iterator[Seat]:
        """A seat for the time of a stream; raises RedianError `too_many_streams` when there is none left."""
        if len(self) >= self._most or self._addresses[address] >= self._most_per_address:
            detail = "So many pages listen already that this one has to ask now and then instead."
            raise RedianError("too_many_streams", detail, retry_after=COME_BACK_SECONDS)
        seat = Seat(article_id)
        self._seats[article_id].add(seat)
        self._addresses[address] += 1
        self.is_there.set()
        try:
            yield seat
        finally:
            self._leave(seat, address)

    def tell(self, article_id: str, count: Count) -> None:
        """Tell everybody who listens to an article."""
        for seat in self._seats.get(article_id, ()):
            seat.tell(count)

    def _leave(self, seat: Seat, address: str) -> None:
        self._seats[seat.article_id].discard(seat)
        if not self._seats[seat.article_id]:
            del self._seats[seat.article_id]
        self._addresses[address] -= 1
        if not self._addresses[address]:
            del self._addresses[address]
        if not self._addresses:
            self.is_there.clear()
