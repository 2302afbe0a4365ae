"""The loop that heals processes and stops them in their order."""

import io
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.embedded.child import Command
from services.embedded.console import Console
from services.embedded.keeper import GaveUpError, Keeper
from services.embedded.supervisor import STOP_SIGNALS, Supervisor

LOYAL = "trap 'echo {0} stops; exit 0' TERM; echo {0} runs; while :; do sleep 0.05; done"
STUBBORN = "trap '' TERM; echo stubborn runs; while :; do sleep 0.05; done"


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """The supervisor takes the signals; the test run gets them back."""
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def supervise(lines: dict[str, str], folder: Path, watch: Callable[[str], None]) -> str:
    """Run until `watch`, which is shown all output so far, sends a signal; answers the whole output."""
    output = io.StringIO()
    keepers = [Keeper(Command(name, line, folder, dict(os.environ))) for name, line in lines.items()]
    Supervisor(keepers, Console(lines, output), lambda: watch(output.getvalue())).run()
    return output.getvalue()


def stop_when(*marks: str) -> Callable[[str], None]:
    """Sends this process a SIGTERM once all the marks were printed."""

    def watch(output: str) -> None:
        if all(mark in output for mark in marks):
            os.kill(os.getpid(), signal.SIGTERM)

    return watch


def test_the_last_process_is_stopped_after_all_the_others(tmp_path: Path) -> None:
    lines = {name: LOYAL.format(name) for name in ("one", "two", "store")}

    output = supervise(lines, tmp_path, stop_when("one runs", "two runs", "store runs"))

    assert max(output.index("one stops"), output.index("two stops")) < output.index("store stops")


def test_a_process_that_dies_is_started_again(tmp_path: Path) -> None:
    lines = {"worker": f"[ -e died ] || {{ touch died; kill -KILL $$; }}; {LOYAL.format('worker')}"}

    output = supervise(lines, tmp_path, stop_when("worker runs"))

    assert "worker was ended by SIGKILL; starting it again" in output


def test_a_process_that_does_not_stop_is_killed_at_the_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.embedded.supervisor.STOP_SECONDS", 0.2)

    output = supervise({"stubborn": STUBBORN, "store": LOYAL.format("store")}, tmp_path, stop_when("stubborn runs"))

    assert "store stops" in output


def test_a_process_that_cannot_live_ends_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.embedded.keeper.LONGEST_PAUSE_SECONDS", 0.01)

    with pytest.raises(GaveUpError, match="broken ended 10 times"):
        supervise({"broken": "exit 1", "store": LOYAL.format("store")}, tmp_path, lambda _output: None)


def test_a_closed_terminal_stops_everything(tmp_path: Path) -> None:
    class Closed(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    command = Command("worker", LOYAL.format("worker"), tmp_path, dict(os.environ))
    keeper = Keeper(command)

    Supervisor([keeper], Console(["worker"], Closed()), lambda: None).run()

    assert keeper.child is None
