"""The short form of a soak: hours pass under load, and nothing is late, lost or piled up."""

from pathlib import Path

import pytest

from tests.load.hours import Hours
from tests.load.measures import running
from tests.load.plot import plot
from tests.load.soak import HOURS, drawn, growth_of, soak

MINUTES = 0.5
RATE = 60.0
LATEST_SECONDS = 10
"""A bound for a machine that does other things; the long form holds 1 s."""
PATIENT = {"MOST_WAIT_MS": "10000"}
"""Such a machine is late at times, which is not what is tried here."""


@pytest.mark.timeout(300)
def test_hours_pass_under_load_and_the_boards_are_exact(tmp_path: Path) -> None:
    hours = Hours(tmp_path / "hours")
    with running(tmp_path, **hours.environ, **PATIENT) as (run, mix):
        soaked, watch = soak(run, mix, hours, minutes=MINUTES, rate=RATE)

    assert soaked.hours == HOURS
    assert set(soaked.statuses) <= {200, 201, 202}
    assert (soaked.broken, soaked.unsent) == (0, 0)
    assert soaked.differences == ""
    assert soaked.lag_p99_seconds < LATEST_SECONDS
    assert "<polyline" in drawn(watch)


@pytest.mark.parametrize(
    ("sizes", "growth"), [([5, 5, 5, 5], 0), ([1, 2, 3, 4], 3), ([4, 3, 2, 1], -3), ([1, 9, 1, 9, 1], 0), ([1, 2], 0)]
)
def test_growth_is_that_of_the_straight_line(sizes: list[int], growth: int) -> None:
    assert growth_of([(float(at), size) for at, size in enumerate(sizes)]) == growth


def test_a_plot_names_its_lines_and_escapes_them() -> None:
    drawing = plot("Memory", "MB", {"a < b": [(0, 1), (1, 2)], "c": []})

    assert "a &lt; b" in drawing
    assert drawing.count("<polyline") == 2
