"""Tries: how often somebody may guess at the desk's door, from one network and at one name, in a quarter of an hour.

A name is counted whether there is such an account or not. Redis counts under hashes and forgets by itself.

session:tries:<hash>         string, of a network
session:tries:name:<hash>    string, of a name
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http import HTTPStatus

from prometheus_client import CollectorRegistry, Counter

from comments_service.accounts.accounts import name_digest
from comments_service.origin import network_of
from comments_service.visitors import Network, Sender, client_address, parse_address
from shared.clock import MINUTE_MS
from shared.errors import RedianError
from shared.store import Store, outages_as

NETWORK_TRIES = 10
NAME_TRIES = 20
"""Twice those of a network: one guesser alone keeps nobody out of his account."""
WINDOW_MS = 15 * MINUTE_MS
GUESSES = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


class Tries:
    """Counts what was guessed; raises `sessions_unavailable` while Redis is away."""

    def __init__(self, store: Store, trusted: Iterable[Network], registry: CollectorRegistry) -> None:
        self._store = store
        self._trusted = tuple(trusted)
        self._outcomes = Counter("redian_sign_ins", "Tries at the desk's door.", ["outcome"], registry=registry)

    @contextmanager
    def counted(self, sender: Sender, name: str | None = None) -> Iterator[None]:
        """A try from where the sender is, at a name if there is one; raises `rate_limited` when it is one too many."""
        limits = {self._network_key(sender): NETWORK_TRIES}
        if name is not None:
            limits[f"session:tries:name:{name_digest(name)[:32]}"] = NAME_TRIES
        with outages_as("sessions", "The sessions cannot be reached."):
            # Counted before the guess is looked at: a hundred tries at once are a hundred.
            for key, most in limits.items():
                self._begin(key, most)
        try:
            yield
        except RedianError as error:
            if error.status in GUESSES:
                self._outcomes.labels("refused").inc()
            else:
                self._forgive(limits)
            raise
        self._outcomes.labels("accepted").inc()
        # Those who share a network with many colleagues are not counted for signing in.
        self._forgive(limits)

    def _begin(self, key: str, most: int) -> None:
        count, left_ms = self._count(key, 1)
        if count > most:
            self._outcomes.labels("limited").inc()
            retry_after = max(1, round(left_ms / 1_000))
            raise RedianError("rate_limited", "Too many tries were wrong; wait a while.", retry_after=retry_after)

    def _forgive(self, keys: Iterable[str]) -> None:
        with outages_as("sessions", "The sessions cannot be reached."):
            for key in keys:
                self._count(key, -1)

    def _count(self, key: str, by: int) -> tuple[int, int]:
        """The count and the milliseconds until it is forgotten."""
        pipeline = self._store.pipeline(transaction=True)
        pipeline.incrby(key, by)
        # The quarter of an hour begins with the first try; a count that was forgotten meanwhile begins another.
        pipeline.pexpire(key, WINDOW_MS, nx=True)
        pipeline.pttl(key)
        count, _, left_ms = pipeline.execute()
        return count, left_ms

    def _network_key(self, sender: Sender) -> str:
        address = parse_address(client_address(sender.peer, sender.forwarded_for, self._trusted))
        network = network_of(address) if address else ""
        return f"session:tries:{sha256(network.encode()).hexdigest()[:32]}"
