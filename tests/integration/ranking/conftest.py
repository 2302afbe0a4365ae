"""The read side on a real Redis and on real databases, with a clock that tests move."""

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ranking_service.assembly import Stores, make_projection
from ranking_service.boards import Boards, load_boards
from ranking_service.migrations import FOLDER, VERSION_TABLE
from ranking_service.projection import Projection
from shared.database import make_engine
from shared.schema import migrate
from shared.store import Store
from tests.conftest import FakeClock
from tests.databases import copy_database, drop_database, run_postgres
from tests.integration.ranking.newsroom import Newsroom

MakeProjection = Callable[..., Projection]
MakeNewsroom = Callable[..., Newsroom]

_numbers = count()


@pytest.fixture(scope="session")
def boards() -> Boards:
    return load_boards()


@pytest.fixture
def make(store: Store, clock: FakeClock, boards: Boards) -> MakeProjection:
    """Makes projections on the test's Redis; keyword arguments override partitions, chunk_size and most_events."""

    def make_one(*, partitions: int = 1, of: Boards = boards, engine: Engine | None = None, **sizes: int) -> Projection:
        return make_projection(Stores(store, engine, clock, partitions), of, **sizes)

    return make_one


@pytest.fixture
def make_newsroom(store: Store, clock: FakeClock, boards: Boards, make: MakeProjection) -> MakeNewsroom:
    """Makes newsrooms on the test's Redis; keyword arguments are those of `make`."""

    def make_one(*, partitions: int = 1, of: Boards = boards, engine: Engine | None = None, **sizes: int) -> Newsroom:
        projection = make(partitions=partitions, of=of, engine=engine, **sizes)
        return Newsroom(store, clock, projection, of, partitions)

    return make_one


@pytest.fixture
def newsroom(make_newsroom: MakeNewsroom) -> Newsroom:
    """A newsroom with one partition and the default boards."""
    return make_newsroom()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine, FOLDER, VERSION_TABLE)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield from run_postgres(tmp_path_factory.mktemp("postgres"))


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    url = copy_database(postgres_url, "ranking_template", "template1")
    engine = make_engine(url)
    migrate(engine, FOLDER, VERSION_TABLE)
    engine.dispose()
    return "ranking_template"


@pytest.fixture
def sqlite_engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    path = shutil.copy(sqlite_template, tmp_path / "ranking.db")
    engine = make_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def postgres_engine(postgres_url: str, postgres_template: str) -> Iterator[Engine]:
    name = f"ranking_{next(_numbers)}"
    engine = make_engine(copy_database(postgres_url, name, postgres_template))
    yield engine
    engine.dispose()
    drop_database(postgres_url, name)


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each database that the service runs on."""
    chosen: Engine = request.getfixturevalue(f"{request.param}_engine")
    return chosen
