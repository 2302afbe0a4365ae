"""Staging: a file is read to its end into a temporary database before anything of it is stored.

What is malformed anywhere stops the import there, parents may stand behind their replies, and memory holds one article.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import msgspec

from comments_service.imports.record import Record, Row

SCHEMA = """
CREATE TABLE staged (number INTEGER PRIMARY KEY, source_id TEXT UNIQUE, parent TEXT, article_id TEXT, record BLOB);
CREATE INDEX staged_article ON staged (article_id, number);
"""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Record).decode


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with its number in the file, from 1, and the article of its page."""

    number: int
    row: Row
    article_id: str | None = None


class Staging:
    """The rows of one file, on disk; `with` removes them."""

    def __init__(self) -> None:
        # An empty name is a file of SQLite's own that nobody else sees.
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.executescript(SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def add(self, rows: Iterable[Placed]) -> Iterator[Placed]:
        """Keep rows; those whose id came before are not kept, and yielded."""
        self._connection.execute("BEGIN")
        for placed in rows:
            row = placed.row
            blob = _encode(row) if isinstance(row, Record) else None
            values = placed.number, row.source_id or f"row {placed.number}", row.parent, placed.article_id, blob
            inserted = self._connection.execute("INSERT OR IGNORE INTO staged VALUES (?, ?, ?, ?, ?)", values)
            if not inserted.rowcount:
                yield placed
        self._connection.execute("COMMIT")

    def article_ids(self) -> list[str]:
        """The articles of the rows, in the order of their ids."""
        query = "SELECT DISTINCT article_id FROM staged WHERE article_id IS NOT NULL ORDER BY article_id"
        return [article_id for (article_id,) in self._connection.execute(query)]

    def of_article(self, article_id: str) -> list[tuple[int, Record]]:
        """An article's records with their numbers, in the file's order."""
        query = "SELECT number, record FROM staged WHERE article_id = ? ORDER BY number"
        return [(number, _decode(blob)) for number, blob in self._connection.execute(query, (article_id,))]

    def parent_of(self, source_id: str) -> str | None:
        """The parent of a row of the file, left out or not; None when it has none, or is not in the file."""
        found = self._connection.execute("SELECT parent FROM staged WHERE source_id = ?", (source_id,)).fetchone()
        return found[0] if found else None
