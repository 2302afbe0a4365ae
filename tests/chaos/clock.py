"""A clock that is set back: every process of a system asks clock.c for the machine's time, whose offset a file holds.

libfaketime would do, but its clock_nanosleep refuses the absolute times that Python's sleep passes.
"""

import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.audit import clear_answers
from tests.chaos.claims import Claim, Outcome
from tests.chaos.faults import READY_SECONDS, SLOWEST_SECONDS, add_common_claims, seconds_until_taken
from tests.chaos.load import Load
from tests.chaos.system import System

SOURCE = Path(__file__).with_suffix(".c")
HELD_SECONDS = 4
HOUR_SECONDS = 3_600


def why_not() -> str | None:
    """Why no clock can be set here; None where one can."""
    if sys.platform != "linux" or not shutil.which("cc"):
        return "the library that sets the clock is compiled by cc on Linux"
    return None


@dataclass(frozen=True)
class Clock:
    """A clock that a system can be told to go by."""

    folder: Path

    @property
    def environ(self) -> Mapping[str, str]:
        """What lets a process go by it."""
        return {"LD_PRELOAD": str(self.folder / "clock.so"), "CHAOS_CLOCK": str(self.folder / "offset")}

    def make(self) -> None:
        """Compile it, and let it go right."""
        command = ["cc", "-shared", "-fPIC", "-O2", "-Wall", "-o", str(self.folder / "clock.so"), str(SOURCE)]
        subprocess.run(command, check=True)
        self.set(0)

    def set(self, offset_seconds: int) -> None:
        """Set it so many seconds off, at once, for every process that goes by it."""
        file = self.folder / "offset"
        # The same bytes of the same file, which those processes have before them.
        with file.open("r+b" if file.exists() else "wb") as offset:
            offset.write(struct.pack("l", offset_seconds))


def step_back(system: System, load: Load, clock: Clock) -> Outcome:
    """Set the clock back by an hour under load, let it stay there, audit, and set it right again."""
    outcome = Outcome("the clock set back by an hour")
    with load.running():
        time.sleep(1)  # the load before it
        began = time.monotonic()
        clock.set(-HOUR_SECONDS)
        ready, taken = system.seconds_until_ready(began), seconds_until_taken(load, began)
        time.sleep(HELD_SECONDS)  # the load after it
    ended = time.monotonic()
    outcome.claims += clear_answers(load, began, ended, SLOWEST_SECONDS)
    outcome.claims += [
        Claim("ready after", round(ready, 2), READY_SECONDS, "s"),
        Claim("clicks and comments are taken after", round(taken, 2), READY_SECONDS, "s"),
    ]
    add_common_claims(outcome, system, load)
    clock.set(0)
    return outcome
