"""Landmarks move before a double is full; the order and the scores of now stay as they are."""

from pathlib import Path

import pytest

from ranking_service.boards import Boards, load_boards
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.ranking.conftest import MakeNewsroom, MakeProjection
from tests.integration.ranking.interruptions import StoppedError, stop_after
from tests.integration.ranking.newsroom import Newsroom

FAST = """
[boards.hourly]
zh = "一小时"
en = "Hour"
slots = 1

[boards.fast]
zh = "快"
en = "Fast"
half_life_hours = 1
"""


@pytest.fixture
def fast_boards(tmp_path: Path) -> Boards:
    (tmp_path / "boards.toml").write_text(FAST, "utf-8")
    return load_boards(tmp_path / "boards.toml")


@pytest.fixture
def aged(make_newsroom: MakeNewsroom, fast_boards: Boards, clock: FakeClock) -> Newsroom:
    """A board whose landmark is 400 half-lives old, with fresh scores and one that is as old as the landmark."""
    newsroom = make_newsroom(of=fast_boards)
    newsroom.project()
    newsroom.publish("ancient")
    newsroom.click("ancient", 7)
    newsroom.project()
    clock.forward(hours=400)
    newsroom.publish("gone")
    newsroom.withdraw("gone")
    for number, name in enumerate(["a", "b", "c", "gone"], start=1):
        newsroom.publish(name) if name != "gone" else None
        newsroom.click(name, number, hours_ago=number / 7)
        newsroom.comment(name, hours_ago=number / 3)
    newsroom.project()
    return newsroom


def test_a_move_changes_neither_order_nor_scores(aged: Newsroom, clock: FakeClock, store: Store) -> None:
    before = aged.position().landmarks["fast"]
    scores, hidden = aged.scores("fast"), aged.scores("fast", "~withdrawn")
    clock.forward(seconds=1)

    aged.project()

    a_second = 2 ** (-1 / 3_600)
    expected = {name: score * a_second for name, score in scores.items()}
    assert aged.position().landmarks["fast"] == clock() > before
    assert aged.scores("fast") == pytest.approx(expected, rel=1e-9)
    assert list(aged.scores("fast")) == list(scores)
    assert aged.scores("fast", "~withdrawn") == pytest.approx({"gone": hidden["gone"] * a_second}, rel=1e-9)
    assert aged.differences() == []
    keys = list(store.scan_iter(match="board:*"))
    assert all(b":aside-" not in key and store.ttl(key) == -1 for key in keys)


def test_events_after_a_move_add_to_those_before(aged: Newsroom, clock: FakeClock) -> None:
    clock.forward(seconds=1)
    aged.project()
    before = aged.scores("fast")

    aged.click("a", 3)
    aged.click("a", 2, hours_ago=2)
    aged.project()

    assert aged.scores("fast") == pytest.approx(before | {"a": before["a"] + 3 + 0.5}, rel=1e-9)
    assert aged.differences() == []


def test_an_interrupted_move_leaves_no_trace(
    aged: Newsroom, clock: FakeClock, store: Store, make: MakeProjection, fast_boards: Boards
) -> None:
    clock.forward(seconds=1)
    boards, landmark = aged.everything(), aged.position().landmarks
    stop_after(aged.projection, writes=0)

    with pytest.raises(StoppedError):
        aged.project()

    asides = list(store.scan_iter(match="*:aside-*"))
    assert asides
    assert all(0 < store.pttl(key) <= 3_600_000 for key in asides)
    assert (aged.everything(), aged.position().landmarks) == (boards, landmark)
    aged.projection = make(of=fast_boards)
    aged.project()
    assert aged.position().landmarks != landmark
    assert aged.differences() == []


def test_a_worker_that_slept_for_thousands_of_half_lives_wakes(aged: Newsroom, clock: FakeClock) -> None:
    """What is left of the old scores is less than the smallest number there is: they leave the board."""
    position = aged.position()
    aged.store.hset("position:{0}", "hour", position.hour + 2_990)
    clock.forward(hours=3_000)
    aged.click("a", 2)

    aged.project()

    assert aged.scores("fast") == {"a": 2}
    assert aged.differences() == []
