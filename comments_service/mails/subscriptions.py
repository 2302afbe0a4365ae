"""Subscriptions: whether the owner of a mail address wants mails about replies to a reader's comments.

asked → confirmed → stopped, and from stopped to asked again. Anyone can type anybody's address, so an address gets no
more than one mail a day that asks, and none for thirty days after its owner said stop.
"""

import hmac
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments_service.database import Database
from comments_service.ids import new_id
from comments_service.tables import Subscription
from shared.clock import DAY_MS, Clock

ASKED_AGAIN_MS = DAY_MS
LEFT_ALONE_MS = 30 * DAY_MS


class SubscriptionStatus(StrEnum):
    """What the owner of the address said."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    STOPPED = "stopped"


class Subscriptions:
    """The subscriptions in SQL."""

    def __init__(self, database: Database, secret_key: str, clock: Clock) -> None:
        self._database = database
        self._key = secret_key.encode()
        self._clock = clock

    def hash_of(self, email: str) -> str:
        """By what an address is known here."""
        return hmac.digest(self._key, f"redian mail address {email.lower()}".encode(), "sha256").hex()

    def confirmed(self, session: Session, reader: str | None, email: str | None) -> Subscription | None:
        """The subscription under which a reader gets mails at an address; None when he gets none."""
        if reader is None or email is None:
            return None
        found = self._find(session, reader, email)
        return found if found is not None and found.status == SubscriptionStatus.CONFIRMED else None

    def ask(self, session: Session, reader: str, email: str) -> Subscription | None:
        """The subscription that a mail should ask to confirm; None when it is confirmed, or nobody may be asked now."""
        now = self._clock()
        of_address = session.scalars(
            select(Subscription).where(Subscription.address == self.hash_of(email)).with_for_update()
        ).all()
        own = next((each for each in of_address if each.reader == reader), None)
        if own is not None and own.status == SubscriptionStatus.CONFIRMED:
            return None
        if any(_is_left_alone(each, now) for each in of_address):
            return None
        if own is None:
            own = Subscription(id=new_id(now), address=self.hash_of(email), reader=reader)
            session.add(own)
        own.status, own.asked_at, own.changed_at = SubscriptionStatus.ASKED, now, now
        session.flush()
        return own

    def confirm(self, subscription_id: str) -> bool:
        """The owner of the address wants the mails; False when there is no such subscription."""
        return self._set(subscription_id, SubscriptionStatus.CONFIRMED)

    def stop(self, subscription_id: str) -> bool:
        """The owner of the address wants no more mails; False when there is no such subscription."""
        return self._set(subscription_id, SubscriptionStatus.STOPPED)

    def _set(self, subscription_id: str, status: SubscriptionStatus) -> bool:
        with self._database.writing() as session:
            found = session.get(Subscription, subscription_id, with_for_update=True)
            if found is None:
                return False
            if found.status != status:
                found.status, found.changed_at = status, self._clock()
            return True

    def _find(self, session: Session, reader: str, email: str) -> Subscription | None:
        query = select(Subscription).where(Subscription.address == self.hash_of(email), Subscription.reader == reader)
        return session.scalar(query)


def _is_left_alone(subscription: Subscription, now: int) -> bool:
    if subscription.status == SubscriptionStatus.STOPPED and now - subscription.changed_at < LEFT_ALONE_MS:
        return True
    return now - subscription.asked_at < ASKED_AGAIN_MS
