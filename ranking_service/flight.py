"""A flight: calls of one script on their way to Redis, each sent before the answer to the one before has come.

Otherwise Redis would wait between two of them for the answer's way, for a thread to be woken and for the next call's.
"""

from collections import deque
from time import perf_counter
from types import TracebackType
from typing import Any, Self

from redis import RedisCluster
from redis.exceptions import NoScriptError, RedisError

from shared.store import Script, Store


class Flight:
    """Calls in their order, answered in that order. A cluster's client knows no such thing, and answers at once."""

    def __init__(self, store: Store, script: Script) -> None:
        self._store = store
        self._script = script
        self._connection: Any = None
        self._sent_at: deque[float] = deque()
        self._answers: deque[tuple[bool, float]] = deque()
        self.seconds = 0.0
        """How long Redis was at the call that was answered last, and that on its way."""
        self._free_at = 0.0

    def __enter__(self) -> Self:
        if not isinstance(self._store, RedisCluster):
            self._connection = self._store.connection_pool.get_connection()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._connection is None:
            return
        try:
            if isinstance(error, RedisError):
                self._connection.disconnect()
            while self._connection.is_connected and self._sent_at:
                self.receive()
        except RedisError:
            self._connection.disconnect()
        finally:
            self._store.connection_pool.release(self._connection)

    def send(self, keys: list[str], args: list[Any]) -> None:
        """Send a call."""
        sent_at = perf_counter()
        if self._connection is None:
            self._answers.append((bool(self._script(keys, args)), perf_counter() - sent_at))
        else:
            self._sent_at.append(sent_at)
            command = self._connection.pack_command(*self._script.command(keys, args))
            self._connection.send_packed_command(command)

    def receive(self) -> bool:
        """What the call answers that was sent first of those under way; raises what the client raises.

        False also where Redis has forgotten the script: it is loaded, and the calls behind it were not let in either.
        """
        if self._connection is None:
            is_let_in, self.seconds = self._answers.popleft()
            return is_let_in
        started = max(self._sent_at.popleft(), self._free_at)
        try:
            return bool(self._connection.read_response())
        except NoScriptError:
            self._script.load()
            return False
        finally:
            self._free_at = perf_counter()
            self.seconds = self._free_at - started
