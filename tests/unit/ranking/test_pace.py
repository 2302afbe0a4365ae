"""The pace: chunks follow what the chunks before them took, within bounds."""

from collections.abc import Mapping

import pytest

from ranking_service.articles import Article
from ranking_service.pace import AIM_SECONDS, FEWEST_STANDINGS, FIRST_STANDINGS, MOST_STANDINGS, Pace


def articles(count: int, *channels: str) -> Mapping[str, Article]:
    return {f"a{n}": Article(revision=1, live=True, channels=channels) for n in range(count)}


def test_a_part_ends_with_the_article_that_fills_it() -> None:
    parts = [len(part) for part in Pace(6).parts(articles(7, "zz"))]

    assert parts == [3, 3, 1]


def test_an_article_in_more_channels_than_a_part_holds_is_a_part() -> None:
    parts = [*Pace(2).parts(articles(2, "zz", "fj", "xm"))]

    assert [[*part] for part in parts] == [["a0"], ["a1"]]


def test_a_slow_chunk_makes_the_very_next_one_smaller() -> None:
    pace = Pace()
    parts = pace.parts(articles(2 * FIRST_STANDINGS))

    first = next(parts)
    pace.observe(len(first), 10 * AIM_SECONDS)

    assert len(next(parts)) == len(first) / 2


@pytest.mark.parametrize(("seconds", "bound"), [(100.0, FEWEST_STANDINGS), (0.00001, MOST_STANDINGS)])
def test_chunks_stay_within_their_bounds(seconds: float, bound: int) -> None:
    pace = Pace()

    for _ in range(40):
        pace.observe(int(pace.standings), seconds)

    assert pace.standings == bound


def test_chunks_settle_where_they_take_what_is_aimed_at() -> None:
    pace, seconds_a_standing = Pace(), AIM_SECONDS / 500

    for _ in range(40):
        pace.observe(int(pace.standings), pace.standings * seconds_a_standing)

    assert pace.standings == pytest.approx(500, rel=0.05)
