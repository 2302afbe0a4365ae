"""Disks that are full: small file systems in memory, which only root can mount, filled to the last byte and emptied."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from tests.chaos.audit import clear_answers
from tests.chaos.claims import Claim, Outcome
from tests.chaos.faults import READY_SECONDS, SLOWEST_SECONDS, add_common_claims, seconds_until_taken
from tests.chaos.load import Load
from tests.chaos.system import System

SIZE = "48m"
HELD_SECONDS = 14
"""Longer than it takes to fail at the start ten times in a row."""


def why_not() -> str | None:
    """Why no small file system can be made here; None where one can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "a small file system can only be mounted by root on Linux"
    return None


@contextmanager
def small_disks(folder: Path) -> Iterator[Path]:
    """A data folder on a small disk, and in it the folder of Redis on another."""
    data = folder / "data"
    with ExitStack() as stack:
        for disk in (data, data / "redis"):
            disk.mkdir()
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "chaos", disk], check=True)
            stack.callback(partial(subprocess.run, ["umount", "--lazy", disk], check=True))
        yield data


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """A disk without a byte left."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    try:
        yield
    finally:
        filler.unlink()


def fill(system: System, load: Load, name: str, disk: Path, held_seconds: float = HELD_SECONDS) -> Outcome:
    """Fill a disk under load, make room again, and audit."""
    outcome = Outcome(name)
    with load.running():
        time.sleep(1)  # the load before it
        began = time.monotonic()
        with filled(disk):
            time.sleep(held_seconds)  # how long the fault is held
        healed = time.monotonic()
        ready, taken = system.seconds_until_ready(healed), seconds_until_taken(load, healed)
    outcome.claims += clear_answers(load, began, healed + ready, SLOWEST_SECONDS)
    outcome.claims += [
        Claim("ready again after", round(ready, 2), READY_SECONDS, "s"),
        Claim("clicks and comments are taken again after", round(taken, 2), READY_SECONDS, "s"),
    ]
    add_common_claims(outcome, system, load)
    return outcome
