"""Groups: what threads want done at the same time is done together, by one of them.

The first thread to come leads: it does what waits, its own item among it, and hands the lead to one of those that came
meanwhile. A lone item therefore waits for nobody, and under load a group is as large as what arrived during the one
before.
"""

from collections import deque
from collections.abc import Callable, Sequence
from itertools import pairwise
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Waiting(Generic[Item, Outcome]):
    """An item on its way, with what became of it."""

    __slots__ = ("_turn", "is_done", "item", "next", "outcome", "refusal")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.is_done = False
        self.outcome: Outcome | None = None
        self.refusal: Exception | None = None
        self.next: Waiting[Item, Outcome] | None = None
        """Whom to wake when this one is done."""
        # A held lock, released once: the cheapest thing that a thread can wait for.
        self._turn = Lock()
        self._turn.acquire()

    def end(self, outcome: Outcome | Exception) -> None:
        """Note what became of it."""
        if isinstance(outcome, Exception):
            self.refusal = outcome
        else:
            self.outcome = outcome
        self.is_done = True

    def wait(self) -> None:
        """Wait until it is done or has the lead."""
        self._turn.acquire()

    def wake(self) -> None:
        """End the wait."""
        self._turn.release()


class Groups(Generic[Item, Outcome]):
    """Does the items of many threads in groups, one group at a time.

    `do` gives an outcome for each item, or an exception where it refuses one; what it raises is told to all. `finish`
    is called with the outcomes before they are told, while the next group is under way.
    """

    def __init__(
        self,
        do: Callable[[list[Item]], Sequence[Outcome | Exception]],
        most: int,
        finish: Callable[[Sequence[Outcome | Exception]], None] | None = None,
    ) -> None:
        self._do = do
        self._most = most
        self._finish = finish
        self._lock = Lock()
        self._waiting: deque[Waiting[Item, Outcome]] = deque()
        self._is_led = False

    def run(self, item: Item) -> Outcome:
        """Have one item done; what became of it. Raises what it was refused with."""
        waiting: Waiting[Item, Outcome] = Waiting(item)
        if not self._join(waiting):
            waiting.wait()
        if not waiting.is_done:
            self._lead(waiting)
        if waiting.next:
            waiting.next.wake()
        if waiting.refusal is not None:
            raise waiting.refusal
        return waiting.outcome  # type: ignore[return-value]  # it is done and was not refused

    def _join(self, waiting: Waiting[Item, Outcome]) -> bool:
        """Queue up; True when nobody leads, so that the caller does now."""
        with self._lock:
            self._waiting.append(waiting)
            leads, self._is_led = not self._is_led, True
            return leads

    def _lead(self, leader: Waiting[Item, Outcome]) -> None:
        group = self._take()
        outcomes: Sequence[Outcome | Exception]
        try:
            outcomes = self._do([each.item for each in group])
        except Exception as error:  # noqa: BLE001  # each thread raises it at its own edge
            # What came meanwhile would meet the same outage, one timeout after the other: it is told at once.
            group += self._take()
            outcomes = [error] * len(group)
        self._hand_over()
        outcomes = self._finished(outcomes)
        for each, outcome in zip(group, outcomes, strict=True):
            each.end(outcome)
        # Each wakes the next as it leaves: all at once would only meet at the interpreter, and be put to sleep again.
        for each, following in pairwise([leader, *(each for each in group if each is not leader)]):
            each.next = following

    def _finished(self, outcomes: Sequence[Outcome | Exception]) -> Sequence[Outcome | Exception]:
        try:
            if self._finish:
                self._finish(outcomes)
        except Exception as error:  # noqa: BLE001  # each thread raises it at its own edge
            return [error] * len(outcomes)
        return outcomes

    def _take(self) -> list[Waiting[Item, Outcome]]:
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), self._most))]

    def _hand_over(self) -> None:
        """Let the first that waits lead, if one does."""
        with self._lock:
            self._is_led = bool(self._waiting)
            next_leader = self._waiting[0] if self._waiting else None
        if next_leader:
            next_leader.wake()
