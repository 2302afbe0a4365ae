"""`python -m tests.load.overload`: three times the sustainable rate, and how the system answers, and comes back."""

import argparse
import json
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.e2e.running import Run
from tests.load.arrivals import Answers, percentile
from tests.load.flood import flooding, why_not
from tests.load.measures import memory, offer, running, sustainable
from tests.load.mix import Mix

TIMES = 3
READERS = 100
"""Requests a second of the readers whose latency is measured: before, meanwhile and after."""
BACK_SECONDS = 5
WINDOW_SECONDS = 1
BACK_FACTOR, BACK_MS = 2, 20
"""Back to normal: within twice the latency from before and this much, which is a window's noise."""
SAMPLE_SECONDS = 0.5


@dataclass(frozen=True)
class Outcome:
    """What was measured; rates are requests a second, latencies milliseconds, memory bytes.

    The latencies are those of a few readers of our own among the flood: a generator of the flood would tell of itself.
    """

    sustainable_rate: float
    normal_p50: float
    normal_p99: float
    asked_rate: float
    accepted_rate: float
    refused_rate: float
    accepted_p50: float
    accepted_p99: float
    refused_p99: float
    without_retry_after: int
    statuses: dict[int, int]
    broken: int
    p99_after: list[float]
    """Of each second after the load's end."""
    back_after_seconds: int | None
    memory_before: dict[str, int]
    memory_most: dict[str, int]
    seconds: float
    cpus: int
    day: str


def measure(run: Run, mix: Mix, *, seconds: float, rate: float | None = None) -> Outcome:
    """Load a running system; `rate` is what it sustains, when that is known already."""
    rate = rate or sustainable(run, mix)
    normal = offer(run, mix, READERS, seconds)
    before = memory(run)
    url = f"http://127.0.0.1:{run.ports['GATEWAY_PORT']}"
    with sampled(run) as most, flooding(url, TIMES * rate, seconds + 1) as flooded:
        readers = offer(run, mix, READERS, seconds)
    windows = [offer(run, mix, READERS, WINDOW_SECONDS) for _ in range(BACK_SECONDS)]
    statuses = flooded.statuses + readers.statuses
    accepted = sum(count for status, count in flooded.statuses.items() if status < 400)
    refusals = [each for status in (429, 503) for each in readers.latencies_ms.get(status, [])]
    return Outcome(
        sustainable_rate=rate,
        normal_p50=normal.p(50),
        normal_p99=normal.p(99),
        asked_rate=flooded.rate + READERS,
        accepted_rate=accepted / flooded.seconds + readers.rate(),
        refused_rate=(flooded.statuses[503] + flooded.statuses[429]) / flooded.seconds,
        accepted_p50=readers.p(50),
        accepted_p99=readers.p(99),
        refused_p99=percentile(refusals, 99),
        without_retry_after=flooded.without_retry_after + readers.without_retry_after,
        statuses=dict(statuses),
        broken=flooded.broken + readers.broken + readers.unsent,
        p99_after=[each.p(99) for each in windows],
        back_after_seconds=_back_after(windows, BACK_FACTOR * normal.p(99) + BACK_MS),
        memory_before=before,
        memory_most=most,
        seconds=seconds,
        cpus=os.cpu_count() or 0,
        day=datetime.now(UTC).date().isoformat(),
    )


@contextmanager
def sampled(run: Run) -> Iterator[dict[str, int]]:
    """The most memory that each part held meanwhile."""
    most: dict[str, int] = {}
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(SAMPLE_SECONDS):
            for part, size in memory(run).items():
                most[part] = max(most.get(part, 0), size)

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield most
    finally:
        ended.set()
        thread.join()


def _back_after(windows: list[Answers], most_ms: float) -> int | None:
    """The seconds until everything is answered in normal time again; None when it never was."""
    for number, window in enumerate(windows):
        if not window.refused and not window.broken and window.p(99) <= most_ms:
            return number
    return None


def main() -> None:
    """Measure a system that is started for it, write the figures, and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20, help="how long the overload lasts")
    parser.add_argument("--json", type=Path, default=Path("var/overload.json"), help="where the figures go")
    given = parser.parse_args()
    if reason := why_not():
        raise SystemExit(f"There can be no flood: {reason}")
    with tempfile.TemporaryDirectory(prefix="redian-overload-") as name, running(Path(name)) as (run, mix):
        outcome = measure(run, mix, seconds=given.seconds)
    given.json.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(outcome), indent=2)
    given.json.write_text(text + "\n")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
