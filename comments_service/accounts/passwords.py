"""Passwords: hashed by Argon2id (RFC 9106), one at a time, so that a flood of sign-ins leaves the service its cores.

Each takes 64 MiB and about an eighth of a second of one core. A few more wait; the next is told to come again.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shared.errors import RedianError

SHORTEST = 12
LONGEST = 256
"""Characters; more would only be work for the server."""
FEWEST_KINDS = 5
"""Different characters: `aaaaaaaaaaaa` is none."""
IN_LINE = 4
"""Threads that compute or wait, of the many that serve readers."""
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=1$9mw3GnoBnhHTTSsWXLjdig$zRVdeKEKqqGnxUfT2R6eU7UhIPWNuRyCPFntFwoLwks"
"""Stands for the hash of an account that there is not: comparing with it takes as long as with any other."""


class Passwords:
    """Hashes and verifies; raises RedianError `sign_in_busy` while too many others do."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        # The second parameters that RFC 9106 recommends, in one lane: a sign-in takes one core and never all of them.
        self._hasher = hasher or PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
        self._line = BoundedSemaphore(IN_LINE)
        self._turn = Lock()

    def hash(self, password: str) -> str:
        """A new hash, with its parameters and salt."""
        with self._place():
            return self._hasher.hash(_normal(password))

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether it is the password of the hash; of None nothing is, and finding that out takes as long."""
        with self._place():
            try:
                self._hasher.verify(password_hash or NOBODYS, _normal(password))
            except (VerificationError, InvalidHashError):
                return False
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with other parameters than those of today."""
        return self._hasher.check_needs_rehash(password_hash)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._line.acquire(blocking=False):
            raise RedianError("sign_in_busy", "Too many are signing in just now.", retry_after=1)
        try:
            with self._turn:
                yield
        finally:
            self._line.release()


def fault_of(password: str, name: str) -> str | None:
    """Why a password is none to choose; None when it is one."""
    if not SHORTEST <= len(password) <= LONGEST:
        return f"must have {SHORTEST} to {LONGEST} characters"
    if len(set(password)) < FEWEST_KINDS:
        return f"must have at least {FEWEST_KINDS} different characters"
    if name.casefold() in password.casefold():
        return "must not contain the account's name"
    return None


def _normal(password: str) -> str:
    """One spelling of a password, whichever keyboard it was typed on (NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)
