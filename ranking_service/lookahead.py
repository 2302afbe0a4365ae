"""The lookahead: the slice behind the one in hand, read and folded while Redis puts that one on the boards.

The log is only ever added to, so what lies behind an entry may be read before the position is known; whether it is
wanted, the cursor says then, and whether the records of its articles still hold, their token.
"""

from concurrent.futures import Future, ThreadPoolExecutor

from ranking_service.hand import Folded
from ranking_service.slices import Slices
from shared.event_log import EventLog


class Lookahead:
    """Reads slices, at most one ahead. Its thread starts with the first of these, hence after a worker's fork."""

    def __init__(self, log: EventLog, slices: Slices, *, consumer: str, most_events: int) -> None:
        self._log = log
        self._slices = slices
        self._consumer = consumer
        self._most_events = most_events
        self._reader = ThreadPoolExecutor(1, "lookahead")
        self._ahead: tuple[int, str, Future[Folded | None]] | None = None

    def read(self, partition: int, after: str, until: str = "+") -> Folded | None:
        """What lies behind an entry up to another, as much as a slice takes; None when nothing does."""
        taken = self._log.read(partition, after, consumer=self._consumer, until=until, most_events=self._most_events)
        return self._slices.fold(taken) if taken else None

    def take(self, partition: int, after: str) -> Folded | None:
        """What lies behind an entry, read already or now."""
        ahead, self._ahead = self._ahead, None
        return ahead[2].result() if ahead and ahead[:2] == (partition, after) else self.read(partition, after)

    def begin(self, partition: int, folded: Folded) -> None:
        """Begin to read the successor of a slice, if it was a full one and there may be one."""
        if folded.sums.events >= self._most_events:
            until = folded.taken.until
            self._ahead = (partition, until, self._reader.submit(self._read_ahead, partition, until))

    def _read_ahead(self, partition: int, after: str) -> Folded | None:
        folded = self.read(partition, after)
        return self._slices.read_ahead(partition, folded) if folded else None
