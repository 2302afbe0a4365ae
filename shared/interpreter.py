"""The interpreter of a long-lived process: what it collects, and how long its threads wait for each other."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SWITCH_SECONDS = 0.0005
"""How long a thread computes on while another wants to. With Python's 5 ms a thread that Redis has answered would wait
longer for its turn than it waited for Redis."""


@contextmanager
def building() -> Iterator[None]:
    """Import and build a process without collecting garbage, and keep what was built out of every later collection.

    Collections took a quarter of a start; later each full one would walk the whole code again, some 100 ms in which the
    process answers nobody.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()
