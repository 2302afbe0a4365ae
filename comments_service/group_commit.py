"""Group commit: clicks that arrive while the log is being written to go into it together, as one entry.

The first thread to come leads: it appends what waits, its own click among it, and hands the lead to one of those that
came meanwhile. A lone click therefore waits for nobody, and under load an append carries as many clicks as arrived
during the one before.
"""

from collections import deque
from threading import Lock

from shared.event_log import EventLog, Idempotency, Outcome
from shared.offers import Offer
from shared.tracing import carrier

MOST_A_GROUP = 256
"""Offers an append: some milliseconds of Redis at most."""


class Waiting:
    """An offer on its way, with what became of it."""

    __slots__ = ("_turn", "offer", "outcome", "refusal", "trace")

    def __init__(self, offer: Offer) -> None:
        self.offer = offer
        self.outcome: Outcome | None = None
        self.refusal: Exception | None = None
        self.trace = carrier()
        # A held lock, released once: the cheapest thing that a thread can wait for.
        self._turn = Lock()
        self._turn.acquire()

    @property
    def is_done(self) -> bool:
        """Whether its group was appended or refused."""
        return self.outcome is not None or self.refusal is not None

    def wait(self) -> None:
        """Wait until it is done or has the lead."""
        self._turn.acquire()

    def wake(self) -> None:
        """End the wait."""
        self._turn.release()


class Queue:
    """What waits for one partition, and whether some thread leads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: deque[Waiting] = deque()
        self._is_led = False

    def join(self, waiting: Waiting) -> bool:
        """Queue up; True when nobody leads, so that the caller does now."""
        with self._lock:
            self._waiting.append(waiting)
            leads, self._is_led = not self._is_led, True
            return leads

    def take(self, most: int) -> list[Waiting]:
        """The first that wait."""
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), most))]

    def hand_over(self) -> None:
        """Let the first that waits lead, if one does."""
        with self._lock:
            self._is_led = bool(self._waiting)
            next_leader = self._waiting[0] if self._waiting else None
        if next_leader:
            next_leader.wake()


class GroupCommit:
    """Appends offers of many threads to the log in groups, one group of a partition at a time."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._queues = [Queue() for _ in range(log.partitions)]

    def append(self, article_id: str, offer: Offer, idempotency: Idempotency | None = None) -> Outcome:
        """Append one offer; what became of it. Raises RedianError `log_unavailable` when Redis is down.

        With an `idempotency` it goes alone, as what is remembered under a key is the answer of a whole append, and
        `idempotency_conflict` is raised too.
        """
        partition = self._log.partition_of(article_id)
        if idempotency:
            return self._log.append(partition, [offer], idempotency)[0]
        queue, waiting = self._queues[partition], Waiting(offer)
        if not queue.join(waiting):
            waiting.wait()
        if not waiting.is_done:
            self._lead(queue, partition, waiting)
        if waiting.refusal is not None:
            raise waiting.refusal
        assert waiting.outcome is not None  # it is done and was not refused
        return waiting.outcome

    def _lead(self, queue: Queue, partition: int, leader: Waiting) -> None:
        group = queue.take(MOST_A_GROUP)
        try:
            followers = [each.trace for each in group if each.trace and each is not leader]
            outcomes = self._log.append(partition, [each.offer for each in group], traces=followers)
        except Exception as error:  # noqa: BLE001  # each thread raises it at its own edge
            # What came meanwhile would meet the same outage, one timeout after the other: it is told at once.
            group += queue.take(MOST_A_GROUP)
            for each in group:
                each.refusal = error
        else:
            for each, outcome in zip(group, outcomes, strict=True):
                each.outcome = outcome
        queue.hand_over()
        for each in group:
            if each is not leader:
                each.wake()
