"""Ingest: a batch of clicks from a server, into the event log partition by partition."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import Counter

from comments_service.batch import read_batch
from comments_service.clicks import NAMES
from comments_service.grouping import ClickOffer, offers_of
from comments_service.sender_key import digest_of
from comments_service.visitors import Visitors
from shared.clock import Clock
from shared.event_log import EventLog, Idempotency, Outcome

OFFERS_PER_APPEND = 2_000
"""Visitors' clicks cost the script some microseconds each; more at once would hold up every other caller of Redis."""


@dataclass(frozen=True)
class Receipt:
    """What became of a batch: clicks accepted, visitors' clicks repeated, the articles that are unknown."""

    accepted: int
    repeated: int
    unknown: list[str]


class BatchDesk:
    """Takes batches of clicks."""

    def __init__(self, event_log: EventLog, visitors: Visitors, clock: Clock, metric: Counter) -> None:
        self._log = event_log
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
        offers = offers_of(read_batch(body, content_type, now), self._visitors.named)
        digest = digest_of(body) if sender_key else ""
        settled: list[tuple[ClickOffer, Outcome]] = []
        for number, (partition, group) in enumerate(self._groups(offers)):
            # Each append remembers an answer of its own, so each has a key of its own. No sender's key holds a space.
            idempotency = Idempotency(f"{sender_key} {number}", digest) if sender_key else None
            settled += zip(group, self._log.append(partition, group, idempotency), strict=True)
        return self._receipt(settled)

    def _groups(self, offers: list[ClickOffer]) -> Iterator[tuple[int, list[ClickOffer]]]:
        """Offers by partition, in an order that depends on the batch alone."""
        partitions: dict[int, list[ClickOffer]] = defaultdict(list)
        if self._log.partitions == 1:
            partitions[0] = offers
        else:
            for offer in offers:
                partitions[self._log.partition_of(offer.article_id)].append(offer)
        for partition, group in sorted(partitions.items()):
            for first in range(0, len(group), OFFERS_PER_APPEND):
                yield partition, group[first : first + OFFERS_PER_APPEND]

    def _receipt(self, settled: list[tuple[ClickOffer, Outcome]]) -> Receipt:
        # Compared by identity: a dictionary would ask each outcome for its hash, which an enum works out anew.
        accepted = sum([offer.count for offer, outcome in settled if outcome is Outcome.APPENDED])
        repeated = sum([offer.count for offer, outcome in settled if outcome is Outcome.REPEATED])
        unknown = [offer for offer, outcome in settled if outcome is Outcome.UNKNOWN]
        self._appended.inc(accepted)
        self._repeated.inc(repeated)
        self._unknown.inc(sum(offer.count for offer in unknown))
        return Receipt(accepted, repeated, sorted({offer.article_id for offer in unknown}))
