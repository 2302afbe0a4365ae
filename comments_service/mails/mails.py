"""The mails in SQL: which wait, and what became of each.

Their states: waiting → sending → sent. `sending` is committed at the last moment before the server is given the text:
whatever is killed before it, the mail is sent later; whatever is killed after it, the mail is `unsure` and never sent
again, because a mail that comes twice is worse than one that may be missing. `dropped` are those about something that
is not there any more, `failed` those that the server refused or that grew too old.
"""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from comments_service.backoff import Backoff
from comments_service.database import Database
from comments_service.mails.subscriptions import Subscriptions
from comments_service.projections import Projection
from comments_service.status import Status
from comments_service.tables import Comment, Mail, Subscription
from shared.clock import DAY_MS, HOUR_MS, MINUTE_MS, Clock
from shared.event_log import EventLog
from shared.events import CommentPublished, Event

CONSUMER = "mails"
MOST_EVENTS = 20_000
IDS_PER_STATEMENT = 500
KEPT_MS = 30 * DAY_MS
STALE_MS = 5 * MINUTE_MS
"""No server takes so long to answer; whoever was sending is dead."""
BACKOFF = Backoff(attempts=12, first_ms=MINUTE_MS, factor=2, longest_ms=4 * HOUR_MS)
"""For what a server puts off (4xx): about a day. A server that is down costs no attempt."""
OLDEST_SENT_MS = 3 * DAY_MS


class MailStatus(StrEnum):
    """Where a mail stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNSURE = "unsure"
    """The server had the text when the worker or the connection ended; whether it took it nobody knows."""
    DROPPED = "dropped"
    FAILED = "failed"


class MailKind(StrEnum):
    """What a mail is about."""

    CONFIRMATION = "confirmation"
    REPLY = "reply"


class Mails:
    """The mails, on their way."""

    def __init__(self, database: Database, subscriptions: Subscriptions, clock: Clock) -> None:
        self._database = database
        self._subscriptions = subscriptions
        self._clock = clock

    def projection(self, event_log: EventLog, *, is_on: bool) -> Projection:
        """The projection that makes mails of published comments; switched off, it only reads on.

        It reads on because a cursor that stood still would hold the log's entries.
        """
        fold = self.add if is_on else _nothing
        return Projection(self._database, event_log, CONSUMER, fold, most_events=MOST_EVENTS)

    def add(self, session: Session, events: Sequence[Event]) -> None:
        """Make the mails of a slice in the transaction that moves its cursor."""
        ids = list(dict.fromkeys(event.comment_id for event in events if isinstance(event, CommentPublished)))
        for first in range(0, len(ids), IDS_PER_STATEMENT):
            part = ids[first : first + IDS_PER_STATEMENT]
            # One that was removed before we came to it is nobody's business any more.
            query = select(Comment).where(Comment.id.in_(part), Comment.status == Status.PUBLISHED)
            for comment in session.scalars(query.order_by(Comment.id)):
                self._ask_its_author(session, comment)
                self._tell_of_reply(session, comment)

    def next_due(self) -> Mail | None:
        """The mail that has been due longest."""
        due = select(Mail).where(Mail.status == MailStatus.WAITING, Mail.next_at <= self._clock())
        with self._database.reading() as session:
            return session.scalar(due.order_by(Mail.next_at, Mail.id).limit(1))

    def claim(self, mail: Mail) -> bool:
        """Note that the server is given the text now; False when somebody else did so before."""
        claimed = (
            update(Mail)
            .where(Mail.id == mail.id, Mail.status == MailStatus.WAITING)
            .values(status=MailStatus.SENDING, next_at=self._clock())
            .returning(Mail.id)
        )
        with self._database.writing() as session:
            return session.scalar(claimed) is not None

    def settle(self, mail: Mail, status: MailStatus, error: str | None = None) -> None:
        """Note the end of a mail."""
        values = {"status": status, "last_error": error, "finished_at": self._clock()}
        with self._database.writing() as session:
            session.execute(update(Mail).where(Mail.id == mail.id).values(values))

    def put_off(self, mail: Mail, error: str) -> None:
        """Note that the server wants it later; after the last attempt it has failed."""
        attempts = mail.attempts + 1
        wait_ms = BACKOFF.wait_ms(attempts)
        if wait_ms is None:
            self.settle(mail, MailStatus.FAILED, error)
            return
        values = {
            "status": MailStatus.WAITING,
            "attempts": attempts,
            "next_at": self._clock() + wait_ms,
            "last_error": error,
        }
        with self._database.writing() as session:
            session.execute(update(Mail).where(Mail.id == mail.id).values(values))

    def tidy(self) -> None:
        """Settle what a dead worker had in hand and what grew too old, and forget what ended thirty days ago."""
        now = self._clock()
        is_stale = (Mail.status == MailStatus.SENDING) & (Mail.next_at < now - STALE_MS)
        is_old = (Mail.status == MailStatus.WAITING) & (Mail.created_at < now - OLDEST_SENT_MS)
        unsure = {"status": MailStatus.UNSURE, "last_error": "the worker ended while it was sent", "finished_at": now}
        failed = {"status": MailStatus.FAILED, "last_error": "it waited for three days", "finished_at": now}
        with self._database.writing() as session:
            session.execute(update(Mail).where(is_stale).values(unsure))
            session.execute(update(Mail).where(is_old).values(failed))
            session.execute(delete(Mail).where(Mail.finished_at < now - KEPT_MS))

    def counts(self) -> dict[str, int]:
        """How many of the kept mails stand where."""
        with self._database.reading() as session:
            rows = session.execute(select(Mail.status, func.count()).group_by(Mail.status))
            return dict.fromkeys(map(str, MailStatus), 0) | dict(rows.all())

    def oldest_waiting(self) -> int | None:
        """Since when the oldest mail waits; None when none does."""
        with self._database.reading() as session:
            return session.scalar(select(func.min(Mail.created_at)).where(Mail.status == MailStatus.WAITING))

    def _ask_its_author(self, session: Session, comment: Comment) -> None:
        if comment.notify_in is None or comment.email is None or comment.reader is None:
            return
        subscription = self._subscriptions.ask(session, comment.reader, comment.email)
        if subscription is not None:
            key = f"{MailKind.CONFIRMATION}.{subscription.id}.{subscription.asked_at}"
            self._make(session, key, MailKind.CONFIRMATION, subscription, comment)

    def _tell_of_reply(self, session: Session, reply: Comment) -> None:
        parent = session.get(Comment, reply.parent_id) if reply.parent_id else None
        if parent is None or parent.notify_in is None or parent.status != Status.PUBLISHED or _is_same(reply, parent):
            return
        subscription = self._subscriptions.confirmed(session, parent.reader, parent.email)
        if subscription is not None:
            self._make(session, f"{MailKind.REPLY}.{reply.id}", MailKind.REPLY, subscription, parent, reply)

    def _make(
        self,
        session: Session,
        key: str,
        kind: MailKind,
        subscription: Subscription,
        comment: Comment,
        reply: Comment | None = None,
    ) -> None:
        now = self._clock()
        there = session.scalar(select(Mail).where(Mail.key == key))
        if there is None:
            there = Mail(key=key, kind=kind, subscription_id=subscription.id, comment_id=comment.id, attempts=0)
            there.reply_id = reply.id if reply else None
            session.add(there)
        elif there.status != MailStatus.DROPPED:
            # A comment that is published a second time is no news.
            return
        there.status, there.next_at, there.created_at, there.finished_at = MailStatus.WAITING, now, now, None


def _is_same(reply: Comment, parent: Comment) -> bool:
    """Whether both are one person's, as far as can be told."""
    if reply.reader is not None and reply.reader == parent.reader:
        return True
    return reply.email is not None and parent.email is not None and reply.email.lower() == parent.email.lower()


def _nothing(_: Session, __: Sequence[Event]) -> None:
    """What a slice causes while mails are off."""
