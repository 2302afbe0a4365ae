"""A worker that is killed while it mails: nothing comes twice, nothing is lost that the server had not been given."""

import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import Engine

from comments_service.mails.mails import STALE_MS
from services.embedded.environment import ROOT
from shared.clock import system_clock
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.comments.conftest import make_service
from tests.integration.comments.correspondence import PORTAL, SENDER, Correspondence
from tests.mail_server import OK, mail_server

WORKER = """
from comments_service.settings import CommentsSettings
from comments_service.worker import make_couriers
from comments_service.database import Database
from shared.database import make_engine

settings = CommentsSettings()
for courier in make_couriers(settings, Database(make_engine(settings.database_url))):
    courier.run_once()
"""


def kill_and_answer(worker: list[subprocess.Popen[bytes]]) -> str:
    """SIGKILL the worker, and answer as if nothing had happened."""
    os.kill(worker[0].pid, signal.SIGKILL)
    worker[0].wait()
    return OK


def run_worker(worker: list[subprocess.Popen[bytes]], database_url: str, smtp_url: str) -> int:
    """One round of the real worker's couriers in a process of its own; its exit status."""
    environment = {
        **os.environ,
        "SECRET_KEY": "a secret of the tests",
        "DATABASE_URL": database_url,
        "SMTP_URL": smtp_url,
        "MAIL_FROM": SENDER,
        "PORTAL_URL": PORTAL,
    }
    worker[:] = [subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, env=environment)]
    return worker[0].wait(60)


@pytest.mark.parametrize("moment", ["before the text", "between the text and its 250"])
def test_a_kill_sends_nothing_twice(moment: str, sqlite_engine: Engine, store: Store, clock: FakeClock) -> None:
    # The worker is a process with the machine's own clock.
    clock.now_ms = system_clock()
    service = make_service(sqlite_engine, store, clock, smtp_url="smtp://x", mail_from=SENDER, portal_url=PORTAL)
    service.put("zz-1")
    with mail_server() as box:
        mails = Correspondence.of(service, box.url)
        mails.ask(mails.reader())
        mails.project()
        worker: list[subprocess.Popen[bytes]] = []
        if moment == "before the text":
            box.at_recipient = lambda _: kill_and_answer(worker)
        else:
            box.before_answer = lambda: kill_and_answer(worker)
        url = sqlite_engine.url.render_as_string()
        assert run_worker(worker, url, box.url) == -signal.SIGKILL

        box.at_recipient, box.before_answer = (lambda _: OK), (lambda: OK)
        assert run_worker(worker, url, box.url) == 0
        clock.now_ms = system_clock() + STALE_MS + 1_000
        mails.mailer.run_round()
        assert run_worker(worker, url, box.url) == 0

        assert len(box.messages) == 1
        assert mails.states() == ({"sent": 1} if moment == "before the text" else {"unsure": 1})
