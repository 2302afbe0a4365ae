"""The beginning of a partition: a position at the log's start, after what the archive remembers has been restored."""

from dataclasses import dataclass

from ranking_service import keys
from ranking_service.archive import Archive
from ranking_service.boards import Boards
from ranking_service.scripts import Scripts
from shared.clock import Clock, slot_of
from shared.store import Store


@dataclass(frozen=True)
class Beginning:
    """Begins partitions that Redis does not know."""

    store: Store
    scripts: Scripts
    boards: Boards
    clock: Clock
    archive: Archive | None
    partitions: int

    def begin(self, partition: int) -> bool:
        """Begin a partition; False when another worker was faster.

        With an archive that is not empty, Redis was lost: the ledger comes back from it and the boards are filled. The
        signature is left empty until then, so a worker that dies in between leaves the rest to the next one.
        """
        if self.archive is not None and not self.archive.is_empty():
            self.archive.restore(partition, self.partitions)
        hour = slot_of(self.clock())
        fields: dict[str, object] = {"hour": hour}
        fields |= {f"floor:{window}": hour - window + 1 for window in self.boards.windows}
        fields |= {f"landmark:{board.name}": self.clock() for board in self.boards.decaying}
        request = {"renames": [], "drops": [], "fields": fields}
        return self.scripts.swap([keys.position(partition)], 0, request)
