"""Chores: what a tick makes the worker of comments_service do."""

from collections.abc import Sequence

from comments_service.outbox import Outbox
from comments_service.projections import Projection
from comments_service.recovery import Recovery
from shared.pulse import Backlog


def do_chores(recovery: Recovery, outbox: Outbox, projections: Sequence[Projection], partitions: int) -> None:
    """Put back what Redis forgot, relay what waits in the outbox, and project a slice of every partition.

    Raises RedianError when a store is down; the next tick goes on where this one stopped.
    """
    recovery.look()
    outbox.relay_waiting()
    outbox.forget_relayed()
    for projection in projections:
        for partition in range(partitions):
            projection.project(partition)


def read_backlogs(outbox: Outbox, projections: Sequence[Projection], partitions: int) -> dict[str, Backlog]:
    """What waits for these chores: the outbox, and the log behind each projection's cursor in each partition."""
    oldest = outbox.oldest()
    backlogs = {
        f"{projection.consumer} {partition}": projection.backlog(partition)
        for projection in projections
        for partition in range(partitions)
    }
    return {**backlogs, "outbox": Backlog(1, str(oldest[0])) if oldest else Backlog(0, "")}
