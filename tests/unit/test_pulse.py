"""A worker's pulse: fresh while its backlog goes down, and while a store is down; stale when the work stands still."""

from pathlib import Path

from shared.errors import unavailable
from shared.pulse import PATIENCE_SECONDS, Backlog, Progress, Pulse

LATER = PATIENCE_SECONDS + 1.0


def test_an_empty_backlog_never_stalls() -> None:
    progress = Progress()

    assert progress.stalled({"partition 0": Backlog(0, "7")}, 0) == []
    assert progress.stalled({"partition 0": Backlog(0, "7")}, LATER) == []


def test_a_backlog_that_moves_is_healthy_however_much_waits() -> None:
    progress = Progress()
    progress.stalled({"partition 0": Backlog(10, "7")}, 0)

    assert progress.stalled({"partition 0": Backlog(500_000, "8")}, LATER) == []


def test_a_backlog_that_stands_still_is_named() -> None:
    progress = Progress()
    progress.stalled({"partition 0": Backlog(1, "7"), "partition 1": Backlog(1, "3")}, 0)

    assert progress.stalled({"partition 0": Backlog(1, "7"), "partition 1": Backlog(1, "4")}, LATER) == ["partition 0"]


def test_a_stalled_backlog_leaves_the_file_alone(tmp_path: Path) -> None:
    file, progress = tmp_path / "healthy", Progress()
    pulse = Pulse(file, lambda: {"outbox": Backlog(3, "11")})
    pulse.take(progress, 0)
    file.unlink()

    pulse.take(progress, LATER)

    assert not file.exists()


def test_a_store_that_is_down_is_not_the_workers_illness(tmp_path: Path) -> None:
    backlogs = {"outbox": Backlog(3, "11")}
    is_down = False

    def read() -> dict[str, Backlog]:
        if is_down:
            raise unavailable("database", "The database cannot be reached.")
        return backlogs

    file, progress = tmp_path / "healthy", Progress()
    pulse = Pulse(file, read)
    pulse.take(progress, 0)
    file.unlink()
    is_down = True
    pulse.take(progress, LATER)
    is_down = False
    pulse.take(progress, LATER + 1)

    assert file.exists()
