"""Sign-in: an API key for a session, so many tries a quarter of an hour from one network."""

from collections.abc import Iterable
from hashlib import sha256
from ipaddress import IPv4Address, ip_network

from comments_service.visitors import Network, Sender, client_address, parse_address
from shared.api_keys import ApiKey, KeyRing, Scope, with_scope
from shared.clock import MINUTE_MS
from shared.errors import RedianError
from shared.sessions import Session, Sessions
from shared.store import Store, outages_as

TRIES = 10
WINDOW_MS = 15 * MINUTE_MS


class SignIn:
    """Turns a key into a session. Redis counts the tries that failed under a hash of the sender's network."""

    def __init__(self, keys: KeyRing, sessions: Sessions, store: Store, trusted: Iterable[Network]) -> None:
        self._keys = keys
        self._sessions = sessions
        self._store = store
        self._trusted = tuple(trusted)

    def __call__(self, key_text: str, sender: Sender) -> Session:
        """A new session; raises `key_unknown`, `scope_missing`, `rate_limited` or `sessions_unavailable`."""
        tries = self._tries_key(sender)
        with outages_as("sessions", "The sessions cannot be reached."):
            self._begin_try(tries)
            key = self._key(key_text)
            # Those who share a network with many colleagues are not counted for signing in.
            self._store.decr(tries)
        return self._sessions.begin(key)

    def _begin_try(self, tries: str) -> None:
        # Counted before the key is looked at: a hundred tries at once are a hundred.
        pipeline = self._store.pipeline(transaction=True)
        pipeline.set(tries, 0, nx=True, px=WINDOW_MS)
        pipeline.incr(tries)
        pipeline.pttl(tries)
        _, count, left_ms = pipeline.execute()
        if count > TRIES:
            retry_after = max(1, round(left_ms / 1_000))
            raise RedianError("rate_limited", "Too many keys were wrong; wait a while.", retry_after=retry_after)

    def _key(self, key_text: str) -> ApiKey:
        key = self._keys.find(f"Bearer {key_text}")
        assert key is not None, "a header was given"
        return with_scope(key, Scope.MODERATE)

    def _tries_key(self, sender: Sender) -> str:
        address = parse_address(client_address(sender.peer, sender.forwarded_for, self._trusted))
        network = ""
        if address is not None:
            bits = 24 if isinstance(address, IPv4Address) else 48
            network = str(ip_network((address, bits), strict=False))
        return f"session:tries:{sha256(network.encode()).hexdigest()[:32]}"
