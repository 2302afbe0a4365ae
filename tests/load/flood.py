"""The flood: far more readers than are answered in time, by wrk, whose own work takes little of the machine."""

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.load.mix import ARTICLES

SCRIPT = Path(__file__).with_name("flood.lua")
VISITORS = 2_000
CONNECTIONS = 1_500
"""Each asks, and pauses after its answer."""
USUAL_ANSWER_SECONDS = 0.08
"""What an answer takes under a flood, accepted or refused: the pauses are shorter by that, so that the rate is kept."""


def why_not() -> str | None:
    """Why there can be no flood here; None where one can."""
    return None if shutil.which("wrk") else "no wrk here: apt-get install wrk"


@dataclass
class Flooded:
    """What became of a flood's requests."""

    statuses: Counter[int] = field(default_factory=Counter)
    without_retry_after: int = 0
    broken: int = 0
    seconds: float = 0

    @property
    def rate(self) -> float:
        """Requests a second that were asked."""
        return (self.statuses.total() + self.broken) / self.seconds if self.seconds else 0


@contextmanager
def flooding(url: str, rate: float, seconds: float) -> Iterator[Flooded]:
    """Ask at about a rate for so long; what became of it is told after the block, which waits for the end."""
    flooded = Flooded()
    pause_ms = max(0, CONNECTIONS / rate - USUAL_ANSWER_SECONDS) * 1_000
    command = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds:.0f}s"]
    command += ["--script", str(SCRIPT), url, "--", str(ARTICLES), str(VISITORS), f"{pause_ms:.1f}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as wrk:
        try:
            yield flooded
            output = wrk.communicate(timeout=seconds + 30)[0]
        finally:
            wrk.kill()
    told = json.loads(output.splitlines()[-1])
    for part in told["statuses"]:
        flooded.statuses.update({int(status): count for status, count in part.items()})
    flooded.without_retry_after, flooded.broken = told["without_retry_after"], told["broken"]
    flooded.seconds = told["seconds"]
