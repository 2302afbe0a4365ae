"""Another time for the processes of a system: each Python whose PYTHONPATH names this folder begins with this module.

The time of day is the machine's and an offset, in seconds, that a file holds. What measures spans goes on as it is: a
library that is loaded before (libfaketime) breaks the sleep of Python 3.11 when it is told to leave these alone.
"""

import os
import time

LOOK_SECONDS = 0.2
FILE = os.environ["SOAK_OFFSET_FILE"]

_real_time, _real_time_ns, _monotonic = time.time, time.time_ns, time.monotonic
_known = [0.0, 0.0]
"""When the file was looked at last, and what it held."""


def _offset() -> int:
    now = _monotonic()
    if now - _known[0] > LOOK_SECONDS:
        with open(FILE, encoding="ascii") as file:  # noqa: PTH123  # nothing more than this is imported so early
            _known[:] = [now, float(file.read())]
    return int(_known[1])


time.time = lambda: _real_time() + _offset()
time.time_ns = lambda: _real_time_ns() + _offset() * 1_000_000_000
