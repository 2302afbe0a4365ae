"""Outages: while Redis is down or hangs, reads are a 503 with Retry-After, soon; freezes and overlays need SQL."""

import socket
import time
from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from shared.database import make_engine
from shared.store import Store, connect
from tests.conftest import FakeClock
from tests.integration.ranking.conftest import EDITOR, Service, assemble_service

NOBODY = "redis://127.0.0.1:1/0"
READS = [
    "/v1/rankings/all/total",
    "/v1/rankings/all",
    "/v1/rankings/all/total?at=2026-11-23T00:00:00Z",
    "/v1/rankings/all/total.atom",
    "/v1/rankings/all/total.csv",
    "/v1/articles/a/stats",
    "/v1/channels",
]


def is_refused_soon(request: Callable[[], TestResponse], code: str) -> None:
    started = time.monotonic()
    answer = request()
    seconds = time.monotonic() - started

    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (503, code)
    assert answer.headers["Retry-After"] == "1"
    assert seconds < 5, "half a second for the socket, a second try, and a machine that does other things"


@pytest.mark.parametrize("path", READS)
def test_reads_are_refused_while_redis_is_down(sqlite_engine: Engine, clock: FakeClock, path: str) -> None:
    client = assemble_service(sqlite_engine, connect(NOBODY), clock).test_client()

    is_refused_soon(lambda: client.get(path), "boards_unavailable")


def test_reads_are_refused_while_redis_hangs(sqlite_engine: Engine, clock: FakeClock) -> None:
    """A server that takes the connection and says nothing is worse than one that refuses it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = connect(f"redis://127.0.0.1:{silent.getsockname()[1]}")
        client = assemble_service(sqlite_engine, store, clock).test_client()

        is_refused_soon(lambda: client.get("/v1/rankings/all/total"), "boards_unavailable")


def test_marks_are_refused_while_redis_is_down(sqlite_engine: Engine, clock: FakeClock) -> None:
    client = assemble_service(sqlite_engine, connect(NOBODY), clock).test_client()

    is_refused_soon(lambda: client.put("/v1/rankings/all/total/pins/a", headers=EDITOR), "boards_unavailable")


def test_marks_and_freezes_are_refused_while_the_database_is_down(store: Store, clock: FakeClock) -> None:
    engine = make_engine("postgresql://nobody@127.0.0.1:1/nothing")
    client = assemble_service(engine, store, clock).test_client()

    for request in (
        lambda: client.get("/v1/rankings/all/total?at=2026-11-23T00:00:00Z"),
        lambda: client.put("/v1/rankings/all/total/greatest-age", json={"hours": 1}, headers=EDITOR),
    ):
        is_refused_soon(request, "database_unavailable")
    assert client.get("/v1/rankings/all/total").status_code == 200


def test_readiness_tells_which_store_is_down(sqlite_engine: Engine, clock: FakeClock) -> None:
    client = assemble_service(sqlite_engine, connect(NOBODY), clock).test_client()

    is_refused_soon(lambda: client.get("/readyz"), "not_ready")

    assert "event log cannot be reached" in client.get("/readyz").get_json()["detail"]
    assert client.get("/healthz").status_code == 200


def test_readiness_refuses_another_number_of_partitions(service: Service, store: Store) -> None:
    assert service.client.get("/readyz").status_code == 200

    other = assemble_service(service.engine, store, service.clock, partitions=8).test_client()

    answer = other.get("/readyz").get_json()
    assert answer["status"] == 503
    assert answer["detail"] == "PARTITIONS is 8 here, but this log was begun with 4."


def test_without_redis_there_are_metrics_but_no_lag(sqlite_engine: Engine, clock: FakeClock) -> None:
    metrics = assemble_service(sqlite_engine, connect(NOBODY), clock).test_client().get("/metrics").text

    assert "redian_http_requests" in metrics
    assert "redian_projection_lag_events" not in metrics
