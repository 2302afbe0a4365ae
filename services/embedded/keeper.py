"""A keeper: holds one child, starts it again when it dies, and gives up when it cannot even start."""

import signal
from dataclasses import dataclass, field

from services.embedded.child import Child, Command

SHORT_LIFE_SECONDS = 5
MOST_SHORT_LIVES = 10
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 1.0


class GaveUpError(Exception):
    """A process ended by itself so often, so soon after its start, that another try would change nothing."""


@dataclass
class Keeper:
    """One line of the Procfile. Times are seconds of a monotonic clock, passed in."""

    command: Command
    child: Child | None = None
    short_lives: int = 0
    has_run: bool = False
    """Whether it has once lived for longer than a process that cannot even start."""
    _started_at: float = 0
    _due_at: float = field(default=0, repr=False)

    def start_when_due(self, now: float) -> bool:
        """Start the process unless it runs or a pause after its last end is not over; True when it was started."""
        if self.child is not None or now < self._due_at:
            return False
        self.child = Child(self.command)
        self._started_at = now
        return True

    def read_lines(self) -> list[bytes]:
        """What the process has written since the last call."""
        return self.child.read_lines() if self.child else []

    def reap(self, now: float) -> tuple[int, list[bytes]] | None:
        """None unless the process has ended since the last call; else its exit status and its last lines."""
        status = self.child.exit_status() if self.child else None
        if self.child is None or status is None:
            return None
        lines, self.child = self.child.close(), None
        self._plan_restart(status, now)
        return status, lines

    def _plan_restart(self, status: int, now: float) -> None:
        # Whoever kills a process from outside says nothing about whether it can run.
        self.has_run = self.has_run or now - self._started_at >= SHORT_LIFE_SECONDS
        failed_at_once = status != -signal.SIGKILL and now - self._started_at < SHORT_LIFE_SECONDS
        self.short_lives = self.short_lives + 1 if failed_at_once else 0
        pause = min(FIRST_PAUSE_SECONDS * 2 ** max(0, self.short_lives - 1), LONGEST_PAUSE_SECONDS)
        self._due_at = now + pause

    def terminate(self) -> None:
        """Ask the process to end, if it runs."""
        if self.child:
            self.child.terminate()

    def kill(self) -> None:
        """End the process and what it started, if it runs."""
        if self.child:
            self.child.kill_group()

    def require_hope(self) -> None:
        """Raise GaveUpError when the process keeps failing at once and never did anything else.

        What has run before fails for a reason that can pass, such as a full disk, and is tried for as long as it takes.
        """
        if self.short_lives >= MOST_SHORT_LIVES and not self.has_run:
            raise GaveUpError(
                f"{self.command.name} ended {MOST_SHORT_LIVES} times in a row within {SHORT_LIFE_SECONDS} s of its "
                "start; its last lines above say why."
            )
