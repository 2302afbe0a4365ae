"""The beginning of a partition: a position at the log's start, after what the archive remembers has been restored."""

from dataclasses import dataclass

from ranking_service import keys
from ranking_service.boards import Boards
from ranking_service.position import new_token
from ranking_service.restoration import Restoration
from ranking_service.scripts import Scripts
from ranking_service.sums import Places
from shared.clock import Clock, slot_of
from shared.store import Store


@dataclass(frozen=True)
class Beginning:
    """Begins partitions that Redis does not know."""

    store: Store
    scripts: Scripts
    boards: Boards
    clock: Clock
    restoration: Restoration | None
    partitions: int

    def begin(self, partition: int) -> bool:
        """Begin a partition; False when another worker was faster.

        With an archive that is not empty, Redis was lost: the ledger comes back from it and the boards are filled. The
        signature is left empty until then, so a worker that dies in between leaves the rest to the next one.
        """
        places, hour, oldest = Places(keys.position(partition)), slot_of(self.clock()), None
        renames: list[list[object]] = []
        if self.restoration is not None and not self.restoration.is_empty():
            restored = self.restoration.restore(partition, self.partitions)
            renames = [[places(aside), places(key), True] for key, aside in restored.asides.items()]
            oldest = restored.oldest_slot
        fields: dict[str, object] = {"hour": hour, "records": new_token()}
        fields |= {f"floor:{window}": hour - window + 1 for window in self.boards.windows}
        # What the ledger kept when it was archived leaves the longest window in the ordinary way.
        longest = self.boards.windows[-1]
        fields[f"floor:{longest}"] = min(hour - longest + 1, oldest or hour)
        fields |= {f"landmark:{board.name}": self.clock() for board in self.boards.decaying}
        return self.scripts.swap(places.keys, 0, {"renames": renames, "drops": [], "fields": fields})
