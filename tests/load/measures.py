"""What overload and soak both measure: the rate that a system sustains, and what its processes hold of memory."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.processes import PROC
from tests.e2e.running import Run
from tests.load.arrivals import Answers, arrive
from tests.load.mix import Mix

FIRST_RATE = 100
FACTOR = 1.3
SUSTAINED_P99_MS = 250
TRIES = 2
"""One step may meet something else that the machine does."""
STEP_SECONDS = 2
CONFIRM_SECONDS = 15
"""A burst is carried by what was idle before it; what is sustained must last."""
PARTS: tuple[str, ...] = (
    "comments_service:",
    "ranking_service:",
    "services.portal",
    "comments_service.live",
    "comments_service.worker",
)
PARTS += ("ranking_service.worker", "services.beat", "caddy", "redis-server")


class AsItIs(Run):
    """A run that refuses what waits too long, as every installation does."""

    patience = {}  # noqa: RUF012  # read only


@contextmanager
def running(folder: Path, **variables: str) -> Iterator[tuple[Run, Mix]]:
    """The embedded system with the mix's articles in it, and warm."""
    run = AsItIs(folder / "var", **variables)
    try:
        run.until_ready()
        mix = Mix(f"localhost:{run.ports['GATEWAY_PORT']}")
        mix.publish(run.http)
        offer(run, mix, FIRST_RATE, STEP_SECONDS)
        yield run, mix
    finally:
        run.http.close()
        run.stop()


def offer(run: Run, mix: Mix, rate: float, seconds: float) -> Answers:
    """Send the mix through the gateway at a rate."""
    return arrive(f"http://127.0.0.1:{run.ports['GATEWAY_PORT']}", mix.draw, rate=rate, seconds=seconds)


def sustainable(run: Run, mix: Mix) -> float:
    """The greatest rate that is carried whole and in time, found in steps of nearly a third and held for a while."""
    rate = float(FIRST_RATE)
    while any(_is_carried(offer(run, mix, rate * FACTOR, STEP_SECONDS)) for _ in range(TRIES)):
        rate *= FACTOR
    while rate > FIRST_RATE and not _is_carried(offer(run, mix, rate, CONFIRM_SECONDS)):
        rate /= FACTOR
    return rate


def _is_carried(answers: Answers) -> bool:
    return not (answers.refused or answers.broken or answers.unsent) and answers.p(99) <= SUSTAINED_P99_MS


def memory(run: Run) -> dict[str, int]:
    """Resident bytes of the system's processes, by part."""
    found: dict[str, int] = defaultdict(int)
    for part in PARTS:
        for process in run.parts(part):
            found[part.strip(":")] += _resident(process.pid)
    return dict(found)


def _resident(pid: int) -> int:
    try:
        status = (PROC / str(pid) / "status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    lines = [line.split() for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(lines[0][1]) * 1024 if lines else 0
