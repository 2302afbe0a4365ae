"""The worker: a nudge projects one partition, a tick does the chores, and an outage ends neither."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from sqlalchemy import Engine

from ranking_service.settings import RankingSettings
from ranking_service.worker import make_worker
from shared.bus import PROJECT, TICK
from shared.clock import system_clock
from shared.partitions import tagged
from shared.store import Store
from tests.integration.ranking.conftest import MakeNewsroom

ROOT = Path(__file__).resolve().parents[3]
NOBODY = "redis://127.0.0.1:1/0"


def worker(engine: Engine, redis_url: str, partitions: int = 2) -> Celery:
    values: dict[str, Any] = {
        "secret_key": "a secret of the tests",
        "redis_url": redis_url,
        "broker_url": "memory://",
        "database_url": engine.url.render_as_string(),
        "partitions": partitions,
    }
    return make_worker(RankingSettings.model_validate(values))


def test_a_nudge_projects_its_partition_alone(
    make_newsroom: MakeNewsroom, sqlite_engine: Engine, redis_url: str
) -> None:
    newsroom = make_newsroom(partitions=2)
    newsroom.clock.now_ms = system_clock()
    for name in "abcd":
        newsroom.publish(name)
        newsroom.click(name)
    mine = {name for name in "abcd" if newsroom.projection.log.partition_of(name) == 1}
    tasks = worker(sqlite_engine, redis_url).tasks

    tasks[PROJECT](1)
    assert newsroom.scores("total").keys() == mine
    tasks[PROJECT](0)

    assert newsroom.scores("total").keys() == set("abcd")


def test_a_tick_nudges_and_archives(
    make_newsroom: MakeNewsroom, sqlite_engine: Engine, redis_url: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    nudged: list[int] = []
    monkeypatch.setattr("ranking_service.worker.publish_nudge", lambda _, partition: nudged.append(partition))
    newsroom = make_newsroom(partitions=2)
    newsroom.clock.now_ms = system_clock()
    tasks = worker(sqlite_engine, redis_url).tasks

    tasks[TICK]()
    assert nudged == [0, 1]
    for partition in nudged:
        tasks[PROJECT](partition)
    tasks[TICK]()

    assert nudged == [0, 1]
    assert all(newsroom.position(p).archived == newsroom.position(p).hour for p in (0, 1))
    assert store.exists("merged")


def test_a_tick_leaves_a_log_of_other_partitions_alone(sqlite_engine: Engine, redis_url: str, store: Store) -> None:
    store.set("partitions", 8)

    worker(sqlite_engine, redis_url).tasks[TICK]()

    assert store.keys() == [b"partitions"]


def test_an_outage_ends_no_task(sqlite_engine: Engine) -> None:
    tasks = worker(sqlite_engine, NOBODY).tasks

    tasks[TICK]()
    tasks[PROJECT](0)


def test_the_worker_takes_nudges_and_ticks_from_one_queue(sqlite_engine: Engine, redis_url: str) -> None:
    (queue,) = worker(sqlite_engine, redis_url).conf.task_queues

    assert queue.name == "ranking"
    assert {each.routing_key for each in queue.bindings} == {"log.*", "tick"}


def test_a_worker_projects_what_it_finds_though_a_nudge_went_to_nobody(
    make_newsroom: MakeNewsroom, sqlite_engine: Engine, redis_url: str, store: Store
) -> None:
    newsroom = make_newsroom()
    newsroom.clock.now_ms = system_clock()
    newsroom.publish("a")
    newsroom.click("a")
    assert newsroom.projection.log.claim_nudge(0), "nobody is nudged again for five seconds"
    environ = os.environ | {
        "SECRET_KEY": "a secret of the tests",
        "REDIS_URL": redis_url,
        "BROKER_URL": f"redis+socket://{redis_url[7:].partition('?')[0]}",
        "DATABASE_URL": sqlite_engine.url.render_as_string(),
    }

    with subprocess.Popen([sys.executable, "-m", "ranking_service.worker"], cwd=ROOT, env=environ) as process:
        deadline = time.monotonic() + 30
        while not newsroom.scores("total") and time.monotonic() < deadline:
            time.sleep(0.05)
        process.terminate()
        process.wait(30)

    assert newsroom.scores("total") == {"a": 1}
    assert store.xlen(tagged("log", 0)) == 2
