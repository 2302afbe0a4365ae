"""A mail server for tests: a real SMTP server on the loopback interface that keeps what it took."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from services.embedded.ports import free_port

OK = "250 OK"


@dataclass
class MailBox:
    """What was taken, and what is answered instead of taking it."""

    port: int
    messages: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    sessions: int = 0
    at_recipient: Callable[[str], str] = lambda _: OK
    """Answers a RCPT."""
    before_answer: Callable[[], str] = lambda: OK
    """Answers the end of a text that has been taken; another answer than 250 takes nothing."""

    @property
    def url(self) -> str:
        """The SMTP_URL of a server without encryption."""
        return f"smtp://127.0.0.1:{self.port}?tls=off"

    async def handle_EHLO(self, _: Any, session: Any, __: Any, hostname: str, responses: list[str]) -> list[str]:  # noqa: N802
        session.host_name = hostname
        self.sessions += 1
        return responses

    async def handle_RCPT(self, _: Any, __: Any, envelope: Envelope, address: str, ___: Any) -> str:  # noqa: N802
        answer = self.at_recipient(address)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _: Any, __: Any, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        answer = self.before_answer()
        if answer == OK:
            self.messages.append(message)
            self.envelopes.append((str(envelope.mail_from), list(envelope.rcpt_tos)))
        return answer


@contextmanager
def mail_server(
    port: int | None = None, *, tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None
) -> Iterator[MailBox]:
    """Run a server; with `tls` it asks for STARTTLS, with `login` for that user and password."""
    box = MailBox(port or free_port())
    options: dict[str, Any] = {}
    if login:

        def authenticate(*arguments: Any) -> AuthResult:
            given = arguments[-1]
            assert isinstance(given, LoginPassword)
            is_known = (given.login.decode(), given.password.decode()) == login
            return AuthResult(success=is_known, handled=False)

        options = {"auth_required": True, "authenticator": authenticate}
    controller = Controller(
        box, hostname="127.0.0.1", port=box.port, tls_context=tls, require_starttls=tls is not None, **options
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
