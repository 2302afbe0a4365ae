"""Sessions: the tables of this service, read and written through one engine."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from comments_service.tables import Article
from shared.database import reading, takes_turns, writing
from shared.errors import unavailable


class Database:
    """Sessions on one engine; inside a block, outages become RedianError `database_unavailable`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def has_one_writer(self) -> bool:
        """Whether only one transaction can write at a time."""
        return takes_turns(self.engine)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads; its rows stay readable after the block."""
        with reading(self.engine) as connection, Session(connection) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are committed together at the block's end; its rows stay readable afterwards."""
        with writing(self.engine) as connection, Session(connection) as session:
            yield session
            session.flush()

    def check(self) -> None:
        """Return when the database answers and its tables are there; raises `database_unavailable`."""
        try:
            with self.reading() as session:
                session.execute(select(Article.id).limit(1))
        except ProgrammingError as error:
            raise unavailable("database", "The database is not migrated.") from error
