"""The run of kills: a system with witnesses, a load, and SIGKILLs spread over every process."""

import time
from contextlib import ExitStack, closing
from pathlib import Path

from tests.chaos.audit import Audit
from tests.chaos.claims import Outcome
from tests.chaos.faults import add_common_claims
from tests.chaos.kills import Killer
from tests.chaos.load import Load
from tests.chaos.system import System
from tests.chaos.timeline import Timeline
from tests.chaos.witnesses import witnesses


def kill_under_load(folder: Path, *, kills: int, pause_seconds: tuple[float, float]) -> Outcome:
    """Kill so many processes, and audit what is left and what was told."""
    outcome = Outcome(f"{kills} SIGKILLs over every process")
    with ExitStack() as stack:
        told = stack.enter_context(witnesses())
        system = stack.enter_context(
            closing(System(folder / "data", {"REDIS_APPENDFSYNC": "always", **told.variables}))
        )
        system.until_ready()
        told.subscribe(system)
        load, killer = stack.enter_context(closing(Load(system, told))), Killer(system)
        began = time.monotonic()
        with load.running():
            killer.kill(kills, pause_seconds=pause_seconds)
        add_common_claims(outcome, system, load)
        audit = Audit(system, load, told)
        outcome.claims += audit.notifications()
        outcome.facts |= audit.notification_facts() | {"processes killed": len(killer.kills)}
        outcome.facts |= {f"killed: {part}": number for part, number in sorted(killer.by_part().items())}
        outcome.timeline = Timeline.of(load.journal, killer.kills, began)
    return outcome
