"""The deliveries in SQL: which events wait for which webhook, and what became of each. This is the delivery log.

Their states: waiting → sending → delivered, or back to waiting until the attempts are used up → failed. A delivery that
is found in `sending` long after it was taken belonged to a worker that died; it is sent again, under the same id.
"""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from comments_service.backoff import Backoff
from comments_service.database import Database
from comments_service.projections import Projection
from comments_service.tables import Delivery, Webhook
from comments_service.webhooks.payload import OFFERED, kind_of
from shared.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Clock
from shared.errors import RedianError
from shared.event_log import EventLog
from shared.events import Event, RecordedEvent, encode_event

CONSUMER = "webhooks"
MOST_EVENTS = 20_000
KEPT_MS = 30 * DAY_MS
STALE_MS = 3 * MINUTE_MS
"""No attempt takes so long; whoever took it is dead."""
BACKOFF = Backoff(attempts=9, first_ms=10 * SECOND_MS, factor=4, longest_ms=12 * HOUR_MS)
"""10 s, 40 s, 3, 11 and 43 minutes, 3, 11 and 12 hours: a receiver may be down for a day."""


class DeliveryStatus(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Deliveries:
    """The deliveries of every webhook."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def projection(self, event_log: EventLog) -> Projection:
        """The projection that makes a delivery of each event that a webhook wants."""
        return Projection(self._database, event_log, CONSUMER, self.add, most_events=MOST_EVENTS)

    def add(self, session: Session, events: Sequence[Event]) -> None:
        """Make the deliveries of a slice in the transaction that moves its cursor."""
        recorded = [event for event in events if isinstance(event, OFFERED)]
        if not recorded:
            return
        now = self._clock()
        for webhook in session.scalars(select(Webhook).where(Webhook.is_active).order_by(Webhook.id)):
            wanted = {event.event_id: event for event in recorded if kind_of(event) in webhook.events}
            ids = select(Delivery.event_id).where(Delivery.webhook_id == webhook.id, Delivery.event_id.in_(wanted))
            there = set(session.scalars(ids))
            session.add_all(
                _waiting(webhook.id, event, now) for event_id, event in wanted.items() if event_id not in there
            )

    def due(self) -> Sequence[str]:
        """The active webhooks that have something due."""
        query = (
            select(Webhook.id)
            .join(Delivery, Delivery.webhook_id == Webhook.id)
            .where(Webhook.is_active, Delivery.status == DeliveryStatus.WAITING, Delivery.next_at <= self._clock())
            .distinct()
        )
        with self._database.reading() as session:
            return session.scalars(query).all()

    def take(self, webhook_id: str) -> tuple[Webhook, Delivery] | None:
        """Take the first delivery that is due to a webhook, so that nobody else does; None when there is none."""
        now = self._clock()
        first = (
            select(Delivery)
            .where(
                Delivery.webhook_id == webhook_id, Delivery.status == DeliveryStatus.WAITING, Delivery.next_at <= now
            )
            .order_by(Delivery.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        with self._database.writing() as session:
            webhook = session.get(Webhook, webhook_id)
            delivery = session.scalar(first) if webhook and webhook.is_active else None
            if webhook is None or delivery is None:
                return None
            delivery.status, delivery.next_at = DeliveryStatus.SENDING, now
            delivery.attempts += 1
        return webhook, delivery

    def settle(self, taken: Delivery, *, status: int | None, error: str | None) -> None:
        """Note how an attempt ended: delivered without an error, else due again later or given up."""
        now = self._clock()
        with self._database.writing() as session:
            delivery = session.get(Delivery, taken.id, with_for_update=True)
            # The webhook was taken away meanwhile, or a worker that thought us dead has the delivery in hand.
            if delivery is None or (delivery.status, delivery.attempts) != (DeliveryStatus.SENDING, taken.attempts):
                return
            delivery.last_status, delivery.last_error = status, error
            wait_ms = BACKOFF.wait_ms(delivery.attempts)
            if error is None:
                delivery.status, delivery.finished_at = DeliveryStatus.DELIVERED, now
            elif wait_ms is None:
                delivery.status, delivery.finished_at = DeliveryStatus.FAILED, now
            else:
                delivery.status, delivery.next_at = DeliveryStatus.WAITING, now + wait_ms

    def tidy(self) -> None:
        """Let what a dead worker held be sent again, and forget what ended thirty days ago."""
        now = self._clock()
        is_stale = (Delivery.status == DeliveryStatus.SENDING) & (Delivery.next_at < now - STALE_MS)
        died = {"last_status": None, "last_error": "the worker ended before the answer"}
        failed = {"status": DeliveryStatus.FAILED, "finished_at": now, **died}
        with self._database.writing() as session:
            session.execute(update(Delivery).where(is_stale, Delivery.attempts >= BACKOFF.attempts).values(failed))
            session.execute(update(Delivery).where(is_stale).values(status=DeliveryStatus.WAITING, next_at=now, **died))
            session.execute(delete(Delivery).where(Delivery.finished_at < now - KEPT_MS))

    def retry(self, webhook_id: str, delivery_id: int) -> Delivery:
        """Begin a delivery that failed anew; one that waits becomes due. Raises `delivery_unknown`."""
        with self._database.writing() as session:
            delivery = session.get(Delivery, delivery_id, with_for_update=True)
            if delivery is None or delivery.webhook_id != webhook_id:
                raise RedianError("delivery_unknown", f"This webhook has no delivery {delivery_id}.")
            if delivery.status in {DeliveryStatus.FAILED, DeliveryStatus.WAITING}:
                delivery.status, delivery.next_at = DeliveryStatus.WAITING, self._clock()
                delivery.attempts, delivery.finished_at = 0, None
        return delivery

    def page(
        self, webhook_id: str, *, limit: int, behind: int | None = None, status: DeliveryStatus | None = None
    ) -> tuple[Sequence[Delivery], int | None]:
        """A webhook's deliveries, the newest first, and the id behind which there are more."""
        query = select(Delivery).where(Delivery.webhook_id == webhook_id).order_by(Delivery.id.desc()).limit(limit + 1)
        if behind is not None:
            query = query.where(Delivery.id < behind)
        if status is not None:
            query = query.where(Delivery.status == status)
        with self._database.reading() as session:
            found = session.scalars(query).all()
        return found[:limit], found[limit - 1].id if len(found) > limit else None

    def counts(self) -> dict[str, int]:
        """How many of the kept deliveries stand where."""
        with self._database.reading() as session:
            rows = session.execute(select(Delivery.status, func.count()).group_by(Delivery.status))
            return dict.fromkeys(map(str, DeliveryStatus), 0) | dict(rows.all())

    def oldest_waiting(self) -> int | None:
        """Since when the oldest delivery waits; None when none does."""
        with self._database.reading() as session:
            waiting = select(func.min(Delivery.created_at)).where(Delivery.status == DeliveryStatus.WAITING)
            return session.scalar(waiting)


def _waiting(webhook_id: str, event: RecordedEvent, now: int) -> Delivery:
    return Delivery(
        webhook_id=webhook_id,
        event_id=event.event_id,
        kind=kind_of(event),
        event=encode_event(event),
        status=DeliveryStatus.WAITING,
        attempts=0,
        next_at=now,
        created_at=now,
    )
