"""The courier: rounds in a thread of its own, whatever happens in one of them."""

import threading

from comments_service.courier import Courier, IsStopping
from shared.errors import unavailable


def test_a_round_that_fails_is_followed_by_the_next() -> None:
    rounds, outcomes = threading.Semaphore(0), [unavailable("database", "down"), ValueError("a bug"), None]

    def run_round(_: IsStopping) -> None:
        outcome = outcomes.pop(0)
        rounds.release()
        if outcome:
            raise outcome

    courier = Courier("test", run_round)
    for _ in range(3):
        courier.wake()
        assert rounds.acquire(timeout=10)
    courier.stop()

    assert not outcomes


def test_stopping_waits_for_what_is_in_hand() -> None:
    begun, finished = threading.Event(), threading.Event()

    def run_round(is_stopping: IsStopping) -> None:
        begun.set()
        while not is_stopping():
            pass
        finished.set()

    courier = Courier("test", run_round)
    courier.wake()
    assert begun.wait(10)
    courier.stop()

    assert finished.is_set()


def test_one_that_never_began_stops_at_once() -> None:
    Courier("test", lambda _: None).stop()
