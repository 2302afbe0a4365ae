"""Retirement: taking a slot that has left a window off that window's boards, in chunks that never stall Redis.

The ledger says what the slot put on the boards. Its counts are read behind a version, so they still hold when the
chunk is let in. When the longest window lets go of a slot, its counts move from the ledger to `older`, so that the sum
of both stays the total.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from time import perf_counter

from ranking_service import keys
from ranking_service.articles import Article, read_articles
from ranking_service.boards import COUNTED, Boards, Metric, Ranking
from ranking_service.homes import Homes
from ranking_service.pace import Pace
from ranking_service.position import Position
from ranking_service.scripts import Scripts
from ranking_service.sums import Places, Sums
from shared.store import Store

SCAN_STEP = 1_000


@dataclass(frozen=True)
class Leaving:
    """A slot that has left a window."""

    window: int
    slot: int


class Retirement:
    """Retires what is due in a partition."""

    def __init__(self, store: Store, scripts: Scripts, boards: Boards, pace: Pace) -> None:
        self._store = store
        self._scripts = scripts
        self._boards = boards
        self._pace = pace

    def is_due(self, position: Position) -> bool:
        """Whether some window still holds a slot that has left it."""
        return bool(self._leaving(position))

    def retire(self, partition: int, position: Position) -> bool:
        """Jump over the empty hours, or retire one slot from one window; False when another worker was faster."""
        nearest = {leaving: self._nearest_ledger(partition, leaving, position) for leaving in self._leaving(position)}
        jumps = {f"floor:{leaving.window}": slot for leaving, slot in nearest.items() if slot != leaving.slot}
        if jumps:
            return self._send(position, Sums(_places(partition)), dict(jumps))
        return self._retire_slot(partition, position, next(iter(nearest)))

    def _retire_slot(self, partition: int, position: Position, leaving: Leaving) -> bool:
        for metric, counts, articles in self._chunks(partition, leaving, position):
            started = perf_counter()
            if not self._retire_chunk(partition, position, leaving, metric, counts, articles):
                return False
            self._pace.learn(perf_counter() - started, articles)
            position = replace(position, version=position.version + 1)
        return self._finish(partition, position, leaving)

    def _leaving(self, position: Position) -> list[Leaving]:
        """The oldest slot of every window that has to let go of it, the shortest window first.

        So a slot's ledger goes only when every window has passed it.
        """
        floors = [Leaving(window, position.floors[window]) for window in self._boards.windows]
        return [leaving for leaving in floors if leaving.slot < position.hour - leaving.window + 1]

    def _nearest_ledger(self, partition: int, leaving: Leaving, position: Position) -> int:
        """The next slot with a ledger that has to leave the window, or the floor that it shall have."""
        end = position.hour - leaving.window + 1
        found = self._store.zrangebyscore(keys.slots(partition), leaving.slot, f"({end}", start=0, num=1)
        return int(found[0]) if found else end

    def _chunks(
        self, partition: int, leaving: Leaving, position: Position
    ) -> Iterator[tuple[Metric, dict[str, int], dict[str, Article]]]:
        """What remains of the slot, as much at a time as a script may take; retiring changes no article."""
        for metric, counts in self._remaining(partition, leaving, position):
            articles = read_articles(self._store, partition, list(counts))
            for part in self._pace.parts(articles):
                yield metric, {name: counts[name] for name in part}, part

    def _remaining(
        self, partition: int, leaving: Leaving, position: Position
    ) -> Iterator[tuple[Metric, dict[str, int]]]:
        """The slot's counts behind what has left already, some at a time, in order of (metric, article)."""
        after = position.afters.get(leaving.window, ("", ""))
        for metric in sorted(COUNTED):
            ledger = keys.ledger(partition, leaving.slot, metric)
            # HSCAN may return a field twice, so it fills a dict.
            counts = {name.decode(): int(n) for name, n in self._store.hscan_iter(ledger, count=SCAN_STEP)}
            rest = iter(sorted(name for name in counts if (metric, name) > after))
            while part := list(islice(rest, SCAN_STEP)):
                yield metric, {name: counts[name] for name in part}

    def _retire_chunk(
        self,
        partition: int,
        position: Position,
        leaving: Leaving,
        metric: Metric,
        counts: dict[str, int],
        articles: Mapping[str, Article],
    ) -> bool:
        sums = Sums(_places(partition))
        taken = {name: -count for name, count in counts.items()}
        dirty: list[str] = []
        if leaving.window == self._boards.windows[-1]:
            sums.add_counts(keys.ledger(partition, leaving.slot, metric), taken)
            sums.add_counts(keys.older(partition, metric), counts)
            dirty = [f"older {name}" for name in counts]
        boards = [board for board in self._boards if board.slots == leaving.window]
        Homes(partition, articles).add(sums, {Ranking(board, metric): taken for board in boards})
        fields: dict[str, object] = {f"after:{leaving.window}": f"{metric} {max(counts)}"}
        return self._send(position, sums, fields, dirty=dirty)

    def _finish(self, partition: int, position: Position, leaving: Leaving) -> bool:
        sums = Sums(_places(partition))
        fields: dict[str, object] = {f"floor:{leaving.window}": leaving.slot + 1, f"after:{leaving.window}": ""}
        if leaving.window != self._boards.windows[-1]:
            return self._send(position, sums, fields)
        columns = [*COUNTED, *(board.name for board in self._boards.decaying)]
        drop = [sums.places(keys.ledger(partition, leaving.slot, column)) for column in columns]
        return self._send(position, sums, fields, dirty=[str(leaving.slot)], ended=leaving.slot, drop=drop)

    def _send(
        self,
        position: Position,
        sums: Sums,
        fields: dict[str, object],
        *,
        dirty: list[str] | None = None,
        ended: int | str = "",
        drop: list[int] | None = None,
    ) -> bool:
        request = {**sums.request(), "dirty": dirty or [], "fields": fields, "ended": ended, "drop": drop or []}
        return self._scripts.retire(sums.places.keys, position.version, request)


def _places(partition: int) -> Places:
    return Places(keys.position(partition), keys.slots(partition), keys.dirty(partition))
