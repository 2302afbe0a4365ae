"""The write side on a real Redis and on real databases, each test with its own."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI  # type: ignore[attr-defined]  # re-exported without __all__
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from comments_service.accounts.passwords import Passwords
from comments_service.app import assemble
from comments_service.database import Database
from comments_service.outbox import Outbox
from comments_service.schema import migrate
from comments_service.settings import CommentsSettings
from shared.database import make_engine
from shared.errors import unavailable
from shared.event_log import START, EventLog
from shared.events import Event
from shared.store import Store
from tests.conftest import FakeClock
from tests.databases import copy_database, drop_database, run_postgres
from tests.documented import hold_to_description
from tests.marks import wait_for_marks

CMS = {"Authorization": "Bearer cms-key"}
MODERATOR = {"Authorization": "Bearer moderator-key"}
FJ_MODERATOR = {"Authorization": "Bearer fj-key"}
CLICKS = {"Authorization": "Bearer clicks-key"}
API_KEYS = [
    {"name": "cms", "key": "cms-key", "scopes": ["cms"]},
    {"name": "小编", "key": "moderator-key", "scopes": ["moderate"]},
    {"name": "福建小编", "key": "fj-key", "scopes": ["moderate"], "channels": ["fj"]},
    {"name": "server", "key": "clicks-key", "scopes": ["clicks"]},
    {"name": "other server", "key": "other-key", "scopes": ["clicks"]},
]
ARTICLE: dict[str, Any] = {
    "title": "漳州古城的灯会",
    "url": "https://portal.example/zz/1",
    "channels": ["zz", "fj"],
    "published_at": "2026-11-23T09:12:00+08:00",
}
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}

_numbers = count()


@dataclass(frozen=True)
class Service:
    """The service under test and the stores beneath it."""

    app: OpenAPI
    client: FlaskClient
    database: Database
    log: EventLog
    outbox: Outbox
    clock: FakeClock

    def put(self, article_id: str, **changes: Any) -> TestResponse:
        return self.client.put(f"/v1/articles/{article_id}", json=ARTICLE | changes, headers=CMS)

    def click(self, article_id: str, **headers: str) -> TestResponse:
        return self.client.post("/v1/clicks", json={"article_id": article_id}, headers=BROWSER | headers)

    def comment(self, article_id: str, text: str = "写得好", **fields: Any) -> TestResponse:
        return self.client.post(f"/v1/articles/{article_id}/comments", json={"text": text} | fields)

    def decide(self, action: str, *comment_ids: str, **fields: str | None) -> dict[str, Any]:
        """The answer to one decision on each of these comments."""
        wanted = [{"comment_id": each, "action": action, **fields} for each in comment_ids]
        answer = self.client.post("/v1/moderation/decisions", json={"decisions": wanted}, headers=MODERATOR)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json  # type: ignore[assignment]  # a 200 has a body
        return body

    def get(self, path: str, **headers: str) -> dict[str, Any]:
        """The answer to a read that must succeed; the moderator's key goes along where moderators read."""
        key = MODERATOR if path.startswith("/v1/moderation") and "Authorization" not in headers else {}
        answer = self.client.get(path, headers=key | headers)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json  # type: ignore[assignment]  # a 200 has a body
        return body

    def events(self) -> list[Event]:
        """Every event in the log, partition by partition."""
        slices = (self.log.read(partition, START) for partition in range(self.log.partitions))
        return [event for piece in slices if piece for event in piece.events]


def unreachable(*_: Any, **__: Any) -> None:
    """Stands for a call of a store that is down."""
    raise unavailable("log", "down")


def contents(store: Store) -> bytes:
    """Every key and value of a Redis, one after the other."""
    read: dict[bytes, Callable[[bytes], object]] = {
        b"string": store.get,
        b"hash": store.hgetall,
        b"set": store.smembers,
        b"stream": store.xrange,
    }
    return repr([(key, read[store.type(key)](key)) for key in store.scan_iter()]).encode()


def make_service(engine: Engine, store: Store, clock: FakeClock, **settings: Any) -> Service:
    values = {"secret_key": "a secret of the tests", "api_keys": API_KEYS, "partitions": 4, "rate_limits": "off"}
    values |= settings
    parsed = CommentsSettings.model_validate(values)
    app = assemble(parsed, store=store, engine=engine, clock=clock)
    hold_to_description(app)
    database = Database(engine)
    log = EventLog(store, clock, partitions=parsed.partitions, visit_interval_ms=parsed.visit_interval_ms)
    return Service(app, app.test_client(), database, log, Outbox(database, log, clock), clock)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    yield from run_postgres()


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    url = copy_database(postgres_url, "comments_template", "template1")
    engine = make_engine(url)
    migrate(engine)
    engine.dispose()
    return "comments_template"


@pytest.fixture
def sqlite_engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    path = shutil.copy(sqlite_template, tmp_path / "comments.db")
    engine = make_engine(f"sqlite:///{path}")
    yield engine
    wait_for_marks()
    engine.dispose()


@pytest.fixture
def postgres_engine(postgres_url: str, postgres_template: str) -> Iterator[Engine]:
    name = f"comments_{next(_numbers)}"
    engine = make_engine(copy_database(postgres_url, name, postgres_template))
    yield engine
    wait_for_marks()
    engine.dispose()
    drop_database(postgres_url, name)


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each database that the service runs on."""
    chosen: Engine = request.getfixturevalue(f"{request.param}_engine")
    return chosen


@pytest.fixture
def make_service_here(engine: Engine, store: Store, clock: FakeClock) -> Callable[..., Service]:
    """Makes the service on each database; keyword arguments are settings."""
    return partial(make_service, engine, store, clock)


@pytest.fixture
def service(engine: Engine, store: Store, clock: FakeClock) -> Service:
    """The service on each database."""
    return make_service(engine, store, clock)


@pytest.fixture
def sqlite_service(sqlite_engine: Engine, store: Store, clock: FakeClock) -> Service:
    """The service on SQLite, for what no database has a part in."""
    return make_service(sqlite_engine, store, clock)


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 as in production takes an eighth of a second each time."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("comments_service.assembly.desk.Passwords", lambda: Passwords(hasher))
