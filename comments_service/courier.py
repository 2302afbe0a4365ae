"""The courier: a thread of the worker that delivers, so that a slow receiver never holds up a tick."""

import threading
from collections.abc import Callable

import structlog

from shared.errors import RedianError

IsStopping = Callable[[], bool]
LONGEST_STOP_SECONDS = 12.0
"""As long as one attempt may take: what is in hand is finished and settled."""

log = structlog.get_logger()


class Courier:
    """Runs one kind of round whenever it is woken. Its thread starts with the first call, hence after a fork."""

    def __init__(self, name: str, run_round: Callable[[IsStopping], None]) -> None:
        self._name = name
        self._run_round = run_round
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Ask for a round and return at once; a round under way is followed by another."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        self._woken.set()

    def stop(self) -> None:
        """Finish what is in hand, and end."""
        self._stopping.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(LONGEST_STOP_SECONDS)

    def run_once(self) -> None:
        """Run a round in this thread; whatever it raises is logged, and the next goes on."""
        try:
            self._run_round(self._stopping.is_set)
        except RedianError as error:
            log.warning("round was cut short", round=self._name, reason=error.code)
        except Exception:
            # The thread's edge: it must outlive whatever a receiver does.
            log.exception("round failed", round=self._name)

    def _run(self) -> None:
        while self._woken.wait() and not self._stopping.is_set():
            self._woken.clear()
            self.run_once()
