"""A service whose readers write to each other, with its mails on their way to a mail server of the test's."""

import re
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from flask.testing import FlaskClient

from comments_service.mails.letters import Letters
from comments_service.mails.mailer import Mailer
from comments_service.mails.mails import Mails
from comments_service.mails.server import MailServer
from comments_service.mails.subscriptions import Subscriptions
from comments_service.mails.tokens import Tokens
from tests.integration.comments.conftest import Service

SECRET = "a secret of the tests"
PORTAL = "https://portal.example"
SENDER = "漳州热点 <no-reply@portal.example>"
LINK = re.compile(rf"{re.escape(PORTAL)}(/v1/mail/(confirm|unsubscribe)\?token=\S+)")


@dataclass
class Correspondence:
    """The service, its mails and a mailer."""

    service: Service
    mails: Mails
    mailer: Mailer

    @classmethod
    def of(cls, service: Service, smtp_url: str) -> "Correspondence":
        """Mails of a service by way of a server."""
        clock, database = service.clock, service.database
        subscriptions = Subscriptions(database, SECRET, clock)
        mails = Mails(database, subscriptions, clock)
        letters = Letters(Tokens(SECRET, clock), SENDER, PORTAL, clock)
        server = MailServer.parse(smtp_url)
        return cls(service, mails, Mailer(database, mails, subscriptions, letters, server, clock))

    def reader(self) -> FlaskClient:
        """A browser of its own."""
        return self.service.app.test_client()

    def project(self, *, is_on: bool = True) -> None:
        """Project everything that is in the log."""
        projection = self.mails.projection(self.service.log, is_on=is_on)
        for partition in range(self.service.log.partitions):
            while projection.project(partition):
                pass

    def deliver(self) -> None:
        """What the worker does: project, then a round."""
        self.project()
        self.mailer.run_round()

    def ask(self, reader: FlaskClient, email: str = "lin@example.org", **fields: Any) -> str:
        """A comment whose author wants mails; its id."""
        return post(reader, text="谁知道灯会几点开始？", email=email, notify_replies=True, **fields)

    def confirmed(self, reader: FlaskClient, email: str = "lin@example.org", **fields: Any) -> str:
        """The same, and its author has confirmed."""
        comment_id = self.ask(reader, email, **fields)
        self.project()
        with self.service.database.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE subscriptions SET status = 'confirmed'")
            connection.exec_driver_sql("DELETE FROM mails")
        return comment_id

    def states(self) -> dict[str, int]:
        """How many mails stand where."""
        return {status: count for status, count in self.mails.counts().items() if count}


def post(reader: FlaskClient, headers: dict[str, str] | None = None, **body: Any) -> str:
    """Post a comment that must be taken; its id."""
    answer = reader.post("/v1/articles/zz-1/comments", json=body, headers=headers)
    assert answer.status_code in {201, 202}, answer.text
    comment_id: str = (answer.json or {})["id"]
    return comment_id


def text_of(message: EmailMessage) -> str:
    """The text of a mail."""
    content: str = message.get_content()
    return content


def link(message: EmailMessage, purpose: str) -> str:
    """The path of the link of a mail that is for this."""
    (found,) = [path for path, kind in LINK.findall(text_of(message)) if kind == purpose]
    return str(found)
