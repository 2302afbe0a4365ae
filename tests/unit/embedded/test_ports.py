"""Whether the public ports are free."""

import socket

import pytest

from services.embedded.ports import LOOPBACK, free_port, require_free


def test_a_busy_port_is_named_with_the_variable_that_changes_it() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]

        with pytest.raises(SystemExit, match=rf"Port {port} is in use.*make run COMMENTS_PORT=\d+"):
            require_free({"COMMENTS_PORT": port})


def test_a_free_port_passes() -> None:
    require_free({"GATEWAY_PORT": free_port()})
