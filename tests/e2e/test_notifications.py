"""Notifications of the running system: the worker's own threads mail and post what the log tells."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.running import ARTICLE, KEY, Run, eventually
from tests.mail_server import MailBox, mail_server
from tests.receiver import Receiver, receiving

COMMENTS = "/v1/articles/tell-1/comments"
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def box() -> Iterator[MailBox]:
    with mail_server() as started:
        yield started


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


@pytest.fixture
def run(tmp_path: Path, box: MailBox) -> Iterator[Run]:
    """A running system that mails, with one article."""
    mail = {"SMTP_URL": box.url, "MAIL_FROM": "no-reply@portal.example", "WEBHOOK_PRIVATE_NETWORKS": "true"}
    started = Run(tmp_path / "data", **mail)
    try:
        started.until_ready()
        assert started.http.put("/v1/articles/tell-1", json=ARTICLE, headers=KEY).status_code == 201
        yield started
    finally:
        started.http.close()
        started.stop()


def test_a_reader_is_mailed_and_a_webhook_is_told(run: Run, box: MailBox, receiver: Receiver) -> None:
    hook = {"url": receiver.url, "events": ["comment.published"]}
    assert run.http.post("/v1/moderation/webhooks", json=hook, headers=KEY).status_code == 201
    asked = {"text": "When does it begin?", "email": "lin@example.org", "notify_replies": True}
    comment = run.http.post(COMMENTS, json=asked).json()
    eventually(lambda: box.messages, run.log)
    link = next(word for word in box.messages[0].get_content().split() if "/v1/mail/confirm" in word)
    assert httpx.post(link).status_code == 200

    with httpx.Client(base_url=run.http.base_url) as other:
        reply = other.post(COMMENTS, json={"text": "At seven", "parent_id": comment["id"]}).json()
    eventually(lambda: len(box.messages) == 2 and len(receiver.requests) == 2, run.log)

    assert "At seven" in box.messages[1].get_content()
    told = [json.loads(request.body)["data"]["comment_id"] for request in receiver.requests]
    assert told == [comment["id"], reply["id"]]
