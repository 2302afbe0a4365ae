"""Readers: who writes and votes. A guest is known by an id in a signed cookie, and by a token for each comment.

A member's id begins with an `m`, which no guest's does: those are hexadecimal.
"""

import secrets
from hashlib import sha256

from itsdangerous import BadSignature, Signer

COOKIE = "redian_reader"
COOKIE_SECONDS = 400 * 24 * 60 * 60
"""As long as browsers keep a cookie at most."""
TOKEN_HEADER = "X-Edit-Token"  # noqa: S105  # a header's name
LONGEST_TOKEN = 256


MEMBER_MARK = "m"


def member_reader(digest: str) -> str:
    """The reader id of the member whom a private digest stands for."""
    return MEMBER_MARK + digest


def is_member(reader: str | None) -> bool:
    """Whether a reader is known by a token of the portal."""
    return reader is not None and reader.startswith(MEMBER_MARK)


class Readers:
    """Makes and reads what a guest holds: only this installation can sign it."""

    def __init__(self, secret_key: str) -> None:
        # A signature of one kind says nothing in the place of the other.
        self._cookies = _signer(secret_key, "redian reader")
        self._tokens = _signer(secret_key, "redian edit token")

    def new(self) -> str:
        """A reader nobody has met: 128 random bits."""
        return secrets.token_hex(16)

    def cookie_of(self, reader: str) -> str:
        """The value of a reader's cookie."""
        return self._cookies.sign(reader).decode()

    def find(self, cookie: str | None) -> str | None:
        """The reader of a cookie; None without one, and with one that we did not sign."""
        return _unsigned(self._cookies, cookie)

    def token_of(self, comment_id: str) -> str:
        """The token that gives the right to edit a comment."""
        return self._tokens.sign(comment_id).decode()

    def comment_of(self, token: str | None) -> str | None:
        """The comment that a token gives the right to edit; None for a token that we did not sign."""
        return _unsigned(self._tokens, token)


def _signer(secret_key: str, salt: str) -> Signer:
    """A signer whose key is derived once and not for each signature."""
    derived = Signer(secret_key, salt=salt, key_derivation="hmac", digest_method=sha256).derive_key()
    return Signer(derived, salt=salt, key_derivation="none", digest_method=sha256)


def _unsigned(signer: Signer, value: str | None) -> str | None:
    if not value or len(value) > LONGEST_TOKEN:
        return None
    try:
        return signer.unsign(value).decode()
    except (BadSignature, UnicodeError):
        return None
