"""The projection: bring a partition's boards up to the log's end and to the present hour, one atomic step at a time.

Any number of workers may do so at once: each step is let in only at the version its worker read, so one wins and the
others look again. A step that was interrupted is gone on with by whoever comes next.
"""

import time
from dataclasses import dataclass
from functools import partial

import structlog

from ranking_service.beginning import Beginning
from ranking_service.freezer import Freezer
from ranking_service.hand import buried_in
from ranking_service.hold import is_held
from ranking_service.landmarks import Landmarks
from ranking_service.lookahead import Lookahead
from ranking_service.position import Position, read_position
from ranking_service.refill import Refill
from ranking_service.retirement import Retirement
from ranking_service.slices import Slices
from shared.clock import Clock, slot_of, slot_start_ms
from shared.event_log import EventLog
from shared.store import Store

CONSUMER = "ranking"
MOST_EVENTS = 200_000
"""Events a slice. A slice grows with the lag, and with it what one touch of the boards is worth."""
MOST_HOURS_ASLEEP = 35 * 24
"""A partition that slept longer wakes this many hours ago: older freezes are not kept anyway."""

logger = structlog.get_logger()


@dataclass(frozen=True)
class Projection:
    """The projection of every partition; it owns no state but its parts."""

    store: Store
    log: EventLog
    clock: Clock
    lookahead: Lookahead
    beginning: Beginning
    refill: Refill
    slices: Slices
    retirement: Retirement
    landmarks: Landmarks
    freezer: Freezer
    signature: str

    def project(self, partition: int, *, budget_seconds: float = 60) -> None:
        """Work until nothing is due or the budget is spent, and tell the log how far the partition has come."""
        self.log.taken(partition)
        deadline = time.monotonic() + budget_seconds
        while not is_held(self.store, partition) and self.step(partition) and time.monotonic() < deadline:
            pass
        self.log.report(partition, CONSUMER, read_position(self.store, partition).cursor)

    def is_due(self, partition: int) -> bool:
        """Whether a partition has something to project or an hour to end."""
        position = read_position(self.store, partition)
        # Boards of another boards.toml come first: this position may not know the windows of the present one.
        if position.signature != self.signature or position.hour < slot_of(self.clock()):
            return True
        if self.retirement.is_due(position):
            return True
        return self.log.has_entries(partition, position.cursor)

    def step(self, partition: int) -> bool:
        """Do the one thing that is due next; False when nothing is.

        Whether the step was let in or another worker was faster makes no difference: either way the partition went on.
        """
        position = read_position(self.store, partition)
        if not position.exists:
            self.beginning.begin(partition)
        elif position.signature != self.signature:
            self.refill.refill(partition, position)
        elif position.until:
            return self._go_on(partition, position)
        elif self.retirement.is_due(position):
            self.retirement.retire(partition, position)
        elif board := self.landmarks.due(position):
            self.landmarks.move(partition, position, board)
        elif position.hour < slot_of(self.clock()):
            self._end_hour(partition, position)
        else:
            return self._take(partition, position)
        return True

    def _go_on(self, partition: int, position: Position) -> bool:
        """Finish the slice in hand, which another worker may have begun; False when this version cannot.

        It is put on the boards in the order in which it was begun, so it has to be read as it was read then.
        """
        taken = self.log.read(
            partition,
            position.cursor,
            consumer=CONSUMER,
            until=position.until,
            most_events=2**31,
            buried=position.buried,
        )
        assert taken is not None, "the log is never trimmed before a cursor"
        if buried_in(taken.poison) != position.buried:
            logger.error("only a worker of the version that began this slice can finish it", partition=partition)
            return False
        self.slices.apply(partition, position, self.slices.fold(taken))
        return True

    def _end_hour(self, partition: int, position: Position) -> None:
        """Take what was appended in the partition's hour; when that is all, freeze the boards and go to the next."""
        last_ms = slot_start_ms(position.hour + 1) - 1
        rest = self.lookahead.read(partition, position.cursor, until=f"{last_ms}-{2**64 - 1}")
        if rest:
            self.slices.apply(partition, position, rest)
        else:
            self.freezer.roll(partition, position, at_least=slot_of(self.clock()) - MOST_HOURS_ASLEEP)

    def _take(self, partition: int, position: Position) -> bool:
        folded = self.lookahead.take(partition, position.cursor)
        if folded:
            self.slices.apply(partition, position, folded, partial(self.lookahead.begin, partition, folded))
        return folded is not None
