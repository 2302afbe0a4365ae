"""Hours: what happened in each of the last slots on the whole portal, for the moderators' overview.

Hours that are archived are summed in SQL, as they were archived; the few after that in Redis, in small scans.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import Engine, func, select

from ranking_service import keys
from ranking_service.boards import COUNTED, Metric
from ranking_service.position import read_position
from ranking_service.tables import ledger_archive
from shared.clock import SECOND_MS, Clock, slot_of, slot_start_ms, to_rfc3339
from shared.database import reading
from shared.store import Store, outages_as

SLOTS = 48
KEPT_MS = 15 * SECOND_MS
"""However many moderators look, a process sums no more often than this."""
SCANNED_AT_ONCE = 1_000

Totals = dict[tuple[int, str], int]
"""(slot, metric) -> how many."""


@dataclass
class Hours:
    """Sums the last slots of every partition."""

    engine: Engine
    store: Store
    clock: Clock
    partitions: int
    _sums: Totals = field(default_factory=dict)
    _expires_ms: int = 0

    def read(self) -> list[dict[str, str | int]]:
        """The last 48 slots, the oldest first and the current one last; raises the 503 of a store that is down."""
        now = self.clock()
        if now >= self._expires_ms:
            self._sums, self._expires_ms = self._sum(slot_of(now) - SLOTS + 1), now + KEPT_MS
        last = slot_of(now)
        return [
            {"slot": to_rfc3339(slot_start_ms(slot))}
            | {metric: self._sums.get((slot, metric), 0) for metric in COUNTED}
            for slot in range(last - SLOTS + 1, last + 1)
        ]

    def _sum(self, first: int) -> Totals:
        sums: Totals = defaultdict(int)
        for partition in range(self.partitions):
            with outages_as("boards", "The boards cannot be reached."):
                # What happened since is not in the archive yet, the hour of the archiving not wholly.
                border = max(first, read_position(self.store, partition).archived)
                self._add_ledger(sums, partition, border)
            self._add_archive(sums, partition, first, border)
        return sums

    def _add_archive(self, sums: Totals, partition: int, first: int, border: int) -> None:
        table = ledger_archive
        query = select(table.c.slot, table.c.column, func.sum(table.c.value)).where(
            table.c.partition == partition,
            table.c.slot >= first,
            table.c.slot < border,
            table.c.column.in_([*COUNTED]),
        )
        with reading(self.engine) as connection:
            for slot, metric, value in connection.execute(query.group_by(table.c.slot, table.c.column)):
                sums[slot, metric] += int(value)

    def _add_ledger(self, sums: Totals, partition: int, border: int) -> None:
        for name in self.store.zrangebyscore(keys.slots(partition), border, "+inf"):
            for metric in COUNTED:
                sums[int(name), metric] += self._total_of(partition, int(name), metric)

    def _total_of(self, partition: int, slot: int, metric: Metric) -> int:
        # A scan may tell of a field twice, which a dictionary takes once.
        scan = self.store.hscan_iter(keys.ledger(partition, slot, metric), count=SCANNED_AT_ONCE)
        return sum(int(value) for value in dict(scan).values())
