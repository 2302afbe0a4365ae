"""Chores: what a tick makes the worker of ranking_service do beside projecting."""

from collections.abc import Callable
from dataclasses import dataclass

from ranking_service.archive import Archive
from ranking_service.freezes import Freezes
from ranking_service.overlay import Overlays
from ranking_service.position import read_position
from ranking_service.projection import Projection
from shared.event_log import EventLog
from shared.store import Store


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
        """Nudge for partitions that have work, and end the hour's books of those that have not.

        A partition is archived once in each hour; the freezes are merged when every partition has ended the hour.
        The nudges come first, since SQL may be down.
        """
        due = {partition for partition in range(self.log.partitions) if self.projection.is_due(partition)}
        for partition in sorted(due):
            if self.log.claim_nudge(partition):
                nudge(partition)
        for partition in sorted(set(range(self.log.partitions)) - due):
            position = read_position(self.store, partition)
            if position.archived != position.hour and self.archive.write(partition, position):
                self.log.trim(partition)
        if self.freezes.merge_due():
            self.overlays.copy_all()
