"""The scenarios of `make chaos` that are too long for the short form; CHAOS=long runs them here too."""

from pathlib import Path

import pytest

from tests.chaos.conftest import IS_LONG
from tests.chaos.scenarios import clock_set_back, full_disks

pytestmark = pytest.mark.skipif(not IS_LONG, reason="takes minutes: `make chaos`, or CHAOS=long")


def test_a_full_disk_is_a_clear_answer_and_heals_by_itself(tmp_path: Path) -> None:
    outcomes = full_disks(tmp_path)

    assert [outcome for outcome in outcomes if outcome.broken] == []


def test_a_clock_set_back_by_an_hour_stops_nothing(tmp_path: Path) -> None:
    outcomes = clock_set_back(tmp_path)

    assert [outcome for outcome in outcomes if outcome.broken] == []
