"""Sessions of the moderators' desk: an API key, given once at sign-in, stands behind a signed cookie until it ends.

A session ends after SESSION_HOURS, at sign-out, and in every process that no longer knows its key. Both services read
the cookie, because they share SECRET_KEY and the Redis that remembers sign-outs.
"""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.api_keys import ApiKey, KeyRing
from shared.clock import HOUR_MS, Clock
from shared.store import Store, outages_as

HOST_COOKIE = "__Host-redian_desk"
"""The cookie's name over HTTPS: browsers take a `__Host-` cookie from this very host, never from a sibling domain."""
PLAIN_COOKIE = "redian_desk"
"""Its name where there is no HTTPS, such as on the machine of a developer."""
COOKIES = (HOST_COOKIE, PLAIN_COOKIE)
CSRF_HEADER = "X-CSRF-Token"
SESSION_HOURS = 12
LONGEST_COOKIE = 1_024


class _Claims(BaseModel):
    """What the cookie says, under our signature."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: str
    name: str
    key: str
    ends_at: int


@dataclass(frozen=True)
class Session:
    """A moderator who signed in: he acts with the name and the scopes of his key."""

    id: str
    key: ApiKey
    ends_at: int
    """In milliseconds since 1970."""


class Sessions:
    """Begins, recognises and ends sessions."""

    def __init__(self, secret_key: str, keys: KeyRing, store: Store, clock: Clock) -> None:
        self._serializer = URLSafeSerializer(
            secret_key,
            salt="redian desk session",
            signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
        )
        self._secret = secret_key.encode()
        self._keys = keys
        self._store = store
        self._clock = clock

    def begin(self, key: ApiKey) -> Session:
        """A session that nobody had before: its id is new, whatever cookie came with the sign-in."""
        return Session(secrets.token_urlsafe(16), key, self._clock() + SESSION_HOURS * HOUR_MS)

    def cookie_of(self, session: Session) -> str:
        """The cookie's value."""
        claims = _Claims(id=session.id, name=session.key.name, key=self._mark_of(session.key), ends_at=session.ends_at)
        return str(self._serializer.dumps(claims.model_dump()))

    def csrf_token_of(self, session: Session) -> str:
        """What a page of ours sends in CSRF_HEADER with every change; other sites can neither read nor make it."""
        return self._digest(f"csrf {session.id}")

    def is_csrf_token(self, session: Session, token: str) -> bool:
        """Whether a header carries the session's own token."""
        return hmac.compare_digest(self.csrf_token_of(session).encode(), token.encode("utf-8", "surrogatepass"))

    def find(self, cookie: str | None) -> Session | None:
        """The session of a cookie; None when it is not ours, is over, was signed out, or its key is gone or another.

        Raises RedianError `sessions_unavailable` when Redis cannot say whether it was signed out.
        """
        claims = self._claims(cookie)
        if claims is None or claims.ends_at <= self._clock():
            return None
        named = self._keys.named(claims.name)
        key = next((key for key in named if hmac.compare_digest(self._mark_of(key), claims.key)), None)
        if key is None:
            return None
        with outages_as("sessions", "The sessions cannot be reached."):
            is_ended = bool(self._store.exists(_ended_key(claims.id)))
        return None if is_ended else Session(claims.id, key, claims.ends_at)

    def is_signed(self, cookie: str) -> bool:
        """Whether a cookie is of ours and not over; that it was signed out is not looked up."""
        claims = self._claims(cookie)
        return claims is not None and claims.ends_at > self._clock()

    def end(self, session: Session) -> None:
        """Sign out: a copy of the cookie is worth nothing from now on. Raises `sessions_unavailable`."""
        left_ms = max(session.ends_at - self._clock(), 1)
        with outages_as("sessions", "The sessions cannot be reached."):
            self._store.set(_ended_key(session.id), 1, px=left_ms)

    def _claims(self, cookie: str | None) -> _Claims | None:
        if not cookie or len(cookie) > LONGEST_COOKIE:
            return None
        try:
            return _Claims.model_validate(self._serializer.loads(cookie))
        except (BadData, ValidationError, UnicodeError):
            return None

    def _mark_of(self, key: ApiKey) -> str:
        """By which a session knows its key again: the cookie can be read, so it must not carry the key's own hash."""
        return self._digest(f"key {key.sha256}")

    def _digest(self, text: str) -> str:
        return hmac.new(self._secret, f"redian desk {text}".encode(), sha256).hexdigest()


def _ended_key(session_id: str) -> str:
    """Redis string, there from a sign-out until the session would have ended by itself."""
    return f"session:ended:{session_id}"
