"""isso: its SQLite database (`threads`, `comments`), opened to be read only."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from comments_service.imports import fields
from comments_service.imports.errors import ImportStopped, RefusedError
from comments_service.imports.plain_text import plain_markdown
from comments_service.imports.record import LeftOut, Record, Row
from comments_service.status import Status

STATUSES = {1: Status.PUBLISHED, 2: Status.PENDING, 4: Status.DELETED}
COLUMNS = "c.id, c.parent, c.created, c.modified, c.mode, c.text, c.author, c.email, c.website, c.likes, c.dislikes"
MAGIC = b"SQLite format 3\0"


def read(path: Path) -> Iterator[Row]:
    """The comments of a database; raises ImportStopped for another file."""
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise ImportStopped("The file is no SQLite database.")
        with closing(_connect(path)) as connection:
            yield from map(_row, connection.execute(_query(connection)))
    except OSError as error:
        raise ImportStopped(f"{path} cannot be read: {error.strerror}.") from error
    except (sqlite3.Error, OverflowError) as error:
        raise ImportStopped(f"The file is no database of isso, or a damaged one: {error}.") from error


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    # A file from elsewhere may carry views that call functions; none of them is trusted.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    return connection


def _query(connection: sqlite3.Connection) -> str:
    kinds = dict(connection.execute("SELECT name, type FROM sqlite_master WHERE name IN ('threads', 'comments')"))
    if kinds != {"threads": "table", "comments": "table"}:
        raise ImportStopped("The file is no database of isso: it lacks the tables threads and comments.")
    return f"SELECT t.uri, t.title, {COLUMNS} FROM comments AS c LEFT JOIN threads AS t ON t.id = c.tid ORDER BY c.id"  # noqa: S608  # names from above


def _row(row: tuple[Any, ...]) -> Row:
    parent = fields.reference(row[3])
    try:
        return _record(row, fields.source_id(row[2]), parent)
    except RefusedError as error:
        return LeftOut(fields.shown_id(row[2]), str(error), parent)


def _record(row: tuple[Any, ...], number: str, parent: str | None) -> Record:
    uri, title, _, _, created, modified, mode, text, author, email, website, likes, dislikes = row
    status = STATUSES.get(mode) if isinstance(mode, int) else None
    if status is None:
        raise RefusedError("its state is unknown")
    return Record(
        source_id=number,
        page=fields.page(uri),
        page_title=fields.line(title, fields.LONGEST_URL),
        text="" if status is Status.DELETED else fields.text(plain_markdown(text) if isinstance(text, str) else text),
        status=status,
        created_at=fields.seconds_ms(created),
        edited_at=fields.seconds_ms(modified) if modified else None,
        parent=parent,
        nickname=fields.nickname(author),
        email=fields.email(email),
        website=fields.website(website),
        up=fields.votes(likes),
        down=fields.votes(dislikes),
    )
