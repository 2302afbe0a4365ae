"""Group commit: clicks that arrive while the log is being written to go into it together, as one entry."""

from functools import partial
from typing import NamedTuple

from shared.event_log import EventLog, Idempotency, Outcome
from shared.groups import Groups
from shared.offers import Offer
from shared.tracing import carrier

MOST_A_GROUP = 256
"""Offers an append: some milliseconds of Redis at most."""


class Traced(NamedTuple):
    """An offer, with the trace of the request that brought it."""

    offer: Offer
    trace: str | None


class GroupCommit:
    """Appends offers of many threads to the log in groups, one group of a partition at a time."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._groups: list[Groups[Traced, Outcome]] = [
            Groups(partial(self._append, partition), MOST_A_GROUP) for partition in range(log.partitions)
        ]

    def append(self, article_id: str, offer: Offer, idempotency: Idempotency | None = None) -> Outcome:
        """Append one offer; what became of it. Raises RedianError `log_unavailable` when Redis is down.

        With an `idempotency` it goes alone, as what is remembered under a key is the answer of a whole append, and
        `idempotency_conflict` is raised too.
        """
        partition = self._log.partition_of(article_id)
        if idempotency:
            return self._log.append(partition, [offer], idempotency)[0]
        return self._groups[partition].run(Traced(offer, carrier()))

    def _append(self, partition: int, group: list[Traced]) -> list[Outcome]:
        # The first leads: the append is part of its trace by itself.
        followers = [each.trace for each in group[1:] if each.trace]
        return self._log.append(partition, [each.offer for each in group], traces=followers)
