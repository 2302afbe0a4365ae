"""SQL: how a connection is made on SQLite and PostgreSQL, and how its outages become ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url, select
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from comments_service.tables import Article
from shared.errors import unavailable

OUTAGES = (OperationalError, InterfaceError, PoolTimeoutError)
"""What SQLAlchemy raises when the database is down, locked for too long, or all connections are taken."""
DOWN = "The database cannot be reached."
LOCK_TIMEOUT_MS = 1_500
"""How long a writer waits for another; readers' requests must not hang longer."""

POSTGRES_OPTIONS = {
    # libpq takes two seconds as the shortest wait for a host that does not answer.
    "connect_timeout": 2,
    "options": f"-c lock_timeout={LOCK_TIMEOUT_MS} -c statement_timeout=10000",
    # A server that vanished without a word is noticed within seconds, not after the system's two hours.
    "keepalives_idle": 5,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5_000,
}


class Database:
    """Sessions on one engine; inside a block, outages become RedianError `database_unavailable`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writing_engine = engine.execution_options(writing=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that reads one consistent state."""
        with outages(), Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are committed together at the block's end; rows stay readable afterwards."""
        with outages(), Session(self._writing_engine, expire_on_commit=False) as session, session.begin():
            yield session

    def check(self) -> None:
        """Return when the database answers and its tables are there; raises `database_unavailable`."""
        try:
            with self.reading() as session:
                session.execute(select(Article.id).limit(1))
        except ProgrammingError as error:
            raise unavailable("database", "The database is not migrated.") from error


@contextmanager
def outages() -> Iterator[None]:
    """Turn every outage inside the block into a 503."""
    try:
        yield
    except OUTAGES as error:
        raise unavailable("database", DOWN) from error


def make_engine(url: str) -> Engine:
    """An engine for `sqlite:///FILE` or `postgresql://…`; it connects on first use."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": LOCK_TIMEOUT_MS / 1_000}, pool_timeout=1)
        _prepare_sqlite(engine)
        return engine
    return create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        connect_args=POSTGRES_OPTIONS,
        # A connection that died while it lay in the pool is replaced before it fails a request.
        pool_pre_ping=True,
        pool_timeout=1,
        pool_size=8,
        max_overflow=8,
    )


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # The driver's own BEGIN comes too late for what follows; the listener below sends it instead.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A transaction that begins as a reader cannot become a writer when another wrote meanwhile: it would fail at
        # once, without waiting. So a writer takes the lock at its beginning.
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
