"""The restoration: what the archive remembers of a partition, put aside in Redis for the beginning to swap in."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, select, update

from ranking_service import keys
from ranking_service.archive import pages
from ranking_service.boards import COUNTED
from ranking_service.tables import OLDER_SLOT, article_archive, ledger_archive
from shared.clock import HOUR_MS
from shared.database import reading, writing
from shared.partitions import partition_of
from shared.store import Store

ASIDE_MS = HOUR_MS


@dataclass
class Restored:
    """What a restore has put aside."""

    token: str
    asides: dict[str, str] = field(default_factory=dict)
    """Key -> the key aside that shall take its place."""
    oldest_slot: int | None = None

    def aside(self, key: str) -> str:
        """The key aside that stands for a key."""
        return self.asides.setdefault(key, f"{key}:aside-{self.token}")


@dataclass(frozen=True)
class Restoration:
    """Reads the archive back into Redis."""

    engine: Engine
    store: Store

    def is_empty(self) -> bool:
        """Whether nothing was ever archived."""
        with reading(self.engine) as connection:
            return connection.scalar(select(article_archive.c.article_id).limit(1)) is None

    def restore(self, partition: int, partitions: int) -> Restored:
        """Put a partition's part of the archive into Redis, aside; whoever swaps it in refills the boards from it.

        Rows are chosen by the article's partition of today, so an archive may be restored into another number of
        partitions; its rows then move to the partition of today, where later archiving replaces them.
        """
        restored = Restored(secrets.token_hex(4))
        strangers: set[str] = set()
        with reading(self.engine) as connection:
            for rows in pages(connection.execute(select(article_archive)).mappings()):
                self._restore_articles(restored, partition, [r for r in rows if _is_in(r, partition, partitions)])
            ordered = select(ledger_archive).order_by(ledger_archive.c.slot, ledger_archive.c.column)
            for rows in pages(connection.execute(ordered).mappings()):
                mine = [row for row in rows if _is_in(row, partition, partitions)]
                self._restore_ledger(restored, partition, mine)
                strangers |= {row["article_id"] for row in mine if row["partition"] != partition}
        if strangers:
            with writing(self.engine) as connection:
                _adopt(connection, partition, strangers)
        return restored

    def _restore_articles(self, restored: Restored, partition: int, rows: list[Any]) -> None:
        if rows:
            aside = restored.aside(keys.articles(partition))
            self.store.hset(aside, mapping={row["article_id"]: row["record"] for row in rows})
            self.store.pexpire(aside, ASIDE_MS)

    def _restore_ledger(self, restored: Restored, partition: int, rows: list[Any]) -> None:
        pipeline = self.store.pipeline(transaction=False)
        touched: set[str] = set()
        for row in rows:
            slot, column, value = row["slot"], row["column"], row["value"]
            number = int(value) if column in COUNTED else repr(value)
            is_older = slot == OLDER_SLOT
            key = restored.aside(keys.older(partition, column) if is_older else keys.ledger(partition, slot, column))
            pipeline.hset(key, row["article_id"], number)
            touched.add(key)
            if not is_older:
                slots = restored.aside(keys.slots(partition))
                pipeline.zadd(slots, {str(slot): slot})
                touched.add(slots)
                restored.oldest_slot = min(restored.oldest_slot or slot, slot)
        for key in touched:
            # Gone by themselves when another worker was faster.
            pipeline.pexpire(key, ASIDE_MS)
        pipeline.execute()


def _is_in(row: Any, partition: int, partitions: int) -> bool:
    return partition_of(row["article_id"], partitions) == partition


def _adopt(connection: Connection, partition: int, article_ids: set[str]) -> None:
    """Let the rows of articles be those of the partition in which they live now."""
    table = ledger_archive
    for names in pages(sorted(article_ids)):
        theirs = (table.c.partition != partition) & table.c.article_id.in_(names)
        connection.execute(update(table).where(theirs).values(partition=partition))
