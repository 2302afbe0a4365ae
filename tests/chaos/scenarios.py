"""The scenarios of `make chaos`: each starts what it needs, breaks it, and answers what it saw."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import msgspec
import pytest

from bench.killed_tasks import KILLS as TASK_KILLS
from bench.killed_tasks import Tally
from bench.servers import running_redis
from services.embedded.environment import ROOT
from tests.chaos import clock, disks
from tests.chaos.claims import Outcome
from tests.chaos.crash import crash
from tests.chaos.faults import FAULTS, go_through
from tests.chaos.killing import kill_under_load
from tests.chaos.load import Load
from tests.chaos.postgres import running_postgres
from tests.chaos.system import System

KILLS = 200
KILL_PAUSE_SECONDS = (0.4, 1.5)

Scenario = Callable[[Path], list[Outcome]]


@contextmanager
def loaded(data: Path, appendfsync: str, **options: object) -> Iterator[tuple[System, Load]]:
    """A system that is ready, and its load."""
    with closing(System(data, {"REDIS_APPENDFSYNC": appendfsync}, **options)) as system:  # type: ignore[arg-type]
        system.until_ready()
        with closing(Load(system)) as load:
            yield system, load


def kills(folder: Path) -> list[Outcome]:
    """200 SIGKILLs over every process."""
    return [kill_under_load(folder, kills=KILLS, pause_seconds=KILL_PAUSE_SECONDS)]


def tasks(folder: Path) -> list[Outcome]:
    """What public Celery does with a task for each click; a comparison, hence without a bound."""
    # In a process of its own, as it is told its Redis by the environment.
    command = [sys.executable, "-m", "bench.killed_tasks"]
    printed = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "TMPDIR": str(folder)}, stdout=subprocess.PIPE, check=True
    )
    tally = msgspec.json.decode(printed.stdout, type=Tally)
    outcome = Outcome(f"a Celery task for each click, its worker killed {TASK_KILLS} times")
    outcome.facts = {
        "clicks acknowledged": tally.clicks,
        "clicks acknowledged and not counted": tally.lost,
        "clicks counted twice": tally.doubled,
        "messages still unacknowledged after four visibility timeouts": tally.held,
    }
    return [outcome]


def faults(folder: Path) -> list[Outcome]:
    """Everything that lies between the parts of one system."""
    with ExitStack() as stack:
        postgres = stack.enter_context(running_postgres())
        broker = stack.enter_context(running_redis(folder))
        system, load = stack.enter_context(loaded(folder / "data", "always", broker=broker, postgres=postgres))
        return [go_through(fault, system, load) for fault in FAULTS]


def crashes(folder: Path) -> list[Outcome]:
    """A machine's crash."""
    with loaded(folder / "data", "everysec") as (system, load):
        return [crash(system, load)]


def full_disks(folder: Path) -> list[Outcome]:
    """Full disks, of SQLite and of the append-only file under either setting."""
    if reason := disks.why_not():
        pytest.skip(reason)
    outcomes = []
    for appendfsync in ("always", "everysec"):
        (folder / appendfsync).mkdir()
        with disks.small_disks(folder / appendfsync) as data, loaded(data, appendfsync) as (system, load):
            if appendfsync == "always":
                outcomes.append(disks.fill(system, load, "SQLite's disk full", data))
            name = f"the append-only file's disk full, appendfsync {appendfsync}"
            outcomes.append(disks.fill(system, load, name, data / "redis"))
    return outcomes


def clock_set_back(folder: Path) -> list[Outcome]:
    """A clock that is set back by an hour."""
    if reason := clock.why_not():
        pytest.skip(reason)
    own = clock.Clock(folder)
    own.make()
    with loaded(folder / "data", "always", environ=own.environ) as (system, load):
        return [clock.step_back(system, load, own)]


SCENARIOS: dict[str, Scenario] = {
    "kills": kills,
    "tasks": tasks,
    "faults": faults,
    "crash": crashes,
    "disks": full_disks,
    "clock": clock_set_back,
}


def run(name: str) -> list[Outcome]:
    """Run one scenario in a folder of its own; raises pytest's Skipped where it cannot run."""
    with tempfile.TemporaryDirectory(prefix="redian-chaos-") as folder:
        return SCENARIOS[name](Path(folder))
