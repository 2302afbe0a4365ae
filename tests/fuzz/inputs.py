"""The inputs of a fuzzer, made by a function of a random number generator, and given to a check one by one.

With the suite the generator is Hypothesis's, which makes what fails small. A long run, which FUZZ_INPUTS asks for,
takes Python's own, seeded with FUZZ_SEED: it makes inputs some fifty times as fast.
"""

import os
import time
from collections.abc import Callable
from random import Random
from typing import TypeVar

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

INPUTS = int(os.environ.get("FUZZ_INPUTS", "150"))
SEED = int(os.environ.get("FUZZ_SEED", time.time_ns()))
IS_LONG = INPUTS > 1_000

Made = TypeVar("Made")


def fuzz(make: Callable[[Random], Made], check: Callable[[Made], object]) -> None:
    """Check INPUTS inputs; raises what a check raises, with the input printed."""
    if IS_LONG:
        _run_long(make, check)
    else:
        _run_by_engine(make, check)


def _run_long(make: Callable[[Random], Made], check: Callable[[Made], object]) -> None:
    random = Random(SEED)
    for number in range(INPUTS):
        made = make(random)
        try:
            check(made)
        except BaseException:
            print(f"Input {number:,} of FUZZ_SEED={SEED}: {made!r}")
            raise


def _run_by_engine(make: Callable[[Random], Made], check: Callable[[Made], object]) -> None:
    @settings(max_examples=INPUTS, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.randoms(use_true_random=False))
    def run(random: Random) -> None:
        made = make(random)
        note(repr(made))
        check(made)

    run()
