"""The archive: the ledger, the older counts and the articles' records in SQL, from which a lost Redis is filled again.

What changed since the last time is noted in `dirty` by the scripts that change it. It is read at one version of the
partition and written in one transaction, so the archive is the partition as it was at a moment.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, delete, func, insert, select

from ranking_service import keys
from ranking_service.boards import COUNTED, Boards
from ranking_service.position import Position, read_position
from ranking_service.scripts import Scripts
from ranking_service.tables import OLDER_SLOT, article_archive, ledger_archive
from shared.database import reading, writing
from shared.partitions import partition_of
from shared.store import Store

ROWS_AT_ONCE = 500

Item = TypeVar("Item")
Row = dict[str, Any]


@dataclass(frozen=True)
class Dirty:
    """What changed since the last archiving."""

    slots: list[int]
    older: list[str]
    articles: list[str]


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

    def restore(self, partition: int, partitions: int) -> None:
        """Put a partition's part of the archive into an empty Redis; the boards are refilled from it afterwards.

        Rows are chosen by the article's partition of today, so an archive may be restored into another number of
        partitions. Safe to repeat: it sets values and adds to none.
        """
        with reading(self.engine) as connection:
            for rows in _pages(connection.execute(select(article_archive)).mappings()):
                mine = {r["article_id"]: r["record"] for r in rows if _is_in(r, partition, partitions)}
                if mine:
                    self.store.hset(keys.articles(partition), mapping=mine)
            ordered = select(ledger_archive).order_by(ledger_archive.c.slot, ledger_archive.c.column)
            for rows in _pages(connection.execute(ordered).mappings()):
                self._restore_ledger(partition, [r for r in rows if _is_in(r, partition, partitions)])

    def _restore_ledger(self, partition: int, rows: list[Any]) -> None:
        pipeline = self.store.pipeline(transaction=False)
        for row in rows:
            slot, column, value = row["slot"], row["column"], row["value"]
            number = int(value) if column in COUNTED else repr(value)
            if slot == OLDER_SLOT:
                pipeline.hset(keys.older(partition, column), row["article_id"], number)
            else:
                pipeline.hset(keys.ledger(partition, slot, column), row["article_id"], number)
                pipeline.zadd(keys.slots(partition), {str(slot): slot})
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


def _pages(items: Iterable[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while page := list(islice(rest, ROWS_AT_ONCE)):
        yield page
