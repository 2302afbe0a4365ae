"""A clock that is set back: every process of a system runs under libfaketime, which reads its offset from a file."""

import time
from collections.abc import Mapping
from pathlib import Path

from tests.chaos.audit import clear_answers
from tests.chaos.claims import Claim, Outcome
from tests.chaos.faults import READY_SECONDS, SLOWEST_SECONDS, add_common_claims, seconds_until_taken
from tests.chaos.load import Load
from tests.chaos.system import System

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
HELD_SECONDS = 4


def why_not() -> str | None:
    """Why no clock can be set here; None where one can."""
    return None if LIBRARY else "no libfaketime here: apt-get install faketime"


def environ_with(file: Path) -> Mapping[str, str]:
    """What lets a process see the time with the offset that a file holds."""
    file.write_text("+0\n")
    return {
        "LD_PRELOAD": str(LIBRARY),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        # What measures spans of time does not step with the machine's time.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def step_back(system: System, load: Load, file: Path) -> Outcome:
    """Set the clock back by an hour under load, let it stay there, audit, and set it right again."""
    outcome = Outcome("the clock set back by an hour")
    with load.running():
        time.sleep(1)  # the load before it
        began = time.monotonic()
        file.write_text("-3600\n")
        ready, taken = system.seconds_until_ready(began), seconds_until_taken(load, began)
        time.sleep(HELD_SECONDS)  # the load after it
    ended = time.monotonic()
    outcome.claims += clear_answers(load, began, ended, SLOWEST_SECONDS)
    outcome.claims += [
        Claim("ready after", round(ready, 2), READY_SECONDS, "s"),
        Claim("clicks and comments are taken after", round(taken, 2), READY_SECONDS, "s"),
    ]
    add_common_claims(outcome, system, load)
    file.write_text("+0\n")
    return outcome
