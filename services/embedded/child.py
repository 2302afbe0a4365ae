"""A child process: started in a session of its own, its lines read as they come, its whole group ended with it."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
LONGEST_LINE = 64 * 1024

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Command:
    """What to run: a line for the shell, in a folder, with a whole environment and the files it keeps open."""

    name: str
    line: str
    folder: Path
    environ: Mapping[str, str]
    kept_open: tuple[int, ...] = ()


class Child:
    """One running process, from its start to its end."""

    def __init__(self, command: Command) -> None:
        self._unread = b""
        self._process = subprocess.Popen(  # noqa: S603  # the line stands in our own Procfile
            ["/bin/sh", "-c", command.line],
            cwd=command.folder,
            env=dict(command.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # A Ctrl-C in the terminal reaches the launcher alone, which stops its children in their order.
            start_new_session=True,
            pass_fds=command.kept_open,
            preexec_fn=_end_with_parent,  # noqa: PLW1509  # the launcher runs no threads
        )
        assert self._process.stdout is not None  # asked for above
        self._output = self._process.stdout.fileno()
        os.set_blocking(self._output, False)

    @property
    def pid(self) -> int:
        """The process's id, which is its group's too."""
        return self._process.pid

    def exit_status(self) -> int | None:
        """None while it runs, else its status; minus the signal's number when a signal ended it."""
        return self._process.poll()

    def read_lines(self) -> list[bytes]:
        """The whole lines written since the last call."""
        with suppress(BlockingIOError):
            while data := os.read(self._output, LONGEST_LINE):
                self._unread += data
        *lines, self._unread = self._unread.split(b"\n")
        if len(self._unread) > LONGEST_LINE:
            lines, self._unread = [*lines, self._unread], b""
        return lines

    def terminate(self) -> None:
        """Ask it to end; what it started is its own to stop."""
        self._process.terminate()

    def kill_group(self) -> None:
        """End whatever is left of it and of what it started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def close(self) -> list[bytes]:
        """Take a process that has ended out of the world; answers its last lines."""
        self.kill_group()
        lines = self.read_lines()
        if self._process.stdout:
            self._process.stdout.close()
        return [line for line in [*lines, self._unread] if line]


def _end_with_parent() -> None:
    # When the launcher is killed outright, nobody is left to stop its children: the kernel tells them.
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
