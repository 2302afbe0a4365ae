"""Faults that one system goes through in turn: what lies between its parts is cut, silent or slow, a store is full,
restarted or emptied. Each is held for a while under load, then healed, and then everything must be right by itself.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from redis import Redis

from tests.chaos.audit import Audit, clear_answers
from tests.chaos.claims import Claim, Outcome
from tests.chaos.load import Load
from tests.chaos.system import MARKS, System
from tests.chaos.wires import Condition

HELD_SECONDS = 2.5
READY_SECONDS = 10
SLOWEST_SECONDS = 10
"""Less than this a reader waits for any answer, whatever is broken; the sender's patience is longer."""

Breaking = Callable[[System], AbstractContextManager[None]]


@dataclass(frozen=True)
class Fault:
    """Something that is broken for a while."""

    name: str
    breaking: Breaking
    held_seconds: float = HELD_SECONDS
    is_short: bool = True
    """Whether it belongs to the short form."""


def wires(ending: str, condition: Condition, delay_seconds: float = 0) -> Breaking:
    """All wires to one end in another condition."""

    def breaking(system: System) -> AbstractContextManager[None]:
        names = [name for name in system.wiring.names if name.endswith(f"-{ending}")]
        return system.wiring.broken(names, condition, delay_seconds=delay_seconds)

    return breaking


@contextmanager
def each_wire_cut(system: System) -> Iterator[None]:
    """One wire after the other is cut for a moment."""
    for name in system.wiring.names:
        with system.wiring.broken([name], Condition.CUT):
            time.sleep(1.5)  # how long the fault is held
        yield_to_work()
    yield


def yield_to_work() -> None:
    """Let the system go on for a moment between two faults."""
    time.sleep(0.5)  # how long nothing is broken


@contextmanager
def redis_full(system: System) -> Iterator[None]:
    """Redis has no memory left, and refuses what would need some."""
    with system.redis as store:
        store.config_set("maxmemory", 1024 * 1024)
        try:
            yield
        finally:
            store.config_set("maxmemory", 0)


@contextmanager
def redis_asleep(system: System) -> Iterator[None]:
    """Redis answers nobody, as while its disk hangs; its connections stand."""
    (redis,) = system.parts(MARKS["Redis"])
    os.kill(redis.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(redis.pid, signal.SIGCONT)


@contextmanager
def broker_flushed(system: System) -> Iterator[None]:
    """The broker forgets its queues, their bindings and what waits, again and again."""
    with Redis.from_url(system.broker) as broker:
        for _ in range(5):
            broker.flushall()
            yield_to_work()
    yield


@contextmanager
def postgres_restarted(system: System) -> Iterator[None]:
    """PostgreSQL ends at once and comes back after the fault."""
    assert system.postgres is not None
    system.postgres.kill()
    try:
        yield
    finally:
        system.postgres.start()


FAULTS = (
    Fault("Redis cut off", wires("redis", Condition.CUT)),
    Fault("Redis silent", wires("redis", Condition.SILENT)),
    Fault("Redis slow by 500 ms", wires("redis", Condition.OPEN, 0.25)),
    Fault("Redis stopped and continued", redis_asleep, is_short=False),
    Fault("Redis full", redis_full),
    Fault("the broker cut off", wires("broker", Condition.CUT), is_short=False),
    Fault("the broker silent", wires("broker", Condition.SILENT)),
    Fault("the broker flushed", broker_flushed, held_seconds=0),
    Fault("PostgreSQL cut off", wires("database", Condition.CUT), is_short=False),
    Fault("PostgreSQL silent", wires("database", Condition.SILENT), held_seconds=7, is_short=False),
    Fault("PostgreSQL killed and started again", postgres_restarted),
    Fault("the services cut off from the gateway", wires("comments", Condition.CUT), is_short=False),
    Fault("each single wire cut in turn", each_wire_cut, held_seconds=0, is_short=False),
)


def go_through(fault: Fault, system: System, load: Load) -> Outcome:
    """Hold a fault under load, heal it, and audit."""
    outcome = Outcome(fault.name)
    with load.running():
        yield_to_work()
        began = time.monotonic()
        with fault.breaking(system):
            time.sleep(fault.held_seconds)  # how long the fault is held
        healed = time.monotonic()
        ready = system.seconds_until_ready(healed)
        taken = seconds_until_taken(load, healed)
    outcome.claims += clear_answers(load, began, healed + ready, SLOWEST_SECONDS)
    outcome.claims += [
        Claim("ready again after", round(ready, 2), READY_SECONDS, "s"),
        Claim("clicks and comments are taken again after", round(taken, 2), READY_SECONDS, "s"),
    ]
    add_common_claims(outcome, system, load)
    return outcome


def add_common_claims(outcome: Outcome, system: System, load: Load, excused: frozenset[str] = frozenset()) -> None:
    """What must hold after any fault: everything that was acknowledged, and a system that runs whole."""
    Audit(system, load, excused=excused).add_to(outcome)
    missing = [part for part, mark in MARKS.items() if not system.parts(mark)]
    outcome.claims.append(Claim("parts that somebody would have to start by hand", len(missing), 0))
    outcome.notes += missing


def seconds_until_taken(load: Load, since: float) -> float:
    """Wait until both a click and a comment have been acknowledged since; how long that took."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        done = {entry.kind: entry.at for entry in reversed(load.journal.entries(since)) if entry.status in (201, 202)}
        if {"visit", "post"} <= done.keys():
            return max(done["visit"], done["post"]) - since
        time.sleep(0.05)  # the poll's step
    return time.monotonic() - since
