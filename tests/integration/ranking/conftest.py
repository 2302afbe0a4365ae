"""The read side on a real Redis and on real databases, with a clock that tests move."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI  # type: ignore[attr-defined]  # re-exported without __all__
from sqlalchemy import Engine

from ranking_service.app import assemble
from ranking_service.assembly import Stores, make_projection
from ranking_service.boards import Boards, load_boards
from ranking_service.migrations import FOLDER, VERSION_TABLE
from ranking_service.projection import Projection
from ranking_service.settings import RankingSettings
from shared.database import make_engine
from shared.schema import migrate
from shared.store import Store
from tests.conftest import FakeClock
from tests.databases import copy_database, drop_database, run_postgres
from tests.documented import hold_to_description
from tests.integration.ranking.newsroom import Newsroom

EDITOR = {"Authorization": "Bearer editor-key"}
ZZ_EDITOR = {"Authorization": "Bearer zz-key"}
CMS = {"Authorization": "Bearer cms-key"}
API_KEYS = [
    {"name": "editor", "key": "editor-key", "scopes": ["moderate"]},
    {"name": "zz editor", "key": "zz-key", "scopes": ["moderate"], "channels": ["zz"]},
    {"name": "cms", "key": "cms-key", "scopes": ["cms", "clicks"]},
]

MakeProjection = Callable[..., Projection]
MakeNewsroom = Callable[..., Newsroom]

MakeService = Callable[..., "Service"]

_numbers = count()


@dataclass(frozen=True)
class Service:
    """The web app under test, beside a newsroom on the same stores."""

    app: OpenAPI
    client: FlaskClient
    newsroom: Newsroom
    engine: Engine
    clock: FakeClock

    def get(self, path: str) -> Any:
        """The JSON answer of a read that must succeed."""
        answer = self.client.get(f"/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json

    def ids(self, path: str) -> list[str]:
        """The articles of a board, first rank first."""
        return [entry["article_id"] for entry in self.get(path)["entries"]]

    def later(self, *, hours: float = 0, seconds: float = 1.1) -> None:
        """Let time pass, the cache of answers forget, and the workers do what is due."""
        self.clock.forward(hours=hours, seconds=seconds)
        self.newsroom.project()


def assemble_service(engine: Engine, store: Store, clock: FakeClock, **settings: Any) -> OpenAPI:
    """The app on the given stores."""
    values = {"secret_key": "a secret of the tests", "api_keys": API_KEYS} | settings
    app = assemble(RankingSettings.model_validate(values), store=store, engine=engine, clock=clock)
    hold_to_description(app)
    return app


@pytest.fixture(scope="session")
def boards() -> Boards:
    return load_boards()


@pytest.fixture
def make(store: Store, clock: FakeClock, boards: Boards) -> MakeProjection:
    """Makes projections on the test's Redis; keyword arguments override partitions, standings and most_events."""

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
def postgres_url() -> Iterator[str]:
    yield from run_postgres()


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


@pytest.fixture
def make_service(store: Store, clock: FakeClock, sqlite_engine: Engine, make_newsroom: MakeNewsroom) -> MakeService:
    """Makes services on the test's Redis; keyword arguments override partitions and engine."""

    def make_one(*, partitions: int = 4, engine: Engine = sqlite_engine) -> Service:
        app = assemble_service(engine, store, clock, partitions=partitions)
        newsroom = make_newsroom(partitions=partitions, engine=engine)
        newsroom.project()
        return Service(app, app.test_client(), newsroom, engine, clock)

    return make_one


@pytest.fixture
def service(make_service: MakeService) -> Service:
    """The service on four partitions and SQLite."""
    return make_service()
