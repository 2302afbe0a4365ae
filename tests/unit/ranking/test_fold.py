"""The fold: the same events, in whatever order and groups, are the same sums."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking_service.boards import Boards, Metric, load_boards
from ranking_service.fold import Fold, fold
from shared.clock import HOUR_MS, MINUTE_MS
from shared.events import (
    ArticleClicked,
    ArticlePublished,
    ArticleWithdrawn,
    CommentPublished,
    CommentRemoved,
    CommentVoted,
    Event,
)

BOARDS = load_boards()
HALF_LIFE_MS = 24 * HOUR_MS

article_ids = st.sampled_from("abc")
times = st.integers(0, 5 * HOUR_MS)
events = st.one_of(
    st.builds(ArticleClicked, article_ids, times, st.integers(1, 5)),
    st.builds(CommentPublished, st.just("e"), article_ids, times, st.just("c")),
    st.builds(CommentRemoved, st.just("e"), article_ids, times, st.just("c"), times),
    st.builds(ArticleWithdrawn, st.just("e"), article_ids, times, st.integers(1, 9)),
)


def sums(folds: list[Fold], boards: Boards = BOARDS) -> tuple[object, ...]:
    """The sums of several folds together, without what cancelled out."""
    clicks, comments, heat = Counter[object](), Counter[object](), Counter[object]()
    changes: dict[str, int] = {}
    for each in folds:
        clicks.update(each.clicks)
        comments.update(each.comments)
        for cell, value in each.heats["hot"].items():
            heat[cell] += value  # type: ignore[assignment]  # a float in a Counter
        for article_id, change in each.changes.items():
            changes[article_id] = max(changes.get(article_id, 0), change.revision)
    assert boards.find("hot")
    rounded = {cell: round(value, 6) for cell, value in heat.items() if abs(value) > 1e-6}
    without_zeros = [{cell: n for cell, n in each.items() if n} for each in (clicks, comments)]
    return *without_zeros, rounded, changes, sum(each.events for each in folds)


@given(st.lists(events, max_size=30), st.randoms(use_true_random=False), st.integers(1, 30))
def test_any_order_and_any_grouping_are_the_same_sums(happened: list[Event], random: object, size: int) -> None:
    shuffled = list(happened)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    groups = [shuffled[first : first + size] for first in range(0, len(shuffled), size)]

    assert sums([fold(group, BOARDS) for group in groups]) == sums([fold(happened, BOARDS)])


def test_a_run_of_clicks_is_so_many_clicks() -> None:
    one_by_one = fold([ArticleClicked("a", 90 * MINUTE_MS)] * 40, BOARDS)

    at_once = fold([ArticleClicked("a", 90 * MINUTE_MS, 40)], BOARDS)

    assert at_once == one_by_one
    assert at_once.clicks == {("a", 1): 40}
    assert at_once.events == 40


def test_heat_is_weight_times_two_to_the_time_since_the_slots_start() -> None:
    folded = fold(
        [ArticleClicked("a", HOUR_MS + 15 * MINUTE_MS, 3), CommentPublished("e", "a", HOUR_MS + 45 * MINUTE_MS, "c")],
        BOARDS,
    )

    expected = 3 * 1 * 2 ** (15 * MINUTE_MS / HALF_LIFE_MS) + 10 * 2 ** (45 * MINUTE_MS / HALF_LIFE_MS)
    assert folded.heats == {"hot": {("a", 1): pytest.approx(expected, rel=1e-12)}}


def test_a_removed_comment_is_uncounted_in_the_slot_of_its_publication() -> None:
    folded = fold([CommentRemoved("e", "a", 9 * HOUR_MS, "c", 2 * HOUR_MS)], BOARDS)

    assert folded.counts(Metric.COMMENTS) == {("a", 2): -1}
    assert folded.heats["hot"] == {("a", 2): -10}
    assert folded.newest == 0


def test_the_highest_revision_wins_in_any_order() -> None:
    first = ArticlePublished("1", "a", 5, 1, "t", "u", ["zz"], 5)
    second = ArticleWithdrawn("2", "a", 4, 2)

    assert fold([first, second], BOARDS).changes == fold([second, first], BOARDS).changes == {"a": second}


def test_the_newest_event_is_a_click_or_a_comment() -> None:
    folded = fold(
        [ArticleClicked("a", 70), CommentPublished("e", "b", 90, "c"), ArticleWithdrawn("w", "c", 100, 1)], BOARDS
    )

    assert folded.newest == 90
    assert folded.slots() == {"a": [0], "b": [0]}


def test_votes_count_nothing_here() -> None:
    folded = fold([CommentVoted("e", "a", 5, "c", 1, 0)], BOARDS)

    assert (folded.clicks, folded.comments, folded.heats, folded.events) == ({}, {}, {"hot": {}}, 1)
