"""Spent solutions: each proof of work is good for one post. Redis remembers them until they expire."""

from comments_service.challenge import Solution
from shared.clock import Clock
from shared.store import Store, outages_as


class SpentSolutions:
    """Remembers which solutions were used."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def spend(self, solution: Solution, resend: str) -> bool:
        """Use a solution; False when another post did so. Raises RedianError `log_unavailable` in an outage."""
        key = f"challenge:{solution.nonce}"
        left_ms = max(1, solution.expires_at - self._clock())
        with outages_as("log", "The solutions that were used cannot be reached."):
            used_by = self._store.set(key, resend, nx=True, px=left_ms, get=True)
        return used_by is None or (bool(resend) and used_by.decode() == resend)
