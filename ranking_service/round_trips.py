"""Round trips: what several threads ask of Redis at the same time goes there together.

A trip costs a read more than what it asks for, so the reads that come while one is under way share the next; a command
that two of them send is sent once.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from ranking_service.wire import Wire
from shared.groups import Groups
from shared.store import Store

Command = tuple[str | int, ...]
"""A command that only reads, with its arguments."""

MOST_READS = 32
"""Reads a trip: a few milliseconds of Redis at most."""


class RoundTrips:
    """Sends the commands of reads, each with those of the others that wait; replies are those of RESP3."""

    def __init__(self, store: Store) -> None:
        self._exchange = Wire(store).exchange if Wire.fits(store) else partial(_by_pipeline, store)
        self._groups: Groups[Sequence[Command], list[Any]] = Groups(self._send, MOST_READS)

    def run(self, commands: Sequence[Command]) -> list[Any]:
        """The replies to some commands; raises what the store raises."""
        return self._groups.run(commands) if commands else []

    def _send(self, reads: list[Sequence[Command]]) -> list[list[Any]]:
        unique = list(dict.fromkeys(command for commands in reads for command in commands))
        replies = dict(zip(unique, self._exchange(unique), strict=True))
        return [[replies[command] for command in commands] for commands in reads]


def _by_pipeline(store: Store, commands: Sequence[Command]) -> list[Any]:
    """On a cluster, whose client knows which node to ask."""
    pipeline = store.pipeline(transaction=False)
    for command in commands:
        pipeline.execute_command(*command)
    replies: list[Any] = pipeline.execute()
    return replies
