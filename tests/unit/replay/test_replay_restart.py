"""A replay that was interrupted goes on where it stood, and sends nothing twice."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from comments_service.replay import replay_command
from comments_service.replay.replayer import CLICKS_PER_BATCH
from tests.unit.replay.fake_system import PATTERN, FakeSystem, arguments, line, replay, running_system, write_log


@pytest.fixture
def system() -> Iterator[FakeSystem]:
    with running_system() as server:
        yield server


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write_log(tmp_path / "access.log")


def test_a_second_run_sends_nothing_and_says_so(log: Path, system: FakeSystem, tmp_path: Path) -> None:
    replay(log, system, tmp_path)

    result = replay(log, system, tmp_path)

    assert "Everything was already sent" in result.output
    assert len(system.clicks) == 5


def test_a_log_that_grew_is_gone_on_with(log: Path, system: FakeSystem, tmp_path: Path) -> None:
    replay(log, system, tmp_path)
    with log.open("ab") as file:
        file.write(line("three"))

    result = replay(log, system, tmp_path)

    assert "Going on behind line 12." in result.output
    assert system.counts == {"one": 3, "two": 2, "three": 1}


def test_other_options_do_not_go_on_with_what_was_begun(log: Path, system: FakeSystem, tmp_path: Path) -> None:
    replay(log, system, tmp_path)

    result = replay(log, system, tmp_path, "--no-visitors")

    assert result.exit_code == 1
    assert "was begun with other options" in result.output


def test_restart_sends_everything_anew(log: Path, system: FakeSystem, tmp_path: Path) -> None:
    replay(log, system, tmp_path)

    replay(log, system, tmp_path, "--restart")

    assert len(system.clicks) == 10


def test_a_system_that_is_not_there_is_told_in_a_sentence_and_nothing_is_begun(log: Path, tmp_path: Path) -> None:
    with FakeSystem() as system:
        pass  # its port is free again

    result = replay(log, system, tmp_path)

    assert result.exit_code == 1
    assert "cannot be reached" in result.output
    assert not (tmp_path / "position").exists()


def test_a_position_file_of_something_else_is_refused(log: Path, system: FakeSystem, tmp_path: Path) -> None:
    (tmp_path / "position").write_text("something else")

    result = replay(log, system, tmp_path)

    assert result.exit_code == 1
    assert "holds no position of a replay" in result.output


def test_a_position_is_kept_under_the_data_folder_by_default(log: Path, system: FakeSystem, tmp_path: Path) -> None:
    command = [str(log), "--article", PATTERN, "--to", system.url]

    CliRunner(env={"DATA_DIR": str(tmp_path)}).invoke(replay_command, command)

    assert len(list((tmp_path / "replay").glob("access.log-*.position"))) == 1


@pytest.mark.parametrize("killed_at", [1, 2, 3])
def test_a_replay_killed_before_the_answer_sends_nothing_twice(
    killed_at: int, system: FakeSystem, tmp_path: Path
) -> None:
    """The batch is counted, its answer never arrives, and the log grows before the same command runs again."""
    log = tmp_path / "long.log"
    total = 2 * CLICKS_PER_BATCH + 2_000
    log.write_bytes(b"".join(line(f"a{n % 7}", minute=n * 60 // total) for n in range(total)))
    command = [sys.executable, "-c", "from comments_service.replay import replay_command as run; run()"]
    command += arguments(log, system, tmp_path, "--shift-to-now", "--no-visitors")
    victim = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": "."}, stdout=subprocess.DEVNULL)
    system.before_answer = lambda: victim.send_signal(signal.SIGKILL) if len(system.answers) == killed_at else None
    assert victim.wait(timeout=60) == -signal.SIGKILL
    system.before_answer = lambda: None
    with log.open("ab") as file:
        file.write(line("late", minute=59))

    result = replay(log, system, tmp_path, "--shift-to-now", "--no-visitors")

    assert result.exit_code == 0, result.output
    assert system.counts == Counter(f"a{n % 7}" for n in range(total)) + Counter(["late"])
