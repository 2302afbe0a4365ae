"""Chores: what a tick makes the worker of ranking_service do beside projecting."""

from collections.abc import Callable
from dataclasses import dataclass

from ranking_service.archive import Archive
from ranking_service.freezes import Freezes
from ranking_service.hold import held, is_held
from ranking_service.overlay import Overlays
from ranking_service.position import read_position
from ranking_service.projection import Projection
from shared.event_log import EventLog
from shared.store import Store

ARCHIVED_A_TICK = 4
"""Partitions archived in one tick: each is held for a moment, and their worker has others to project."""


@dataclass(frozen=True)
class Chores:
    """What is due once in a while."""

    store: Store
    log: EventLog
    projection: Projection
    archive: Archive
    freezes: Freezes
    overlays: Overlays

    def do(self, nudge: Callable[[int], None]) -> None:
        """Nudge for partitions that have work, end each hour's books, and keep the log short.

        A partition is archived once in each hour; the freezes are merged when every partition has ended the hour.
        The nudges come first, since SQL may be down.
        """
        for partition in range(self.log.partitions):
            if self.projection.is_due(partition) and self.log.claim_nudge(partition):
                nudge(partition)
        for partition in range(self.log.partitions):
            self.log.trim(partition)
        self._archive_some()
        if self.freezes.merge_due():
            self.overlays.copy_all()

    def _archive_some(self) -> None:
        waiting = [partition for partition in range(self.log.partitions) if self._waits_for_archive(partition)]
        for partition in waiting[:ARCHIVED_A_TICK]:
            # Held, so that a partition that is never without events is archived too.
            with held(self.store, partition) as settled:
                self.archive.write(partition, settled)

    def _waits_for_archive(self, partition: int) -> bool:
        position = read_position(self.store, partition)
        return position.exists and position.archived != position.hour and not is_held(self.store, partition)
