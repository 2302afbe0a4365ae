"""Forward decay in doubles."""

import pytest

from ranking_service.boards import Board
from ranking_service.decay import growth, heat_to_score, landmark_is_old, score_at
from shared.clock import HOUR_MS

HOT = Board(name="hot", zh="热", en="Hot", half_life_hours=24)
DAY_MS = 24 * HOUR_MS


def test_a_score_halves_in_a_half_life() -> None:
    stored = heat_to_score(HOT, 8, slot=48, landmark=0)

    assert stored == 32
    assert [score_at(HOT, stored, 0, days * DAY_MS) for days in (2, 3, 4)] == [8, 4, 2]


def test_a_score_reads_to_six_digits() -> None:
    assert score_at(HOT, 1.23456789, 0, 0) == 1.23457


@pytest.mark.parametrize(("days", "expected"), [(-5_000, 0.0), (5_000, 2.0**900), (1 << 40, 2.0**900)])
def test_growth_stays_a_finite_number(days: int, expected: float) -> None:
    assert growth(HOT, 0, days * DAY_MS) == expected


def test_a_landmark_is_old_after_400_half_lives() -> None:
    assert not landmark_is_old(HOT, 0, 400 * DAY_MS)
    assert landmark_is_old(HOT, 0, 400 * DAY_MS + 1)
