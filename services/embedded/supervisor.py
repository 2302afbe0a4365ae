"""The supervisor: one loop that prints what the processes write, heals those that die, and stops all in order."""

import signal
import time
from collections.abc import Callable, Sequence
from types import FrameType

from services.embedded.console import Console
from services.embedded.keeper import Keeper

STEP_SECONDS = 0.05
STOP_SECONDS = 10
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Runs keepers until a signal. The last keeper is stopped alone, after all the others: it holds their data."""

    def __init__(self, keepers: Sequence[Keeper], console: Console, watch: Callable[[], None]) -> None:
        self._keepers = list(keepers)
        self._console = console
        self._watch = watch
        self._stop_requests = 0
        self._stopping = False

    def run(self) -> None:
        """Run until SIGINT, SIGTERM, SIGHUP or a closed terminal; raises GaveUpError after stopping everything."""
        self._listen()
        try:
            while not self._stop_requests and self._console.is_open:
                self._step()
                self._watch()
        finally:
            self._stopping = True
            *others, last = self._keepers
            self._stop(others)
            self._stop([last])

    def _listen(self) -> None:
        def request_stop(_number: int, _frame: FrameType | None) -> None:
            self._stop_requests += 1

        for number in STOP_SIGNALS:
            # Under nohup the terminal's end is meant to be ignored. SIGINT is heard even where a script's `&` has
            # turned it off: whoever sends it means it.
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, request_stop)

    def _step(self) -> None:
        for keeper in self._keepers:
            keeper.require_hope()
            keeper.start_when_due(time.monotonic())
        self._collect(self._keepers)
        time.sleep(STEP_SECONDS)

    def _collect(self, keepers: Sequence[Keeper]) -> None:
        """Print what was written, and note what has ended."""
        for keeper in keepers:
            name = keeper.command.name
            self._console.write(name, keeper.read_lines())
            ended = keeper.reap(time.monotonic())
            if ended is not None:
                status, lines = ended
                self._console.write(name, lines)
                self._tell_of_end(name, status)

    def _tell_of_end(self, name: str, status: int) -> None:
        if not self._stopping:
            how = f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
            self._console.say(f"{name} {how}; starting it again")

    def _stop(self, keepers: Sequence[Keeper]) -> None:
        """Ask each to end, wait, and kill what is left at the deadline or at a further request to stop."""
        deadline = time.monotonic() + STOP_SECONDS
        requests = self._stop_requests
        for keeper in keepers:
            keeper.terminate()
        while any(keeper.child for keeper in keepers):
            if time.monotonic() > deadline or self._stop_requests > requests:
                for keeper in keepers:
                    keeper.kill()
            self._collect(keepers)
            time.sleep(STEP_SECONDS)
