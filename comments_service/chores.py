"""Chores: what a tick makes the worker of comments_service do."""

from comments_service.counts import ClickCounts
from comments_service.outbox import Outbox
from shared.pulse import Backlog


def do_chores(outbox: Outbox, counts: ClickCounts, partitions: int) -> None:
    """Relay what waits in the outbox, and project a slice of every partition.

    Raises RedianError when a store is down; the next tick goes on where this one stopped.
    """
    outbox.relay_waiting()
    outbox.forget_relayed()
    for partition in range(partitions):
        counts.project(partition)


def read_backlogs(outbox: Outbox, counts: ClickCounts, partitions: int) -> dict[str, Backlog]:
    """What waits for these chores: the outbox, and the log behind each partition's cursor."""
    oldest = outbox.oldest()
    backlogs = {f"partition {partition}": counts.backlog(partition) for partition in range(partitions)}
    return {**backlogs, "outbox": Backlog(1, str(oldest[0])) if oldest else Backlog(0, "")}
