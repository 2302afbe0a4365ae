"""The processes of a run, as the kernel tells them; only Linux has /proc."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Process:
    """A process, told from a later one with the same id by the time it started."""

    pid: int
    parent: int
    started: int
    command: str

    def is_running(self) -> bool:
        """Whether this very process still runs."""
        now = read(self.pid)
        return now is not None and now.started == self.started


def read(pid: int) -> Process | None:
    """A running process; None for one that has ended, even if nobody has reaped it yet."""
    try:
        # The name in parentheses may hold spaces; what follows it does not.
        state, parent, *rest = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        command = (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state in "ZX" else Process(pid, int(parent), int(rest[17]), command)


def descendants(pid: int) -> list[Process]:
    """Every process that a process started, and those that these started."""
    children = defaultdict(list)
    for folder in PROC.iterdir():
        if folder.name.isdigit() and (process := read(int(folder.name))):
            children[process.parent].append(process)
    found, to_visit = [], [pid]
    while to_visit:
        direct = children[to_visit.pop()]
        found += direct
        to_visit += [process.pid for process in direct]
    return found
