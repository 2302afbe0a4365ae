"""Reads over four partitions: the exact merge, in the boards' order, equals brute force."""

import random
from itertools import product
from typing import Any

import pytest

from ranking_service.boards import Metric
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.ranking.conftest import MakeNewsroom, MakeService, Service
from tests.integration.ranking.oracle import Oracle

CHANNELS = ("zz", "xm", "fj")
NAMES = [f"{prefix}{n}" for prefix, n in product(("a", "B", "_", "~"), range(15))]


@pytest.fixture
def crowd(service: Service) -> tuple[Service, Oracle]:
    """Sixty articles with few different counts, so that many tie, and what an oracle knows of them."""
    random.seed(7)
    oracle, newsroom = Oracle(), service.newsroom
    for name in NAMES:
        channels = tuple(random.sample(CHANNELS, random.randint(1, 2)))
        newsroom.publish(name, *channels)
        oracle.live[name] = channels
        for hours in random.choices([0, 0, 5, 23, 24, 71, 100, 300], k=2):
            times = random.randint(1, 2)
            newsroom.click(name, times, hours_ago=hours)
            oracle.facts[name, newsroom.clock() - hours * 3_600_000, Metric.CLICKS] += times
        if random.random() < 0.5:
            newsroom.comment(name)
            oracle.facts[name, newsroom.clock(), Metric.COMMENTS] += 1
    newsroom.project()
    return service, oracle


def ranked(scores: dict[str, float]) -> list[tuple[str, float]]:
    """Score descending, then id descending by its bytes."""
    return sorted(scores.items(), key=lambda pair: (pair[1], pair[0].encode()), reverse=True)


def lines(answer: dict[str, Any]) -> list[tuple[str, float]]:
    return [(entry["article_id"], entry["score"]) for entry in answer["entries"]]


def test_every_board_equals_brute_force_ties_too(crowd: tuple[Service, Oracle]) -> None:
    service, oracle = crowd
    for channel in ("all", *CHANNELS):
        for board, metric in product(("total", "daily", "three-day", "weekly", "monthly"), ("clicks", "comments")):
            expected = oracle.board(service.newsroom.ranking(board).board, Metric(metric), channel, service.clock())

            found = service.get(f"/rankings/{channel}/{board}?metric={metric}&limit=100")

            assert lines(found) == ranked(expected), (channel, board, metric)
            assert [entry["rank"] for entry in found["entries"]] == list(range(1, len(expected) + 1))


def test_hot_equals_brute_force(crowd: tuple[Service, Oracle]) -> None:
    service, oracle = crowd
    expected = oracle.board(service.newsroom.ranking("hot").board, Metric.MIXED, "zz", service.clock())

    found = service.get("/rankings/zz/hot?limit=100")

    assert dict(lines(found)) == pytest.approx(expected, rel=1e-5)
    assert found["metric"] is None


def test_hot_merges_partitions_that_have_different_landmarks(
    make_newsroom: MakeNewsroom, make_service: MakeService
) -> None:
    """Each partition began at another time, so the same score is stored as another number."""
    newsroom = make_newsroom(partitions=4)
    for partition in range(4):
        newsroom.projection.project(partition)
        newsroom.clock.forward(hours=7)
    service = make_service()
    for n in range(20):
        service.newsroom.publish(f"a{n}")
        service.newsroom.click(f"a{n}", 20 - n)
    service.newsroom.project()

    found = service.get("/rankings/all/hot?limit=100")

    assert len({service.newsroom.position(p).landmarks["hot"] for p in range(4)}) == 4
    assert lines(found) == [(f"a{n}", 20 - n) for n in range(20)]


def test_pages_follow_each_other_without_gap_or_repeat(crowd: tuple[Service, Oracle]) -> None:
    service, oracle = crowd
    expected = ranked(oracle.board(service.newsroom.ranking("total").board, Metric.CLICKS, "all", service.clock()))

    pages = [service.get(f"/rankings/all/total?limit=7&offset={offset}") for offset in range(0, 70, 7)]

    assert [line for page in pages for line in lines(page)] == expected
    assert pages[1]["entries"][0]["rank"] == 8
    assert pages[-1]["entries"] == []


def test_the_box_is_every_board_in_one_answer(crowd: tuple[Service, Oracle]) -> None:
    service, _ = crowd

    box = service.get("/rankings/zz?limit=5")

    names = [(board["board"], board["metric"]) for board in box["boards"]]
    windows = ("total", "daily", "three-day", "weekly", "monthly")
    assert names == [*product(windows, ("clicks", "comments")), ("hot", None)]
    for board in box["boards"]:
        metric = f"&metric={board['metric']}" if board["metric"] else ""
        assert board == service.get(f"/rankings/zz/{board['board']}?limit=5{metric}")


@pytest.mark.parametrize("metric", ["clicks", "comments"])
def test_the_box_of_one_metric_keeps_hot(crowd: tuple[Service, Oracle], metric: str) -> None:
    service, _ = crowd

    box = service.get(f"/rankings/all?metric={metric}")

    assert {board["metric"] for board in box["boards"]} == {metric, None}
    assert len(box["boards"]) == 6


def test_click_is_another_name_of_total(crowd: tuple[Service, Oracle]) -> None:
    service, _ = crowd

    assert service.get("/rankings/zz/click") == service.get("/rankings/zz/total")


def test_an_answer_says_its_window_and_its_newest_event(service: Service) -> None:
    service.newsroom.publish("a")
    service.newsroom.click("a", hours_ago=0.1)
    service.newsroom.click("a", hours_ago=30)
    service.newsroom.project()

    total, three_day = service.get("/rankings/all/total"), service.get("/rankings/all/three-day")

    assert total["window"] == {"from": None, "to": "2026-11-23T13:00:00.000Z"}
    assert three_day["window"] == {"from": "2026-11-20T13:00:00.000Z", "to": "2026-11-23T13:00:00.000Z"}
    assert total["as_of"] == three_day["as_of"] == "2026-11-23T12:14:00.000Z"


def test_an_empty_system_answers_an_empty_board(service: Service) -> None:
    board = service.get("/rankings/all/total")

    assert (board["as_of"], board["entries"]) == (None, [])
    assert service.get("/channels")["channels"][0]["articles"] == 0


def test_stats_equal_brute_force(crowd: tuple[Service, Oracle], clock: FakeClock) -> None:
    service, oracle = crowd
    for name in NAMES[::7]:
        stats = service.get(f"/articles/{name}/stats")

        assert stats["channels"] == list(oracle.live[name])
        for board in service.newsroom.boards:
            for metric in board.metrics:
                scores = oracle.board(board, metric, "all", clock())
                assert stats["counts"][board.name][metric] == pytest.approx(scores.get(name, 0), rel=1e-5)
        assert stats["ranks"] == expected_ranks(service, oracle, name)


def expected_ranks(service: Service, oracle: Oracle, name: str) -> list[dict[str, Any]]:
    """Where the API's own boards have the article."""
    found = []
    for channel in ("all", *oracle.live[name]):
        for ranking in service.newsroom.boards.rankings:
            metric = None if ranking.metric is Metric.MIXED else ranking.metric.value
            query = f"&metric={metric}" if metric else ""
            entries = service.get(f"/rankings/{channel}/{ranking.board.name}?limit=100{query}")["entries"]
            place = {"channel": channel, "board": ranking.board.name, "metric": metric}
            found += [
                place | {"rank": entry["rank"], "score": entry["score"]}
                for entry in entries
                if entry["article_id"] == name
            ]
    return found


def test_the_series_has_the_last_72_slots(service: Service) -> None:
    newsroom = service.newsroom
    newsroom.publish("a")
    for hours in (0, 1, 71, 72):
        newsroom.click("a", hours + 1, hours_ago=hours)
    newsroom.comment("a", hours_ago=1)
    newsroom.project()

    series = service.get("/articles/a/stats")["series"]

    assert len(series) == 72
    assert series[0] == {"slot": "2026-11-20T13:00:00.000Z", "clicks": 72, "comments": 0}
    assert series[-2:] == [
        {"slot": "2026-11-23T11:00:00.000Z", "clicks": 2, "comments": 1},
        {"slot": "2026-11-23T12:00:00.000Z", "clicks": 1, "comments": 0},
    ]
    assert sum(slot["clicks"] for slot in series) == 75


def test_channels_say_their_live_articles_and_boards(service: Service) -> None:
    for name, channels in {"a": ["zz", "fj"], "b": ["zz"], "c": ["xm"]}.items():
        service.newsroom.publish(name, *channels)
    service.newsroom.project()
    service.newsroom.withdraw("c")
    service.newsroom.project()

    channels = service.get("/channels")["channels"]

    assert [(each["channel"], each["articles"]) for each in channels] == [("all", 2), ("fj", 1), ("xm", 0), ("zz", 2)]
    hot = channels[0]["boards"][-1]
    assert hot == {
        "board": "hot",
        "zh": "热度",
        "en": "Hot",
        "slots": None,
        "half_life_hours": 24,
        "metrics": [],
    }


def test_a_stopped_worker_shows_in_as_of(service: Service, store: Store) -> None:
    service.newsroom.publish("a")
    service.newsroom.click("a")
    service.newsroom.project()
    before = service.get("/rankings/all/total")["as_of"]

    service.clock.forward(minutes=10)
    service.newsroom.click("a")

    assert store.exists("log:{0}", "log:{1}", "log:{2}", "log:{3}")
    assert service.get("/rankings/all/total")["as_of"] == before
