"""Projections of the event log into SQL: each has a cursor of its own, moved in the transaction of what it causes."""

from collections.abc import Mapping

import structlog
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from comments_service.database import Database
from comments_service.dead_letters import Fold, bury
from comments_service.tables import LogCursor
from shared.event_log import START, EventLog
from shared.events import ids_told
from shared.pulse import Backlog
from shared.slices import Slice
from shared.store import outages_as
from shared.tracing import Attribute, is_tracing, span

MOST_EVENTS = 100_000

log = structlog.get_logger()


class Projection:
    """Takes every event of a partition to a fold, effectively once: what it writes and the cursor commit together.

    What cannot be parsed becomes a dead letter in the same transaction.

    Under the name `consumer` the log knows how far it has read, and keeps what is behind. A projection must therefore
    run for ever once it has run: one that stopped would hold the log's entries.
    """

    def __init__(
        self, database: Database, event_log: EventLog, consumer: str, fold: Fold, *, most_events: int = MOST_EVENTS
    ) -> None:
        self._database = database
        self._log = event_log
        self.consumer = consumer
        self.fold = fold
        self._most_events = most_events

    def project(self, partition: int) -> int:
        """Project one slice of a partition, of about `most_events` events at most; how many it held.

        Raises RedianError when Redis or SQL is down; what was not committed is read again.
        """
        position = self._position(partition)
        with outages_as("log", "The event log cannot be read."):
            piece = self._log.read(partition, position or START, consumer=self.consumer, most_events=self._most_events)
        if piece is not None:
            with span("fold a slice into SQL", self._told(partition, piece), "consumer", links=piece.traces):
                is_first = self._commit(partition, position, piece)
            if not is_first:
                return 0
            position = piece.until
        with outages_as("log", "The event log cannot be written."):
            self._log.report(partition, self.consumer, position or START)
        return len(piece.events) if piece else 0

    def backlog(self, partition: int) -> Backlog:
        """Whether the log goes on behind the cursor of a partition; its mark is the cursor."""
        position = self._position(partition) or START
        with outages_as("log", "The event log cannot be read."):
            return Backlog(int(self._log.has_entries(partition, position)), position)

    def _commit(self, partition: int, position: str | None, piece: Slice) -> bool:
        """Fold a slice and move the cursor; False when another worker did so first."""
        try:
            with self._database.writing() as session:
                moved = self._move(session, partition, position, piece.until)
                if moved:
                    self.fold(session, piece.events)
                    bury(session, self.consumer, partition, piece.poison)
        except IntegrityError:
            # The other worker has just made the cursor's row.
            if position is not None:
                raise
            return False
        if moved and piece.poison:
            reason = piece.poison[0].reason
            log.warning("events cannot be parsed", consumer=self.consumer, events=len(piece.poison), reason=reason)
        return moved

    def _told(self, partition: int, piece: Slice) -> Mapping[str, Attribute]:
        """What the span of a slice says."""
        if not is_tracing():
            return {}
        events = len(piece.events)
        return {
            "consumer": self.consumer,
            "partition": partition,
            "events": events,
            "event_ids": ids_told(piece.events),
        }

    def _position(self, partition: int) -> str | None:
        with self._database.reading() as session:
            cursor = session.get(LogCursor, (self.consumer, partition))
            return cursor.position if cursor else None

    def _move(self, session: Session, partition: int, before: str | None, after: str) -> bool:
        """Move the cursor; False when another worker moved it first, and the slice is already folded."""
        if before is None:
            session.execute(insert(LogCursor).values(consumer=self.consumer, partition=partition, position=after))
            return True
        moved = session.execute(
            update(LogCursor)
            .where(
                LogCursor.consumer == self.consumer,
                LogCursor.partition == partition,
                LogCursor.position == before,
            )
            .values(position=after)
            .returning(LogCursor.partition)
        )
        return moved.first() is not None
