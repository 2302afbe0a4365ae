"""Ingest: a batch of clicks from a server, into the event log partition by partition."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import count

from prometheus_client import Counter

from comments_service.batch import read_batch
from comments_service.clicks import NAMES
from comments_service.group_commit import GroupCommit
from comments_service.grouping import sent_clicks, visitor_clicks
from comments_service.sender_key import digest_of
from comments_service.tally import Receipt, Tally
from comments_service.visitors import Visitors
from shared.appends import Idempotency, Outcome
from shared.clock import Clock
from shared.event_log import EventLog
from shared.offers import SentColumns, VisitorClick

OFFERS_PER_APPEND = 2_000
"""Visitors' clicks cost the script some microseconds each; more at once would hold up every other caller of Redis."""


class BatchDesk:
    """Takes batches of clicks."""

    def __init__(
        self, event_log: EventLog, commit: GroupCommit, visitors: Visitors, clock: Clock, metric: Counter
    ) -> None:
        self._log = event_log
        self._commit = commit
        self._visitors = visitors
        self._clock = clock
        # Looking a label up costs more than counting it.
        self._appended, self._repeated, self._unknown = (
            metric.labels(NAMES[outcome]) for outcome in (Outcome.APPENDED, Outcome.REPEATED, Outcome.UNKNOWN)
        )

    def take(self, body: bytes, content_type: str, sender_key: str = "") -> Receipt:
        """Take a batch. With a `sender_key` the same batch sent again is answered again and counted once.

        Raises RedianError: what is wrong with the body, `idempotency_conflict`, or `log_unavailable`; after the last a
        part may be in the log, and sending it again with the same key completes it exactly.
        """
        now = self._clock()
        clicks = read_batch(body, content_type, now)
        tally, keys = Tally(), _keys(sender_key, body)
        for partition, sent in self._sent_parts(sent_clicks(clicks, now)):
            tally.add_sent(sent, self._commit.append_sent(partition, sent, next(keys)))
        for partition, visits in self._visit_parts(visitor_clicks(clicks, now, self._visitors.named)):
            tally.add_visits(visits, self._log.append(partition, visits, next(keys)))
        self._appended.inc(tally.accepted)
        self._repeated.inc(tally.repeated)
        self._unknown.inc(len(clicks) - tally.accepted - tally.repeated)
        return tally.receipt()

    def _sent_parts(self, sent: SentColumns) -> Iterator[tuple[int, SentColumns]]:
        """Lines by partition, in an order that depends on the batch alone."""
        partitions = {0: sent} if self._log.partitions == 1 else self._parted(sent)
        for partition, lines in sorted(partitions.items()):
            for first in range(0, len(lines), OFFERS_PER_APPEND):
                yield partition, lines.part(slice(first, first + OFFERS_PER_APPEND))

    def _parted(self, sent: SentColumns) -> dict[int, SentColumns]:
        partitions: dict[int, SentColumns] = defaultdict(lambda: SentColumns([], [], []))
        for line in sent.lines():
            partitions[self._log.partition_of(line[0])].add(*line)
        return partitions

    def _visit_parts(self, visits: list[VisitorClick]) -> Iterator[tuple[int, list[VisitorClick]]]:
        """Visitors' clicks by partition, in the batch's order."""
        partitions: dict[int, list[VisitorClick]] = defaultdict(list)
        for visit in visits:
            partitions[self._log.partition_of(visit.article_id)].append(visit)
        for partition, group in sorted(partitions.items()):
            for first in range(0, len(group), OFFERS_PER_APPEND):
                yield partition, group[first : first + OFFERS_PER_APPEND]


def _keys(sender_key: str, body: bytes) -> Iterator[Idempotency | None]:
    """A key of its own for each append, as each remembers an answer of its own. No sender's key holds a space."""
    digest = digest_of(body) if sender_key else ""
    for number in count():
        yield Idempotency(f"{sender_key} {number}", digest) if sender_key else None
