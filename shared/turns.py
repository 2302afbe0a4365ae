"""Turns: threads of a process that need the same thing take it one after the other, in the order in which they came.

A lock alone promises no order, and SQLite's own makes writers poll: under load some would wait for ever.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Turns:
    """One thing that a thread has to itself for as long as its block runs."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: deque[Lock] = deque()
        self._is_taken = False

    @contextmanager
    def one(self, most_seconds: float) -> Iterator[None]:
        """Run the block when its turn has come; raises TimeoutError when that takes too long."""
        if not self._join(most_seconds):
            raise TimeoutError("The turn did not come in time.")
        try:
            yield
        finally:
            self._leave()

    def _join(self, most_seconds: float) -> bool:
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return True
            # A held lock, released once: the cheapest thing that a thread can wait for.
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        return turn.acquire(timeout=most_seconds) or not self._gave_up(turn)

    def _gave_up(self, turn: Lock) -> bool:
        """Step out of the queue; False when the turn has come in this very moment."""
        with self._lock:
            if turn not in self._waiting:
                return False
            self._waiting.remove(turn)
            return True

    def _leave(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False
