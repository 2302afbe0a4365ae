"""The click counts of the articles: a projection of the event log into SQL, with its cursor beside the counts."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import bindparam, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from comments_service.database import Database
from comments_service.tables import Article, LogCursor
from shared.event_log import START, EventLog, Slice
from shared.events import ArticleClicked, Event
from shared.pulse import Backlog
from shared.store import outages_as

CONSUMER = "comments"
"""Under this name the log knows how far we have read, and keeps what is behind."""
MOST_EVENTS = 100_000
ADD_CLICKS = (
    update(Article).where(Article.id == bindparam("article")).values(clicks=Article.clicks + bindparam("clicks_more"))
)


class ClickCounts:
    """Projects clicks into `articles.clicks`, effectively once: counts and cursor are committed together."""

    def __init__(self, database: Database, event_log: EventLog) -> None:
        self._database = database
        self._log = event_log

    def project(self, partition: int) -> int:
        """Project one slice of a partition, of at most about 100,000 events; how many it held.

        Raises RedianError when Redis or SQL is down; what was not committed is read again.
        """
        position = self._position(partition)
        with outages_as("log", "The event log cannot be read."):
            piece = self._log.read(partition, position or START, most_events=MOST_EVENTS)
        if piece is not None:
            if not self._commit(partition, position, piece):
                return 0
            position = piece.until
        with outages_as("log", "The event log cannot be written."):
            self._log.report(partition, CONSUMER, position or START)
        return len(piece.events) if piece else 0

    def backlog(self, partition: int) -> Backlog:
        """Whether the log goes on behind the cursor of a partition; its mark is the cursor."""
        position = self._position(partition) or START
        with outages_as("log", "The event log cannot be read."):
            return Backlog(int(self._log.has_entries(partition, position)), position)

    def _commit(self, partition: int, position: str | None, piece: Slice) -> bool:
        """Count a slice and move the cursor; False when another worker did so first."""
        try:
            with self._database.writing() as session:
                moved = _move(session, partition, position, piece.until)
                if moved:
                    _add(session, clicks_of(piece.events))
            return moved
        except IntegrityError:
            # The other worker has just made the cursor's row.
            return False

    def _position(self, partition: int) -> str | None:
        with self._database.reading() as session:
            cursor = session.get(LogCursor, partition)
            return cursor.position if cursor else None


def clicks_of(events: Iterable[Event]) -> Counter[str]:
    """Clicks by article."""
    clicks: Counter[str] = Counter()
    for event in events:
        if isinstance(event, ArticleClicked):
            clicks[event.article_id] += event.count
    return clicks


def _move(session: Session, partition: int, before: str | None, after: str) -> bool:
    """Move the cursor; False when another worker moved it first, and the slice is already counted."""
    if before is None:
        session.execute(insert(LogCursor).values(partition=partition, position=after))
        return True
    moved = session.execute(
        update(LogCursor)
        .where(LogCursor.partition == partition, LogCursor.position == before)
        .values(position=after)
        .returning(LogCursor.partition)
    )
    return moved.first() is not None


def _add(session: Session, clicks: Counter[str]) -> None:
    connection = session.connection()
    # In one order, so that two workers never wait for each other crosswise.
    rows = [{"article": article_id, "clicks_more": count} for article_id, count in sorted(clicks.items())]
    if rows:
        connection.execute(ADD_CLICKS, rows)
