"""Kills: SIGKILLs spread over every process of a system, parents and children alike."""

import os
import random
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.chaos.system import MARKS, System

DEADLINE_SECONDS = 60


@dataclass
class Killer:
    """Kills one process after the other, part by part, each at a moment of its own choice."""

    system: System
    seed: int = 7
    kills: list[tuple[float, str]] = field(default_factory=list)
    """When, in seconds of the monotonic clock, and which part."""

    def kill(self, number: int, *, pause_seconds: tuple[float, float]) -> None:
        """Kill so many times, with a pause of some length in this range before each."""
        chance, pause = random.Random(self.seed), threading.Event()
        parts: list[str] = []
        for _ in range(number):
            if not parts:
                parts = chance.sample(list(MARKS), len(MARKS))
            pause.wait(chance.uniform(*pause_seconds))
            self._kill_one(parts.pop(), chance)

    def _kill_one(self, part: str, chance: random.Random) -> None:
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            # A part that was killed just now comes back by itself; nobody starts it.
            processes = self.system.parts(MARKS[part])
            victim = chance.choice(processes) if processes else None
            try:
                if victim is not None:
                    os.kill(victim.pid, signal.SIGKILL)
                    self.kills.append((time.monotonic(), part))
                    return
            except ProcessLookupError:
                pass
            assert time.monotonic() < deadline, f"{part} did not come back: {self.system.log.read_text()[-4_000:]}"
            time.sleep(0.05)  # the poll's step

    def by_part(self) -> Counter[str]:
        """How many kills each part got."""
        return Counter(part for _, part in self.kills)
