"""The mailer: hands what is due to the mail server, one after the other in one session."""

import smtplib
from collections.abc import Callable

import structlog

from comments_service.articles import PUBLISHED
from comments_service.database import Database
from comments_service.mails.letters import Letters, Subject
from comments_service.mails.mails import MailKind, Mails, MailStatus
from comments_service.mails.server import MailServer, ServerDownError
from comments_service.mails.subscriptions import Subscriptions, SubscriptionStatus
from comments_service.status import Status
from comments_service.tables import Article, Comment, Mail, Subscription
from shared.clock import MINUTE_MS, SECOND_MS, Clock

LONGEST_PAUSE_MS = MINUTE_MS
PERMANENT = 500

log = structlog.get_logger()


class Mailer:
    """Sends mails. After a server was down it waits a while, so that nobody knocks every second."""

    def __init__(
        self,
        database: Database,
        mails: Mails,
        subscriptions: Subscriptions,
        letters: Letters,
        server: MailServer,
        clock: Clock,
    ) -> None:
        self._database = database
        self._mails = mails
        self._subscriptions = subscriptions
        self._letters = letters
        self._server = server
        self._clock = clock
        self._pause_ms = 0
        self._not_before = 0

    def run_round(self, is_stopping: Callable[[], bool] = lambda: False) -> None:
        """Send what is due now. While the server is down everything waits, and no mail is counted an attempt."""
        self._mails.tidy()
        if self._clock() < self._not_before or self._mails.next_due() is None:
            return
        try:
            with self._server.session() as session:
                while not is_stopping() and (mail := self._mails.next_due()):
                    self._send(session, mail)
        except ServerDownError as error:
            self._pause_ms = min(LONGEST_PAUSE_MS, self._pause_ms * 2 or SECOND_MS)
            self._not_before = self._clock() + self._pause_ms
            log.warning("mails wait for their server", reason=str(error), pause_ms=self._pause_ms)
        else:
            self._pause_ms = 0

    def _send(self, session: smtplib.SMTP, mail: Mail) -> None:
        subject = self._subject(mail)
        if subject is None:
            self._mails.settle(mail, MailStatus.DROPPED, "what it was about is not there any more")
            return
        text = self._letters.write(subject).as_bytes()
        refusal = self._address(session, str(subject.comment.email))
        if refusal is not None:
            self._refused(session, mail, *refusal)
        elif self._mails.claim(mail):
            self._transmit(session, mail, text)
        else:
            _reset(session)

    def _address(self, session: smtplib.SMTP, recipient: str) -> tuple[int, bytes] | None:
        """Tell the server from whom to whom; its answer when it refuses."""
        try:
            for code, answer in (
                session.mail(self._letters.envelope_sender),
                session.rcpt(recipient),
            ):
                if code not in {250, 251}:
                    return code, answer
        except (OSError, smtplib.SMTPException) as error:
            raise ServerDownError(f"the session broke: {type(error).__name__}") from error
        return None

    def _transmit(self, session: smtplib.SMTP, mail: Mail, text: bytes) -> None:
        try:
            code, answer = session.data(text)
        except smtplib.SMTPDataError as error:
            # It did not want to begin.
            code, answer = error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b""
        except (OSError, smtplib.SMTPException) as error:
            self._mails.settle(mail, MailStatus.UNSURE, "the connection broke while it was sent")
            raise ServerDownError(f"the session broke: {type(error).__name__}") from error
        if code == 250:
            self._mails.settle(mail, MailStatus.SENT)
        else:
            self._refused(session, mail, code, answer)

    def _refused(self, session: smtplib.SMTP, mail: Mail, code: int, answer: bytes) -> None:
        # The text of an answer may repeat the address.
        reason = f"the server answered {code}"
        log.info("mail refused", kind=mail.kind, code=code, characters=len(answer))
        if code >= PERMANENT:
            self._mails.settle(mail, MailStatus.FAILED, reason)
        else:
            self._mails.put_off(mail, reason)
        _reset(session)

    def _subject(self, mail: Mail) -> Subject | None:
        """What the mail is about, as it is now; None when it must not be sent any more."""
        with self._database.reading() as session:
            subscription = session.get(Subscription, mail.subscription_id)
            comment = session.get(Comment, mail.comment_id)
            reply = session.get(Comment, mail.reply_id) if mail.reply_id else None
            article = session.get(Article, comment.article_id) if comment else None
        wanted = SubscriptionStatus.CONFIRMED if mail.kind == MailKind.REPLY else SubscriptionStatus.ASKED
        if subscription is None or comment is None or article is None or subscription.status != wanted:
            return None
        is_there = all(each.status == Status.PUBLISHED for each in (comment, reply) if each is not None)
        is_hers = comment.email is not None and self._subscriptions.hash_of(comment.email) == subscription.address
        is_there = is_there and article.status == PUBLISHED
        if not (is_there and is_hers) or (mail.kind == MailKind.REPLY and reply is None):
            return None
        return Subject(mail, article, comment, reply)


def _reset(session: smtplib.SMTP) -> None:
    try:
        session.rset()
    except (OSError, smtplib.SMTPException) as error:
        raise ServerDownError(f"the session broke: {type(error).__name__}") from error
