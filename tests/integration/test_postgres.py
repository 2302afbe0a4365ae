"""A PostgreSQL that says nothing: its silence is an outage in time, and afterwards it is used as before."""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from services.embedded.ports import LOOPBACK, free_port
from shared.database import make_engine, reading
from shared.errors import RedianError
from shared.postgres import REST_SECONDS
from tests.databases import run_postgres

ANSWER_SECONDS = 0.5


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    yield from run_postgres()


def test_a_backend_that_is_paused_is_an_outage_in_time(url: str) -> None:
    engine = make_engine(url, ANSWER_SECONDS)
    with reading(engine) as connection:
        backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    os.kill(backend, signal.SIGSTOP)

    try:
        began = time.monotonic()
        # The check before use finds the silent connection, and a new one takes its place.
        with reading(engine) as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
        assert time.monotonic() - began < ANSWER_SECONDS + 2
    finally:
        os.kill(backend, signal.SIGCONT)
        engine.dispose()


def test_an_answer_that_never_comes_is_an_outage_in_time(url: str) -> None:
    engine = make_engine(url, ANSWER_SECONDS)

    began = time.monotonic()
    with pytest.raises(RedianError) as outage, reading(engine) as connection:
        connection.exec_driver_sql("SELECT pg_sleep(30)")

    assert outage.value.code == "database_unavailable"
    assert time.monotonic() - began < ANSWER_SECONDS + 2
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    engine.dispose()


def test_without_a_bound_an_answer_may_take_its_time(url: str) -> None:
    engine = make_engine(url)

    with reading(engine) as connection:
        connection.exec_driver_sql(f"SELECT pg_sleep({2 * ANSWER_SECONDS})")

    engine.dispose()


def test_a_server_that_refused_is_not_asked_again_at_once() -> None:
    engine = make_engine(f"postgresql://nobody@{LOOPBACK}:{free_port()}/nothing", ANSWER_SECONDS)

    details = []
    for _ in range(2):
        with pytest.raises(RedianError) as outage, reading(engine):
            pass
        details.append(str(outage.value.__cause__))

    assert "a moment ago" not in details[0]
    assert "a moment ago" in details[1]
    deadline = time.monotonic() + REST_SECONDS + 2
    while "a moment ago" in details[-1]:
        assert time.monotonic() < deadline
        with pytest.raises(RedianError) as outage, reading(engine):
            pass
        details.append(str(outage.value.__cause__))
