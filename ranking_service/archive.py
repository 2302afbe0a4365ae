"""The archive: the ledger, the older counts and the articles' records in SQL, from which a lost Redis is filled again.

What changed since the last time is noted in `dirty` by the scripts that change it. It is read at one version of the
partition and written in one transaction, so the archive is the partition as it was at a moment.
"""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from ranking_service import keys
from ranking_service.boards import COUNTED, Boards
from ranking_service.position import Position, read_position
from ranking_service.scripts import Scripts
from ranking_service.tables import OLDER_SLOT, article_archive, ledger_archive
from shared.clock import HOUR_MS
from shared.database import reading, writing
from shared.partitions import partition_of
from shared.store import Store

ROWS_AT_ONCE = 500
ASIDE_MS = HOUR_MS

Item = TypeVar("Item")
Row = dict[str, Any]


@dataclass(frozen=True)
class Dirty:
    """What changed since the last archiving."""

    slots: list[int]
    older: list[str]
    articles: list[str]


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
class Archive:
    """Writes partitions to SQL and reads them back."""

    engine: Engine
    store: Store
    scripts: Scripts
    boards: Boards

    def write(self, partition: int, position: Position) -> bool:
        """Archive what changed; False when a worker changed the partition meanwhile, and nothing was written."""
        dirty = self._dirty(partition)
        ledger = list(self._ledger_rows(partition, dirty))
        articles = list(self._article_rows(partition, dirty))
        if read_position(self.store, partition).version != position.version:
            return False
        with writing(self.engine) as connection:
            _replace_ledger(connection, partition, dirty, ledger)
            _replace_articles(connection, dirty, articles)
        request = {"renames": [], "drops": [2], "fields": {"archived": position.hour}}
        return self.scripts.swap([keys.position(partition), keys.dirty(partition)], position.version, request)

    def is_empty(self) -> bool:
        """Whether nothing was ever archived."""
        with reading(self.engine) as connection:
            return (
                connection.scalar(select(func.count()).select_from(article_archive.select().limit(1).subquery())) == 0
            )

    def restore(self, partition: int, partitions: int) -> Restored:
        """Put a partition's part of the archive into Redis, aside; whoever swaps it in refills the boards from it.

        Rows are chosen by the article's partition of today, so an archive may be restored into another number of
        partitions; its rows then move to the partition of today, where later archiving replaces them.
        """
        restored = Restored(secrets.token_hex(4))
        strangers: set[str] = set()
        with reading(self.engine) as connection:
            for rows in _pages(connection.execute(select(article_archive)).mappings()):
                self._restore_articles(restored, partition, [r for r in rows if _is_in(r, partition, partitions)])
            ordered = select(ledger_archive).order_by(ledger_archive.c.slot, ledger_archive.c.column)
            for rows in _pages(connection.execute(ordered).mappings()):
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

    def _dirty(self, partition: int) -> Dirty:
        names = sorted(name.decode() for name in self.store.smembers(keys.dirty(partition)))
        return Dirty(
            slots=[int(name) for name in names if name.isdigit()],
            older=[name[6:] for name in names if name.startswith("older ")],
            articles=[name[8:] for name in names if name.startswith("article ")],
        )

    def _ledger_rows(self, partition: int, dirty: Dirty) -> Iterator[Row]:
        columns = [*COUNTED, *(board.name for board in self.boards.decaying)]
        for slot in dirty.slots:
            for column in columns:
                ledger = keys.ledger(partition, slot, column)
                for name, value in dict(self.store.hscan_iter(ledger, count=1_000)).items():
                    yield _row(partition, slot, column, name.decode(), value)
        for metric in COUNTED:
            for names in _pages(dirty.older):
                found = self.store.hmget(keys.older(partition, metric), names)
                for name, value in zip(names, found, strict=True):
                    if value is not None:
                        yield _row(partition, OLDER_SLOT, metric, name, value)

    def _article_rows(self, partition: int, dirty: Dirty) -> Iterator[Row]:
        for names in _pages(dirty.articles):
            found = self.store.hmget(keys.articles(partition), names)
            for name, record in zip(names, found, strict=True):
                yield {"article_id": name, "record": record.decode()}


def _row(partition: int, slot: int, column: str, article_id: str, value: bytes) -> Row:
    return {
        "partition": partition,
        "slot": slot,
        "column": column,
        "article_id": article_id,
        "value": float(value),
    }


def _is_in(row: Any, partition: int, partitions: int) -> bool:
    return partition_of(row["article_id"], partitions) == partition


def _replace_ledger(connection: Connection, partition: int, dirty: Dirty, rows: list[Row]) -> None:
    table = ledger_archive
    for slots in _pages(dirty.slots):
        connection.execute(delete(table).where(table.c.partition == partition, table.c.slot.in_(slots)))
    for names in _pages(dirty.older):
        is_older = (table.c.partition == partition) & (table.c.slot == OLDER_SLOT)
        connection.execute(delete(table).where(is_older, table.c.article_id.in_(names)))
    for page in _pages(rows):
        connection.execute(insert(table), page)


def _replace_articles(connection: Connection, dirty: Dirty, rows: list[Row]) -> None:
    for names in _pages(dirty.articles):
        connection.execute(delete(article_archive).where(article_archive.c.article_id.in_(names)))
    for page in _pages(rows):
        connection.execute(insert(article_archive), page)


def _adopt(connection: Connection, partition: int, article_ids: set[str]) -> None:
    """Let the rows of articles be those of the partition in which they live now."""
    table = ledger_archive
    for names in _pages(sorted(article_ids)):
        theirs = (table.c.partition != partition) & table.c.article_id.in_(names)
        connection.execute(update(table).where(theirs).values(partition=partition))


def _pages(items: Iterable[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while page := list(islice(rest, ROWS_AT_ONCE)):
        yield page
