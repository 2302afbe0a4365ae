"""Backoff: how long something that failed waits for its next attempt."""

import random
from dataclasses import dataclass

JITTER = 0.2
"""A wait is up to a fifth longer or shorter, so that what failed together does not come back together."""


@dataclass(frozen=True)
class Backoff:
    """Waits that grow by `factor` from `first_ms` to `longest_ms`, for `attempts` attempts in all."""

    attempts: int
    first_ms: int
    factor: int
    longest_ms: int

    def wait_ms(self, attempts_made: int) -> int | None:
        """How long to wait after so many attempts that failed (from 1); None when that was the last."""
        if attempts_made >= self.attempts:
            return None
        plain: int = min(self.longest_ms, self.first_ms * self.factor ** (attempts_made - 1))
        return round(plain * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311  # spreads load, hides nothing
