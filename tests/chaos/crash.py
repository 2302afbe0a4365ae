"""A machine's crash: Redis with appendfsync everysec ends, and of its file's last second only a part is on disk."""

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.claims import Claim, Outcome
from tests.chaos.faults import READY_SECONDS, add_common_claims, seconds_until_taken
from tests.chaos.load import CLICKS_A_BATCH, Load
from tests.chaos.system import MARKS, System

BEFORE_SECONDS = 3
AFTER_SECONDS = 1
UNSYNCED_SECONDS = 1.0
"""What appendfsync everysec may not have on disk yet."""
LOST = "clicks acknowledged and not counted"
IN_SQL = "articles whose clicks in SQL are not those of the board"
"""SQL has kept what it counted of the clicks that Redis lost."""
CLICKS_OF = {"batch": CLICKS_A_BATCH, "visit": 1, "named click": 1, "blind click": 1}


class AppendOnlyFile:
    """The last segment of the append-only file, whose size is noted as it grows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sizes: list[tuple[float, int]] = []
        self.at_risk_since = 0.0
        """When it had the size that it was cut behind; on a busy machine a second ago is not always looked at."""
        self._ended = threading.Event()

    @property
    def path(self) -> Path:
        """Where Redis writes now."""
        return max(self._folder.rglob("*.incr.aof"), key=lambda file: file.stat().st_mtime_ns)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Note sizes while the block runs."""
        thread = threading.Thread(target=self._watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.02):
            self._sizes.append((time.monotonic(), self.path.stat().st_size))

    def tear(self, crashed: float, chance: random.Random) -> int:
        """Cut it at a random byte of what was written in the last second; how many bytes went."""
        end = self.path.stat().st_size
        self.at_risk_since, synced = max(each for each in self._sizes if each[0] <= crashed - UNSYNCED_SECONDS)
        kept = chance.randint(synced, end)
        os.truncate(self.path, kept)
        return end - kept


def crash(system: System, load: Load, seed: int = 3) -> Outcome:
    """Let it crash under load, and audit what came back."""
    outcome, file = Outcome("a machine's crash, appendfsync everysec"), AppendOnlyFile(system.data_dir / "redis")
    with load.running():
        with file.watched():
            time.sleep(BEFORE_SECONDS)  # what is there to lose
            crashed = _kill_redis(system, lambda at: file.tear(at, random.Random(seed)), outcome)
        ready = system.seconds_until_ready(crashed)
        taken = seconds_until_taken(load, crashed)
        time.sleep(AFTER_SECONDS)  # what comes after it
    outcome.claims += [
        Claim("ready again after", round(ready, 2), READY_SECONDS, "s"),
        Claim("clicks and comments are taken again after", round(taken, 2), READY_SECONDS, "s"),
    ]
    add_common_claims(outcome, system, load, frozenset({LOST, IN_SQL}))
    acknowledged = load.journal.entries(file.at_risk_since, crashed + 0.05)
    at_risk = sum(CLICKS_OF.get(entry.kind, 0) for entry in acknowledged if entry.status in (200, 202))
    outcome.facts["clicks acknowledged in the last second before it"] = at_risk
    outcome.claims = [
        Claim(f"{LOST} (bound: those of the last second)", claim.value, at_risk) if claim.text == LOST else claim
        for claim in outcome.claims
        if claim.text != IN_SQL
    ]
    return outcome


def _kill_redis(system: System, tear: Callable[[float], int], outcome: Outcome) -> float:
    """Kill it, and tear its file before anybody can start it again; when that was."""
    (redis,) = system.parts(MARKS["Redis"])
    # Its keeper would start it within a tenth of a second.
    system.process.send_signal(signal.SIGSTOP)
    try:
        os.kill(redis.pid, signal.SIGKILL)
        crashed = time.monotonic()
        while redis.is_running():
            time.sleep(0.01)  # the poll's step
        outcome.facts["bytes of the append-only file that were lost"] = tear(crashed)
    finally:
        system.process.send_signal(signal.SIGCONT)
    return crashed
