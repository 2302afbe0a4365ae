"""PostgreSQL: connections that give up on a server which says nothing, so that a request becomes a 503 in time.

A server that is paused or cut off still holds its connections open, and the driver would wait for its answer for ever,
with the thread that serves readers.
"""

import time
from typing import Any, TypeVar

from psycopg import Connection, OperationalError
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url

from shared.database import BUSY_SECONDS, CONNECT_SECONDS

REST_SECONDS = 1.0
"""After a failure no other connection is tried for so long: each try holds a thread while it waits."""
OPTIONS = {
    "connect_timeout": CONNECT_SECONDS,
    # Without it a writer waits for another's row for ever, and with it the reader's request.
    "options": f"-c lock_timeout={BUSY_SECONDS}s",
    # A server that vanished without a word is noticed within seconds, not after the system's two hours.
    "keepalives_idle": 5,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5_000,
}

Answer = TypeVar("Answer")


class ImpatientConnection(Connection[Any]):
    """A connection that is closed when one answer takes longer than `answer_seconds`; None waits for ever."""

    answer_seconds: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """What every call of the driver waits in."""
        try:
            return super().wait(gen, interval, timeout or self.answer_seconds)
        except OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                # The answer may still come, to a question nobody waits for; a rollback would wait as long again.
                self.close()
            raise


class Gatekeeper:
    """Opens an engine's connections, and lets the server rest when one could not be opened."""

    def __init__(self, answer_seconds: float | None) -> None:
        self._answer_seconds = answer_seconds
        self._closed_until = 0.0

    def connect(self, *args: Any, **options: Any) -> ImpatientConnection:
        """A new connection; raises psycopg.OperationalError, at once within a second of the last failure."""
        if time.monotonic() < self._closed_until:
            raise OperationalError("The server did not take a connection a moment ago.")
        try:
            connection = ImpatientConnection.connect(*args, **options)
        except OperationalError:
            self._closed_until = time.monotonic() + REST_SECONDS
            raise
        connection.answer_seconds = self._answer_seconds
        return connection


def postgres_engine(url: str, answer_seconds: float | None) -> Engine:
    """An engine whose connections are checked before use."""
    parsed = make_url(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(parsed, pool_pre_ping=True, pool_timeout=CONNECT_SECONDS, connect_args=OPTIONS)
    gatekeeper = Gatekeeper(answer_seconds)

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, args: list[Any], options: dict[str, Any]) -> ImpatientConnection:
        return gatekeeper.connect(*args, **options)

    return engine
