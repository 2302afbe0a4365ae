"""Logs: an entry is one line, whatever somebody got into it."""

import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from shared.logs import configure_logs

FORGED = '\r\nlevel=info event="all is well"\n{"event": "forged"}\x1b[2K\x1b[31m\x85\u2028"} \x00\x9b31m'
Write = Callable[[str, Callable[[], object]], list[str]]


@pytest.fixture
def write(capsys: pytest.CaptureFixture[str]) -> Iterator[Write]:
    """What stands on standard error after a call, in a format, as lines."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def run(log_format: str, call: Callable[[], object]) -> list[str]:
        configure_logs(log_format)
        structlog.configure(cache_logger_on_first_use=False)
        call()
        return capsys.readouterr().err.split("\n")

    yield run
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def tell() -> None:
    structlog.get_logger().warning(FORGED, path=FORGED, error=FORGED)


def tell_by_another_library() -> None:
    logging.getLogger("kombu").warning("lost %s", FORGED)


def fail() -> None:
    try:
        raise ValueError(FORGED)
    except ValueError:
        structlog.get_logger().exception("unexpected error", path=FORGED)


CALLS = [tell, tell_by_another_library, fail]


@pytest.mark.parametrize("call", CALLS)
def test_an_entry_for_machines_is_one_object_on_one_line(write: Write, call: Callable[[], object]) -> None:
    line, end = write("json", call)

    assert end == ""
    assert line.isprintable()
    assert "all is well" in str(json.loads(line))


@pytest.mark.parametrize("call", CALLS)
def test_an_entry_for_people_is_one_line_without_control_characters(write: Write, call: Callable[[], object]) -> None:
    line, end = write("line", call)

    assert end == ""
    assert line.isprintable()
    assert "all is well" in line
