"""One core: the threads of a server stay together on one, as they take turns at one interpreter anyway.

Apart, nearly every turn wakes another core, which takes longer than most of what a thread does with its turn; in a
virtual machine such a wake is a call to the host. The server's own loop, which is no Python, goes where it likes. Where
something else crowds the core while another one has room, the threads move there together.

Linux tells what is needed: https://docs.kernel.org/scheduler/sched-stats.html and proc(5).
"""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from threading import Lock, Thread, get_native_id, local
from time import sleep
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

LOOK_SECONDS = 1.0
CROWDED_NS = 200_000_000
"""So long a thread waited for the core, in a second, behind others than these."""
ROOM_NS = 400_000_000
"""So much longer another core did nothing, in that second, when it is worth a move."""
NS = 1_000_000_000

_random = SystemRandom()


@dataclass(frozen=True)
class Seen:
    """What the kernel counts, in nanoseconds: how long threads ran and waited for a core, and how long cores idled."""

    ran: Mapping[int, int]
    waited: Mapping[int, int]
    idled: Mapping[int, int]

    def since(self, before: "Seen") -> "Seen":
        """What was added; of a thread that is new, nothing."""
        return Seen(*(_added(vars(self)[name], vars(before)[name]) for name in ("ran", "waited", "idled")))

    @property
    def crowded_ns(self) -> int:
        """For how long the thread that waited most waited for others than these."""
        total = sum(self.ran.values())
        return max((waited - (total - self.ran[thread]) for thread, waited in self.waited.items()), default=0)


def better_core(core: int, seen: Seen) -> int | None:
    """Where threads on a core should go after what was seen of a second; None to stay."""
    roomiest = max(seen.idled, key=lambda each: seen.idled[each], default=core)
    has_room = seen.idled.get(roomiest, 0) - seen.idled.get(core, 0) > ROOM_NS
    return roomiest if has_room and seen.crowded_ns > CROWDED_NS else None


class Together:
    """Threads that are kept on one core."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._threads: set[int] = set()
        self._cores = sorted(os.sched_getaffinity(0))
        self.core = _random.choice(self._cores)

    def join(self) -> None:
        """Keep the calling thread with the others."""
        with self._lock:
            # Begun by the first thread, hence after a server has forked, and before that thread is kept anywhere.
            if not self._threads:
                Thread(target=self._watch, name="one core", daemon=True).start()
            self._threads.add(get_native_id())
            # What a sandbox forbids is done without.
            with suppress(OSError):
                os.sched_setaffinity(0, {self.core})

    def _watch(self) -> None:
        before = self._look()
        while self._threads:
            sleep(LOOK_SECONDS)
            now = self._look()
            better = better_core(self.core, now.since(before))
            # Two servers on one core see the same: chance decides which of them goes first.
            if better is not None and _random.random() < 0.5:
                self._move(better)
            before = now

    def _look(self) -> Seen:
        times = {}
        with self._lock:
            for thread in tuple(self._threads):
                try:
                    times[thread] = _schedule_of(thread)
                except OSError:
                    self._threads.discard(thread)  # it has ended
        idled = {core: idle for core, idle in _idle_times().items() if core in self._cores}
        return Seen({each: ran for each, (ran, _) in times.items()}, {each: w for each, (_, w) in times.items()}, idled)

    def _move(self, core: int) -> None:
        with self._lock:
            self.core = core
            for thread in self._threads:
                with suppress(OSError):  # it has ended
                    os.sched_setaffinity(thread, {core})


class OneCore:
    """Answers as the app does, by threads that are kept together."""

    def __init__(self, app: WSGIApplication, together: Together) -> None:
        self._app = app
        self._together = together
        self._thread = local()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if not hasattr(self._thread, "has_joined"):
            self._together.join()
            self._thread.has_joined = True
        return self._app(environ, start_response)


def keep_on_one_core(app: Flask) -> None:
    """Keep the threads that run an app together, where the system can: on Linux, with more than one core."""
    if Path("/proc/self/schedstat").exists() and len(os.sched_getaffinity(0)) > 1:
        app.wsgi_app = OneCore(app.wsgi_app, Together())  # type: ignore[method-assign]  # as Flask's documentation does


def _schedule_of(thread: int) -> tuple[int, int]:
    """How long a thread of this process ran and waited for a core; raises OSError when it has ended."""
    ran, waited, _ = Path(f"/proc/self/task/{thread}/schedstat").read_text("ascii").split()
    return int(ran), int(waited)


def _idle_times() -> dict[int, int]:
    """How long each core did nothing."""
    tick = NS // os.sysconf("SC_CLK_TCK")
    lines = [line.split() for line in Path("/proc/stat").read_text("ascii").splitlines()]
    return {int(line[0][3:]): int(line[4]) * tick for line in lines if line and line[0][3:].isdecimal()}


def _added(now: Mapping[int, int], before: Mapping[int, int]) -> dict[int, int]:
    return {key: value - before.get(key, value) for key, value in now.items()}
