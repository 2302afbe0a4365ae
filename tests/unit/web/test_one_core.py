"""One core: threads of a server stay together, and move when another core is better for them."""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from shared.web.one_core import OneCore, Seen, Together, better_core

MS = 1_000_000
THREADS = 4

needs_affinity = pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system binds no thread to a core")


def seen(*, ran: list[int], waited: list[int], idled: list[int]) -> Seen:
    return Seen(*({place: value * MS for place, value in enumerate(values)} for values in (ran, waited, idled)))


@pytest.mark.parametrize(
    ("second", "goes_to"),
    [
        # Nobody waited.
        (seen(ran=[100, 100], waited=[0, 0], idled=[800, 900]), None),
        # They waited for one another.
        (seen(ran=[450, 450], waited=[440, 450], idled=[100, 1_000]), None),
        # Others had half of the core, and the other core idled.
        (seen(ran=[300, 200], waited=[650, 700], idled=[0, 600]), 1),
        # Others had half of the core, and there is no room elsewhere.
        (seen(ran=[300, 200], waited=[650, 700], idled=[0, 300]), None),
        # The core has as much room as the other one.
        (seen(ran=[10, 10], waited=[400, 0], idled=[700, 900]), None),
        (seen(ran=[], waited=[], idled=[0, 900]), None),
    ],
)
def test_threads_move_to_a_core_with_room_when_others_crowd_theirs(second: Seen, goes_to: int | None) -> None:
    assert better_core(0, second) == goes_to


def test_what_a_new_thread_ran_before_it_was_seen_does_not_count() -> None:
    before, now = seen(ran=[5], waited=[7], idled=[1, 2]), seen(ran=[8, 900], waited=[7, 900], idled=[4, 2])

    assert now.since(before) == seen(ran=[3, 0], waited=[0, 0], idled=[3, 0])


@needs_affinity
def test_every_thread_that_answers_is_on_the_core_and_no_other_is() -> None:
    here, together = os.sched_getaffinity(0), Together()
    barrier = Barrier(THREADS)

    def app(*_: Any) -> list[bytes]:
        barrier.wait(10)
        return [repr(sorted(os.sched_getaffinity(0))).encode()]

    one_core = OneCore(app, together)
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda _: one_core({}, lambda *_: bytes), range(THREADS)))

    assert answers == [[f"[{together.core}]".encode()]] * THREADS
    assert os.sched_getaffinity(0) == here


@needs_affinity
def test_where_no_thread_may_be_bound_requests_are_answered_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refuse)

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(OneCore(lambda *_: [b"answer"], Together()), {}, lambda *_: bytes)

    assert answer.result() == [b"answer"]
