"""Faults between the parts of one running system, each under load and against the oracle."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.servers import running_redis
from tests.chaos.conftest import IS_LONG
from tests.chaos.faults import FAULTS, Fault, go_through
from tests.chaos.load import Load
from tests.chaos.postgres import running_postgres
from tests.chaos.system import System


@dataclass(frozen=True)
class Stage:
    """A system whose wires can be broken, and its load."""

    system: System
    load: Load


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder: Path = tmp_path_factory.mktemp("faults")
    with running_postgres() as postgres, running_redis(folder) as broker:
        system = System(folder / "data", {"REDIS_APPENDFSYNC": "always"}, broker=broker, postgres=postgres)
        with closing(system):
            system.until_ready()
            with closing(Load(system)) as load:
                yield Stage(system, load)


@pytest.mark.parametrize("fault", [f for f in FAULTS if f.is_short or IS_LONG], ids=lambda fault: fault.name)
def test_a_fault_is_a_clear_answer_and_heals_by_itself(stage: Stage, fault: Fault) -> None:
    outcome = go_through(fault, stage.system, stage.load)

    assert not outcome.broken, outcome
