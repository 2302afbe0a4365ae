"""SQL: how an engine is made for SQLite or PostgreSQL, and how its outages become ours."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shared.errors import unavailable
from shared.turns import Turns

BUSY_SECONDS = 2
CONNECT_SECONDS = 2
DOWN = "The database cannot be reached."
SQLITE_CONNECTIONS = 40
"""Kept open, one for each thread of a server: to open one takes longer than to read a page of comments."""
TURNS = "redian_turns"
"""The execution option of an engine whose writers take turns."""


def make_engine(url: str, answer_seconds: float | None = None) -> Engine:
    """An engine that connects on first use and gives up within about two seconds.

    SQLite runs in WAL mode, waits for other writers that long, and begins every writing transaction with the write
    lock, so that it never fails half-way; the threads of one process take turns at it. PostgreSQL connections are
    checked before use, and closed when one answer takes longer than `answer_seconds`; None waits for as long as a
    migration may take.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    # Its driver takes a tenth of a second to import, which a process on SQLite need not wait for.
    from shared.postgres import postgres_engine  # noqa: PLC0415

    return postgres_engine(url, answer_seconds)


def _sqlite_engine(url: str) -> Engine:
    database = make_url(url).database
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=SQLITE_CONNECTIONS,
        pool_timeout=CONNECT_SECONDS,
        connect_args={"timeout": BUSY_SECONDS},
        execution_options={TURNS: Turns()},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # The driver would begin transactions by itself, too late and without the lock; SQLAlchemy's event does it.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        is_reader = connection.get_execution_options().get("reader", False)
        connection.exec_driver_sql("BEGIN" if is_reader else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads: it never waits for a writer. Raises `database_unavailable` in an outage."""
    with _outages(), engine.connect().execution_options(reader=True) as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that commits at the block's end, or leaves nothing. Raises `database_unavailable` in an outage."""
    with _outages(), _turn(engine), engine.begin() as connection:
        yield connection


def takes_turns(engine: Engine) -> bool:
    """Whether only one transaction can write at a time."""
    return TURNS in engine.get_execution_options()


def _turn(engine: Engine) -> AbstractContextManager[None]:
    turns: Turns | None = engine.get_execution_options().get(TURNS)
    return turns.one(BUSY_SECONDS) if turns else nullcontext()


@contextmanager
def _outages() -> Iterator[None]:
    try:
        yield
    except (OperationalError, PoolTimeoutError, TimeoutError) as error:
        raise unavailable("database", DOWN) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise unavailable("database", DOWN) from error
        raise


def check_database(engine: Engine) -> None:
    """Return when the database answers; raises `database_unavailable`."""
    with reading(engine) as connection:
        connection.exec_driver_sql("SELECT 1")
