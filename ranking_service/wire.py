"""The wire: a connection of its own, on which commands that only read go out together and come back as they are.

The client's pipeline spends more on each command than Redis does: on options, on a place in its pool, and on what turns
replies of older protocols into those of RESP3, which this connection speaks.
"""

from collections.abc import Sequence
from typing import Any

from hiredis import pack_command
from redis import RedisCluster
from redis.exceptions import RedisError

from shared.store import Store

RESP3 = (None, 3, "3")
"""How a URL may ask for it; without a word it is what the client speaks."""


class Wire:
    """Sends commands, of one caller at a time."""

    def __init__(self, store: Store) -> None:
        self._pool = store.connection_pool
        self._connection: Any = None

    @staticmethod
    def fits(store: Store) -> bool:
        """Whether one connection reaches all of a store, in the protocol that needs no translation."""
        if isinstance(store, RedisCluster):
            return False
        return store.connection_pool.connection_kwargs.get("protocol") in RESP3

    def exchange(self, commands: Sequence[Sequence[str | int]]) -> list[Any]:
        """The replies to some commands; raises what the client raises, after one more try in an outage."""
        if self._connection is None:
            self._connection = self._pool.make_connection()
        connection = self._connection
        return list(connection.retry.call_with_retry(lambda: self._once(commands), lambda _: connection.disconnect()))

    def _once(self, commands: Sequence[Sequence[str | int]]) -> list[Any]:
        connection = self._connection
        # Its types know tuples of one alone.
        packed = b"".join(pack_command(tuple(command)) for command in commands)  # type: ignore[arg-type]
        connection.send_packed_command([packed])
        try:
            return [connection.read_response() for _ in commands]
        except RedisError:
            # What else was to come would be taken for the replies to the next commands.
            connection.disconnect()
            raise
