"""The event log: one Redis Stream a partition, appended by comments_service and read by every projection.

An append is one call of append.lua: it checks the article, the visitor and the id, and writes all that passed as one
packed entry before the caller answers. A projection reads slices behind its own cursor.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

import msgspec

from shared.appends import OUTCOME_OF, Idempotency, Outcome
from shared.clock import DAY_MS, HOUR_MS, MINUTE_MS, Clock
from shared.errors import RedianError
from shared.events import Event, decode_entry, encode_entry, events_in, ids_told
from shared.offers import Offer, Packed, Recorded, SentColumns, pack
from shared.partitions import partition_of, tagged
from shared.slices import Poison, Slice
from shared.store import Life, Script, Store, life_of, outages_as
from shared.tracing import Attribute, carrier, is_tracing, span

START = "0-0"
"""The cursor before the first entry."""

IDS_KEPT_MS = 8 * DAY_MS
"""An event id is refused for at least seven days after its own day."""
IDEMPOTENCY_KEPT_MS = DAY_MS
NUDGE_KEPT_MS = 5_000
"""A nudge that was lost blocks the next one for so long at most; beat asks every second anyway."""
FIRST_ENTRIES = 4
"""Read first, to see how many events an entry holds: a single click or a thousand."""
ENTRIES_PER_READ = 500
TRACES_A_SLICE = 100
DOWN = "The event log cannot be reached."


class EventLog:
    """The log's two ends. `nudge(partition)`, if any, is called after an append when nobody has been nudged yet."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        partitions: int,
        nudge: Callable[[int], None] | None = None,
        visit_interval_ms: int = 30 * MINUTE_MS,
    ) -> None:
        self._store = store
        self._clock = clock
        self._nudge = nudge
        self._visit_interval_ms = visit_interval_ms
        self._append = Script(store, Path(__file__).parent / "lua", "append")
        self._readmit = Script(store, Path(__file__).parent / "lua", "readmit")
        self.partitions = partitions

    def partition_of(self, article_id: str) -> int:
        """The partition in which an article lives."""
        return partition_of(article_id, self.partitions)

    def append(
        self,
        partition: int,
        offers: Sequence[Offer],
        idempotency: Idempotency | None = None,
        *,
        traces: Sequence[str] = (),
    ) -> list[Outcome]:
        """Append all of one partition's offers that pass their guards, atomically; one outcome an offer.

        `traces` are carriers of requests whose offers another one brings along.
        Raises RedianError `log_unavailable` when Redis is down (then nothing was acknowledged) and
        `idempotency_conflict` when the key came with another body.
        """
        packed = pack(offers, partition, first_index=6, interval_ms=self._visit_interval_ms)
        statuses = self._run(partition, packed, _told(partition, offers), idempotency, traces)
        outcomes = [OUTCOME_OF[status] for status in statuses]
        return outcomes if packed.is_in_order else packed.put_back(outcomes)

    def append_sent(
        self,
        partition: int,
        sent: SentColumns,
        idempotency: Idempotency | None = None,
        *,
        traces: Sequence[str] = (),
    ) -> bytes:
        """Append one partition's sent clicks as `append` does; one letter a line, the value of an Outcome.

        Letters, as a batch counts them and need not look at each.
        """
        packed = Packed({}, sent, [], [])
        return self._run(partition, packed, {"partition": partition, "offers": len(sent)}, idempotency, traces)

    def _run(
        self,
        partition: int,
        packed: Packed,
        told: Mapping[str, Attribute],
        idempotency: Idempotency | None,
        traces: Sequence[str],
    ) -> bytes:
        """Run append.lua; its letters."""
        request = {
            "sent": (packed.sent.articles, packed.sent.events, packed.sent.counts),
            "guarded": packed.guarded,
            "digest": idempotency.digest if idempotency else "",
            "interval_ms": self._visit_interval_ms,
            "visits_ttl_ms": 2 * self._visit_interval_ms + HOUR_MS,
            "ids_ttl_ms": IDS_KEPT_MS,
            "idem_ttl_ms": IDEMPOTENCY_KEPT_MS,
            "nudge_ttl_ms": NUDGE_KEPT_MS,
        }
        with outages_as("log", DOWN), span("append", told, "producer", links=traces):
            request["trace"] = carrier()
            answer = self._append(
                [
                    tagged("log", partition),
                    tagged("known", partition),
                    tagged("appended", partition),
                    tagged("nudged", partition),
                    tagged("idem", partition, _short(idempotency.key) if idempotency else "-"),
                    *packed.keys,
                ],
                [self._clock(), msgspec.msgpack.encode(request)],
            )
        if answer[0] == b"conflict":
            raise RedianError("idempotency_conflict", "This Idempotency-Key came with another body before.")
        statuses: bytes
        statuses, _, nudge_due = answer
        if nudge_due and self._nudge:
            self._nudge(partition)
        return statuses

    def read(
        self,
        partition: int,
        after: str,
        *,
        consumer: str = "",
        until: str = "+",
        most_events: int = 200_000,
        buried: Mapping[str, Collection[int]] | None = None,
    ) -> Slice | None:
        """The events behind the entry `after` up to `until`, or None when there are none.

        What was readmitted for another consumer is passed over. `buried` are places in entries that are not to be
        parsed although they could be by now.

        The slice ends with a whole entry, the first that reaches `most_events`. With `until` an entry's id (of a
        slice begun before) it holds exactly the same events again.
        """
        events: list[Event] = []
        poison: list[Poison] = []
        traces: list[str] = []
        last, named = after, consumer.encode()
        count, seen = FIRST_ENTRIES, 0
        while len(events) + len(poison) < most_events:
            entries = self._store.xrange(tagged("log", partition), f"({last}", until, count=count)
            for entry_id, fields in entries:
                last = entry_id.decode()
                if fields.get(b"for", named) != named:
                    continue
                good, bad = decode_entry(fields.get(b"e", b""), (buried or {}).get(last, ()))
                events += good
                poison += [Poison(last, each.place, each.data, each.reason) for each in bad]
                if (trace := fields.get(b"t")) and len(traces) < TRACES_A_SLICE:
                    traces.append(trace.decode("ascii", "replace"))
                if len(events) + len(poison) >= most_events:
                    break
            if len(entries) < count:
                break
            seen += count
            count = _entries_to_read(most_events, len(events) + len(poison), seen)
        return Slice(last, events, poison, traces) if last != after else None

    def readmit(self, partition: int, letters: str, letter_id: str, events: Sequence[Event], consumer: str) -> bool:
        """Append events for one consumer in the place of a dead letter; False when the letter is gone.

        `letters` is the key of a stream of this partition; the letter is taken out of it in the same step.
        """
        keys = [tagged("log", partition), tagged("appended", partition), letters]
        with outages_as("log", DOWN):
            told = [self._clock(), letter_id, encode_entry(events), consumer, events_in(events)]
            return bool(self._readmit(keys, told))

    def check(self) -> None:
        """Return when the log answers and was begun with this number of partitions.

        Raises RedianError `log_unavailable`, or `not_ready` with both numbers: an article's events must all lie in the
        partition of its id.
        """
        with outages_as("log", DOWN):
            self._store.set("partitions", self.partitions, nx=True)
            begun_with = int(self._store.get("partitions"))
        if begun_with != self.partitions:
            detail = f"PARTITIONS is {self.partitions} here, but this log was begun with {begun_with}."
            raise RedianError("not_ready", detail)

    def has_entries(self, partition: int, after: str) -> bool:
        """Whether the log goes on behind the entry `after`."""
        return bool(self._store.xrange(tagged("log", partition), f"({after}", "+", count=1))

    def waiting_since(self, partition: int, after: str) -> int | None:
        """When the first entry behind `after` was appended, in milliseconds; None when there is none."""
        entries = self._store.xrange(tagged("log", partition), f"({after}", "+", count=1)
        return int(entries[0][0].split(b"-")[0]) if entries else None

    def life(self) -> Life:
        """The present life of the Redis that holds the log."""
        return life_of(self._store)

    def newest_before(self, time_ms: int) -> int | None:
        """When the log's last entry before a time was appended; None without one.

        Of several partitions the one that has been quiet for longest counts, as long as that is within an hour.
        """
        last = [
            self._store.xrevrange(tagged("log", partition), f"({time_ms}-0", "-", count=1)
            for partition in range(self.partitions)
        ]
        times = [int(entries[0][0].split(b"-")[0]) for entries in last if entries]
        return max(min(times), max(times) - HOUR_MS) if times else None

    def taken(self, partition: int) -> None:
        """A projection begins to read: the next append nudges again."""
        self._store.delete(tagged("nudged", partition))

    def claim_nudge(self, partition: int) -> bool:
        """Whether no nudge is under way for a partition; the caller now owes one."""
        key = tagged("nudged", partition)
        return bool(self._store.set(key, self._clock(), nx=True, px=NUDGE_KEPT_MS))

    def lag(self, partition: int, cursor: str, projected: int) -> int:
        """Events of a partition behind a consumer's cursor; 0 exactly when there are none.

        `projected` is how many events that consumer has taken. Entries that were put into the stream by other means
        than an append are not in the log's count, so the cursor decides whether there is a lag at all.
        """
        last, appended = (
            self._store.pipeline(transaction=False)
            .xrevrange(tagged("log", partition), count=1)
            .get(tagged("appended", partition))
            .execute()
        )
        if not last or last[0][0].decode() == cursor:
            return 0
        return max(1, int(appended or 0) - projected)

    def report(self, partition: int, consumer: str, cursor: str) -> None:
        """Note how far a consumer has read, so that no entry is trimmed before it."""
        self._store.hset(tagged("cursors", partition), consumer, cursor)

    def trim(self, partition: int, *, keep_ms: int = HOUR_MS) -> None:
        """Drop whole nodes of entries older than `keep_ms` behind the slowest reported cursor."""
        cursors = self._store.hvals(tagged("cursors", partition))
        if cursors:
            slowest_ms = min(int(cursor.split(b"-")[0]) for cursor in cursors)
            oldest_kept = max(0, slowest_ms - keep_ms)
            self._store.xtrim(tagged("log", partition), minid=oldest_kept, approximate=True)


def _told(partition: int, offers: Sequence[Offer]) -> Mapping[str, Attribute]:
    """What the span of an append says."""
    if not is_tracing():
        return {}
    event_ids = ids_told(offer.event for offer in offers if isinstance(offer, Recorded))
    return {"partition": partition, "offers": len(offers), "event_ids": event_ids}


def _short(key: str) -> str:
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _entries_to_read(most_events: int, found: int, seen: int) -> int:
    """How many entries more may hold what a slice still takes, as full as those that were seen.

    A long answer goes out piece by piece, between whatever else Redis does: what is read in vain is waited for.
    """
    wanted = (most_events - found) * seen // max(found, 1) + 1
    return min(wanted, ENTRIES_PER_READ)
