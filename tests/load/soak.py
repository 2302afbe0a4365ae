"""`python -m tests.load.soak`: a long load at seven tenths of what is sustained, while hours pass."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from services.embedded.environment import ROOT
from tests.e2e.running import Run
from tests.load.arrivals import percentile
from tests.load.hours import Hours
from tests.load.measures import offer, running, sustainable
from tests.load.mix import Mix
from tests.load.plot import plot
from tests.load.watch import Watch

SHARE = 0.7
PIECE_SECONDS = 10.0
HOURS = 9
"""So many hours pass, evenly."""
WARM_UP = 1 / 3
"""Of the time: caches fill, the first hours come and the first log is trimmed."""
MOST_GROWTH, GROWTH_BYTES = 0.03, 4 * 2**20
"""A part is flat whose memory, by the straight line through its samples, grows by less than the greater of these."""
LAG_SECONDS = 1.0
MEGABYTE = 2**20


@dataclass(frozen=True)
class Soaked:
    """What a soak found; memory in bytes, latencies in milliseconds."""

    minutes: float
    hours: int
    sustainable_rate: float
    rate: float
    statuses: dict[int, int]
    broken: int
    unsent: int
    p50: float
    p99: float
    lag_p99_seconds: float
    lag_most_seconds: float
    memory_at_end: dict[str, int]
    growth: dict[str, int]
    """By part: what the straight line through the samples after the warm-up gained."""
    not_flat: list[str]
    differences: str
    """What `verify` found; empty when nothing."""
    cpus: int
    day: str

    @property
    def holds(self) -> bool:
        """Whether everything that is promised held."""
        answered = not self.broken and not self.unsent and not any(status >= 500 for status in self.statuses)
        return answered and not self.not_flat and not self.differences and self.lag_p99_seconds < LAG_SECONDS


def soak(run: Run, mix: Mix, hours: Hours, *, minutes: float, rate: float | None = None) -> tuple[Soaked, Watch]:
    """Load a running system for so long; `rate` defaults to seven tenths of what it sustains."""
    sustained = sustainable(run, mix) if rate is None else rate / SHARE
    rate = SHARE * sustained
    statuses: Counter[int] = Counter()
    latencies: list[float] = []
    broken = unsent = 0
    began = time.monotonic()
    with Watch(run) as watch:
        while (passed := time.monotonic() - began) < minutes * 60:
            if passed > (hours.passed + 1) * minutes * 60 / (HOURS + 1):
                hours.forward()
            answers = offer(run, mix, rate, min(PIECE_SECONDS, minutes * 60 / (HOURS + 1)))
            statuses += answers.statuses
            broken, unsent = broken + answers.broken, unsent + answers.unsent
            latencies += answers.accepted[:: max(1, int(rate * minutes / 1_000))]
    warm = [(at, found) for at, found in watch.memory if at > WARM_UP * minutes * 60]
    growth = {part: growth_of([(at, found.get(part, 0)) for at, found in warm]) for part in watch.memory[-1][1]}
    at_end = watch.memory[-1][1]
    return Soaked(
        minutes=minutes,
        hours=hours.passed,
        sustainable_rate=sustained,
        rate=rate,
        statuses=dict(statuses),
        broken=broken,
        unsent=unsent,
        p50=percentile(latencies, 50),
        p99=percentile(latencies, 99),
        lag_p99_seconds=percentile(watch.lags_seconds, 99),
        lag_most_seconds=max(watch.lags_seconds, default=0),
        memory_at_end=at_end,
        growth=growth,
        not_flat=[part for part, more in growth.items() if more > max(GROWTH_BYTES, MOST_GROWTH * at_end[part])],
        differences=verify(run),
        cpus=os.cpu_count() or 0,
        day=datetime.now(UTC).date().isoformat(),
    ), watch


def growth_of(samples: list[tuple[float, int]]) -> int:
    """What the straight line of least squares through (time, bytes) gains from the first sample to the last."""
    if len(samples) < 3:
        return 0
    mean_at = sum(at for at, _ in samples) / len(samples)
    mean_size = sum(size for _, size in samples) / len(samples)
    spread = sum((at - mean_at) ** 2 for at, _ in samples)
    slope = sum((at - mean_at) * (size - mean_size) for at, size in samples) / spread
    return round(slope * (samples[-1][0] - samples[0][0]))


def verify(run: Run) -> str:
    """The operators' `verify` on the running system; empty when it finds nothing."""
    command = [sys.executable, "-m", "flask", "--env-file", str(run.data_dir / "ranking.env")]
    command += ["--app", "ranking_service", "verify"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def main() -> None:
    """Soak a system that is started for it and write what was found; exit status 1 when something did not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--json", type=Path, default=Path("var/soak.json"), help="where the figures go")
    parser.add_argument("--svg", type=Path, default=Path("var/soak.svg"), help="where the plot goes")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="redian-soak-") as name:
        hours = Hours(Path(name) / "hours")
        with running(Path(name), **hours.environ) as (run, mix):
            soaked, watch = soak(run, mix, hours, minutes=given.minutes)
    given.json.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(soaked) | {"holds": soaked.holds}, indent=2, ensure_ascii=False)
    given.json.write_text(text + "\n")
    given.svg.write_text(drawn(watch))
    sys.stdout.write(text + "\n")
    if not soaked.holds:
        raise SystemExit(1)


def drawn(watch: Watch) -> str:
    """The memory of every part over the time."""
    parts = {part for _, found in watch.memory for part in found}
    lines = {
        part: [(at / 60, found[part] / MEGABYTE) for at, found in watch.memory if part in found]
        for part in sorted(parts)
    }
    return plot("Memory by part", "MB", lines)


if __name__ == "__main__":
    main()
