"""The webhooks in SQL: kept by moderators, each deed with its entry in the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from comments_service.database import Database
from comments_service.ids import new_id
from comments_service.tables import AuditEntry, Delivery, Webhook
from shared.clock import HOUR_MS, Clock
from shared.errors import RedianError

MOST_WEBHOOKS = 50
"""Each event is a row for each webhook that wants it."""


@dataclass(frozen=True)
class Wish:
    """What a webhook is to be; None leaves a field of one that is there as it was."""

    url: str | None = None
    events: tuple[str, ...] | None = None
    description: str | None = None
    is_active: bool | None = None


class Webhooks:
    """The webhooks, as moderators keep them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def all(self) -> Sequence[Webhook]:
        """Every webhook, the oldest first."""
        with self._database.reading() as session:
            return session.scalars(select(Webhook).order_by(Webhook.id)).all()

    def get(self, webhook_id: str) -> Webhook:
        """One of them; raises `webhook_unknown`."""
        with self._database.reading() as session:
            return _found(session, webhook_id)

    def add(self, url: str, events: Sequence[str], description: str | None, *, is_active: bool, who: str) -> Webhook:
        """Make one; raises `webhooks_full` where there are fifty already."""
        now = self._clock()
        with self._database.writing() as session:
            if len(session.scalars(select(Webhook.id)).all()) >= MOST_WEBHOOKS:
                raise RedianError("webhooks_full", f"There are {MOST_WEBHOOKS} webhooks already.")
            webhook = Webhook(
                id=new_id(now),
                url=url,
                events=list(events),
                description=description,
                is_active=is_active,
                secret_number=1,
                previous_until=None,
                created_by=who,
                created_at=now,
                updated_at=now,
            )
            session.add(webhook)
            _note(session, webhook, "add-webhook", who, now)
        return webhook

    def change(self, webhook_id: str, wish: Wish, who: str) -> Webhook:
        """Change what the wish names; raises `webhook_unknown`."""
        now = self._clock()
        with self._database.writing() as session:
            webhook = _found(session, webhook_id)
            for name, value in vars(wish).items():
                if value is not None:
                    setattr(webhook, name, list(value) if isinstance(value, tuple) else value)
            webhook.updated_at = now
            _note(session, webhook, "change-webhook", who, now)
        return webhook

    def rotate(self, webhook_id: str, keep_hours: int, who: str) -> Webhook:
        """Give it a new secret; the one before signs too for so many hours. Raises `webhook_unknown`."""
        now = self._clock()
        with self._database.writing() as session:
            webhook = _found(session, webhook_id)
            webhook.secret_number += 1
            webhook.previous_until = now + keep_hours * HOUR_MS
            webhook.updated_at = now
            _note(session, webhook, "rotate-webhook", who, now)
        return webhook

    def remove(self, webhook_id: str, who: str) -> None:
        """Take it away with its deliveries; raises `webhook_unknown`."""
        with self._database.writing() as session:
            webhook = _found(session, webhook_id)
            session.execute(delete(Delivery).where(Delivery.webhook_id == webhook_id))
            session.delete(webhook)
            _note(session, webhook, "remove-webhook", who, self._clock())


def _note(session: Session, webhook: Webhook, action: str, who: str, now: int) -> None:
    session.add(AuditEntry(at=now, who=who, action=action, subject=webhook.url[:300]))


def _found(session: Session, webhook_id: str) -> Webhook:
    webhook = session.get(Webhook, webhook_id)
    if webhook is None:
        raise RedianError("webhook_unknown", f"There is no webhook {webhook_id}.")
    return webhook
