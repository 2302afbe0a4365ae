"""Round trips: commands that only read go to Redis together, on connections of their own, and come back as they are.

The client's pipeline spends more on each command than Redis does: on options, on a place in its pool, and on what turns
replies of older protocols into those of RESP3, which these connections speak.
"""

from collections.abc import Sequence
from typing import Any

from hiredis import pack_command
from redis import RedisCluster

from shared.store import Store

Command = tuple[str | int, ...]
"""A command that only reads, with its arguments."""
RESP3 = (None, 3, "3")
"""How a URL may ask for it; without a word it is what the client speaks."""


class RoundTrips:
    """Sends commands; replies are those of RESP3."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # A cluster's client knows which node to ask.
        is_one_node = not isinstance(store, RedisCluster)
        self._is_plain = is_one_node and store.connection_pool.connection_kwargs.get("protocol") in RESP3
        self._idle: list[Any] = []
        """Connections that nobody uses just now."""

    def run(self, commands: Sequence[Command]) -> list[Any]:
        """The replies to some commands; raises what the client raises, after one more try in an outage."""
        if not commands:
            return []
        return self._exchange(commands) if self._is_plain else self._by_pipeline(commands)

    def _exchange(self, commands: Sequence[Command]) -> list[Any]:
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._store.connection_pool.make_connection()
        try:
            return list(
                connection.retry.call_with_retry(
                    lambda: _replies(connection, commands), lambda _: connection.disconnect()
                )
            )
        finally:
            self._idle.append(connection)

    def _by_pipeline(self, commands: Sequence[Command]) -> list[Any]:
        pipeline = self._store.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        replies: list[Any] = pipeline.execute()
        return replies


def _replies(connection: Any, commands: Sequence[Command]) -> list[Any]:
    # Its types know tuples of one alone.
    packed = b"".join([pack_command(command) for command in commands])  # type: ignore[arg-type]
    connection.send_packed_command([packed])
    try:
        return [connection.read_response() for _ in commands]
    except BaseException:
        # What else was to come would be taken for the replies to the next commands.
        connection.disconnect()
        raise
