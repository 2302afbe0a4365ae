"""The pulse: a worker's health is its backlog going down, not its answer to a ping.

A worker that is told a file's name touches it every few seconds, as long as each of its backlogs is empty or has moved
lately. Whoever watches the worker looks at the file's age (services/app/healthy).
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import structlog
from celery.signals import worker_ready

from shared.errors import RedianError
from shared.store import OUTAGES

PERIOD_SECONDS = 3
PATIENCE_SECONDS = 60
"""So long a backlog may stand still: longer than one step of the slowest projection takes."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Backlog:
    """What waits for a worker, and a mark that changes with everything that is done about it."""

    waiting: int
    mark: str


ReadBacklogs = Callable[[], Mapping[str, Backlog]]
"""Reads the backlogs by name; raises RedianError or what redis-py raises when a store is down."""


class Progress:
    """Remembers when each backlog moved last. Times are seconds of a monotonic clock, passed in."""

    def __init__(self) -> None:
        self._marks: dict[str, tuple[str, float]] = {}

    def forget(self) -> None:
        """Begin anew: for some time nothing could move."""
        self._marks.clear()

    def stalled(self, backlogs: Mapping[str, Backlog], now: float) -> list[str]:
        """The names of backlogs that wait and have not moved for longer than is patient."""
        for name, backlog in backlogs.items():
            mark, _ = self._marks.get(name, ("", 0.0))
            if backlog.waiting == 0 or backlog.mark != mark:
                self._marks[name] = (backlog.mark, now)
        return [name for name in backlogs if now - self._marks[name][1] > PATIENCE_SECONDS]


@dataclass(frozen=True)
class Pulse:
    """Keeps one worker's file fresh."""

    file: Path
    read: ReadBacklogs

    def start(self) -> None:
        """Begin, in a thread of this process; call it in the process that lives as long as the worker."""
        Thread(target=self._beat, name="pulse", daemon=True).start()

    def _beat(self) -> None:
        progress = Progress()
        while True:
            self.take(progress, time.monotonic())
            time.sleep(PERIOD_SECONDS)

    def take(self, progress: Progress, now: float) -> None:
        """Look once, and touch the file unless a backlog stands still."""
        try:
            stalled = progress.stalled(self.read(), now)
        except (RedianError, *OUTAGES):
            # A store that is down is not this worker's illness, and another worker would not heal it.
            progress.forget()
            stalled = []
        if stalled:
            log.error("backlog does not go down", stalled=stalled)
        else:
            self.file.touch()


def keep_pulse(file: Path | None, read: ReadBacklogs) -> None:
    """Let the Celery worker of this process keep a pulse, unless no file is named.

    The thread starts when the worker has forked its pool: a lock that it held at a fork would stay locked in the child.
    """
    if file is None:
        return
    pulse = Pulse(file, read)

    def start(**_: Any) -> None:
        pulse.start()

    worker_ready.connect(start, weak=False)
