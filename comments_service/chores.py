"""Chores: what a tick makes the worker of comments_service do."""

from comments_service.counts import ClickCounts
from comments_service.outbox import Outbox


def do_chores(outbox: Outbox, counts: ClickCounts, partitions: int) -> None:
    """Relay what waits in the outbox, and project a slice of every partition.

    Raises RedianError when a store is down; the next tick goes on where this one stopped.
    """
    outbox.relay_waiting()
    outbox.forget_relayed()
    for partition in range(partitions):
        counts.project(partition)
