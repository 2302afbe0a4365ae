"""The mail server: where SMTP_URL leads, and a session on it."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, Self
from urllib.parse import parse_qs, unquote, urlsplit

MAIL_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
"""An address that every server takes, as HTML's `<input type=email>` has it: no comments, no quotes, no lists."""
TIMEOUT_SECONDS = 10
PORTS = {"smtp": 587, "smtps": 465}


class ServerDownError(Exception):
    """No session could be had, or it broke: nothing of a mail is wrong, and time can heal it."""


@dataclass(frozen=True)
class MailServer:
    """`smtp://user:password@host:587` with STARTTLS, `smtps://…:465` with TLS from the start.

    `smtp://host?tls=off` sends in the clear, for a relay on the same machine.
    """

    host: str
    port: int
    tls: Literal["starttls", "implicit", "off"]
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> Self:
        """The server of a URL; raises ValueError with a reason that repeats nothing of it."""
        parts = urlsplit(url)
        options = parse_qs(parts.query, strict_parsing=bool(parts.query))
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError(
                "must be smtp://host or smtps://host, with user:password@ and a port where they are needed"
            )
        if options not in ({}, {"tls": ["off"]}) or (options and parts.scheme == "smtps"):
            raise ValueError("takes no option but tls=off, and that with smtp:// only")
        if (parts.username is None) != (parts.password is None):
            raise ValueError("needs a user and a password, or neither")
        return cls(
            host=parts.hostname,
            port=parts.port or PORTS[parts.scheme],
            tls="off" if options else "implicit" if parts.scheme == "smtps" else "starttls",
            user=unquote(parts.username) if parts.username is not None else None,
            password=unquote(parts.password) if parts.password is not None else None,
        )

    @contextmanager
    def session(self) -> Iterator[smtplib.SMTP]:
        """A session that is encrypted and signed in as the URL says; raises ServerDownError."""
        try:
            session = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise ServerDownError(f"no session: {type(error).__name__}") from error
        try:
            yield session
        finally:
            _leave(session)

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.tls == "implicit":
            session: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            session = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            session.ehlo_or_helo_if_needed()
            if self.tls == "starttls":
                # It raises where the server offers none: a mail or a password in the clear is never the way out.
                session.starttls(context=context)
            if self.user is not None:
                session.login(self.user, self.password or "")
        except BaseException:
            session.close()
            raise
        return session


def _leave(session: smtplib.SMTP) -> None:
    try:
        session.quit()
    except (OSError, smtplib.SMTPException):
        session.close()
