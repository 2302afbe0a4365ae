"""Priority: a worker's pool gives way to what answers readers, where both share the processors.

Counting loses nothing by waiting: a slice grows with the lag, and a larger one costs less an event.
"""

import os
import time
from pathlib import Path

from celery.signals import worker_process_init

TRIES = 5
PAUSE_SECONDS = 0.1


def let_pool_give_way(niceness: int) -> None:
    """Have the processes of this worker's pool give way as soon as they start; 0 leaves them as they are."""
    if niceness:
        # Not a weak reference: nobody else holds the function.
        worker_process_init.connect(lambda **_: give_way(niceness), weak=False)


def give_way(niceness: int, autogroup: Path = Path("/proc/self/autogroup")) -> None:
    """Raise the niceness of this process, and of its session where Linux shares the processors among sessions first."""
    os.nice(niceness)
    for _ in range(TRIES):
        try:
            autogroup.write_text(str(niceness))
        except BlockingIOError:
            # The kernel takes one such wish in a tenth of a second.
            time.sleep(PAUSE_SECONDS)
        except OSError:
            # There are no such groups here: niceness alone does it.
            return
        else:
            return
