"""The journal: every answer of a load, with its time, so that a run can be told second by second."""

import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import httpx

PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Entry:
    """One request as its sender saw it; the status 0 stands for a connection that gave no answer."""

    at: float
    """When it ended, in seconds of the monotonic clock."""
    seconds: float
    kind: str
    status: int
    is_clear: bool
    """A success, or a refusal that says what it is and when to come again."""


class Journal:
    """What was answered, written by many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[Entry] = []

    def note(self, kind: str, began: float, answer: httpx.Response | None) -> None:
        """Note an answer, or None for a connection that broke."""
        now = time.monotonic()
        status = answer.status_code if answer is not None else 0
        entry = Entry(now, now - began, kind, status, answer is not None and _is_clear(answer))
        with self._lock:
            self._entries.append(entry)

    def entries(self, since: float = 0, until: float = float("inf")) -> list[Entry]:
        """What was answered in a span of time."""
        with self._lock:
            return [entry for entry in self._entries if since <= entry.at <= until]


def _is_clear(answer: httpx.Response) -> bool:
    if answer.is_success or answer.status_code == 304:
        return True
    is_problem = answer.headers.get("Content-Type", "").startswith(PROBLEM)
    return answer.status_code == 503 and is_problem and "Retry-After" in answer.headers


def statuses(entries: Iterable[Entry]) -> Counter[int]:
    """How many answers of each status."""
    return Counter(entry.status for entry in entries)
