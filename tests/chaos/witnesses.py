"""Witnesses: a mail server and a receiver of webhooks that keep what they were told."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import msgspec

from tests.chaos.sending import Sender
from tests.chaos.system import System
from tests.e2e.running import KEY, eventually
from tests.mail_server import MailBox, mail_server
from tests.receiver import Receiver, receiving

ASKERS = 3


@dataclass(frozen=True)
class Told:
    """One request that told of an event."""

    delivery: str
    event: str
    comment_id: str


@dataclass
class Witnesses:
    """What was told, from outside the system."""

    box: MailBox
    receiver: Receiver

    @property
    def variables(self) -> dict[str, str]:
        """What a system needs to tell them."""
        return {
            "SMTP_URL": self.box.url,
            "MAIL_FROM": "no-reply@portal.example",
            "WEBHOOK_PRIVATE_NETWORKS": "true",
        }

    def subscribe(self, system: System) -> None:
        """Let a webhook be told of published comments."""
        hook = {"url": self.receiver.url, "events": ["comment.published"]}
        assert system.http.post("/v1/moderation/webhooks", json=hook, headers=KEY).status_code == 201
        self._system = system

    def ask_for_mails(self, reader: Sender, article_id: str) -> list[str]:
        """Comments whose authors have confirmed that they want mails about replies."""
        asked = []
        for number in range(ASKERS):
            body = {
                "text": f"Question {number}: when does it begin?",
                "email": f"asker-{number}@example.org",
                "notify_replies": True,
            }
            reader.http.cookies.clear()
            answer = reader.until_taken("post", "POST", f"/v1/articles/{article_id}/comments", json=body)
            asked.append(str(answer.json()["id"]))
        eventually(lambda: len(self.box.messages) >= ASKERS, self._system.log)
        for message in list(self.box.messages):
            link = next(word for word in message.get_content().split() if "/v1/mail/confirm" in word)
            assert httpx.post(link).status_code == 200
        self.box.messages.clear()
        return asked

    def told(self) -> list[Told]:
        """What the webhook was told, request by request."""
        found = []
        for request in list(self.receiver.requests):
            body = msgspec.json.decode(request.body)
            found.append(Told(request.headers["Redian-Delivery"], body["id"], body["data"]["comment_id"]))
        return found

    def mailed(self, texts: list[str]) -> Counter[str]:
        """How many mails tell of each of these texts."""
        bodies = [message.get_content() for message in list(self.box.messages)]
        counted: Counter[str] = Counter()
        for text in texts:
            counted[text] = sum(text in body for body in bodies)
        return counted


@contextmanager
def witnesses() -> Iterator[Witnesses]:
    """Both, on ports of their own."""
    with mail_server() as box, receiving() as receiver:
        yield Witnesses(box, receiver)
