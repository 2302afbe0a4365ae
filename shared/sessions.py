"""Sessions of the moderators' desk: an account or an API key, given once at sign-in, stands behind a signed cookie.

A session ends after SESSION_HOURS and at sign-out; one of a key in every process that no longer knows the key, one of
an account when its password, role or channels change. Both services read the cookie, because they share SECRET_KEY and
the Redis that holds the sessions of accounts and remembers the sign-outs of keys.
"""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.account_sessions import AccountSessions, Record
from shared.api_keys import ApiKey, Caller, KeyRing
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


class _KeyClaims(BaseModel):
    """What the cookie of a key says, under our signature."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: str
    name: str
    key: str
    ends_at: int


class _AccountClaims(BaseModel):
    """What the cookie of an account says: where Redis has the session."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: str
    account: str
    ends_at: int


@dataclass(frozen=True)
class Session:
    """A moderator who signed in: he acts with the name, the scopes and the channels of his account or key."""

    id: str
    caller: Caller
    ends_at: int
    """In milliseconds since 1970."""
    account_id: str | None = None
    """None where a key stands behind it."""


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
        self._accounts = AccountSessions(store, clock)
        self._store = store
        self._clock = clock

    def begin(self, key: ApiKey) -> Session:
        """A session that nobody had before: its id is new, whatever cookie came with the sign-in."""
        return Session(_new_id(), key, self._end())

    def begin_account(self, account_id: str, caller: Caller) -> Session:
        """The same for an account. Raises `sessions_unavailable`."""
        session = Session(_new_id(), caller, self._end(), account_id)
        self._accounts.put(account_id, session.id, Record(caller=caller, ends_at=session.ends_at))
        return session

    def cookie_of(self, session: Session) -> str:
        """The cookie's value."""
        return str(self._serializer.dumps(self._claims_of(session).model_dump()))

    def csrf_token_of(self, session: Session) -> str:
        """What a page of ours sends in CSRF_HEADER with every change; other sites can neither read nor make it."""
        return self._digest(f"csrf {session.id}")

    def is_csrf_token(self, session: Session, token: str) -> bool:
        """Whether a header carries the session's own token."""
        return hmac.compare_digest(self.csrf_token_of(session).encode(), token.encode("utf-8", "surrogatepass"))

    def find(self, cookie: str | None) -> Session | None:
        """The session of a cookie; None when it is not ours, is over, was ended, or its key is gone or another.

        Raises RedianError `sessions_unavailable` when Redis cannot say whether it was ended.
        """
        claims = self._claims(cookie)
        if claims is None or claims.ends_at <= self._clock():
            return None
        return self._of_account(claims) if isinstance(claims, _AccountClaims) else self._of_key(claims)

    def is_signed(self, cookie: str) -> bool:
        """Whether a cookie is of ours and not over; whether it was ended is not looked up."""
        claims = self._claims(cookie)
        return claims is not None and claims.ends_at > self._clock()

    def end(self, session: Session) -> None:
        """Sign out: a copy of the cookie is worth nothing from now on. Raises `sessions_unavailable`."""
        if session.account_id is not None:
            self._accounts.end(session.account_id, session.id)
            return
        left_ms = max(session.ends_at - self._clock(), 1)
        with outages_as("sessions", "The sessions cannot be reached."):
            self._store.set(_ended_key(session.id), 1, px=left_ms)

    def end_account(self, account_id: str) -> None:
        """End every session of an account, wherever its cookies are. Raises `sessions_unavailable`."""
        self._accounts.end_all(account_id)

    def _of_account(self, claims: _AccountClaims) -> Session | None:
        record = self._accounts.find(claims.account, claims.id)
        return None if record is None else Session(claims.id, record.caller, record.ends_at, claims.account)

    def _of_key(self, claims: _KeyClaims) -> Session | None:
        named = self._keys.named(claims.name)
        key = next((key for key in named if hmac.compare_digest(self._mark_of(key), claims.key)), None)
        if key is None:
            return None
        with outages_as("sessions", "The sessions cannot be reached."):
            is_ended = bool(self._store.exists(_ended_key(claims.id)))
        return None if is_ended else Session(claims.id, key, claims.ends_at)

    def _claims_of(self, session: Session) -> _KeyClaims | _AccountClaims:
        caller = session.caller
        if isinstance(caller, ApiKey):
            return _KeyClaims(id=session.id, name=caller.name, key=self._mark_of(caller), ends_at=session.ends_at)
        assert session.account_id is not None, "an account or a key stands behind a session"
        return _AccountClaims(id=session.id, account=session.account_id, ends_at=session.ends_at)

    def _claims(self, cookie: str | None) -> _KeyClaims | _AccountClaims | None:
        if not cookie or len(cookie) > LONGEST_COOKIE:
            return None
        try:
            claims = self._serializer.loads(cookie)
            is_account = isinstance(claims, dict) and "account" in claims
            return (_AccountClaims if is_account else _KeyClaims).model_validate(claims)
        except (BadData, ValidationError, UnicodeError):
            return None

    def _end(self) -> int:
        return self._clock() + SESSION_HOURS * HOUR_MS

    def _mark_of(self, key: ApiKey) -> str:
        """By which a session knows its key again: the cookie can be read, so it must not carry the key's own hash."""
        return self._digest(f"key {key.sha256}")

    def _digest(self, text: str) -> str:
        return hmac.new(self._secret, f"redian desk {text}".encode(), sha256).hexdigest()


def _new_id() -> str:
    return secrets.token_urlsafe(16)


def _ended_key(session_id: str) -> str:
    """Redis string, there from a sign-out until the session would have ended by itself."""
    return f"session:ended:{session_id}"
