"""Whether the public ports are free."""

import socket

import pytest

from services.embedded import ports
from services.embedded.ports import LOOPBACK, NOT_GIVEN_OUT, free_port, require_free


def test_a_busy_port_is_named_with_the_variable_that_changes_it() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]

        with pytest.raises(SystemExit, match=rf"Port {port} is in use.*make run COMMENTS_PORT=\d+"):
            require_free({"COMMENTS_PORT": port})


def test_a_free_port_passes() -> None:
    require_free({"GATEWAY_PORT": free_port()})


def test_a_free_port_is_none_that_an_outgoing_connection_may_be_given() -> None:
    assert free_port() in NOT_GIVEN_OUT


def test_a_port_that_is_taken_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        taken = server.getsockname()[1]
        monkeypatch.setattr(ports, "NOT_GIVEN_OUT", [taken])

        assert free_port() != taken
