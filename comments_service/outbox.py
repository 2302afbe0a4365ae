"""The transactional outbox: a change and its event commit together, then the event is relayed into the log.

The request relays its own events at once, so that whoever got a 201 may click; what Redis could not take stays here and
the worker's tick relays it. That a row is in the log is marked off the request's way (marks.py); a crash before
that repeats the append, and the log refuses the id.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import msgspec
import structlog
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from comments_service.database import Database
from comments_service.marks import Marks, mark
from comments_service.tables import OutboxRow
from comments_service.tables.base import table_of
from shared.clock import DAY_MS, Clock
from shared.errors import RedianError
from shared.event_log import EventLog
from shared.events import RecordedEvent, encode_event, ids_told
from shared.offers import Recorded
from shared.tracing import span

KEPT_MS = 7 * DAY_MS
"""How long a relayed row stays, for whoever has to find out what was sent."""
ROWS_PER_APPEND = 500
OLDEST_WAITING = select(OutboxRow).where(OutboxRow.relayed_at.is_(None)).order_by(OutboxRow.id)

INSERTED = insert(table_of(OutboxRow)).returning(table_of(OutboxRow).c.id, sort_by_parameter_order=True)

log = structlog.get_logger()
_recorded = msgspec.json.Decoder(RecordedEvent)


class Row(Protocol):
    """A row of the outbox, whether the session has it or a statement wrote it."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def event(self) -> str:
        """The event as it will stand in the log."""


class WrittenRow(NamedTuple):
    """A row that a statement wrote."""

    id: int
    event: str


class Outbox:
    """The events that SQL has committed, on their way into the log."""

    def __init__(self, database: Database, event_log: EventLog, clock: Clock) -> None:
        self._database = database
        self._log = event_log
        self._clock = clock
        self._marks = Marks(database)

    def add(self, session: Session, event: RecordedEvent) -> OutboxRow:
        """Record an event in the transaction of the change that it tells of."""
        row = OutboxRow(event=encode_event(event), relayed_at=None)
        session.add(row)
        return row

    def add_all(self, session: Session, events: Sequence[RecordedEvent]) -> list[WrittenRow]:
        """Record events in the transaction of the changes that they tell of, in their order."""
        if not events:
            return []
        texts = [encode_event(event) for event in events]
        ids = session.execute(INSERTED, [{"event": text, "relayed_at": None} for text in texts]).scalars()
        return [WrittenRow(*row) for row in zip(ids, texts, strict=True)]

    def relay_now(self, rows: Sequence[Row]) -> None:
        """Relay committed rows before the answer; when that fails they wait for the worker, and the answer stands."""
        if not rows:
            return
        try:
            self._append(rows)
        except RedianError as error:
            event_ids = ids_told(_recorded.decode(row.event) for row in rows)
            log.warning("event waits in the outbox", event_ids=event_ids, reason=error.code)
        else:
            self._marks.put([row.id for row in rows], self._clock())

    def relay_waiting(self, most_rows: int = 5_000) -> int:
        """Relay what waits, oldest first; how many rows went. Raises RedianError when Redis or SQL is down.

        Rows are read without a lock: a second worker at the same time sends them again, which the log refuses, and no
        transaction is held open while Redis answers.
        """
        relayed = 0
        while relayed < most_rows:
            with self._database.reading() as session:
                rows = session.scalars(OLDEST_WAITING.limit(ROWS_PER_APPEND)).all()
            if rows:
                self._append(rows)
                mark(self._database, [row.id for row in rows], self._clock())
            relayed += len(rows)
            if len(rows) < ROWS_PER_APPEND:
                break
        return relayed

    def waiting(self) -> int:
        """How many rows have not been relayed yet."""
        with self._database.reading() as session:
            return session.scalar(select(func.count()).where(OutboxRow.relayed_at.is_(None))) or 0

    def oldest(self) -> tuple[int, int] | None:
        """The number of the row that has waited longest and the time of its event; None when nothing waits."""
        with self._database.reading() as session:
            row = session.scalars(OLDEST_WAITING.limit(1)).first()
        return (row.id, _recorded.decode(row.event).occurred_at) if row else None

    def put_back(self, since_ms: int, until_ms: int) -> int:
        """Let rows that were relayed between two times wait again; how many. The log refuses those that it has."""
        with self._database.writing() as session:
            rows = update(OutboxRow).where(OutboxRow.relayed_at.between(since_ms, until_ms)).values(relayed_at=None)
            return len(session.scalars(rows.returning(OutboxRow.id)).all())

    def forget_relayed(self) -> None:
        """Delete the rows that were relayed longer than seven days ago."""
        with self._database.writing() as session:
            session.execute(delete(OutboxRow).where(OutboxRow.relayed_at < self._clock() - KEPT_MS))

    def _append(self, rows: Sequence[Row]) -> None:
        events = [_recorded.decode(row.event) for row in rows]
        event_ids = ids_told(events)
        with span("relay the outbox", {"events": len(rows), "event_ids": event_ids}):
            append(self._log, events)
            log.info("events are in the log", events=len(rows), event_ids=event_ids)


def append(event_log: EventLog, events: Sequence[RecordedEvent]) -> None:
    """Append recorded events, one call a partition, each in the order given."""
    offers: dict[int, list[Recorded]] = defaultdict(list)
    for event in events:
        offers[event_log.partition_of(event.article_id)].append(Recorded(event))
    for partition, group in offers.items():
        event_log.append(partition, group)
