"""The operators' commands: verify names what is wrong, rebuild heals it, lag tells what is missing."""

import json
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import Engine

from ranking_service import keys
from ranking_service.assembly import Stores, make_archive
from ranking_service.boards import Metric
from shared.database import make_engine
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.ranking.conftest import MakeService, Service, assemble_service


@pytest.fixture
def filled(make_service: MakeService) -> Service:
    service = make_service(partitions=1)
    for number, name in enumerate("abc", start=1):
        service.newsroom.publish(name, "zz")
        service.newsroom.click(name, number)
        service.newsroom.comment(name)
    service.newsroom.project()
    return service


def run(service: Service, *args: str) -> Result:
    return service.app.test_cli_runner().invoke(args=list(args))


def test_verify_finds_nothing_wrong_with_exact_boards(filled: Service) -> None:
    result = run(filled, "verify")

    assert result.exit_code == 0, result.output
    assert result.output.startswith("partition 0: ")
    assert result.output.endswith(" 0 differences\n")


@pytest.mark.parametrize(
    ("board", "metric", "channel", "by"),
    [
        ("total", Metric.CLICKS, "all", 1),
        ("daily", Metric.COMMENTS, "zz", -1),
        ("hot", Metric.MIXED, "zz", 0.01),
    ],
)
def test_verify_names_a_tampered_score_and_rebuild_heals_it(
    filled: Service, store: Store, board: str, metric: Metric, channel: str, by: float
) -> None:
    ranking = filled.newsroom.ranking(board, metric)
    exact = filled.newsroom.everything()
    store.zincrby(keys.board(0, channel, ranking), by, "b")

    result = run(filled, "verify")

    assert result.exit_code == 1
    named, summary = result.output.splitlines()
    assert named.startswith(f"partition 0, {channel}/{board}/{metric}: b has ")
    assert summary.endswith(" 1 differences")

    healed = run(filled, "rebuild")
    assert healed.exit_code == 0, healed.output
    assert filled.newsroom.everything() == {name: pytest.approx(scores) for name, scores in exact.items()}
    assert run(filled, "verify").exit_code == 0


def test_verify_names_who_should_not_be_there_and_who_is_missing(filled: Service, store: Store) -> None:
    store.zadd(keys.board(0, "zz", filled.newsroom.ranking("total")), {"ghost": 3})
    store.zrem(keys.board(0, "zz", filled.newsroom.ranking("weekly")), "c")

    lines = run(filled, "verify").output.splitlines()

    assert "partition 0, zz/total/clicks: ghost has 3, the ledger says 0" in lines
    assert "partition 0, zz/weekly/clicks: c has 0, the ledger says 3" in lines


def test_a_verification_that_ends_lets_the_workers_go_on(filled: Service, store: Store) -> None:
    run(filled, "verify")

    assert not store.exists(keys.hold(0))


def test_verify_passes_over_a_partition_that_was_never_begun(
    sqlite_engine: Engine, store: Store, clock: FakeClock
) -> None:
    result = assemble_service(sqlite_engine, store, clock).test_cli_runner().invoke(args=["verify"])

    assert (result.exit_code, result.output) == (0, "partition 0: not begun yet\n")


def test_rebuild_fills_an_empty_redis_from_the_archive(filled: Service, store: Store, clock: FakeClock) -> None:
    archive = make_archive(Stores(store, filled.engine, clock, 1), filled.newsroom.boards)
    assert archive is not None
    assert archive.write(0, filled.newsroom.position())
    before = filled.newsroom.scores("total", "zz")
    store.flushall()

    result = run(filled, "rebuild")

    assert result.exit_code == 0, result.output
    assert "beginning from the archive" in result.output
    assert filled.newsroom.scores("total", "zz") == before
    assert run(filled, "verify").exit_code == 0


def test_lag_tells_the_events_that_are_not_yet_on_the_boards(filled: Service) -> None:
    filled.newsroom.click("a", 4)

    assert run(filled, "lag").output == "partition 0: lag 4, projected 12, newest 2026-11-23T12:20:00.000Z\n"
    assert json.loads(run(filled, "lag", "--json").output) == [
        {
            "partition": 0,
            "lag": 4,
            "projected": 12,
            "newest": "2026-11-23T12:20:00.000Z",
            "dead_letters": 0,
            "waiting_since": filled.newsroom.clock.now_ms,
        }
    ]

    filled.newsroom.project()
    assert run(filled, "lag").output.startswith("partition 0: lag 0, projected 16,")


def test_migrate_makes_the_tables_and_may_be_repeated(store: Store, clock: FakeClock, tmp_path: Any) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/new.db")
    app = assemble_service(engine, store, clock)

    results = [app.test_cli_runner().invoke(args=["migrate"]) for _ in range(2)]

    assert [result.exit_code for result in results] == [0, 0]
    assert app.test_cli_runner().invoke(args=["audit"]).output == ""
    engine.dispose()
