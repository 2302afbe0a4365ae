"""A process is healed when it dies, and given up when it cannot live."""

import os
import signal
import time
from pathlib import Path

import pytest

from services.embedded.child import Command
from services.embedded.keeper import MOST_SHORT_LIVES, GaveUpError, Keeper

DEADLINE_SECONDS = 10


def keep(line: str, folder: Path) -> Keeper:
    return Keeper(Command("sample", line, folder, dict(os.environ)))


def end_of(keeper: Keeper, now: float) -> tuple[int, list[bytes]]:
    """Wait for the process's end, noted at a time of our choice."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while (ended := keeper.reap(now)) is None:
        assert time.monotonic() < deadline, "the process did not end in time"
        time.sleep(0.01)  # the poll's step
    return ended


def test_a_process_that_ended_is_started_again_after_a_pause(tmp_path: Path) -> None:
    keeper = keep("echo once; exit 3", tmp_path)

    assert keeper.start_when_due(now=100)
    assert end_of(keeper, now=101) == (3, [b"once"])

    assert not keeper.start_when_due(now=101.05)
    assert keeper.start_when_due(now=101.2)
    end_of(keeper, now=102)


def test_a_process_that_keeps_failing_at_once_is_given_up(tmp_path: Path) -> None:
    keeper = keep("exit 1", tmp_path)

    for second in range(0, MOST_SHORT_LIVES * 2, 2):
        keeper.require_hope()
        assert keeper.start_when_due(now=second)
        end_of(keeper, now=second)

    with pytest.raises(GaveUpError, match="sample ended 10 times in a row"):
        keeper.require_hope()


def test_being_killed_from_outside_is_no_failure(tmp_path: Path) -> None:
    keeper = keep("exec sleep 60", tmp_path)

    for second in range(MOST_SHORT_LIVES + 2):
        assert keeper.start_when_due(now=second)
        assert keeper.child is not None
        os.kill(keeper.child.pid, signal.SIGKILL)
        assert end_of(keeper, now=second + 0.5) == (-signal.SIGKILL, [])

    keeper.require_hope()


def test_what_has_run_before_is_tried_for_as_long_as_it_fails(tmp_path: Path) -> None:
    keeper = keep("exit 1", tmp_path)
    keeper.start_when_due(now=0)
    end_of(keeper, now=60)

    for second in range(61, 61 + 2 * MOST_SHORT_LIVES):
        assert keeper.start_when_due(now=second)
        end_of(keeper, now=second)

    keeper.require_hope()


def test_what_a_killed_process_leaves_behind_is_ended_too(tmp_path: Path) -> None:
    keeper = keep("sleep 60 & echo $!; exec sleep 60", tmp_path)
    keeper.start_when_due(now=0)
    lines: list[bytes] = []
    while not lines:
        lines = keeper.read_lines()

    assert keeper.child is not None
    os.kill(keeper.child.pid, signal.SIGKILL)
    end_of(keeper, now=1)

    deadline = time.monotonic() + DEADLINE_SECONDS
    while is_running(int(lines[0])):
        assert time.monotonic() < deadline, "the process's child still runs"
        time.sleep(0.01)  # the poll's step


def is_running(pid: int) -> bool:
    """Whether a process runs; one that nobody has reaped yet does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
