"""Freezes: the top 100 of every board at each hour's end, of all partitions, kept 35 days for `?at=` and `change`."""

from dataclasses import dataclass

import msgspec
from sqlalchemy import Engine, delete, func, insert, select

from ranking_service import keys
from ranking_service.boards import Boards, Ranking
from ranking_service.freezer import FROZEN_ENTRIES
from ranking_service.position import read_position
from ranking_service.tables import freezes
from shared.clock import HOUR_MS
from shared.database import reading, writing
from shared.store import Store

KEPT_SLOTS = 35 * 24
IN_REDIS_MS = 4 * HOUR_MS
"""How long a merged freeze stays where reads look up the ranks of an hour ago."""

Frozen = list[tuple[str, float]]
"""(article id, score), first rank first."""

decode_frozen = msgspec.json.Decoder(Frozen).decode


@dataclass(frozen=True)
class Freezes:
    """The merged freezes of all partitions."""

    engine: Engine
    store: Store
    boards: Boards
    partitions: int

    def merge_due(self) -> int:
        """Merge every hour that all partitions have ended; answers how many that were.

        Safe to repeat and to run twice at once: the same partitions' freezes always merge into the same lists.
        """
        ended = min(read_position(self.store, p).hour for p in range(self.partitions))
        merged = int(self.store.get(keys.MERGED) or 0)
        if not merged:
            self._publish_kept()
        due = range(max(merged + 1, ended - KEPT_SLOTS), ended) if merged else range(max(0, ended - 1), ended)
        for slot in due:
            self._merge(slot)
            self.store.set(keys.MERGED, slot)
        return len(due)

    def read(self, slot: int, channel: str, ranking: Ranking) -> Frozen | None:
        """One list as it was at a slot's end; None when the boards were not frozen then."""
        with reading(self.engine) as connection:
            is_slot = freezes.c.slot == slot
            entries = connection.scalar(
                select(freezes.c.entries).where(
                    is_slot,
                    freezes.c.channel == channel,
                    freezes.c.board == ranking.board.name,
                    freezes.c.metric == ranking.metric,
                )
            )
            if entries is None and connection.scalar(select(freezes.c.slot).where(is_slot).limit(1)) is None:
                return None
        return decode_frozen(entries) if entries else []

    def newest_slot(self, not_after: int) -> int | None:
        """The newest frozen slot that is not after the given one."""
        with reading(self.engine) as connection:
            newest: int | None = connection.scalar(select(func.max(freezes.c.slot)).where(freezes.c.slot <= not_after))
        return newest

    def _merge(self, slot: int) -> None:
        lists: dict[str, Frozen] = {}
        for partition in range(self.partitions):
            for field, entries in self.store.hgetall(keys.freeze(partition, slot)).items():
                lists.setdefault(field.decode(), []).extend(decode_frozen(entries))
        merged = {
            field: sorted(entries, key=lambda entry: (entry[1], entry[0]), reverse=True)[:FROZEN_ENTRIES]
            for field, entries in lists.items()
        }
        self._write(slot, merged)
        self._publish(slot, merged)

    def _write(self, slot: int, merged: dict[str, Frozen]) -> None:
        rows = [
            {
                "slot": slot,
                **dict(zip(("channel", "board", "metric"), field.split(":"), strict=True)),
                "entries": msgspec.json.encode(entries).decode(),
            }
            for field, entries in merged.items()
        ]
        with writing(self.engine) as connection:
            connection.execute(delete(freezes).where(freezes.c.slot < slot - KEPT_SLOTS))
            # Nothing to merge may also mean that Redis was lost: what SQL keeps of the slot then stays.
            if rows:
                connection.execute(delete(freezes).where(freezes.c.slot == slot))
                connection.execute(insert(freezes), rows)

    def _publish_kept(self) -> None:
        """Put back what an empty Redis has forgotten: the best ranks of all kept freezes, and the last hours' lists."""
        peaks: dict[str, dict[str, int]] = {}
        with reading(self.engine) as connection:
            newest = connection.scalar(select(func.max(freezes.c.slot))) or 0
            for row in connection.execute(select(freezes)):
                field = f"{row.channel}:{row.board}:{row.metric}"
                best = peaks.setdefault(field, {})
                for rank, (article_id, _) in enumerate(decode_frozen(row.entries), start=1):
                    best[article_id] = min(rank, best.get(article_id, rank))
                if row.slot > newest - IN_REDIS_MS // HOUR_MS:
                    self.store.hset(keys.frozen(row.slot), field, row.entries)
                    self.store.pexpire(keys.frozen(row.slot), IN_REDIS_MS)
        for field, best in peaks.items():
            self.store.hset(keys.peaks_of(field), mapping=best)

    def _publish(self, slot: int, merged: dict[str, Frozen]) -> None:
        """Put the ranks of the hour, and the best ranks ever, where reads find them."""
        if not merged:
            return
        pipeline = self.store.pipeline(transaction=False)
        pipeline.hset(keys.frozen(slot), mapping={f: msgspec.json.encode(e) for f, e in merged.items()})
        pipeline.pexpire(keys.frozen(slot), IN_REDIS_MS)
        for field, entries in merged.items():
            key = keys.peaks_of(field)
            peaks = self.store.hmget(key, [article_id for article_id, _ in entries])
            better = {
                article_id: rank
                for rank, ((article_id, _), peak) in enumerate(zip(entries, peaks, strict=True), start=1)
                if peak is None or rank < int(peak)
            }
            if better:
                pipeline.hset(key, mapping=better)
        pipeline.execute()
