"""The hold: workers leave a partition alone while somebody reads it whole; its events wait in the log meanwhile.

Correctness does not hang on it: who changes a partition compares its version anyway. It only spares the reader from
beginning again and again beside a busy worker.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from ranking_service import keys
from ranking_service.position import Position, read_position
from shared.clock import SECOND_MS
from shared.store import OUTAGES, Store

HOLD_MS = 5 * SECOND_MS
"""How long a hold outlives a reader that was killed: for so long nobody projects the partition."""


def is_held(store: Store, partition: int) -> bool:
    """Whether somebody reads the partition now."""
    return bool(store.exists(keys.hold(partition)))


@contextmanager
def held(store: Store, partition: int) -> Iterator[Position]:
    """Keep workers off a partition while the block runs; gives the position it then stands at."""
    _take(store, partition)
    ended = Event()
    renewing = Thread(target=_renew, args=(store, partition, ended), name="hold", daemon=True)
    renewing.start()
    try:
        yield _settled(store, partition)
    finally:
        ended.set()
        renewing.join()
        store.delete(keys.hold(partition))


def _take(store: Store, partition: int) -> None:
    store.set(keys.hold(partition), "1", px=HOLD_MS)


def _renew(store: Store, partition: int, ended: Event) -> None:
    while not ended.wait(HOLD_MS / SECOND_MS / 5):
        try:
            _take(store, partition)
        except OUTAGES:
            # The reader itself meets the outage with its next call, and says so.
            continue


def _settled(store: Store, partition: int) -> Position:
    """The position once no worker moves it any more: one may have looked for the hold just before it was set."""
    position = read_position(store, partition)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        time.sleep(0.2)
        again = read_position(store, partition)
        if again.version == position.version:
            break
        position = again
    return position
