"""The archive: the ledger, the older counts and the articles' records in SQL; restoration.py reads it back.

What changed since the last time is noted in `dirty` by the scripts that change it. It is read at one version of the
partition and written in one transaction, so the archive is the partition as it was at a moment.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, delete, insert

from ranking_service import keys
from ranking_service.boards import COUNTED, Boards
from ranking_service.position import Position, read_position
from ranking_service.scripts import Scripts
from ranking_service.tables import OLDER_SLOT, article_archive, ledger_archive
from shared.database import writing
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
    """Writes partitions to SQL."""

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
            for names in pages(dirty.older):
                found = self.store.hmget(keys.older(partition, metric), names)
                for name, value in zip(names, found, strict=True):
                    if value is not None:
                        yield _row(partition, OLDER_SLOT, metric, name, value)

    def _article_rows(self, partition: int, dirty: Dirty) -> Iterator[Row]:
        for names in pages(dirty.articles):
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


def _replace_ledger(connection: Connection, partition: int, dirty: Dirty, rows: list[Row]) -> None:
    table = ledger_archive
    for slots in pages(dirty.slots):
        connection.execute(delete(table).where(table.c.partition == partition, table.c.slot.in_(slots)))
    for names in pages(dirty.older):
        is_older = (table.c.partition == partition) & (table.c.slot == OLDER_SLOT)
        connection.execute(delete(table).where(is_older, table.c.article_id.in_(names)))
    for page in pages(rows):
        connection.execute(insert(table), page)


def _replace_articles(connection: Connection, dirty: Dirty, rows: list[Row]) -> None:
    for names in pages(dirty.articles):
        connection.execute(delete(article_archive).where(article_archive.c.article_id.in_(names)))
    for page in pages(rows):
        connection.execute(insert(article_archive), page)


def pages(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Rows or names as lists that one statement takes."""
    rest = iter(items)
    while page := list(islice(rest, ROWS_AT_ONCE)):
        yield page
