"""The restoration: rows of our own export, put where they were, in one transaction, with the events that tell of them.

What is there stays: a row whose key is there is not stored again, and one whose place another row has is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Table, UniqueConstraint, func, insert, select, tuple_, update
from sqlalchemy.orm import Session

from comments_service.articles import present_event
from comments_service.database import Database
from comments_service.ids import new_id
from comments_service.imports.redian import TableRow
from comments_service.imports.tally import Tally
from comments_service.imports.tree import change_of, count, nodes_of
from comments_service.latest_entries import enter_all
from comments_service.status import Status
from comments_service.tables import Article, Comment, OutboxRow, Word
from comments_service.words.word_list import raise_version
from shared.clock import Clock
from shared.events import CommentPublished, encode_event

ROWS_PER_STATEMENT = 200

Key = tuple[Any, ...]


class Restoration:
    """One import of our own export; `tells` the boards of articles and comments unless they have them already."""

    def __init__(self, database: Database, clock: Clock, tally: Tally, *, tells: bool) -> None:
        self._database = database
        self._clock = clock
        self._tally = tally
        self._tells = tells
        self._left_out: dict[str, set[Any]] = defaultdict(set)
        self._new_articles: set[str] = set()
        self._touched: set[str] = set()

    def run(self, rows: Iterable[TableRow], *, is_dry_run: bool) -> None:
        """Store rows, or only count them."""
        access = self._database.reading if is_dry_run else self._database.writing
        with access() as session:
            for table, group in groupby(rows, key=lambda row: row.table):
                while chunk := list(islice(group, ROWS_PER_STATEMENT)):
                    fresh = list(self._fresh(session, table, chunk))
                    self._tally.stored[table.name] += len(fresh)
                    if fresh and not is_dry_run:
                        self._store(session, table, [each.row for each in fresh])
            if not is_dry_run:
                self._finish(session)

    def _fresh(self, session: Session, table: Table, chunk: list[TableRow]) -> Iterator[TableRow]:
        """The rows that are not there yet and whose places are free."""
        primary = _names(table.primary_key.columns)
        there = _there(session, table, primary, chunk)
        taken = [(names, _there(session, table, names, chunk)) for names in _unique(table)]
        for each in chunk:
            key = _key(each.row, primary)
            if key in there:
                # A number is not the name of a row: another installation may have given it to another one.
                if _is_numbered(table) and not _is_same(there[key], each.row):
                    self._leave_out(each, primary, "another row has its number")
                else:
                    self._tally.repeated += 1
            elif names := next((names for names, rows in taken if _key(each.row, names) in rows), None):
                self._leave_out(each, primary, f"another row has its {' and '.join(names)}")
            elif self._is_orphan(table, each.row):
                self._leave_out(each, primary, "what it belongs to is left out")
            else:
                yield each

    def _leave_out(self, each: TableRow, primary: list[str], reason: str) -> None:
        key = _key(each.row, primary)
        if len(key) == 1:
            self._left_out[each.table.name].add(key[0])
        self._tally.leave_out(each.number, f"{each.table.name} {' '.join(map(str, key))}", reason)

    def _is_orphan(self, table: Table, row: dict[str, Any]) -> bool:
        return any(row[key.parent.name] in self._left_out[key.column.table.name] for key in table.foreign_keys)

    def _store(self, session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
        session.execute(insert(table), rows)
        if table.name == Article.__tablename__:
            self._new_articles.update(row["id"] for row in rows)
            self._tell(session, [present_event(Article(**row), self._clock()) for row in rows])
        elif table.name == Comment.__tablename__:
            self._touched.update(row["article_id"] for row in rows)
            self._tell(session, [_published(row) for row in rows if row["status"] == Status.PUBLISHED])

    def _tell(self, session: Session, events: list[Any]) -> None:
        if self._tells and events:
            session.execute(insert(OutboxRow), [{"event": encode_event(each), "relayed_at": None} for each in events])

    def _finish(self, session: Session) -> None:
        for article_id in sorted(self._touched - self._new_articles):
            _recount(session, article_id)
        if self._tally.stored[Word.__tablename__]:
            raise_version(session)
        if session.get_bind().dialect.name == "postgresql":
            _go_on_counting(session)


def _published(row: dict[str, Any]) -> CommentPublished:
    at = row["published_at"]
    return CommentPublished(new_id(at), row["article_id"], at, row["id"])


def _recount(session: Session, article_id: str) -> None:
    """Count an article's comments anew, that had some of its own already."""
    article = session.get(Article, article_id, with_for_update=True)
    assert article is not None
    nodes = nodes_of(session, article_id).values()
    count(nodes)
    if changed := [change_of(node) for node in nodes if node.before != node.counts]:
        session.execute(update(Comment), changed)
    article.comment_count = sum(node.status == Status.PUBLISHED for node in nodes)
    article.last_floor = max([article.last_floor, *(node.floor for node in nodes)])
    # The article may lie in other channels here than where the export was made.
    enter_all(session, article)


def _go_on_counting(session: Session) -> None:
    """Let PostgreSQL number new rows behind the stored ones: rows that bring their number do not move its sequences."""
    for table in Article.metadata.sorted_tables:
        if _is_numbered(table):
            number = next(iter(table.primary_key.columns))
            newest = select(func.coalesce(func.max(number), 0) + 1).scalar_subquery()
            session.execute(select(func.setval(func.pg_get_serial_sequence(table.name, number.name), newest, False)))


def _is_numbered(table: Table) -> bool:
    return table.autoincrement_column is not None


def _unique(table: Table) -> list[list[str]]:
    return [_names(each.columns) for each in table.constraints if isinstance(each, UniqueConstraint)]


def _there(session: Session, table: Table, names: list[str], chunk: list[TableRow]) -> dict[Key, dict[str, Any]]:
    """The stored rows with one of these keys, by the key."""
    keys = [_key(each.row, names) for each in chunk]
    columns = [table.c[name] for name in names]
    query = select(table).where(tuple_(*columns).in_(keys))
    return {_key(dict(row), names): dict(row) for row in session.execute(query).mappings()}


def _is_same(there: dict[str, Any], row: dict[str, Any]) -> bool:
    return all(there[name] == value for name, value in row.items())


def _key(row: dict[str, Any], names: list[str]) -> Key:
    return tuple(row[name] for name in names)


def _names(columns: Iterable[Any]) -> list[str]:
    return [column.name for column in columns]
