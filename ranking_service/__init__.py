"""The read side: the boards, the projection that fills them from the event log, and the API that serves them."""

from typing import TYPE_CHECKING

from shared.interpreter import building

if TYPE_CHECKING:
    from flask import Flask


def create_app() -> "Flask":
    """The service with its stores from the environment; what servers and the `flask` command call."""
    with building():
        from ranking_service.app import create_app as create  # noqa: PLC0415  # importing the package connects to nothing

        return create()
