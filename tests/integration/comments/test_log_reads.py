"""Reads of the log: a slice is the same however its entries are fetched, and few are fetched in vain."""

from collections.abc import Sequence
from typing import Any

import pytest

from shared.event_log import START, EventLog
from shared.events import ArticlePublished, encode_click
from shared.offers import Recorded, SentClicks
from shared.store import Store
from tests.conftest import FakeClock

SIZES = [1, 1, 300, 2, 5, 1, 40, 7, 1, 1, 90, 3, 3, 500, *[1] * 700, 1_000]


def log_of(store: Store, clock: FakeClock, sizes: Sequence[int]) -> EventLog:
    """A log of one partition: an article, then entries of so many clicks each."""
    log = EventLog(store, clock, partitions=1)
    log.append(0, [Recorded(ArticlePublished("e", "a", clock(), 1, "t", "u", ["zz"], clock()))])
    for size in sizes:
        log.append(0, [SentClicks("a", ",".join([encode_click("a", clock())] * size), size)])
    return log


@pytest.fixture
def fetched(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many entries each fetch gave."""
    gave: list[int] = []
    xrange = store.xrange

    def noting(*args: Any, **options: Any) -> Any:
        entries = xrange(*args, **options)
        gave.append(len(entries))
        return entries

    monkeypatch.setattr(store, "xrange", noting)
    return gave


@pytest.mark.parametrize("most", [1, 2, 7, 300, 1_000, 10_000])
def test_slices_end_with_the_entry_that_reaches_their_size(store: Store, clock: FakeClock, most: int) -> None:
    log = log_of(store, clock, SIZES)
    sizes, ends = [1, *SIZES], []
    taken = 0
    for place, size in enumerate(sizes):
        taken += size
        if taken >= most or place == len(sizes) - 1:
            ends.append(taken)
            taken = 0

    cursor, slices = START, []
    while found := log.read(0, cursor, most_events=most):
        slices.append(len(found.events))
        cursor = found.until

    assert slices == ends


def test_what_a_slice_does_not_take_is_hardly_fetched(store: Store, clock: FakeClock, fetched: list[int]) -> None:
    log = log_of(store, clock, [500] * 100)

    found = log.read(0, START, most_events=5_000)

    assert found is not None
    assert len(found.events) == 5_001
    assert sum(fetched) < 2 * 11


def test_many_small_entries_take_few_fetches(store: Store, clock: FakeClock, fetched: list[int]) -> None:
    log = log_of(store, clock, [1] * 1_200)

    found = log.read(0, START)

    assert found is not None
    assert len(found.events) == 1_201
    assert len(fetched) == 4
