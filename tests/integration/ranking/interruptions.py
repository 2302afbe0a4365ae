"""Interruptions: a worker that dies at, or stops before, a chosen write of the projection."""

from collections.abc import Callable
from typing import Any

from ranking_service.flight import Flight
from ranking_service.projection import Projection

WRITES = ("apply", "retire", "move", "swap")

Write = Callable[..., Any]


class StoppedError(Exception):
    """The worker died here."""


def on_writes(projection: Projection, wrap: Callable[[Write], Write]) -> None:
    """Put something around every script call of a projection."""
    scripts = projection.freezer.scripts
    for name in WRITES:
        setattr(scripts, name, wrap(getattr(scripts, name)))
    make = scripts.applying

    def applying() -> Flight:
        flight = make()
        flight.send = wrap(flight.send)  # type: ignore[method-assign]  # what the tests stop
        return flight

    scripts.applying = applying  # type: ignore[method-assign]  # likewise


def stop_after(projection: Projection, writes: int) -> None:
    """Let the projection write so many times; the next attempt raises StoppedError before it reaches Redis."""
    left = writes

    def wrap(write: Write) -> Write:
        def stopping(*args: Any) -> Any:
            nonlocal left
            if left == 0:
                raise StoppedError
            left -= 1
            return write(*args)

        return stopping

    on_writes(projection, wrap)
