"""Group commit: clicks that arrive while the log is being written to go into it together, as one entry.

Short batches do the same. What it saves is less Redis' time than threads': one that waits for a group takes its turn at
the interpreter once, one that calls Redis itself half a dozen times.
"""

from functools import partial
from itertools import accumulate, pairwise
from typing import NamedTuple

from shared.appends import Idempotency, Outcome
from shared.event_log import EventLog
from shared.groups import Groups
from shared.offers import Offer, SentColumns
from shared.tracing import carrier

MOST_A_GROUP = 256
"""Offers an append: some milliseconds of Redis at most."""
MOST_LINES = 128
"""Lines of sent clicks that are worth a group; more take Redis so long that sharing a call saves nothing."""
MOST_COLUMNS = 16
"""Batches an append: 2,048 lines at most, some milliseconds of Redis too."""


class Traced(NamedTuple):
    """An offer, with the trace of the request that brought it."""

    offer: Offer
    trace: str | None


class TracedColumns(NamedTuple):
    """A batch's sent clicks, with the trace of the request that brought them."""

    sent: SentColumns
    trace: str | None


class GroupCommit:
    """Appends offers of many threads to the log in groups, one group of a partition at a time."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._groups: list[Groups[Traced, Outcome]] = [
            Groups(partial(self._append, partition), MOST_A_GROUP) for partition in range(log.partitions)
        ]
        self._columns: list[Groups[TracedColumns, bytes]] = [
            Groups(partial(self._append_columns, partition), MOST_COLUMNS) for partition in range(log.partitions)
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

    def append_sent(self, partition: int, sent: SentColumns, idempotency: Idempotency | None = None) -> bytes:
        """Append a partition's part of a batch as EventLog.append_sent does, together with others that are short."""
        if idempotency or len(sent) > MOST_LINES:
            return self._log.append_sent(partition, sent, idempotency)
        return self._columns[partition].run(TracedColumns(sent, carrier()))

    def _append(self, partition: int, group: list[Traced]) -> list[Outcome]:
        # The first leads: the append is part of its trace by itself.
        followers = [each.trace for each in group[1:] if each.trace]
        return self._log.append(partition, [each.offer for each in group], traces=followers)

    def _append_columns(self, partition: int, group: list[TracedColumns]) -> list[bytes]:
        followers = [each.trace for each in group[1:] if each.trace]
        if len(group) == 1:
            return [self._log.append_sent(partition, group[0].sent, traces=followers)]
        letters = self._log.append_sent(partition, SentColumns.joined([each.sent for each in group]), traces=followers)
        ends = list(accumulate(len(each.sent) for each in group))
        return [letters[start:end] for start, end in pairwise([0, *ends])]
